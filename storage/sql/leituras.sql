-- Lists and details. A list answers its page and the total in one round trip: the total is the first column of every
-- row, and an empty page is one row with nothing beside it.

-- The filters that are not given are NULL, and vanish: these connections plan each statement for its values.
-- name: ler_tickets
WITH filtrados AS NOT MATERIALIZED (
    SELECT * FROM atendimento_tickets
    WHERE empresa_id = $1
      AND ($2::text IS NULL OR status = $2)
      AND ($3::text IS NULL OR prioridade = $3)
      AND ($4::uuid IS NULL OR atendente_id = $4)
      AND ($5::uuid IS NULL OR fila_id = $5)
      AND ($6::uuid IS NULL OR canal_id = $6)
      AND ($7::uuid IS NULL OR atendente_id = $7 OR fila_id = ANY($8::uuid[]))
)
SELECT total.quantos, p.*
FROM (SELECT count(*) AS quantos FROM filtrados) total
LEFT JOIN (
    SELECT {colunas_ticket} FROM filtrados t ORDER BY t.numero DESC LIMIT $9 OFFSET $10
) p ON true
ORDER BY p.numero DESC

-- name: ler_detalhe
SELECT
    row({colunas_ticket}) AS ticket,
    ARRAY(
        SELECT row({colunas_mensagem})
        FROM (
            SELECT * FROM atendimento_mensagens
            WHERE empresa_id = t.empresa_id AND ticket_id = t.id
            ORDER BY seq DESC LIMIT $3
        ) m
        ORDER BY m.seq
    ) AS mensagens,
    (
        SELECT row({colunas_atendente})
        FROM atendimento_atendentes a
        WHERE a.empresa_id = t.empresa_id AND a.id = t.atendente_id
    ) AS atendente,
    (
        SELECT row({colunas_fila}) FROM atendimento_filas f WHERE f.empresa_id = t.empresa_id AND f.id = t.fila_id
    ) AS fila
FROM atendimento_tickets t
WHERE t.empresa_id = $1 AND t.id = $2

-- name: ler_mensagens
SELECT total.quantos, p.*
FROM (SELECT count(*) AS quantos FROM atendimento_mensagens WHERE empresa_id = $1 AND ticket_id = $2) total
LEFT JOIN (
    SELECT {colunas_mensagem}
    FROM atendimento_mensagens m
    WHERE m.empresa_id = $1 AND m.ticket_id = $2
    ORDER BY m.seq LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.seq

-- name: ler_mensagem
SELECT {colunas_mensagem} FROM atendimento_mensagens m WHERE m.empresa_id = $1 AND m.id = $2

-- name: ler_historico
SELECT total.quantos, p.*
FROM (SELECT count(*) AS quantos FROM atendimento_eventos WHERE empresa_id = $1 AND ticket_id = $2) total
LEFT JOIN (
    SELECT {colunas_evento}
    FROM atendimento_eventos v
    WHERE v.empresa_id = $1 AND v.ticket_id = $2
    ORDER BY v.seq LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.seq

-- name: ler_eventos
SELECT {colunas_evento}
FROM atendimento_eventos v
WHERE v.empresa_id = $1 AND v.seq > $2 AND v.seq <= $3
ORDER BY v.seq LIMIT $4

-- name: ler_primeiro_evento
SELECT seq FROM atendimento_eventos WHERE empresa_id = $1 ORDER BY seq LIMIT 1

-- name: ler_lugares
SELECT id::text, fila_id::text, atendente_id::text
FROM atendimento_tickets
WHERE empresa_id = $1 AND id = ANY($2::uuid[])

-- name: ler_nada
SELECT 1
