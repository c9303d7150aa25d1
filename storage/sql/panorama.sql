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

-- Empresas after $4, at most $5, that no living node has but this one ($1, called $3), where time does something: a ticket
-- is open, somebody is online, a job waits, a contact is to be asked something. Those of $6 are active here. ``nossa``: it
-- was this node's, or nobody's; ``ha_outro``: another node lives.
-- name: adormecidas
WITH vivos AS MATERIALIZED (
    SELECT objid::int AS no
    FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = $2::int
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
SELECT l.empresa_id::text, l.no_nome IN ('', $3) AS nossa, EXISTS (SELECT FROM vivos WHERE no <> $1) AS ha_outro
FROM atendimento_leases l
WHERE l.empresa_id > $4::uuid
  AND (l.no IS NULL OR l.no = $1 OR l.no NOT IN (SELECT no FROM vivos))
  AND NOT EXISTS (SELECT FROM unnest($6::uuid[]) AS a (id) WHERE a.id = l.empresa_id)
  AND (
    EXISTS (
        SELECT FROM atendimento_contagens
        WHERE empresa_id = l.empresa_id AND corte = 1 AND status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE') AND quantos > 0
    )
    OR EXISTS (
        SELECT FROM atendimento_atendentes WHERE empresa_id = l.empresa_id AND online AND excluido_em IS NULL
    )
    OR EXISTS (
        SELECT FROM atendimento_envios
        WHERE empresa_id = l.empresa_id AND estado IN ('pendente', 'enviando', 'desconhecido')
    )
    OR EXISTS (
        SELECT FROM atendimento_tickets WHERE empresa_id = l.empresa_id AND perguntar_em IS NOT NULL
    )
  )
ORDER BY l.empresa_id
LIMIT $5

-- What is not done, of all empresas: counted up to $1, by the index of what is not done; and of each line the first, which
-- is the oldest (but for what was tried again), of $2 lines: from one to the next by its key.
-- name: envios_na_fila
WITH RECURSIVE contados AS (
    SELECT u.trabalho, count(*) AS quantos
    FROM (
        SELECT trabalho
        FROM atendimento_envios
        WHERE estado IN ('pendente', 'enviando', 'desconhecido')
        ORDER BY empresa_id, canal_id, linha, ordem, id LIMIT $1
    ) u
    GROUP BY u.trabalho
), cabecas AS (
    (
        SELECT empresa_id, canal_id, linha, trabalho, criado_em
        FROM atendimento_envios
        WHERE estado IN ('pendente', 'enviando', 'desconhecido')
        ORDER BY empresa_id, canal_id, linha, ordem, id LIMIT 1
    )
    UNION ALL
    SELECT p.*
    FROM cabecas c
    CROSS JOIN LATERAL (
        SELECT empresa_id, canal_id, linha, trabalho, criado_em
        FROM atendimento_envios
        WHERE estado IN ('pendente', 'enviando', 'desconhecido')
          AND (empresa_id, canal_id, linha) > (c.empresa_id, c.canal_id, c.linha)
        ORDER BY empresa_id, canal_id, linha, ordem, id LIMIT 1
    ) p
), velhas AS (
    SELECT v.trabalho, min(v.criado_em) AS desde FROM (SELECT * FROM cabecas LIMIT $2) v GROUP BY v.trabalho
)
SELECT trabalho, coalesce(quantos, 0), desde FROM contados FULL JOIN velhas USING (trabalho)

-- Active canais that a connector serves, by kind, and how many of them are among $1. (A webchat the server serves itself.)
-- name: canais_ligados
SELECT tipo, count(*) AS quantos, count(*) FILTER (WHERE id = ANY($1::uuid[])) AS ligados
FROM atendimento_canais
WHERE ativo AND excluido_em IS NULL AND tipo <> 'webchat'
GROUP BY tipo
