-- Lists and details (tickets: leituras_tickets.sql). A list answers its page and the total in one round trip: the total is
-- the first column of every row, and an empty page is one row with nothing beside it.
--
-- One row is looked up for another LATERAL, so that it is looked up by its whole key whatever PostgreSQL thinks of sizes.
-- (And by a CASE where others would write coalesce, which row-level security lets no index be asked with.)

-- The messages come as arrays, one for each column: a record of its own for each of a hundred would take us twice as long
-- to read, and PostgreSQL three times as long to write.
-- name: ler_detalhe
SELECT
    row({colunas_ticket}),
    (
        SELECT row({colunas_atendente})
        FROM atendimento_atendentes a
        WHERE a.empresa_id = t.empresa_id AND a.id = t.atendente_id
    ),
    (SELECT row({colunas_fila}) FROM atendimento_filas f WHERE f.empresa_id = t.empresa_id AND f.id = t.fila_id),
    (SELECT row({colunas_canal}) FROM atendimento_canais c WHERE c.empresa_id = t.empresa_id AND c.id = t.canal_id),
    (
        SELECT row({colunas_contato})
        FROM atendimento_contatos o
        CROSS JOIN LATERAL (
            SELECT * FROM atendimento_contatos
            WHERE empresa_id = t.empresa_id AND id = CASE WHEN o.unido_a IS NULL THEN o.id ELSE o.unido_a END LIMIT 1
        ) k
        WHERE o.empresa_id = t.empresa_id AND o.id = t.contato_id AND k.excluido_em IS NULL
    ),
    (SELECT count(*) FROM atendimento_notas n
        WHERE n.empresa_id = t.empresa_id AND n.ticket_id = t.id AND n.excluida_em IS NULL),
    ultimas.*
FROM atendimento_tickets t
CROSS JOIN LATERAL (
    SELECT {colunas_mensagens}
    FROM (
        SELECT *
        FROM (
            SELECT *
            FROM atendimento_mensagens
            WHERE empresa_id = t.empresa_id AND ticket_id = t.id AND seq > 0 AND excluida_em IS NULL
            ORDER BY criada_em DESC, seq DESC LIMIT $3
        ) u
        ORDER BY u.criada_em, u.seq
    ) m
) ultimas
WHERE t.empresa_id = $1 AND t.id = $2

-- name: ler_mensagens
SELECT total.quantos, p.*
FROM (
    SELECT count(*) AS quantos
    FROM atendimento_mensagens WHERE empresa_id = $1 AND ticket_id = $2 AND seq > 0 AND excluida_em IS NULL
) total
LEFT JOIN (
    SELECT {colunas_mensagem}
    FROM atendimento_mensagens m
    WHERE m.empresa_id = $1 AND m.ticket_id = $2 AND m.seq > 0 AND m.excluida_em IS NULL
    ORDER BY m.criada_em, m.seq LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.criada_em, p.seq

-- name: ler_mensagem
SELECT {colunas_mensagem}
FROM atendimento_mensagens m
WHERE m.empresa_id = $1 AND m.id = $2 AND m.excluida_em IS NULL

-- Those of a ticket, in the order in which they were written.
-- name: ler_notas
SELECT total.quantas, p.*
FROM (
    SELECT count(*) AS quantas
    FROM atendimento_notas WHERE empresa_id = $1 AND ticket_id = $2 AND excluida_em IS NULL
) total
LEFT JOIN (
    SELECT {colunas_nota}
    FROM atendimento_notas n
    WHERE n.empresa_id = $1 AND n.ticket_id = $2 AND n.excluida_em IS NULL
    ORDER BY n.seq LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.seq

-- name: ler_nota
SELECT {colunas_nota}
FROM atendimento_notas n
WHERE n.empresa_id = $1 AND n.id = $2 AND n.excluida_em IS NULL

-- Of the latest $4 notes that name the atendente $2, those of tickets that it sees: of the filas $3 (NULL: of all), or its
-- own. The latest first, each with the numero of its ticket.
-- name: ler_mencoes
WITH vistas AS MATERIALIZED (
    SELECT m.nota_id, t.numero
    FROM (
        SELECT nota_id, ticket_id FROM atendimento_mencoes
        WHERE empresa_id = $1 AND atendente_id = $2
        ORDER BY nota_id DESC LIMIT $4
    ) m
    CROSS JOIN LATERAL (SELECT * FROM atendimento_tickets WHERE empresa_id = $1 AND id = m.ticket_id LIMIT 1) t
    WHERE t.excluido_em IS NULL AND ($3::uuid[] IS NULL OR t.fila_id = ANY($3::uuid[]) OR t.atendente_id = $2)
)
SELECT total.quantas, p.*
FROM (SELECT count(*) AS quantas FROM vistas) total
LEFT JOIN (
    SELECT g.numero, {colunas_nota}
    FROM (SELECT * FROM vistas ORDER BY nota_id DESC LIMIT $5 OFFSET $6) g
    CROSS JOIN LATERAL (SELECT * FROM atendimento_notas WHERE empresa_id = $1 AND id = g.nota_id LIMIT 1) n
) p ON true
ORDER BY p.id::uuid DESC

-- name: ler_etiquetas
SELECT nome, tickets, contatos FROM atendimento_etiquetas WHERE empresa_id = $1 ORDER BY nome LIMIT $2

-- name: ler_nao_lidas
SELECT count(*)
FROM atendimento_mensagens m
WHERE m.empresa_id = $1 AND m.ticket_id = $2 AND m.seq > 0
  AND m.direcao = 'recebida' AND NOT m.lida AND m.excluida_em IS NULL

-- name: ler_contatos
SELECT total.quantos, p.*
FROM (
    SELECT count(*) AS quantos
    FROM atendimento_contatos WHERE empresa_id = $1 AND unido_a IS NULL AND excluido_em IS NULL
) total
LEFT JOIN (
    SELECT {colunas_contato}
    FROM (
        SELECT o.id
        FROM atendimento_contatos o
        WHERE o.empresa_id = $1 AND o.unido_a IS NULL AND o.excluido_em IS NULL
        ORDER BY o.nome, o.id LIMIT $2 OFFSET $3
    ) g
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = g.id LIMIT 1) k
) p ON true
ORDER BY p.nome, p.id::uuid

-- name: ler_contatos_achados
WITH achados AS MATERIALIZED (
    SELECT id, nome FROM atendimento_achar_contatos($4::tsquery)
)
SELECT total.quantos, p.*
FROM (SELECT count(*) AS quantos FROM achados) total
LEFT JOIN (
    SELECT {colunas_contato}
    FROM (SELECT id FROM achados ORDER BY nome, id LIMIT $2 OFFSET $3) g
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = g.id LIMIT 1) k
) p ON true
ORDER BY p.nome, p.id::uuid

-- A contact c that the atendente $3 wrote down, and that has no ticket yet.
-- name: contato_sem_ticket
c.empresa_id = $1 AND c.criado_por = $3::uuid AND NOT EXISTS (
    SELECT FROM atendimento_tickets t WHERE t.empresa_id = $1 AND t.contato_id = c.id AND t.excluido_em IS NULL
)

-- What the atendente $3, of the filas $2, sees: the contacts of its filas' tickets and of its own. What is walked over is as
-- much as it sees, however many contacts and tickets there are.
-- name: contatos_visiveis
visiveis AS MATERIALIZED (
    SELECT contato_id AS id FROM atendimento_fila_contatos WHERE empresa_id = $1 AND fila_id = ANY($2::uuid[])
    UNION
    SELECT CASE WHEN o.unido_a IS NULL THEN o.id ELSE o.unido_a END
    FROM (
        SELECT DISTINCT t.contato_id
        FROM atendimento_tickets t
        WHERE t.empresa_id = $1 AND t.atendente_id = $3::uuid AND t.excluido_em IS NULL
          AND t.contato_id IS NOT NULL AND t.fila_id <> ALL($2::uuid[])
    ) d
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = d.contato_id LIMIT 1) o
    WHERE o.excluido_em IS NULL
    UNION
    SELECT c.id FROM atendimento_contatos c
    WHERE c.unido_a IS NULL AND c.excluido_em IS NULL AND {contato_sem_ticket}
)

-- Few are looked up and sorted; many are met soon where all are in order. (Compared with true, so that they are looked up
-- in a table of hashes made once.)
-- name: ler_contatos_visiveis
WITH {contatos_visiveis}, total AS MATERIALIZED (
    SELECT count(*) AS quantos FROM visiveis
)
SELECT total.quantos, p.*
FROM total
LEFT JOIN (
    SELECT {colunas_contato}
    FROM (
        (
            SELECT c.id
            FROM visiveis v
            CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = v.id LIMIT 1) c
            WHERE (SELECT quantos <= 2000 FROM total)
            ORDER BY c.nome, c.id LIMIT $4 OFFSET $5
        )
        UNION ALL
        (
            SELECT o.id
            FROM atendimento_contatos o
            WHERE (SELECT quantos > 2000 FROM total)
              AND o.empresa_id = $1 AND o.unido_a IS NULL AND o.excluido_em IS NULL
              AND (o.id IN (SELECT id FROM visiveis)) IS TRUE
            ORDER BY o.nome, o.id LIMIT $4 OFFSET $5
        )
    ) g
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = g.id LIMIT 1) k
) p ON true
ORDER BY p.nome, p.id::uuid

-- Does the atendente $3, of the filas $2, see a ticket of the contact k, or of one that was merged into it?
-- name: contato_visto
(
    EXISTS (
        SELECT FROM atendimento_tickets t
        WHERE t.empresa_id = $1 AND t.contato_id = k.id AND t.excluido_em IS NULL
          AND (t.fila_id = ANY($2::uuid[]) OR t.atendente_id = $3::uuid)
    )
    OR EXISTS (
        SELECT
        FROM atendimento_contatos u
        JOIN atendimento_tickets t ON t.empresa_id = $1 AND t.contato_id = u.id AND t.excluido_em IS NULL
        WHERE u.empresa_id = $1 AND u.unido_a = k.id
          AND (t.fila_id = ANY($2::uuid[]) OR t.atendente_id = $3::uuid)
    )
    OR EXISTS (SELECT FROM atendimento_contatos c WHERE c.id = k.id AND {contato_sem_ticket})
)

-- Few that were found are looked at one by one.
-- name: ler_contatos_achados_visiveis
WITH {contatos_visiveis}, das_palavras AS MATERIALIZED (
    SELECT id, nome FROM atendimento_achar_contatos($6::tsquery)
), achados AS MATERIALIZED (
    SELECT k.id, k.nome
    FROM das_palavras k
    WHERE CASE
        WHEN (SELECT count(*) <= 200 FROM das_palavras) THEN {contato_visto}
        ELSE k.id IN (SELECT id FROM visiveis)
    END
)
SELECT total.quantos, p.*
FROM (SELECT count(*) AS quantos FROM achados) total
LEFT JOIN (
    SELECT {colunas_contato}
    FROM (SELECT id FROM achados ORDER BY nome, id LIMIT $4 OFFSET $5) g
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = g.id LIMIT 1) k
) p ON true
ORDER BY p.nome, p.id::uuid

-- name: ler_contatos_vistos
SELECT k.id::text
FROM unnest($4::uuid[]) AS k (id)
WHERE {contato_visto}

-- An address belongs to one contact at most, and through it to the one that it was merged into.
-- name: ler_contato_da_chave
SELECT {colunas_contato}
FROM atendimento_contato_chaves h
CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = h.contato_id LIMIT 1) o
CROSS JOIN LATERAL (
    SELECT * FROM atendimento_contatos
    WHERE empresa_id = $1 AND id = CASE WHEN o.unido_a IS NULL THEN o.id ELSE o.unido_a END LIMIT 1
) k
WHERE h.empresa_id = $1 AND h.chave = $2 AND k.excluido_em IS NULL
  AND ($3::tsquery IS NULL OR k.id IN (SELECT a.id FROM atendimento_achar_contatos($3::tsquery) a))

-- name: ler_contato
SELECT {colunas_contato}
FROM atendimento_contatos o
CROSS JOIN LATERAL (
    SELECT * FROM atendimento_contatos
    WHERE empresa_id = $1 AND id = CASE WHEN o.unido_a IS NULL THEN o.id ELSE o.unido_a END LIMIT 1
) k
WHERE o.empresa_id = $1 AND o.id = $2 AND k.excluido_em IS NULL

-- name: ler_arquivo
SELECT {colunas_arquivo}
FROM atendimento_arquivos f
CROSS JOIN LATERAL (SELECT * FROM atendimento_mensagens WHERE empresa_id = $1 AND id = f.mensagem_id LIMIT 1) m
CROSS JOIN LATERAL (SELECT * FROM atendimento_tickets WHERE empresa_id = $1 AND id = f.ticket_id LIMIT 1) t
WHERE f.empresa_id = $1 AND f.id = $2 AND m.excluida_em IS NULL AND t.excluido_em IS NULL

-- What was pruned from the log comes before what is in it. Events named in $5 are left out.
-- name: ler_historico
SELECT total.quantos, p.*
FROM (
    SELECT
        (SELECT count(*) FROM atendimento_historico
            WHERE empresa_id = $1 AND ticket_id = $2 AND tipo <> ALL($5::text[]))
        + (SELECT count(*) FROM atendimento_eventos
            WHERE empresa_id = $1 AND ticket_id = $2 AND tipo <> ALL($5::text[])) AS quantos
) total
LEFT JOIN (
    SELECT {colunas_evento}
    FROM (
        SELECT * FROM atendimento_historico WHERE empresa_id = $1 AND ticket_id = $2 AND tipo <> ALL($5::text[])
        UNION ALL
        SELECT * FROM atendimento_eventos WHERE empresa_id = $1 AND ticket_id = $2 AND tipo <> ALL($5::text[])
    ) v
    ORDER BY v.seq LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.seq

-- The states in which the atendente $2 was from $3 to before $4, the latest first: that which lasted at $3 is the first of
-- them. Each until the next one.
-- name: ler_estados
WITH inicio AS MATERIALIZED (
    SELECT max(e.desde) AS desde
    FROM (
        SELECT desde FROM atendimento_atendente_estados
        WHERE empresa_id = $1 AND atendente_id = $2 AND desde <= $3
        ORDER BY desde DESC LIMIT 1
    ) e
), total AS MATERIALIZED (
    SELECT count(*) AS quantos
    FROM atendimento_atendente_estados
    WHERE empresa_id = $1 AND atendente_id = $2 AND desde < $4
      AND desde >= (SELECT CASE WHEN desde IS NULL THEN $3 ELSE desde END FROM inicio)
)
SELECT total.quantos, p.*
FROM total
LEFT JOIN (
    SELECT {colunas_estado}, (
        SELECT n.desde FROM atendimento_atendente_estados n
        WHERE n.empresa_id = $1 AND n.atendente_id = $2 AND n.desde > h.desde
        ORDER BY n.desde LIMIT 1
    ) AS ate
    FROM atendimento_atendente_estados h
    WHERE h.empresa_id = $1 AND h.atendente_id = $2 AND h.desde < $4
      AND h.desde >= (SELECT CASE WHEN desde IS NULL THEN $3 ELSE desde END FROM inicio)
    ORDER BY h.desde DESC LIMIT $5 OFFSET $6
) p ON true
ORDER BY p.desde DESC

-- name: ler_decisoes
SELECT total.quantas, p.*
FROM (SELECT count(*) AS quantas FROM atendimento_decisoes WHERE empresa_id = $1 AND ticket_id = $2) total
LEFT JOIN (
    SELECT {colunas_decisao}
    FROM atendimento_decisoes d
    WHERE d.empresa_id = $1 AND d.ticket_id = $2
    ORDER BY d.id DESC LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.id::uuid DESC

-- What atendentes and filas are called, deleted ones too.
-- name: ler_nomes
SELECT id::text, nome FROM atendimento_atendentes WHERE empresa_id = $1 AND id = ANY($2::uuid[])
UNION ALL
SELECT id::text, nome FROM atendimento_filas WHERE empresa_id = $1 AND id = ANY($2::uuid[])

-- name: ler_eventos
SELECT {colunas_evento}
FROM atendimento_eventos v
WHERE v.empresa_id = $1 AND v.seq > $2 AND v.seq <= $3
ORDER BY v.seq LIMIT $4

-- name: ler_primeiro_evento
SELECT ate + 1 FROM atendimento_podas WHERE empresa_id = $1

-- name: ler_eventos_de
SELECT {colunas_evento}
FROM unnest($2::bigint[]) n (seq)
CROSS JOIN LATERAL (SELECT * FROM atendimento_eventos WHERE empresa_id = $1 AND seq = n.seq LIMIT 1) v

-- The log of deliveries of a webhook, the latest first. They are counted up to $5: nobody turns more pages than that.
-- name: ler_entregas
SELECT total.quantas, p.*
FROM (
    SELECT count(*) AS quantas
    FROM (
        SELECT 1 FROM atendimento_envios
        WHERE empresa_id = $1 AND canal_id = $2 AND trabalho = 'entregar_webhook' LIMIT $5
    ) c
) total
LEFT JOIN (
    SELECT {colunas_envio}
    FROM atendimento_envios x
    WHERE x.empresa_id = $1 AND x.canal_id = $2 AND x.trabalho = 'entregar_webhook'
    ORDER BY x.ordem DESC, x.id DESC LIMIT $3 OFFSET $4
) p ON true

-- The versions of a fila's policy, the latest first.
-- name: ler_politica_versoes
SELECT total.quantas, p.*
FROM (
    SELECT count(*) AS quantas FROM atendimento_politica_versoes WHERE empresa_id = $1 AND fila_id = $2
) total
LEFT JOIN (
    SELECT {colunas_politica_versao}
    FROM atendimento_politica_versoes p
    WHERE p.empresa_id = $1 AND p.fila_id = $2
    ORDER BY p.versao DESC LIMIT $3 OFFSET $4
) p ON true
ORDER BY p.versao DESC

-- name: ler_politica_versao
SELECT {colunas_politica_versao}
FROM atendimento_politica_versoes p
WHERE p.empresa_id = $1 AND p.fila_id = $2 AND p.versao = $3

-- Whose tokens are not all good, and from when on they are; deleted: none is.
-- name: ler_acessos
SELECT u.usuario_id::text, max(u.vale_desde), bool_or(u.excluido)
FROM (
    SELECT a.usuario_id, a.vale_desde, false AS excluido FROM atendimento_acessos a WHERE a.empresa_id = $1
    UNION ALL
    SELECT a.id, a.excluido_em, true
    FROM atendimento_atendentes a
    WHERE a.empresa_id = $1 AND a.excluido_em IS NOT NULL
) u
GROUP BY u.usuario_id

-- name: ler_lugares
SELECT id::text, fila_id::text, atendente_id::text
FROM atendimento_tickets
WHERE empresa_id = $1 AND id = ANY($2::uuid[])

-- name: ler_nada
SELECT 1

-- Somebody's notices, the latest first; with $3 only those that it has not read. They are counted up to $6.
-- name: ler_notificacoes
SELECT total.quantas, p.*
FROM (
    SELECT count(*) AS quantas
    FROM (
        SELECT FROM atendimento_notificacoes
        WHERE empresa_id = $1 AND usuario_id = $2 AND (NOT $3 OR lida_em IS NULL)
        LIMIT $6
    ) c
) total
LEFT JOIN (
    SELECT {colunas_notificacao}
    FROM atendimento_notificacoes nt
    WHERE nt.empresa_id = $1 AND nt.usuario_id = $2 AND (NOT $3 OR nt.lida_em IS NULL)
    ORDER BY nt.id DESC LIMIT $4 OFFSET $5
) p ON true
ORDER BY p.id::uuid DESC

-- name: ler_notificacao
SELECT {colunas_notificacao}
FROM atendimento_notificacoes nt
WHERE nt.empresa_id = $1 AND nt.id = $2 AND nt.usuario_id = $3
