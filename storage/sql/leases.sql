-- Leases: which node writes for an empresa. A node's advisory lock has two keys: ours for nodes ($n::int), its number.

-- name: no_numero
SELECT nextval('atendimento_nos')::int

-- name: no_viver
SELECT pg_try_advisory_lock($1::int, $2::int)

-- name: no_pulso
SELECT 1

-- Take the lease if it is free, ours, or of a node that is gone. To know, its lock is tried in shared mode and let go
-- at once: two nodes that ask at the same time do not take each other for the dead one.
-- name: lease_tomar
UPDATE atendimento_leases l
SET epoch = l.epoch + 1, posse = gen_random_uuid(), posse_anterior = l.posse, seq_inicial = l.seq, no = $2, no_nome = $3,
    desde = $4
FROM atendimento_empresas e
WHERE l.empresa_id = $1
  AND e.empresa_id = l.empresa_id
  AND (
    l.no IS NULL
    OR l.no = $2
    OR CASE WHEN pg_try_advisory_lock_shared($5::int, l.no) THEN pg_advisory_unlock_shared($5::int, l.no) ELSE false END
  )
RETURNING l.seq, l.epoch, l.posse::text, {colunas_empresa}

-- name: lease_de_quem
SELECT no_nome FROM atendimento_leases WHERE empresa_id = $1

-- An empresa has no name until somebody gives it one: its id stands in.
-- name: empresa_criar
WITH nova AS (
    INSERT INTO atendimento_empresas (empresa_id, nome, criada_em)
    VALUES ($1, $1::uuid::text, $2)
    ON CONFLICT (empresa_id) DO NOTHING
)
INSERT INTO atendimento_leases (empresa_id, epoch, seq, seq_inicial, numero, no, no_nome, desde)
VALUES ($1, 0, 0, 0, 0, NULL, '', $2)
ON CONFLICT (empresa_id) DO NOTHING

-- name: lease_perdidas
SELECT l.empresa_id::text
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS c (empresa_id, epoch, posse)
JOIN atendimento_leases l ON l.empresa_id = c.empresa_id
WHERE l.epoch <> c.epoch OR l.posse <> c.posse

-- name: lease_devolver
UPDATE atendimento_leases SET no = NULL WHERE empresa_id = ANY($1::uuid[]) AND no = $2

-- Waits for a transaction that still holds these rows.
-- name: lease_conferir
SELECT empresa_id::text, epoch, posse::text, posse_anterior::text, seq, seq_inicial
FROM atendimento_leases
WHERE empresa_id = ANY($1::uuid[])
ORDER BY empresa_id
FOR UPDATE
