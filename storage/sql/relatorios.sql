-- Reports: counting the log, and reading the sums. Everything is found by its key: the size of tickets and of the log does
-- not matter.

-- -- counting ------------------------------------------------------------------------------------------------------------

-- name: relatorios_marca
SELECT ate, em FROM atendimento_relatorios_marcas WHERE empresa_id = $1

-- Of the log after $2 at most $3 entries: where they end, and those of the types $4, or that end an SLA.
-- name: relatorios_eventos
WITH leva AS MATERIALIZED (
    SELECT * FROM atendimento_eventos WHERE empresa_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
), fim AS (
    SELECT max(seq) AS ate, max(em) AS em, count(*) AS quantos FROM leva
)
SELECT f.ate, f.em, f.quantos, {colunas_evento}
FROM fim f
LEFT JOIN leva v ON v.tipo = ANY($4::text[]) OR position('"sla' IN v.mudancas) > 0
WHERE f.quantos > 0
ORDER BY v.seq

-- name: relatorios_tickets
SELECT id::text, dados FROM atendimento_relatorios_estados WHERE empresa_id = $1 AND tipo = 1 AND id = ANY($2::uuid[])

-- What is known of these agents. Of one that the log does not tell of: how many slots it has, and its equipes, as of now.
-- name: relatorios_atendentes
SELECT
    i.id::text,
    e.dados,
    a.capacidade,
    (
        SELECT coalesce(array_agg(m.equipe_id::text ORDER BY m.equipe_id), '{}')
        FROM atendimento_equipes q
        JOIN atendimento_equipe_membros m ON m.empresa_id = $1 AND m.equipe_id = q.id AND m.atendente_id = i.id
        WHERE e.dados IS NULL AND q.empresa_id = $1 AND q.excluida_em IS NULL AND m.ativo
    )
FROM unnest($2::uuid[]) AS i (id)
LEFT JOIN atendimento_relatorios_estados e ON e.empresa_id = $1 AND e.tipo = 2 AND e.id = i.id
LEFT JOIN atendimento_atendentes a ON a.empresa_id = $1 AND a.id = i.id
WHERE e.dados IS NOT NULL OR a.id IS NOT NULL

-- Everybody of whom something is known: an equipe was deleted.
-- name: relatorios_todos_os_atendentes
SELECT id::text, dados FROM atendimento_relatorios_estados WHERE empresa_id = $1 AND tipo = 2

-- The sums of these places ($2 cuts, $3 hours, $4 keys), as they are.
-- name: relatorios_somas_de
SELECT s.corte, s.chave, s.hora, s.somas
FROM unnest($2::smallint[], $3::integer[], $4::text[]) AS n (corte, hora, chave)
CROSS JOIN LATERAL (
    SELECT * FROM atendimento_relatorios
    WHERE empresa_id = $1 AND corte = n.corte AND hora = n.hora AND chave = n.chave
) s

-- The mark moves from $2 to $3 ($4: the time of its last event), and with it go the sums (from $5) and the states (from
-- $9); tickets of $14 are thrown away, and of those that were closed before $15 a thousand. If the mark is not where it
-- was, nothing happens.
-- name: relatorios_gravar
WITH marca AS MATERIALIZED (
    INSERT INTO atendimento_relatorios_marcas AS m (empresa_id, ate, em)
    VALUES ($1, $3, $4)
    ON CONFLICT (empresa_id) DO UPDATE SET ate = excluded.ate, em = greatest(m.em, excluded.em) WHERE m.ate = $2
    RETURNING ate
), somas AS (
    INSERT INTO atendimento_relatorios (empresa_id, corte, hora, chave, somas)
    SELECT $1, n.* FROM unnest($5::smallint[], $6::integer[], $7::text[], $8::bytea[]) AS n
    WHERE EXISTS (SELECT FROM marca)
    ON CONFLICT (empresa_id, corte, hora, chave) DO UPDATE SET somas = excluded.somas
), estados AS (
    INSERT INTO atendimento_relatorios_estados (empresa_id, tipo, id, dados, fim, presente)
    SELECT $1, n.* FROM unnest($9::smallint[], $10::uuid[], $11::bytea[], $12::bigint[], $13::boolean[]) AS n
    WHERE EXISTS (SELECT FROM marca)
    ON CONFLICT (empresa_id, tipo, id) DO UPDATE
    SET dados = excluded.dados, fim = excluded.fim, presente = excluded.presente
), excluidos AS (
    DELETE FROM atendimento_relatorios_estados
    WHERE EXISTS (SELECT FROM marca) AND empresa_id = $1 AND tipo = 1 AND id = ANY($14::uuid[])
), velhos AS (
    DELETE FROM atendimento_relatorios_estados e
    USING (
        SELECT id FROM atendimento_relatorios_estados
        WHERE empresa_id = $1 AND fim < $15 AND id <> ALL($10::uuid[]) AND id <> ALL($14::uuid[])
        ORDER BY fim LIMIT 1000
    ) v
    WHERE EXISTS (SELECT FROM marca) AND e.empresa_id = $1 AND e.tipo = 1 AND e.id = v.id
)
SELECT ate FROM marca

-- Empresas that are not counted to the end, but for those that another living node has ($1: our own number).
-- name: relatorios_atrasadas
WITH vivos AS MATERIALIZED (
    SELECT objid::int AS no
    FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = $2::int
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT l.empresa_id::text
FROM atendimento_leases l
LEFT JOIN atendimento_relatorios_marcas m ON m.empresa_id = l.empresa_id
WHERE l.seq > coalesce(m.ate, 0) AND (l.no IS NULL OR l.no = $1 OR l.no NOT IN (SELECT no FROM vivos))
ORDER BY l.empresa_id

-- -- reading -------------------------------------------------------------------------------------------------------------

-- Of the cut $2, hours $3 to $4, what comes after hour $6 and key $7, at most $8. $5: which keys; of a cut by two things
-- (from 6 on), one of them with a slash on the side of the other is enough.
-- name: relatorios_ler
SELECT s.hora, s.chave, s.somas
FROM atendimento_relatorios s
WHERE s.empresa_id = $1 AND s.corte = $2 AND s.hora >= $3 AND s.hora <= $4
  AND (s.hora, s.chave) > ($6::integer, $7::text)
  AND (
      $5::text[] IS NULL
      OR s.chave = ANY($5::text[])
      OR s.corte >= 6
         AND (split_part(s.chave, '/', 1) || '/' = ANY($5::text[]) OR '/' || split_part(s.chave, '/', 2) = ANY($5::text[]))
  )
ORDER BY s.hora, s.chave LIMIT $8

-- name: relatorios_presentes
SELECT id::text, dados FROM atendimento_relatorios_estados WHERE empresa_id = $1 AND tipo = 2 AND presente

-- name: relatorios_nomes
SELECT id::text, nome FROM atendimento_filas WHERE empresa_id = $1 AND id = ANY($2::uuid[])
UNION ALL
SELECT id::text, nome FROM atendimento_equipes WHERE empresa_id = $1 AND id = ANY($2::uuid[])
UNION ALL
SELECT id::text, nome FROM atendimento_atendentes WHERE empresa_id = $1 AND id = ANY($2::uuid[])
UNION ALL
SELECT id::text, nome FROM atendimento_canais WHERE empresa_id = $1 AND id = ANY($2::uuid[])
