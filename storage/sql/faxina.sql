-- What is written beside the journal, and what is thrown away.

-- name: arquivo_reservar
INSERT INTO atendimento_arquivos_pendentes (empresa_id, id, desde) VALUES ($1, $2, $3)

-- name: arquivos_abandonados
SELECT empresa_id::text, id::text FROM atendimento_arquivos_pendentes WHERE desde < $1 ORDER BY desde LIMIT $2

-- name: arquivos_esquecer
DELETE FROM atendimento_arquivos_pendentes p
USING unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, id)
WHERE p.empresa_id = ANY($1::uuid[]) AND p.id = ANY($2::uuid[]) AND p.empresa_id = n.empresa_id AND p.id = n.id

-- name: idempotencia_vencidas
DELETE FROM atendimento_idempotencia i
USING (
    SELECT empresa_id, usuario_id, chave FROM atendimento_idempotencia WHERE criada_em < $1 ORDER BY criada_em LIMIT $2
) v
WHERE i.empresa_id = v.empresa_id AND i.usuario_id = v.usuario_id AND i.chave = v.chave

-- The oldest jobs of the outbox that were done before $1. One that is being written now (its message was read at last) is
-- left for the next time: nobody waits for this, and it waits for nobody.
-- name: envios_feitos_apagar
DELETE FROM atendimento_envios x
USING (
    SELECT empresa_id, id
    FROM atendimento_envios
    WHERE estado IN ('enviado', 'entregue', 'lido', 'cancelado') AND atualizado_em < $1
    ORDER BY atualizado_em LIMIT $2
    FOR UPDATE SKIP LOCKED
) v
WHERE x.empresa_id = v.empresa_id AND x.id = v.id

-- Deliveries of webhooks that were given up before $1.
-- name: entregas_mortas_apagar
DELETE FROM atendimento_envios x
USING (
    SELECT empresa_id, id
    FROM atendimento_envios
    WHERE trabalho = 'entregar_webhook' AND estado = 'falhou' AND atualizado_em < $1
    ORDER BY atualizado_em LIMIT $2
    FOR UPDATE SKIP LOCKED
) v
WHERE x.empresa_id = v.empresa_id AND x.id = v.id

-- Deliveries of webhooks that were deleted before $1.
-- name: entregas_orfas_apagar
DELETE FROM atendimento_envios x
USING (
    SELECT e.empresa_id, e.id
    FROM atendimento_canais c
    JOIN atendimento_envios e
        ON e.empresa_id = c.empresa_id AND e.canal_id = c.id AND e.trabalho = 'entregar_webhook'
    WHERE c.tipo = 'webhook' AND c.excluido_em < $1
    LIMIT $2
    FOR UPDATE OF e SKIP LOCKED
) v
WHERE x.empresa_id = v.empresa_id AND x.id = v.id

-- Empresas whose log begins with an event from before $1, which reports have counted; and up to where each is pruned
-- already.
-- name: eventos_a_podar
SELECT l.empresa_id::text, coalesce(p.ate, 0)
FROM atendimento_leases l
LEFT JOIN atendimento_podas p ON p.empresa_id = l.empresa_id
LEFT JOIN atendimento_relatorios_marcas m ON m.empresa_id = l.empresa_id
CROSS JOIN LATERAL (
    SELECT em FROM atendimento_eventos
    WHERE empresa_id = l.empresa_id AND seq > coalesce(p.ate, 0)
    ORDER BY seq LIMIT 1
) v
WHERE l.seq > coalesce(p.ate, 0) AND v.em < $1 AND (m.ate IS NULL OR m.ate > coalesce(p.ate, 0))

-- Of an empresa's log after $2, the first events, up to one that is not from before $3, or that reports have not counted,
-- and at most $4: those of tickets go to their history. Only rows that no writer touches are locked. Answers up to where the log is pruned now.
-- name: eventos_podar
WITH primeiros AS MATERIALIZED (
    SELECT seq, em
    FROM atendimento_eventos
    WHERE empresa_id = $1 AND seq > $2
      AND seq <= coalesce((SELECT ate FROM atendimento_relatorios_marcas WHERE empresa_id = $1), 9223372036854775807)
    ORDER BY seq LIMIT $4
), limite AS MATERIALIZED (
    SELECT coalesce(min(seq) FILTER (WHERE em >= $3) - 1, max(seq), $2) AS ate FROM primeiros
), podados AS (
    DELETE FROM atendimento_eventos
    WHERE empresa_id = $1 AND seq > $2 AND seq <= (SELECT ate FROM limite)
    RETURNING *
), historico AS (
    INSERT INTO atendimento_historico SELECT * FROM podados WHERE ticket_id IS NOT NULL
), poda AS (
    INSERT INTO atendimento_podas AS p (empresa_id, ate)
    SELECT $1, ate FROM limite WHERE ate > $2
    ON CONFLICT (empresa_id) DO UPDATE SET ate = greatest(p.ate, excluded.ate)
)
SELECT ate FROM limite

-- Decisions of before $1, the oldest of each empresa first: an id begins with its time, in milliseconds (UUIDv7).
-- name: decisoes_apagar
DELETE FROM atendimento_decisoes d
USING (
    SELECT o.empresa_id, o.id
    FROM atendimento_leases l
    CROSS JOIN LATERAL (
        SELECT empresa_id, id
        FROM atendimento_decisoes
        WHERE empresa_id = l.empresa_id AND id < (lpad(to_hex($1::bigint), 12, '0') || repeat('0', 20))::uuid
        ORDER BY id LIMIT $2
    ) o
    LIMIT $2
) v
WHERE d.empresa_id = v.empresa_id AND d.id = v.id

-- What of the agents' timelines was over before $1, the oldest of each empresa first: the state that each was in at that
-- moment stays.
-- name: estados_apagar
DELETE FROM atendimento_atendente_estados h
USING (
    SELECT o.empresa_id, o.atendente_id, o.desde
    FROM atendimento_leases l
    CROSS JOIN LATERAL (
        SELECT e.empresa_id, e.atendente_id, e.desde
        FROM atendimento_atendente_estados e
        CROSS JOIN LATERAL (
            SELECT desde
            FROM atendimento_atendente_estados
            WHERE empresa_id = e.empresa_id AND atendente_id = e.atendente_id AND desde > e.desde
            ORDER BY desde LIMIT 1
        ) seguinte
        WHERE e.empresa_id = l.empresa_id AND e.desde < $1 AND seguinte.desde <= $1
        ORDER BY e.desde LIMIT $2
    ) o
    LIMIT $2
) v
WHERE h.empresa_id = v.empresa_id AND h.atendente_id = v.atendente_id AND h.desde = v.desde

-- Wrap-ups that were over at $1. One that is being written now is left for the next time.
-- name: arremates_apagar
DELETE FROM atendimento_arremates r
USING (
    SELECT o.empresa_id, o.ticket_id
    FROM atendimento_leases l
    CROSS JOIN LATERAL (
        SELECT empresa_id, ticket_id
        FROM atendimento_arremates
        WHERE empresa_id = l.empresa_id AND ate <= $1
        ORDER BY ate LIMIT $2
        FOR UPDATE SKIP LOCKED
    ) o
    LIMIT $2
) v
WHERE r.empresa_id = v.empresa_id AND r.ticket_id = v.ticket_id

-- Notices of before $1 in people's lists, the oldest of each empresa first: an id begins with its time (UUIDv7). One that
-- is being read now is left for the next time.
-- name: notificacoes_apagar
DELETE FROM atendimento_notificacoes t
USING (
    SELECT o.empresa_id, o.id
    FROM atendimento_leases l
    CROSS JOIN LATERAL (
        SELECT empresa_id, id
        FROM atendimento_notificacoes
        WHERE empresa_id = l.empresa_id AND id < (lpad(to_hex($1::bigint), 12, '0') || repeat('0', 20))::uuid
        ORDER BY id LIMIT $2
        FOR UPDATE SKIP LOCKED
    ) o
    LIMIT $2
) v
WHERE t.empresa_id = v.empresa_id AND t.id = v.id

-- What people may be told again at $1. What is being written now is left for the next time.
-- name: avisos_dados_apagar
DELETE FROM atendimento_avisos_dados d
USING (
    SELECT o.empresa_id, o.chave
    FROM atendimento_leases l
    CROSS JOIN LATERAL (
        SELECT empresa_id, chave
        FROM atendimento_avisos_dados
        WHERE empresa_id = l.empresa_id AND ate <= $1
        ORDER BY ate LIMIT $2
        FOR UPDATE SKIP LOCKED
    ) o
    LIMIT $2
) v
WHERE d.empresa_id = v.empresa_id AND d.chave = v.chave
