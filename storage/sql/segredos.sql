-- The secrets of canais, closed and in the open (storage/segredos.py).

-- Under which keys there are some.
-- name: segredos_chaves
SELECT DISTINCT f.chave
FROM atendimento_canal_segredos s
CROSS JOIN LATERAL (SELECT substring(s.segredos FROM '^\{"":"v1:([0-9a-f]+):') AS chave) f
WHERE f.chave IS NOT NULL

-- What is not all closed under the key of now ($3, a regular expression), after this row.
-- name: reescrita_segredos
SELECT {colunas_segredos}
FROM atendimento_canal_segredos s
WHERE (s.empresa_id, s.canal_id) > ($1::uuid, $2::uuid) AND s.segredos !~ $3
ORDER BY s.empresa_id, s.canal_id LIMIT $4

-- Only what is still as it was read. Whatever the group commit holds at the moment, it closes itself.
-- name: reescrever_segredos
WITH novos AS (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS n (empresa_id, canal_id, antes, depois)
), livres AS MATERIALIZED (
    SELECT s.empresa_id, s.canal_id, n.depois
    FROM novos n
    JOIN atendimento_canal_segredos s ON s.empresa_id = n.empresa_id AND s.canal_id = n.canal_id
    WHERE s.segredos = n.antes
    FOR NO KEY UPDATE OF s SKIP LOCKED
)
UPDATE atendimento_canal_segredos s
SET segredos = l.depois
FROM livres l
WHERE s.empresa_id = l.empresa_id AND s.canal_id = l.canal_id

-- Every one, for the doctor.
-- name: diag_segredos
SELECT {colunas_segredos}
FROM atendimento_canal_segredos s
ORDER BY s.empresa_id, s.canal_id
