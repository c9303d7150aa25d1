-- What was deleted before content was blanked (0011) is blanked now: as storage/sql/apagar.sql does it since.

-- Answers kept from before say what they are about, too.
UPDATE atendimento_idempotencia
SET alvo = (resultado::jsonb ->> 'id')::uuid
WHERE alvo IS NULL AND resultado::jsonb ?| ARRAY['conteudo', 'contato_nome', 'unido_a'];

CREATE TEMPORARY TABLE apagadas ON COMMIT DROP AS
SELECT m.empresa_id, m.id, m.seq, m.ticket_id, (m.arquivo::jsonb ->> 'id')::uuid AS arquivo_id,
       coalesce(m.excluida_em, t.excluido_em) AS em
FROM atendimento_mensagens m
JOIN atendimento_tickets t ON t.empresa_id = m.empresa_id AND t.id = m.ticket_id
WHERE (m.excluida_em IS NOT NULL OR t.excluido_em IS NOT NULL) AND (m.conteudo <> '' OR m.arquivo IS NOT NULL);

WITH arquivos AS (
    DELETE FROM atendimento_arquivos f
    USING apagadas a
    WHERE f.empresa_id = a.empresa_id AND f.id = a.arquivo_id
    RETURNING f.empresa_id, f.id, a.em
)
INSERT INTO atendimento_arquivos_pendentes (empresa_id, id, desde)
SELECT empresa_id, id, em FROM arquivos ON CONFLICT DO NOTHING;

UPDATE atendimento_mensagens m
SET conteudo = '', arquivo = NULL
FROM apagadas a
WHERE m.empresa_id = a.empresa_id AND m.id = a.id;

UPDATE atendimento_eventos e
SET dados = atendimento_sem_conteudo(e.dados)
FROM apagadas a
WHERE e.empresa_id = a.empresa_id AND e.seq = a.seq AND e.tipo = 'nova_mensagem';

UPDATE atendimento_historico e
SET dados = atendimento_sem_conteudo(e.dados)
FROM apagadas a
WHERE e.empresa_id = a.empresa_id AND e.ticket_id = a.ticket_id AND e.seq = a.seq AND e.tipo = 'nova_mensagem';

UPDATE atendimento_eventos e
SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
FROM atendimento_tickets t
WHERE t.excluido_em IS NOT NULL AND e.empresa_id = t.empresa_id AND e.ticket_id = t.id;

UPDATE atendimento_historico e
SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
FROM atendimento_tickets t
WHERE t.excluido_em IS NOT NULL AND e.empresa_id = t.empresa_id AND e.ticket_id = t.id;

DELETE FROM atendimento_tickets_busca b
USING atendimento_tickets t
WHERE t.excluido_em IS NOT NULL AND b.empresa_id = t.empresa_id AND b.ticket_id = t.id;

UPDATE atendimento_tickets
SET contato_nome = '', contato_telefone = NULL, contato_email = NULL, assunto = NULL
WHERE excluido_em IS NOT NULL;

-- Contacts, and their tickets that are closed: one that is open again is at work, and has its own copy in memory.
CREATE TEMPORARY TABLE sem_contato ON COMMIT DROP AS
SELECT t.empresa_id, t.id
FROM atendimento_contatos k
JOIN atendimento_tickets t ON t.empresa_id = k.empresa_id AND t.contato_id = k.id
WHERE k.excluido_em IS NOT NULL AND t.excluido_em IS NULL AND t.status IN ('RESOLVIDO', 'FECHADO');

UPDATE atendimento_tickets t
SET contato_nome = '', contato_telefone = NULL, contato_email = NULL
FROM sem_contato s
WHERE t.empresa_id = s.empresa_id AND t.id = s.id;

CREATE FUNCTION pg_temp.sem_o_contato(dados text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (d || jsonb_build_object(
        'ticket', d -> 'ticket' || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null}'
    ))::text
    FROM (SELECT dados::jsonb) j (d)
$$;

UPDATE atendimento_eventos e
SET dados = pg_temp.sem_o_contato(e.dados)
FROM sem_contato s
WHERE e.empresa_id = s.empresa_id AND e.ticket_id = s.id
  AND e.tipo IN ('ticket_criado', 'ticket_atualizado', 'ticket_encerrado');

UPDATE atendimento_historico e
SET dados = pg_temp.sem_o_contato(e.dados)
FROM sem_contato s
WHERE e.empresa_id = s.empresa_id AND e.ticket_id = s.id
  AND e.tipo IN ('ticket_criado', 'ticket_atualizado', 'ticket_encerrado');

UPDATE atendimento_eventos e
SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
FROM atendimento_contatos k
WHERE k.excluido_em IS NOT NULL AND e.tipo IN ('contato_criado', 'contato_atualizado', 'contato_unido')
  AND e.empresa_id = k.empresa_id AND (e.dados::jsonb) -> 'contato' ->> 'id' = k.id::text;

DELETE FROM atendimento_contato_chaves h
USING atendimento_contatos k
WHERE k.excluido_em IS NOT NULL AND h.empresa_id = k.empresa_id AND h.contato_id = k.id;

UPDATE atendimento_contatos
SET nome = '', telefone = NULL, email = NULL, observacao = NULL, termos = ''
WHERE excluido_em IS NOT NULL;

UPDATE atendimento_idempotencia i
SET resultado = atendimento_resultado_sem_conteudo(i.resultado)
FROM (
    SELECT empresa_id, id FROM apagadas
    UNION ALL SELECT empresa_id, id FROM atendimento_tickets WHERE excluido_em IS NOT NULL
    UNION ALL SELECT empresa_id, id FROM sem_contato
    UNION ALL SELECT empresa_id, id FROM atendimento_contatos WHERE excluido_em IS NOT NULL
) a
WHERE i.empresa_id = a.empresa_id AND i.alvo = a.id;

-- The words of those tickets are made anew of what is left (storage/reescrita.py).
INSERT INTO atendimento_reescritas
SELECT DISTINCT empresa_id, 'tickets', uuid '00000000-0000-0000-0000-000000000000' FROM sem_contato
ON CONFLICT (empresa_id, o_que) DO UPDATE SET ate = excluded.ate;
