-- The outbox, and what a channel has to know of what came before.

-- name: mensagens_conhecidas
SELECT m.id::text
FROM unnest($2::uuid[]) n (id)
CROSS JOIN LATERAL (SELECT id FROM atendimento_mensagens WHERE empresa_id = $1 AND id = n.id LIMIT 1) m

-- The ticket of these contacts by a canal that was resolved last, if that was after $4.
-- name: ticket_do_canal
SELECT {colunas_ticket}
FROM atendimento_tickets t
WHERE t.empresa_id = $1 AND t.canal_id = $2 AND t.contato_id = ANY($3::uuid[]) AND t.do_canal
  AND t.status = 'RESOLVIDO' AND t.data_resolucao >= $4 AND t.excluido_em IS NULL
ORDER BY t.data_resolucao DESC, t.numero DESC
LIMIT 1

-- name: janela_do_contato
SELECT max(o.janela_ate)
FROM atendimento_tickets o
WHERE o.empresa_id = $1
  AND o.excluido_em IS NULL
  AND o.contato_id = (SELECT contato_id FROM atendimento_tickets WHERE empresa_id = $1 AND id = $2)
  AND o.canal_id = (SELECT canal_id FROM atendimento_tickets WHERE empresa_id = $1 AND id = $2)

-- name: envio_com_mensagem
SELECT {colunas_envio}, (
    SELECT row({colunas_mensagem}) FROM atendimento_mensagens m WHERE m.empresa_id = x.empresa_id AND m.id = x.mensagem_id
)

-- What a canal has still to do in a line ($3) after ($4, $5), in order: at most $6, and no more after $7 bytes of them.
-- name: envios_em_aberto
{envio_com_mensagem}
FROM (
    SELECT
        e.*,
        sum(octet_length(e.dados)) OVER (ORDER BY e.ordem, e.id ROWS UNBOUNDED PRECEDING) - octet_length(e.dados) AS antes
    FROM atendimento_envios e
    WHERE e.empresa_id = $1 AND e.canal_id = $2 AND e.linha = $3
      AND e.estado IN ('pendente', 'enviando', 'desconhecido') AND (e.ordem, e.id) > ($4::bigint, $5::uuid)
    ORDER BY e.ordem, e.id
    LIMIT $6
) x
WHERE x.antes < $7::bigint
ORDER BY x.ordem, x.id

-- The first $5 that wait in each of these lanes ($4), lane by lane, and no more after $6 bytes of them.
-- name: envios_das_raias
{envio_com_mensagem}
FROM (
    SELECT
        e.*,
        n.vez,
        sum(octet_length(e.dados)) OVER (ORDER BY n.vez, e.ordem, e.id ROWS UNBOUNDED PRECEDING) - octet_length(e.dados)
            AS antes
    FROM unnest($4::text[]) WITH ORDINALITY n (raia, vez)
    CROSS JOIN LATERAL (
        SELECT *
        FROM atendimento_envios
        WHERE empresa_id = $1 AND canal_id = $2 AND linha = $3 AND raia = n.raia
          AND estado = 'pendente'
        ORDER BY ordem, id
        LIMIT $5
    ) e
) x
WHERE x.antes < $6::bigint
ORDER BY x.vez, x.ordem, x.id

-- What stands apart from its lane and wakes after ($4, $5): at most $6, and no more after $7 bytes of them.
-- name: envios_adormecidos
{envio_com_mensagem}
FROM (
    SELECT
        e.*,
        sum(octet_length(e.dados)) OVER (ORDER BY e.proxima_em, e.id ROWS UNBOUNDED PRECEDING) - octet_length(e.dados)
            AS antes
    FROM atendimento_envios e
    WHERE e.empresa_id = $1 AND e.canal_id = $2 AND e.linha = $3
      AND e.estado = 'pendente' AND right(e.raia, 37) = '#' || e.id::text
      AND (e.proxima_em, e.id) > ($4::bigint, $5::uuid)
    ORDER BY e.proxima_em, e.id
    LIMIT $6
) x
WHERE x.antes < $7::bigint
ORDER BY x.proxima_em, x.id

-- name: envios_de_fora
{envio_com_mensagem}
FROM atendimento_envios x
WHERE x.empresa_id = $1 AND x.canal_id = $2 AND x.linha = $3 AND x.estado IN ('enviando', 'desconhecido')

-- By our id, or by what the provider calls it. Of a message whose job was thrown away after it was done, a job as its own
-- was: what the provider says of it may come later still.
-- name: envios_procurados
SELECT {colunas_envio}
FROM unnest($3::uuid[]) n (id)
CROSS JOIN LATERAL (SELECT * FROM atendimento_envios WHERE empresa_id = $1 AND id = n.id AND canal_id = $2 LIMIT 1) x
UNION ALL
SELECT {colunas_envio}
FROM unnest($4::text[]) n (id_externo)
CROSS JOIN LATERAL (
    SELECT * FROM atendimento_envios
    WHERE empresa_id = $1 AND canal_id = $2 AND id_externo = n.id_externo
    ORDER BY ordem DESC LIMIT 1
) x
UNION ALL
SELECT
    m.empresa_id::text, m.id::text, t.canal_id::text, 'saida', 'enviar_mensagem',
    CASE m.status_entrega WHEN 'falhou' THEN 'cancelado' ELSE m.status_entrega END, '', 0, '', m.criada_em, m.criada_em,
    0, 0, 0, NULL, NULL, NULL, m.ticket_id::text, m.id::text, m.id_externo, NULL, m.erro_entrega
FROM unnest($3::uuid[]) n (id)
LEFT JOIN LATERAL (SELECT id FROM atendimento_envios WHERE empresa_id = $1 AND id = n.id LIMIT 1) x ON true
CROSS JOIN LATERAL (SELECT * FROM atendimento_mensagens WHERE empresa_id = $1 AND id = n.id LIMIT 1) m
CROSS JOIN LATERAL (
    SELECT canal_id FROM atendimento_tickets WHERE empresa_id = $1 AND id = m.ticket_id AND canal_id = $2 LIMIT 1
) t
WHERE x.id IS NULL AND m.direcao = 'enviada' AND m.status_entrega <> 'pendente' AND m.excluida_em IS NULL

-- Of the whole installation: whose is a canal, who says that a provider's number is theirs, and all that can be connected.
-- name: canal_por_id
SELECT empresa_id::text, id::text FROM atendimento_canais WHERE id::text = $1 AND excluido_em IS NULL

-- name: canais_por_numero
SELECT n.valor, c.empresa_id, c.id
FROM unnest($1::text[]) n (valor)
CROSS JOIN LATERAL (
    SELECT empresa_id::text, id::text
    FROM atendimento_canais
    WHERE tipo = 'whatsapp' AND excluido_em IS NULL AND (config::jsonb) ->> 'phoneNumberId' = n.valor
    ORDER BY criado_em, id
    LIMIT 20
) c

-- name: canais_por_conta
SELECT n.valor, c.empresa_id, c.id
FROM unnest($1::text[]) n (valor)
CROSS JOIN LATERAL (
    SELECT empresa_id::text, id::text
    FROM atendimento_canais
    WHERE tipo = 'whatsapp' AND excluido_em IS NULL AND (config::jsonb) ->> 'wabaId' = n.valor
    ORDER BY criado_em, id
    LIMIT 100
) c

-- name: primeiras_empresas
SELECT empresa_id::text FROM atendimento_empresas ORDER BY criada_em, empresa_id LIMIT $1

-- name: canais_conectaveis
SELECT empresa_id::text, id::text FROM atendimento_canais WHERE ativo AND excluido_em IS NULL ORDER BY criado_em, id

-- The latest are kept: no more than $6, nor than $7 bytes together.
-- name: webhook_apartar
WITH novo AS (
    INSERT INTO instalacao_webhooks_apartados (recebido_em, motivo, alvos, assinatura, corpo)
    VALUES ($1, $2, $3, $4, $5) RETURNING id
), mantidos AS (
    SELECT id FROM (
        SELECT
            id, row_number() OVER (ORDER BY id DESC) AS lugar,
            sum(octet_length(corpo)) OVER (ORDER BY id DESC) AS bytes
        FROM instalacao_webhooks_apartados
    ) a
    WHERE lugar < $6 AND bytes <= $7 - octet_length($5)
)
DELETE FROM instalacao_webhooks_apartados WHERE id NOT IN (SELECT id FROM mantidos)

-- Those of one of $1, the oldest first. (Of the body, only its size.)
-- name: apartados_de
SELECT id FROM instalacao_webhooks_apartados WHERE alvos && $1::text[] ORDER BY id LIMIT $2

-- name: apartado_ler
SELECT corpo, motivo, alvos, assinatura FROM instalacao_webhooks_apartados WHERE id = $1

-- Some of it was taken; with nothing left, nothing is kept.
-- name: apartado_tomar
WITH resto AS (
    UPDATE instalacao_webhooks_apartados
    SET alvos = ARRAY(SELECT um FROM unnest(alvos) um WHERE um <> ALL($2::text[]))
    WHERE id = $1 AND NOT alvos <@ $2::text[]
)
DELETE FROM instalacao_webhooks_apartados WHERE id = $1 AND alvos <@ $2::text[]

-- name: apartado_motivo
UPDATE instalacao_webhooks_apartados SET motivo = $2 WHERE id = $1

-- name: apartados_vencidos
DELETE FROM instalacao_webhooks_apartados WHERE recebido_em < $1

-- The latest first. (Of the body, only its size.)
-- name: apartados_listar
SELECT id, recebido_em, motivo, alvos, assinatura IS NOT NULL, octet_length(corpo)
FROM instalacao_webhooks_apartados
ORDER BY id DESC LIMIT $1

-- Those of which somebody may be a canal's by now, the oldest first.
-- name: apartados_reenviaveis
SELECT a.id
FROM instalacao_webhooks_apartados a
WHERE a.assinatura IS NOT NULL AND EXISTS (
    SELECT FROM atendimento_canais c
    WHERE c.tipo = 'whatsapp' AND c.excluido_em IS NULL AND a.alvos && ARRAY[
        'numero ' || ((c.config::jsonb) ->> 'phoneNumberId'), 'conta ' || ((c.config::jsonb) ->> 'wabaId')
    ]
)
ORDER BY a.id

-- name: apartado_apagar
DELETE FROM instalacao_webhooks_apartados WHERE id = $1
