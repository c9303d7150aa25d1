-- The list of tickets, put together by storage/listas.py: `:nome` is an argument, `<nome>` a part from this file, and
-- `<status>` and `<prioridade>` are what is asked for, in the text itself: how many there are of each makes the plan.
--
-- A page is found in two steps: which numeros are on it, in an index alone as far as the filter allows, so that skipping
-- pages is cheap; then their rows. The total comes from atendimento_contagens where a cut covers the filter. It is the
-- first column of every row, and an empty page is one row with nothing beside it.

-- name: tickets_lista
WITH <fonte>pagina AS MATERIALIZED (<posicoes>)
SELECT (<total>)::bigint, p.*
FROM (SELECT) nada
LEFT JOIN (
    SELECT {colunas_ticket}
    FROM pagina g
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_tickets WHERE empresa_id = :empresa AND numero = g.numero AND numero > 0 LIMIT 1
    ) t
) p ON true
ORDER BY <ordem p>

-- name: tickets_lista_todas
SELECT (<total>)::bigint, p.*
FROM (SELECT) nada
LEFT JOIN (SELECT {colunas_ticket} FROM (<posicoes>) t) p ON true
ORDER BY <ordem p>

-- What is kept of each ticket: the filters.

-- name: tickets_onde
t.empresa_id = :empresa AND t.excluido_em IS NULL

-- name: tickets_onde_status
t.status = <status>

-- name: tickets_onde_prioridade
{tickets_urgencia} = <urgencia>

-- name: tickets_onde_atendente
t.atendente_id = :atendente

-- name: tickets_onde_fila
t.fila_id = :fila

-- name: tickets_onde_canal
t.canal_id = :canal

-- name: tickets_onde_visivel
(t.atendente_id = :visivel OR t.fila_id = ANY(:filas::uuid[]))

-- name: tickets_onde_adiado
t.adiamento IS NOT NULL

-- Of the contact and of all that were merged into it.
-- name: tickets_onde_contato
t.contato_id = ANY(ARRAY(
    SELECT :contato::uuid
    UNION ALL
    SELECT k.id FROM atendimento_contatos k WHERE k.empresa_id = :empresa AND k.unido_a = :contato
))

-- The orders, of a table "?".

-- name: tickets_urgencia
CASE t.prioridade WHEN 'URGENTE' THEN 0 WHEN 'ALTA' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'BAIXA' THEN 3 END

-- name: tickets_recentes
?.numero DESC

-- name: tickets_antigas
?.numero

-- name: tickets_atualizados
?.atualizado_em DESC, ?.numero DESC

-- name: tickets_prioridade
CASE ?.prioridade WHEN 'URGENTE' THEN 0 WHEN 'ALTA' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'BAIXA' THEN 3 END, ?.numero

-- Which numeros are on the page.

-- name: tickets_posicoes
SELECT t.numero FROM atendimento_tickets t WHERE <onde> ORDER BY <ordem t> LIMIT :limite OFFSET :salto

-- All tickets, by numero, and their rows at once: one walk over one index, however deep that has grown. There is one ticket
-- of each numero, so the page begins so far below the newest, and further by as many as
-- were deleted above that. It ends that far below at the latest, and by as many as were deleted at all.
-- name: tickets_posicoes_todas_recentes
SELECT t.*
FROM (
    SELECT topo.numero - :salto AS primeiro, (
        SELECT count(*) FROM atendimento_tickets x WHERE x.empresa_id = :empresa AND x.excluido_em IS NOT NULL
    ) AS excluidos
    FROM (
        SELECT numero FROM atendimento_tickets WHERE empresa_id = :empresa AND numero > 0 ORDER BY numero DESC LIMIT 1
    ) topo
) c
CROSS JOIN LATERAL (
    SELECT t.*
    FROM atendimento_tickets t
    WHERE t.empresa_id = :empresa AND t.numero > 0
      AND t.numero <= c.primeiro AND t.numero > c.primeiro - c.excluidos - :limite
      AND t.excluido_em IS NULL
    ORDER BY t.numero DESC
    LIMIT :limite
    OFFSET (
        SELECT count(*)
        FROM atendimento_tickets x
        WHERE x.empresa_id = :empresa AND x.numero > c.primeiro AND x.excluido_em IS NOT NULL
    )
) t

-- name: tickets_posicoes_todas_antigas
SELECT t.*
FROM atendimento_tickets t
WHERE t.empresa_id = :empresa AND t.numero > 0 AND t.numero > :salto AND t.excluido_em IS NULL
  AND t.numero <= :ate + (
      SELECT count(*) FROM atendimento_tickets x WHERE x.empresa_id = :empresa AND x.excluido_em IS NOT NULL
  )
ORDER BY t.numero
LIMIT :limite
OFFSET (
    SELECT count(*)
    FROM atendimento_tickets x
    WHERE x.empresa_id = :empresa AND x.numero <= :salto AND x.excluido_em IS NOT NULL
)

-- What an agent may see is in several runs of an index, each in order: its own, and those of its filas.
-- name: tickets_posicoes_visiveis
SELECT t.numero
FROM (
    SELECT d.numero
    FROM unnest(:filas::uuid[]) AS f (id)
    CROSS JOIN LATERAL (
        SELECT t.numero
        FROM atendimento_tickets t
        WHERE t.fila_id = f.id AND <onde>
        ORDER BY <ordem t>
        LIMIT :ate
    ) d
    UNION ALL
    (
        SELECT t.numero
        FROM atendimento_tickets t
        WHERE t.atendente_id = :visivel AND t.fila_id <> ALL(:filas::uuid[]) AND <onde>
        ORDER BY <ordem t>
        LIMIT :ate
    )
) t
ORDER BY <ordem t>
LIMIT :limite OFFSET :salto

-- What was found by words, is of a contact, or is put off, is little: it is gathered, counted and sorted.

-- name: tickets_fonte_achados
achados AS MATERIALIZED (
    SELECT t.numero, t.atualizado_em, t.prioridade
    FROM atendimento_achar_tickets(:busca::tsquery) a
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_tickets WHERE empresa_id = :empresa AND numero = a.numero AND numero > 0 LIMIT 1
    ) t
    WHERE <onde>
), 

-- Sorted by numero and filtered by nothing else, what was found need not be looked at.
-- name: tickets_fonte_so_achados
achados AS MATERIALIZED (
    SELECT a.numero
    FROM atendimento_achar_tickets(:busca::tsquery) a
    WHERE NOT EXISTS (
        SELECT FROM atendimento_tickets x
        WHERE x.empresa_id = :empresa AND x.numero = a.numero AND x.excluido_em IS NOT NULL
    )
), 

-- name: tickets_fonte_do_contato
achados AS MATERIALIZED (
    SELECT t.numero, t.atualizado_em, t.prioridade FROM atendimento_tickets t WHERE <onde>
), 

-- name: tickets_posicoes_achados
SELECT t.numero FROM achados t ORDER BY <ordem t> LIMIT :limite OFFSET :salto

-- name: tickets_total_achados
SELECT count(*) FROM achados

-- How many there are.

-- name: tickets_total
SELECT coalesce(sum(c.quantos), 0) FROM atendimento_contagens c WHERE c.empresa_id = :empresa AND <onde c>

-- Those of its filas, and its own, less those that are both.
-- name: tickets_total_visiveis
SELECT coalesce(sum(c.quantos), 0) - (
    SELECT coalesce(sum(c.quantos), 0)
    FROM atendimento_contagens c
    WHERE c.empresa_id = :empresa AND c.corte = 4 AND c.fila_id = ANY(:filas::uuid[]) AND c.atendente_id = :visivel
      AND <onde c>
)
FROM (
    SELECT c.status, c.quantos
    FROM atendimento_contagens c
    WHERE c.empresa_id = :empresa AND c.corte = 2 AND c.fila_id = ANY(:filas::uuid[])
    UNION ALL
    SELECT c.status, c.quantos
    FROM atendimento_contagens c
    WHERE c.empresa_id = :empresa AND c.corte = 3 AND c.atendente_id = :visivel
) c
WHERE <onde c>

-- name: contagens_status
c.status = <status>

-- name: contagens_prioridade
c.prioridade = <prioridade>

-- name: contagens_atendente
c.atendente_id = :atendente

-- name: contagens_fila
c.fila_id = :fila

-- name: contagens_canal
c.canal_id = :canal

-- name: contagens_visivel
(c.atendente_id = :visivel OR c.fila_id = ANY(:filas::uuid[]))

-- name: contagens_corte_1
c.corte = 1

-- name: contagens_corte_2
c.corte = 2

-- name: contagens_corte_3
c.corte = 3

-- name: contagens_corte_4
c.corte = 4

-- Tickets that came between two instants, the latest first, each as its events tell of it. They are found by their ids,
-- which begin with the instant (UUIDv7): so it costs what is answered, however many there are.
-- name: ler_trafego
SELECT
    t.id::text, coalesce(e.criado_em, t.criado_em), coalesce(e.fila_id, t.fila_id::text),
    coalesce(e.prioridade, t.prioridade), t.canal_id::text, e.atendente_id, e.atribuido_em, e.encerrado_em
FROM (
    SELECT id, canal_id, criado_em, fila_id, prioridade FROM atendimento_tickets
    WHERE empresa_id = $1 AND id >= $2 AND id < $3 AND excluido_em IS NULL
    ORDER BY id DESC LIMIT $4
) t
CROSS JOIN LATERAL (
    SELECT
        min(v.em) FILTER (WHERE v.tipo = 'ticket_criado') AS criado_em,
        min(v.fila_id::text) FILTER (WHERE v.tipo = 'ticket_criado') AS fila_id,
        min(v.dados::jsonb -> 'ticket' ->> 'prioridade') FILTER (WHERE v.tipo = 'ticket_criado') AS prioridade,
        (array_agg(v.atendente_id::text ORDER BY v.seq) FILTER (WHERE v.tipo = 'ticket_atribuido'))[1] AS atendente_id,
        min(v.em) FILTER (WHERE v.tipo = 'ticket_atribuido') AS atribuido_em,
        min(v.em) FILTER (WHERE v.tipo = 'ticket_encerrado') AS encerrado_em
    FROM (
        SELECT seq, tipo, em, fila_id, atendente_id, dados FROM atendimento_historico
        WHERE empresa_id = $1 AND ticket_id = t.id
        UNION ALL
        SELECT seq, tipo, em, fila_id, atendente_id, dados FROM atendimento_eventos
        WHERE empresa_id = $1 AND ticket_id = t.id
    ) v
) e
ORDER BY t.id DESC

-- name: ler_empresa
SELECT {colunas_empresa}
FROM atendimento_empresas e
JOIN atendimento_leases l ON l.empresa_id = e.empresa_id
WHERE e.empresa_id = $1
