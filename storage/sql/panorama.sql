-- How empresas stand, for the metrics of this node ($1): all but those that another living node has. Each is looked up
-- by its key, so that the size of its tables does not matter.

-- name: panorama
WITH vivos AS MATERIALIZED (
    SELECT objid::int AS no
    FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = $2::int
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT l.empresa_id::text, c.abertos::bigint, a.online
FROM atendimento_leases l
CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantos), 0) AS abertos
    FROM atendimento_contagens
    WHERE empresa_id = l.empresa_id AND corte = 1 AND status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE')
) c
CROSS JOIN LATERAL (
    SELECT count(*) AS online
    FROM atendimento_atendentes
    WHERE empresa_id = l.empresa_id AND online AND excluido_em IS NULL
) a
WHERE l.no IS NULL OR l.no = $1 OR l.no NOT IN (SELECT no FROM vivos)
