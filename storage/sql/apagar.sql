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
    SET conteudo = '', arquivo = NULL, metadados = NULL
    FROM alvos a
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.id = ANY($2::uuid[]) AND m.empresa_id = a.empresa_id AND m.id = a.id
), envios AS (
    UPDATE atendimento_envios x
    SET dados = ''
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE x.empresa_id = ANY($1::uuid[]) AND x.id = ANY($2::uuid[]) AND x.empresa_id = n.empresa_id AND x.id = n.id
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

-- What a note said is also in the events that told of it.
-- name: apagar_notas
WITH alvos AS MATERIALIZED (
    SELECT m.empresa_id, m.id, m.ticket_id
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_notas WHERE empresa_id = n.empresa_id AND id = n.id LIMIT 1
    ) m
), eventos AS (
    UPDATE atendimento_eventos e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY(ARRAY(SELECT ticket_id FROM alvos)) AND {e_de_nota}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.ticket_id AND e.dados::jsonb ->> 'id' = a.id::text
), historico AS (
    UPDATE atendimento_historico e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY(ARRAY(SELECT ticket_id FROM alvos)) AND {e_de_nota}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.ticket_id AND e.dados::jsonb ->> 'id' = a.id::text
)
{apagar_respostas}

-- name: e_de_nota
e.tipo IN ('nota_interna', 'nota_atualizada')

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
    UNION ALL
    SELECT o.empresa_id, o.id, NULL, NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_notas
        WHERE empresa_id = n.empresa_id AND ticket_id = n.id AND excluida_em IS NULL OFFSET 0
    ) o
), notas AS (
    UPDATE atendimento_notas o
    SET conteudo = '', mencoes = '{}', excluida_em = t.excluido_em
    FROM atendimento_tickets t
    WHERE o.empresa_id = ANY($1::uuid[]) AND o.ticket_id = ANY($2::uuid[]) AND o.excluida_em IS NULL
      AND t.empresa_id = ANY($1::uuid[]) AND t.id = ANY($2::uuid[])
      AND t.empresa_id = o.empresa_id AND t.id = o.ticket_id
), mensagens AS (
    UPDATE atendimento_mensagens m
    SET conteudo = '', arquivo = NULL, metadados = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.ticket_id = ANY($2::uuid[]) AND m.seq > 0
      AND m.empresa_id = n.empresa_id AND m.ticket_id = n.id
), envios AS (
    UPDATE atendimento_envios x
    SET dados = ''
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE x.empresa_id = ANY($1::uuid[]) AND x.ticket_id = ANY($2::uuid[])
      AND x.empresa_id = n.empresa_id AND x.ticket_id = n.id
), {apagar_arquivos}, busca AS (
    DELETE FROM atendimento_tickets_busca b
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE b.empresa_id = ANY($1::uuid[]) AND b.ticket_id = ANY($2::uuid[])
      AND b.empresa_id = n.empresa_id AND b.ticket_id = n.id
), decisoes AS (
    DELETE FROM atendimento_decisoes d
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE d.empresa_id = ANY($1::uuid[]) AND d.ticket_id = ANY($2::uuid[])
      AND d.empresa_id = n.empresa_id AND d.ticket_id = n.id
), {apagar_notificacoes_do_ticket}, eventos AS (
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
), chaves AS (
    -- all by which it was found, also what it does not show
    DELETE FROM atendimento_contato_chaves c
    USING alvos a
    WHERE c.empresa_id = ANY($1::uuid[]) AND c.contato_id = ANY($2::uuid[])
      AND c.empresa_id = a.empresa_id AND c.contato_id = a.id
)
{apagar_respostas}

-- Tickets outlive their contact, and do not show it any more. At most $3 of them, and which those were.
-- name: apagar_contato_dos_tickets
WITH alvos AS MATERIALIZED (
    SELECT t.empresa_id, t.id
    FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM atendimento_tickets
        WHERE empresa_id = n.empresa_id AND contato_id = n.id AND excluido_em IS NULL
          AND (
              contato_nome <> '' OR contato_telefone IS NOT NULL OR contato_email IS NOT NULL OR endereco IS NOT NULL
          )
        LIMIT $3
    ) t
    LIMIT $3
)
UPDATE atendimento_tickets t
SET contato_nome = '', contato_telefone = NULL, contato_email = NULL, endereco = NULL,
    rota = nullif(t.rota - 'etiquetas_do_contato', '{}')
FROM alvos a
WHERE t.empresa_id = ANY($1::uuid[]) AND t.id = ANY(ARRAY(SELECT id FROM alvos))
  AND t.empresa_id = a.empresa_id AND t.id = a.id
RETURNING t.empresa_id::text, t.id::text, t.numero, t.assunto, t.rota ->> 'etiquetas'

-- The same of their events, of answers that are kept, and of the words $3 by which they are found. What was noted of it is
-- of it: its tickets' notes go with the contact, as what it wrote does not.
-- name: apagar_contato_dos_eventos
WITH alvos AS MATERIALIZED (
    SELECT n.empresa_id, n.id, n.termos FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (empresa_id, id, termos)
), {apagar_notificacoes_do_ticket}, busca AS (
    UPDATE atendimento_tickets_busca b
    SET termos = a.termos::tsvector
    FROM alvos a
    WHERE b.empresa_id = ANY($1::uuid[]) AND b.ticket_id = ANY($2::uuid[])
      AND b.empresa_id = a.empresa_id AND b.ticket_id = a.id
), eventos AS (
    UPDATE atendimento_eventos e
    SET {sem_o_contato}
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[]) AND {mostra_o_contato}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.id
), historico AS (
    UPDATE atendimento_historico e
    SET {sem_o_contato}
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[]) AND {mostra_o_contato}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.id
), notas AS (
    UPDATE atendimento_notas o
    SET conteudo = '', mencoes = '{}', excluida_em = k.excluido_em
    FROM atendimento_tickets t
    JOIN atendimento_contatos k ON k.empresa_id = t.empresa_id AND k.id = t.contato_id
    WHERE o.empresa_id = ANY($1::uuid[]) AND o.ticket_id = ANY($2::uuid[]) AND o.excluida_em IS NULL
      AND t.empresa_id = ANY($1::uuid[]) AND t.id = ANY($2::uuid[])
      AND t.empresa_id = o.empresa_id AND t.id = o.ticket_id
    RETURNING o.empresa_id, o.id
), eventos_das_notas AS (
    UPDATE atendimento_eventos e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[]) AND {e_de_nota}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.id
), historico_das_notas AS (
    UPDATE atendimento_historico e
    SET dados = atendimento_sem_conteudo(e.dados)
    FROM alvos a
    WHERE e.empresa_id = ANY($1::uuid[]) AND e.ticket_id = ANY($2::uuid[]) AND {e_de_nota}
      AND e.empresa_id = a.empresa_id AND e.ticket_id = a.id
), respostas_das_notas AS (
    UPDATE atendimento_idempotencia i
    SET resultado = atendimento_resultado_sem_conteudo(i.resultado)
    FROM notas o
    WHERE i.empresa_id = ANY($1::uuid[]) AND i.alvo = ANY(ARRAY(SELECT id FROM notas))
      AND i.empresa_id = o.empresa_id AND i.alvo = o.id
), envios AS (
    UPDATE atendimento_envios x
    SET dados = ''
    FROM alvos a
    WHERE x.empresa_id = ANY($1::uuid[]) AND x.ticket_id = ANY($2::uuid[])
      AND x.empresa_id = a.empresa_id AND x.ticket_id = a.id
)
UPDATE atendimento_idempotencia i
SET resultado = (
    (i.resultado::jsonb || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null}')
    || CASE WHEN i.resultado::jsonb ? 'conteudo' THEN jsonb '{"conteudo": ""}' ELSE '{}' END
    #- '{rota,etiquetas_do_contato}'
)::text
FROM alvos a
WHERE i.empresa_id = ANY($1::uuid[]) AND i.alvo = ANY($2::uuid[]) AND i.empresa_id = a.empresa_id AND i.alvo = a.id

-- What people were told of these tickets names whom they are with.
-- name: apagar_notificacoes_do_ticket
notificacoes AS (
    DELETE FROM atendimento_notificacoes nt
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE nt.empresa_id = ANY($1::uuid[]) AND nt.ticket_id = ANY($2::uuid[])
      AND nt.empresa_id = n.empresa_id AND nt.ticket_id = n.id
)

-- name: mostra_o_contato
e.tipo IN ('ticket_criado', 'ticket_atualizado', 'ticket_encerrado', 'oferta')

-- name: sem_o_contato
dados = (e.dados::jsonb || jsonb_build_object(
        'ticket',
        e.dados::jsonb -> 'ticket'
        || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "contato_etiquetas": []}'
    ))::text,
    mudancas = nullif(
        e.mudancas::jsonb - ARRAY['contato_nome', 'contato_telefone', 'contato_email', 'contato_etiquetas'], jsonb '{}'
    )::text

-- An address that is nobody's any more.
-- name: apagar_chaves
DELETE FROM atendimento_contato_chaves c
USING unnest($1::uuid[], $2::text[]) AS n (empresa_id, chave)
WHERE c.empresa_id = ANY($1::uuid[]) AND c.chave = ANY($2::text[])
  AND c.empresa_id = n.empresa_id AND c.chave = n.chave AND c.contato_id IS NULL

-- name: apagar_inscricoes
DELETE FROM atendimento_inscricoes i
USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
WHERE i.empresa_id = ANY($1::uuid[]) AND i.id = ANY($2::uuid[]) AND i.empresa_id = n.empresa_id AND i.id = n.id
  AND NOT i.ativa

-- What waited for somebody and was told.
-- name: apagar_avisos_retidos
DELETE FROM atendimento_avisos_retidos r
USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
WHERE r.empresa_id = ANY($1::uuid[]) AND r.id = ANY($2::uuid[]) AND r.empresa_id = n.empresa_id AND r.id = n.id
  AND NOT r.ativo

-- Where a person stood in rotations, how its days went, where it was named, and all about the notices that it got.
-- name: apagar_atendentes
WITH escala AS (
    DELETE FROM atendimento_escala s
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE s.empresa_id = ANY($1::uuid[]) AND s.atendente_id = ANY($2::uuid[])
      AND s.empresa_id = n.empresa_id AND s.atendente_id = n.id
), mencoes AS (
    DELETE FROM atendimento_mencoes m
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.atendente_id = ANY($2::uuid[])
      AND m.empresa_id = n.empresa_id AND m.atendente_id = n.id
), preferencias AS (
    DELETE FROM atendimento_aviso_preferencias p
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE p.empresa_id = ANY($1::uuid[]) AND p.usuario_id = ANY($2::uuid[])
      AND p.empresa_id = n.empresa_id AND p.usuario_id = n.id
), retidos AS (
    DELETE FROM atendimento_avisos_retidos r
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE r.empresa_id = ANY($1::uuid[]) AND r.usuario_id = ANY($2::uuid[])
      AND r.empresa_id = n.empresa_id AND r.usuario_id = n.id
), dados AS (
    DELETE FROM atendimento_avisos_dados d
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE d.empresa_id = ANY($1::uuid[]) AND d.usuario_id = ANY($2::uuid[])
      AND d.empresa_id = n.empresa_id AND d.usuario_id = n.id
), notificacoes AS (
    DELETE FROM atendimento_notificacoes t
    USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
    WHERE t.empresa_id = ANY($1::uuid[]) AND t.usuario_id = ANY($2::uuid[])
      AND t.empresa_id = n.empresa_id AND t.usuario_id = n.id
)
DELETE FROM atendimento_atendente_estados h
USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
WHERE h.empresa_id = ANY($1::uuid[]) AND h.atendente_id = ANY($2::uuid[])
  AND h.empresa_id = n.empresa_id AND h.atendente_id = n.id

-- name: apagar_filas
DELETE FROM atendimento_escala s
USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
WHERE s.empresa_id = ANY($1::uuid[]) AND s.fila_id = ANY($2::uuid[])
  AND s.empresa_id = n.empresa_id AND s.fila_id = n.id

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
