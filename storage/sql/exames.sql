-- What the examination of a living empresa reads ($1): bounded, by index, and as the role that the policies hold to it.

-- Its books at one moment. $2: how far back they are counted; $3: up to how many jobs.
-- name: exame_livro
SELECT
    l.epoch, l.seq, l.numero, CASE WHEN p.ate IS NULL THEN 0 ELSE p.ate END AS podado,
    (
        SELECT count(*) FROM atendimento_eventos v
        WHERE v.empresa_id = $1 AND v.seq > l.seq - $2::bigint AND v.seq <= l.seq
    ) AS eventos,
    (
        SELECT count(*) FROM atendimento_tickets t
        WHERE t.empresa_id = $1 AND t.numero > 0 AND t.numero > l.numero - $2::bigint AND t.numero <= l.numero
    ) AS tickets,
    EXISTS (SELECT FROM atendimento_eventos v WHERE v.empresa_id = $1 AND v.seq > l.seq) AS eventos_a_mais,
    EXISTS (
        SELECT FROM atendimento_tickets t WHERE t.empresa_id = $1 AND t.numero > 0 AND t.numero > l.numero
    ) AS tickets_a_mais,
    (
        SELECT count(*)
        FROM (
            SELECT FROM atendimento_envios x
            WHERE x.empresa_id = $1 AND x.estado IN ('enviando', 'desconhecido') LIMIT $3
        ) u
    ) AS em_curso
FROM atendimento_leases l
LEFT JOIN atendimento_podas p ON p.empresa_id = l.empresa_id
WHERE l.empresa_id = $1

-- name: exame_registro
SELECT {colunas_evento}
FROM atendimento_eventos v
WHERE v.empresa_id = $1 AND v.seq > $2::bigint - $3::bigint AND v.seq <= $2::bigint
ORDER BY v.seq

-- name: exame_tickets
SELECT {colunas_ticket}
FROM unnest($2::uuid[]) procurado (id)
CROSS JOIN LATERAL (SELECT * FROM atendimento_tickets WHERE empresa_id = $1 AND id = procurado.id) t

-- name: exame_abertos
SELECT t.id::text
FROM atendimento_tickets t
WHERE t.empresa_id = $1 AND t.status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE')
ORDER BY t.numero DESC LIMIT $2

-- Of the newest tickets and of their latest messages, what points to nothing that is there.
-- name: exame_sem_pai
WITH novos AS MATERIALIZED (
    SELECT * FROM atendimento_tickets WHERE empresa_id = $1 AND numero > 0 ORDER BY numero DESC LIMIT $2
), novas AS MATERIALIZED (
    SELECT id, ticket_id FROM atendimento_mensagens WHERE empresa_id = $1 ORDER BY id DESC LIMIT $2
)
SELECT t.id::text, t.id::text AS ticket_id, 'uma fila' AS falta
FROM novos t
WHERE NOT EXISTS (SELECT FROM atendimento_filas f WHERE f.empresa_id = $1 AND f.id = t.fila_id)
UNION ALL
SELECT t.id::text, t.id::text, 'um atendente'
FROM novos t
WHERE t.atendente_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM atendimento_atendentes a WHERE a.empresa_id = $1 AND a.id = t.atendente_id)
UNION ALL
SELECT t.id::text, t.id::text, 'um canal'
FROM novos t
WHERE t.canal_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM atendimento_canais c WHERE c.empresa_id = $1 AND c.id = t.canal_id)
UNION ALL
SELECT t.id::text, t.id::text, 'um contato'
FROM novos t
WHERE t.contato_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM atendimento_contatos k WHERE k.empresa_id = $1 AND k.id = t.contato_id)
UNION ALL
SELECT m.id::text, m.ticket_id::text, 'um ticket'
FROM novas m
WHERE NOT EXISTS (SELECT FROM atendimento_tickets t WHERE t.empresa_id = $1 AND t.id = m.ticket_id)
LIMIT $2

-- A lane has one job under way at most, and none passes what is before it. (What was untouched since before the other was
-- handed out was there to be handed out first.)
-- name: exame_raias
WITH em_curso AS MATERIALIZED (
    SELECT id, canal_id, linha, raia, ordem, atualizado_em, estado
    FROM atendimento_envios
    WHERE empresa_id = $1 AND estado IN ('enviando', 'desconhecido')
      AND trabalho NOT IN ('sinalizar', 'entregar_webhook')
    LIMIT $2
)
SELECT max(e.id::text) AS envio_id, e.canal_id::text, min(e.id::text) AS outro_id, 'dois_em_curso' AS motivo
FROM em_curso e
GROUP BY e.canal_id, e.linha, e.raia
HAVING count(*) > 1
UNION ALL
SELECT e.id::text, e.canal_id::text, p.id::text, 'fora_de_ordem'
FROM em_curso e
CROSS JOIN LATERAL (
    SELECT id, ordem, proxima_em, atualizado_em, trabalho
    FROM atendimento_envios
    WHERE empresa_id = $1 AND canal_id = e.canal_id AND linha = e.linha AND raia = e.raia AND estado = 'pendente'
    ORDER BY ordem, id LIMIT 1
) p
WHERE e.estado = 'enviando' AND p.ordem < e.ordem AND p.proxima_em IS NULL AND p.atualizado_em < e.atualizado_em
  AND p.trabalho NOT IN ('sinalizar', 'entregar_webhook')

-- name: exame_vencidos
SELECT x.id::text, x.canal_id::text, x.estado, x.prazo
FROM atendimento_envios x
WHERE x.empresa_id = $1 AND x.estado IN ('enviando', 'desconhecido')
  AND x.prazo < CASE x.estado WHEN 'enviando' THEN $3::bigint ELSE $2::bigint END
  AND EXISTS (
      SELECT FROM atendimento_canais c
      WHERE c.empresa_id = $1 AND c.id = x.canal_id AND c.excluido_em IS NULL
  )
LIMIT $4
