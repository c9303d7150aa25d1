-- What `balcao doctor` asks. Each invariant answers its violations, as (empresa_id, detalhe); none is good.

-- name: diag_versao
SELECT split_part(current_setting('server_version'), ' ', 1)

-- The database itself, whatever address it was reached by.
-- name: diag_identidade
SELECT s.system_identifier || ':' || d.oid
FROM pg_control_system() s, pg_database d
WHERE d.datname = current_database()

-- name: diag_relogio
SELECT extract(epoch FROM clock_timestamp())::float8

-- A node lives while it holds the advisory lock of its number ($1 is the first key of ours).
-- name: diag_leases
SELECT
    l.no_nome AS no,
    count(*) AS empresas,
    coalesce(bool_and(EXISTS (
        SELECT FROM pg_locks p
        WHERE p.locktype = 'advisory' AND p.granted AND p.objsubid = 2
          AND p.classid::bigint = $1::bigint AND p.objid::bigint = l.no
          AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )), false) AS vivo
FROM atendimento_leases l
WHERE l.no IS NOT NULL
GROUP BY l.no_nome, l.no
ORDER BY l.no_nome

-- The empresas that a living node holds.
-- name: diag_ativas
SELECT l.empresa_id::text
FROM atendimento_leases l
WHERE EXISTS (
    SELECT FROM pg_locks p
    WHERE p.locktype = 'advisory' AND p.granted AND p.objsubid = 2
      AND p.classid::bigint = $1::bigint AND p.objid::bigint = l.no
      AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
ORDER BY l.empresa_id

-- What came to webhooks and is of no canal, by why: how often, and when last; the latest first.
-- name: diag_apartados
SELECT motivo, count(*) AS quantos, max(recebido_em) AS em
FROM instalacao_webhooks_apartados
GROUP BY motivo
ORDER BY max(recebido_em) DESC, motivo

-- name: diag_empresas
SELECT
    (SELECT count(*) FROM atendimento_empresas) AS empresas,
    (SELECT count(*) FROM atendimento_tickets) AS tickets,
    (SELECT count(*) FROM atendimento_mensagens) AS mensagens,
    (SELECT count(*) FROM atendimento_eventos) AS eventos

-- name: diag_posse
SELECT coalesce(e.empresa_id, l.empresa_id)::text AS empresa_id,
       CASE WHEN e.empresa_id IS NULL THEN 'há posse de uma empresa que não existe' ELSE 'a empresa não tem linha de posse' END AS detalhe
FROM atendimento_empresas e
FULL JOIN atendimento_leases l USING (empresa_id)
WHERE e.empresa_id IS NULL OR l.empresa_id IS NULL

-- name: diag_numero
SELECT l.empresa_id::text,
       format('%s tickets, %s números distintos, o último dado foi %s', count(t.id), count(DISTINCT t.numero), l.numero) AS detalhe
FROM atendimento_leases l
LEFT JOIN atendimento_tickets t USING (empresa_id)
GROUP BY l.empresa_id, l.numero
HAVING count(t.id) <> l.numero
    OR count(DISTINCT t.numero) <> l.numero
    OR coalesce(min(t.numero), 1) <> 1
    OR coalesce(max(t.numero), 0) <> l.numero

-- Every event after those that were pruned is there, up to the last one written.
-- name: diag_seq
SELECT l.empresa_id::text,
       format('%s eventos de %s a %s; foram podados até %s e o último gravado foi %s',
              count(v.seq), min(v.seq), max(v.seq), coalesce(p.ate, 0), l.seq) AS detalhe
FROM atendimento_leases l
LEFT JOIN atendimento_podas p USING (empresa_id)
LEFT JOIN atendimento_eventos v USING (empresa_id)
GROUP BY l.empresa_id, l.seq, p.ate
HAVING count(v.seq) <> l.seq - coalesce(p.ate, 0)
    OR min(v.seq) <> coalesce(p.ate, 0) + 1
    OR max(v.seq) <> l.seq

-- name: diag_dono
SELECT t.empresa_id::text,
       format('ticket %s está %s %s dono', t.numero, t.status, CASE WHEN t.atendente_id IS NULL THEN 'sem' ELSE 'com' END) AS detalhe
FROM atendimento_tickets t
WHERE (t.status = 'ABERTO' AND t.atendente_id IS NOT NULL)
   OR (t.status = 'EM_ANDAMENTO' AND t.atendente_id IS NULL)

-- More than its capacity, not counting what a supervisor forced, and not what it already held when its capacity was
-- lowered. (What was assigned before the log begins is taken for that: whether it was lowered since is not known.)
-- name: diag_capacidade
WITH segurados AS (
    SELECT t.empresa_id, t.atendente_id, t.id
    FROM atendimento_tickets t
    WHERE t.status IN ('EM_ANDAMENTO', 'PENDENTE') AND t.atendente_id IS NOT NULL AND NOT t.forcado
), acima AS (
    SELECT a.empresa_id, a.id, a.nome, a.capacidade, count(*) AS em_maos
    FROM segurados s
    JOIN atendimento_atendentes a ON a.empresa_id = s.empresa_id AND a.id = s.atendente_id
    GROUP BY a.empresa_id, a.id
    HAVING count(*) > a.capacidade
)
SELECT x.empresa_id::text, format('%s tem %s tickets e capacidade %s', x.nome, x.em_maos, x.capacidade) AS detalhe
FROM acima x
WHERE EXISTS (
    SELECT FROM segurados s
    WHERE s.empresa_id = x.empresa_id AND s.atendente_id = x.id
      AND coalesce((
          SELECT max(v.seq) FROM atendimento_eventos v
          WHERE v.empresa_id = s.empresa_id AND v.ticket_id = s.id AND v.tipo = 'ticket_atribuido'
      ), 1) > coalesce((
          SELECT max(v.seq) FROM atendimento_eventos v
          WHERE v.empresa_id = x.empresa_id AND v.atendente_id = x.id AND v.tipo = 'atendente_atualizado'
            AND v.mudancas LIKE '%"capacidade"%'
      ), (SELECT p.ate FROM atendimento_podas p WHERE p.empresa_id = x.empresa_id), 0)
)

-- An active node gives waiting work out within milliseconds; what has not moved for $2 ms is stuck.
-- name: diag_espera
WITH ativas AS (
    SELECT l.empresa_id
    FROM atendimento_leases l
    WHERE EXISTS (
        SELECT FROM pg_locks p
        WHERE p.locktype = 'advisory' AND p.granted AND p.objsubid = 2
          AND p.classid::bigint = $1::bigint AND p.objid::bigint = l.no
          AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
), livres AS (
    SELECT a.empresa_id, a.id, a.nome
    FROM atendimento_atendentes a
    JOIN ativas USING (empresa_id)
    LEFT JOIN atendimento_tickets t ON t.empresa_id = a.empresa_id AND t.atendente_id = a.id
    WHERE a.online AND a.estado = 'disponivel' AND a.excluido_em IS NULL
    GROUP BY a.empresa_id, a.id
    HAVING count(*) FILTER (WHERE t.status IN ('EM_ANDAMENTO', 'PENDENTE')) < a.capacidade
       AND greatest(max(t.atualizado_em), a.atualizado_em) < extract(epoch FROM now()) * 1000 - $2::bigint
)
SELECT t.empresa_id::text, format('ticket %s espera na fila %s e %s está livre', t.numero, f.nome, min(l.nome)) AS detalhe
FROM atendimento_tickets t
JOIN atendimento_filas f ON f.empresa_id = t.empresa_id AND f.id = t.fila_id AND f.distribuicao_automatica
JOIN atendimento_fila_membros m ON m.empresa_id = t.empresa_id AND m.fila_id = t.fila_id AND m.ativo
JOIN livres l ON l.empresa_id = t.empresa_id AND l.id = m.atendente_id
WHERE t.status = 'ABERTO' AND t.atualizado_em < extract(epoch FROM now()) * 1000 - $2::bigint
GROUP BY t.empresa_id, t.numero, f.nome

-- Of an empresa that a living node serves: a grace period that has ended (whoever lets it end takes it from the row), and
-- a job of which nothing was heard in time. One that a connector has is its for as long as it says that it is at work,
-- which is not written down: for $3 ms at most.
-- name: diag_prazos
WITH ativas AS (
    SELECT l.empresa_id
    FROM atendimento_leases l
    WHERE EXISTS (
        SELECT FROM pg_locks p
        WHERE p.locktype = 'advisory' AND p.granted AND p.objsubid = 2
          AND p.classid::bigint = $1::bigint AND p.objid::bigint = l.no
          AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
), agora AS (
    SELECT (extract(epoch FROM now()) * 1000)::bigint AS ms
)
SELECT a.empresa_id::text,
       format('%s devia ter ficado offline há %s s', a.nome, (agora.ms - a.offline_em) / 1000) AS detalhe
FROM agora, atendimento_atendentes a
JOIN ativas USING (empresa_id)
WHERE a.excluido_em IS NULL AND a.offline_em < agora.ms - $2::bigint
UNION ALL
SELECT x.empresa_id::text, format('o envio %s está %s há %s s além do prazo', x.id, x.estado, (agora.ms - x.prazo) / 1000)
FROM agora, atendimento_envios x
JOIN ativas USING (empresa_id)
JOIN atendimento_canais c ON c.empresa_id = x.empresa_id AND c.id = x.canal_id AND c.excluido_em IS NULL
WHERE x.estado IN ('enviando', 'desconhecido')
  AND x.prazo < agora.ms - CASE x.estado WHEN 'enviando' THEN $3::bigint ELSE $2::bigint END

-- name: diag_mensagens
SELECT m.empresa_id::text, format('%s mensagens do ticket %s, que não existe', count(*), m.ticket_id) AS detalhe
FROM atendimento_mensagens m
LEFT JOIN atendimento_tickets t ON t.empresa_id = m.empresa_id AND t.id = m.ticket_id
WHERE t.id IS NULL
GROUP BY m.empresa_id, m.ticket_id

-- name: diag_referencias
SELECT t.empresa_id::text,
       format('ticket %s aponta para %s que não existe', t.numero, CASE WHEN f.id IS NULL THEN 'uma fila' ELSE 'um atendente' END) AS detalhe
FROM atendimento_tickets t
LEFT JOIN atendimento_filas f ON f.empresa_id = t.empresa_id AND f.id = t.fila_id
LEFT JOIN atendimento_atendentes a ON a.empresa_id = t.empresa_id AND a.id = t.atendente_id
WHERE f.id IS NULL OR (t.atendente_id IS NOT NULL AND a.id IS NULL)

-- name: diag_fila_padrao
SELECT f.empresa_id::text, format('%s filas padrão', count(*)) AS detalhe
FROM atendimento_filas f
WHERE f.padrao AND f.excluida_em IS NULL
GROUP BY f.empresa_id
HAVING count(*) > 1

-- The finest cut against the tickets, and the others against the finest.
-- name: diag_contagens
WITH nulo AS (
    SELECT '00000000-0000-0000-0000-000000000000'::uuid AS id
), devidas AS (
    SELECT
        t.empresa_id, 4::smallint AS corte, t.fila_id, coalesce(t.atendente_id, nulo.id) AS atendente_id,
        coalesce(t.canal_id, nulo.id) AS canal_id, t.prioridade, t.status, count(*) AS quantos
    FROM atendimento_tickets t, nulo
    WHERE t.excluido_em IS NULL
    GROUP BY 1, 3, 4, 5, 6, 7
    UNION ALL
    SELECT
        c.empresa_id, CASE GROUPING(c.fila_id, c.atendente_id) WHEN 3 THEN 1 WHEN 1 THEN 2 ELSE 3 END,
        coalesce(c.fila_id, nulo.id), coalesce(c.atendente_id, nulo.id), nulo.id, '', c.status, sum(c.quantos)
    FROM atendimento_contagens c, nulo
    WHERE c.corte = 4
    GROUP BY GROUPING SETS (
        (nulo.id, c.empresa_id, c.status),
        (nulo.id, c.empresa_id, c.fila_id, c.status),
        (nulo.id, c.empresa_id, c.atendente_id, c.status)
    )
)
SELECT empresa_id::text,
       format('%s: contados %s no corte %s, e são %s', status, coalesce(c.quantos, 0), corte, coalesce(d.quantos, 0))
FROM devidas d
FULL JOIN atendimento_contagens c
    USING (empresa_id, corte, fila_id, atendente_id, canal_id, prioridade, status)
WHERE coalesce(c.quantos, 0) <> coalesce(d.quantos, 0)

-- name: diag_contatos
SELECT t.empresa_id::text, format('o contato do ticket %s não existe', t.numero)
FROM atendimento_tickets t
LEFT JOIN atendimento_contatos k ON k.empresa_id = t.empresa_id AND k.id = t.contato_id
WHERE t.contato_id IS NOT NULL AND k.id IS NULL

-- What atendentes see contacts by, beside the tickets that it comes from.
-- name: diag_contatos_das_filas
WITH dos_tickets AS (
    SELECT t.empresa_id, t.fila_id, CASE WHEN k.unido_a IS NULL THEN k.id ELSE k.unido_a END AS contato_id
    FROM atendimento_tickets t
    JOIN atendimento_contatos k ON k.empresa_id = t.empresa_id AND k.id = t.contato_id AND k.excluido_em IS NULL
    WHERE t.excluido_em IS NULL
), sobra AS (
    SELECT * FROM atendimento_fila_contatos EXCEPT SELECT * FROM dos_tickets
), falta AS (
    SELECT * FROM dos_tickets EXCEPT SELECT * FROM atendimento_fila_contatos
)
SELECT s.empresa_id::text, format('o contato %s aparece na fila %s, sem ticket nela', s.contato_id, s.fila_id) FROM sobra s
UNION ALL
SELECT f.empresa_id::text, format('o contato %s não aparece na fila %s, e tem ticket nela', f.contato_id, f.fila_id)
FROM falta f

-- name: diag_unidos
SELECT k.empresa_id::text,
       format('o contato %s foi unido a %s, que %s', k.id, k.unido_a,
              CASE WHEN outro.id IS NULL THEN 'não existe' ELSE 'foi unido a outro' END)
FROM atendimento_contatos k
LEFT JOIN atendimento_contatos outro ON outro.empresa_id = k.empresa_id AND outro.id = k.unido_a
WHERE k.unido_a IS NOT NULL AND (outro.id IS NULL OR outro.unido_a IS NOT NULL)

-- name: diag_conversas
SELECT t.empresa_id::text,
       format('o canal %s tem %s conversas abertas com o contato %s', t.canal_id, count(*), p.contato_id) AS detalhe
FROM atendimento_tickets t
LEFT JOIN atendimento_contatos k ON k.empresa_id = t.empresa_id AND k.id = t.contato_id
CROSS JOIN LATERAL (SELECT coalesce(k.unido_a, t.contato_id) AS contato_id) p
WHERE t.do_canal AND t.status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE')
GROUP BY t.empresa_id, t.canal_id, p.contato_id
HAVING count(*) > 1

-- name: diag_envios
SELECT x.empresa_id::text, format('a mensagem %s está %s, e o seu envio, %s', m.id, m.status_entrega, x.estado) AS detalhe
FROM atendimento_envios x
JOIN atendimento_mensagens m ON m.empresa_id = x.empresa_id AND m.id = x.mensagem_id
WHERE m.status_entrega <> CASE
    WHEN x.estado IN ('pendente', 'enviando', 'desconhecido') THEN 'pendente'
    WHEN x.estado IN ('falhou', 'cancelado') THEN 'falhou'
    ELSE x.estado
END

-- name: diag_arquivos
SELECT m.empresa_id::text, format('o arquivo da mensagem %s não está registrado', m.id)
FROM atendimento_mensagens m
LEFT JOIN atendimento_arquivos f ON f.empresa_id = m.empresa_id AND f.id = (m.arquivo::json ->> 'id')::uuid
WHERE m.arquivo IS NOT NULL AND (f.id IS NULL OR f.mensagem_id <> m.id)
