-- What was deleted is blanked wherever it is kept, in the transaction that deletes it. The rows of events stay, with
-- their `seq`; files are given to the sweep.

-- name: apagar_mensagens
WITH alvos AS MATERIALIZED (
    SELECT m.empresa_id, m.id, m.ticket_id, m.seq, (m.arquivo::jsonb ->> 'id')::uuid AS arquivo_id, m.excluida_em
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_mensagens WHERE empresa_id = n.empresa_id AND id = n.id LIMIT 1
    ) m
), mensagens AS (
    UPDATE atendimento_mensagens m
    SET conteudo = '', arquivo = NULL
    FROM alvos a
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.id = ANY($2::uuid[]) AND m.empresa_id = a.empresa_id AND m.id = a.id
), {apagar_arquivos}, eventos AS (
    UPDATE atendimento_eventos e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.seq = ANY(ARRAY(SELECT seq FROM alvos))
      AND e.empresa_id = a.empresa_id AND e.seq = a.seq AND e.tipo = 'nova_mensagem'
), historico AS (
    UPDATE atendimento_historico e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY(ARRAY(SELECT ticket_id FROM alvos))
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.ticket_id AND e.seq = a.seq AND e.tipo = 'nova_mensagem'
)
{apagar_respostas}

-- name: apagar_tickets
WITH alvos AS MATERIALIZED (
    SELECT m.empresa_id, m.id, (m.arquivo::jsonb ->> 'id')::uuid AS arquivo_id, t.excluido_em AS excluida_em
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_tickets WHERE empresa_id = n.empresa_id AND id = n.id LIMIT 1
    ) t
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_mensagens WHERE empresa_id = t.empresa_id AND ticket_id = t.id AND seq > 0 OFFSET 0
    ) m
    UNION ALL
    SELECT n.empresa_id, n.id, NULL, NULL FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
), mensagens AS (
    UPDATE atendimento_mensagens m
    SET conteudo = '', arquivo = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.ticket_id = ANY($2::uuid[]) AND m.seq > 0
      AND m.empresa_id = n.empresa_id AND m.ticket_id = n.id
), {apagar_arquivos}, busca AS (
    DELETE FROM atendimento_tickets_busca b
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE b.empresa_id = ANY($1::uuid[]) AND b.ticket_id = ANY($2::uuid[])
      AND b.empresa_id = n.empresa_id AND b.ticket_id = n.id
), eventos AS (
    UPDATE atendimento_eventos e
    SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[])
      AND e.empresa_id = n.empresa_id AND e.ticket_id = n.id
), historico AS (
    UPDATE atendimento_historico e
    SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[])
      AND e.empresa_id = n.empresa_id AND e.ticket_id = n.id
)
{apagar_respostas}

-- name: apagar_contatos
WITH alvos AS MATERIALIZED (
    SELECT n.empresa_id, n.id FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
), eventos AS (
    UPDATE atendimento_eventos e
    SET dados = atendimento_sem_conteudo(e.dados), mudancas = NULL
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.tipo IN ('contato_criado', 'contato_atualizado', 'contato_unido')
      AND (e.dados::jsonb) -> 'contato' ->> 'id' = ANY($2::uuid[]::text[])
      AND e.empresa_id = a.empresa_id AND (e.dados::jsonb) -> 'contato' ->> 'id' = a.id::text
)
{apagar_respostas}

-- An address that is nobody's any more.
-- name: apagar_chaves
DELETE FROM atendimento_contato_chaves c
USING unnest($1::uuid[], $2::text[]) AS n (empresa_id, chave)
WHERE c.empresa_id = ANY($1::uuid[]) AND c.chave = ANY($2::text[])
  AND c.empresa_id = n.empresa_id AND c.chave = n.chave AND c.contato_id IS NULL

-- name: apagar_arquivos
arquivos AS (
    DELETE FROM atendimento_arquivos f
    USING alvos a
    WHERE f.empresa_id = ANY($1::uuid[]) AND f.id = ANY(ARRAY(SELECT arquivo_id FROM alvos))
      AND f.empresa_id = a.empresa_id AND f.id = a.arquivo_id
    RETURNING f.empresa_id, f.id, a.excluida_em
), a_varrer AS (
    INSERT INTO atendimento_arquivos_pendentes (empresa_id, id, desde)
    SELECT empresa_id, id, coalesce(excluida_em, 0) FROM arquivos
    ON CONFLICT DO NOTHING
)

-- name: apagar_respostas
UPDATE atendimento_idempotencia i
SET resultado = atendimento_resultado_sem_conteudo(i.resultado)
FROM alvos a
WHERE i.empresa_id = ANY($1::uuid[]) AND i.alvo = ANY(ARRAY(SELECT id FROM alvos))
  AND i.empresa_id = a.empresa_id AND i.alvo = a.id
