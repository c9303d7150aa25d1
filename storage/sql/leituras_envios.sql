-- How the outbox of an empresa stands. Only what is not done is ever looked at, by the partial indexes of it, and never
-- more than a bound: whatever there is costs the same.

-- name: ler_modelos
SELECT m.empresa_id::text, m.canal_id::text, m.modelos, m.aprovados, m.atualizado_em
FROM atendimento_canal_modelos m
WHERE m.empresa_id = $1 AND m.canal_id = $2

-- Of these canais, by job: what is not done of each line, at most $3 of a line (its rows are told apart by ``grupo``), what
-- is in somebody's hands or in doubt, and the dead letters.
-- name: ler_situacao_dos_envios
SELECT c.id::text, l.linha AS grupo, v.*
FROM unnest($2::uuid[]) c (id)
CROSS JOIN (VALUES ('entrada'), ('saida')) l (linha)
CROSS JOIN LATERAL (
    SELECT u.trabalho, count(*) AS quantos, count(*) FILTER (WHERE u.estado = 'pendente') AS esperam,
        min(u.criado_em) AS desde
    FROM (
        SELECT trabalho, estado, criado_em
        FROM atendimento_envios
        WHERE empresa_id = $1 AND canal_id = c.id AND linha = l.linha
          AND estado IN ('pendente', 'enviando', 'desconhecido')
        ORDER BY ordem, id LIMIT $3
    ) u
    GROUP BY u.trabalho
) v
UNION ALL
SELECT c.id::text, v.*, NULL::bigint, NULL::bigint
FROM unnest($2::uuid[]) c (id)
CROSS JOIN (VALUES ('entrada'), ('saida')) l (linha)
CROSS JOIN LATERAL (
    SELECT u.estado AS grupo, u.trabalho, count(*) AS quantos
    FROM (
        SELECT estado, trabalho
        FROM atendimento_envios
        WHERE empresa_id = $1 AND canal_id = c.id AND linha = l.linha AND estado IN ('enviando', 'desconhecido')
        LIMIT $3
    ) u
    GROUP BY u.estado, u.trabalho
) v
UNION ALL
SELECT c.id::text, 'falhou', v.*, NULL::bigint, NULL::bigint
FROM unnest($2::uuid[]) c (id)
CROSS JOIN LATERAL (
    SELECT u.trabalho, count(*) AS quantos
    FROM (
        SELECT trabalho FROM atendimento_envios
        WHERE empresa_id = $1 AND canal_id = c.id AND estado = 'falhou'
        LIMIT $3
    ) u
    GROUP BY u.trabalho
) v

-- Those of one canal: c is whose.
-- name: mortos_do_canal
SELECT *
FROM atendimento_envios
WHERE empresa_id = $1 AND canal_id = c.id AND estado = 'falhou'
  AND ($3::text IS NULL OR trabalho = $3) AND ($4::text IS NULL OR codigo = $4)
  AND atualizado_em >= $5::bigint AND atualizado_em <= $6::bigint

-- The latest first. Whom a message was for stands in what it carries. Of a webhook the beginning of its body, which comes first in it.
-- name: ler_mortos
SELECT total.quantos, p.*
FROM (
    SELECT count(*) AS quantos
    FROM (
        SELECT FROM unnest($2::uuid[]) c (id) CROSS JOIN LATERAL ({mortos_do_canal} LIMIT $9) x LIMIT $9
    ) t
) total
LEFT JOIN (
    SELECT x.id::text, x.canal_id::text, x.trabalho,
        CASE WHEN x.mensagem_id IS NOT NULL AND x.dados <> '' THEN x.dados::json ->> 'para' END, x.criado_em, x.atualizado_em, x.tentativas, x.falhas,
        x.ticket_id::text, x.mensagem_id::text, x.codigo, x.erro, octet_length(x.dados) AS tamanho,
        CASE WHEN x.trabalho = 'processar_webhook' THEN substring(left(x.dados, $10) FROM '"corpo":"([^"]*)') END
    FROM unnest($2::uuid[]) c (id)
    CROSS JOIN LATERAL ({mortos_do_canal} ORDER BY atualizado_em DESC, id DESC LIMIT $7::bigint + $8::bigint) x
    ORDER BY x.atualizado_em DESC, x.id DESC LIMIT $7 OFFSET $8
) p ON true
ORDER BY p.atualizado_em DESC, p.id DESC

-- The oldest first: what is done about some of them does not move the others.
-- name: ler_mortos_a_tratar
SELECT x.id::text, x.canal_id::text, true, octet_length(x.dados)
FROM unnest($2::uuid[]) c (id)
CROSS JOIN LATERAL ({mortos_do_canal} ORDER BY atualizado_em, id LIMIT $7) x
ORDER BY x.atualizado_em, x.id LIMIT $7

-- name: ler_cartas
SELECT x.id::text, x.canal_id::text, x.estado = 'falhou', octet_length(x.dados)
FROM unnest($2::uuid[]) n (id)
CROSS JOIN LATERAL (SELECT * FROM atendimento_envios WHERE empresa_id = $1 AND id = n.id LIMIT 1) x
