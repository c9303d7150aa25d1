-- What an empresa is woken up with.

-- name: carregar_filas
SELECT {colunas_fila} FROM atendimento_filas f WHERE f.empresa_id = $1 AND f.excluida_em IS NULL ORDER BY f.id

-- name: carregar_atendentes
SELECT {colunas_atendente}
FROM atendimento_atendentes a
WHERE a.empresa_id = $1 AND a.excluido_em IS NULL
ORDER BY a.id

-- name: carregar_excluidos
SELECT a.id::text, a.excluido_em
FROM atendimento_atendentes a
WHERE a.empresa_id = $1 AND a.excluido_em IS NOT NULL
ORDER BY a.id

-- name: carregar_membros
SELECT {colunas_membro}
FROM atendimento_fila_membros fm
WHERE fm.empresa_id = $1 AND fm.ativo
ORDER BY fm.fila_id, fm.atendente_id

-- name: carregar_tickets
SELECT {colunas_ticket}
FROM atendimento_tickets t
WHERE t.empresa_id = $1 AND t.status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE')
ORDER BY t.numero

-- name: carregar_a_perguntar
SELECT {colunas_ticket}
FROM atendimento_tickets t
WHERE t.empresa_id = $1 AND t.perguntar_em IS NOT NULL AND t.status = 'RESOLVIDO'
ORDER BY t.numero

-- name: carregar_ticket
SELECT {colunas_ticket} FROM atendimento_tickets t WHERE t.empresa_id = $1 AND t.id = $2

-- name: carregar_mensagem
SELECT {colunas_mensagem} FROM atendimento_mensagens m WHERE m.empresa_id = $1 AND m.id = $2

-- name: carregar_canais
SELECT {colunas_canal} FROM atendimento_canais c WHERE c.empresa_id = $1 AND c.excluido_em IS NULL ORDER BY c.id

-- name: carregar_modelos
SELECT canal_id::text, aprovados FROM atendimento_canal_modelos WHERE empresa_id = $1

-- name: carregar_canais_com_envios
SELECT c.id::text
FROM atendimento_canais c
WHERE c.empresa_id = $1 AND c.excluido_em IS NULL AND EXISTS (
    SELECT FROM atendimento_envios x
    WHERE x.empresa_id = $1 AND x.canal_id = c.id AND x.estado IN ('pendente', 'enviando', 'desconhecido')
)

-- name: carregar_segredos
SELECT {colunas_segredos}
FROM atendimento_canal_segredos s
JOIN atendimento_canais c ON c.empresa_id = s.empresa_id AND c.id = s.canal_id AND c.excluido_em IS NULL
WHERE s.empresa_id = $1 AND c.empresa_id = $1
ORDER BY s.canal_id

-- name: carregar_equipes
SELECT {colunas_equipe} FROM atendimento_equipes q WHERE q.empresa_id = $1 AND q.excluida_em IS NULL ORDER BY q.id

-- name: carregar_documentos
SELECT {colunas_documento}
FROM atendimento_documentos o
WHERE o.empresa_id = $1 AND o.excluido_em IS NULL
ORDER BY o.tipo, o.id

-- name: carregar_equipe_membros
SELECT {colunas_equipe_membro}
FROM atendimento_equipe_membros qm
WHERE qm.empresa_id = $1 AND qm.ativo
ORDER BY qm.equipe_id, qm.atendente_id

-- name: carregar_equipe_filas
SELECT {colunas_equipe_fila}
FROM atendimento_equipe_filas qf
WHERE qf.empresa_id = $1 AND qf.ativo
ORDER BY qf.equipe_id, qf.fila_id

-- name: carregar_inscricoes
SELECT {colunas_inscricao} FROM atendimento_inscricoes i WHERE i.empresa_id = $1 AND i.ativa ORDER BY i.id

-- name: carregar_aviso_preferencias
SELECT {colunas_aviso_preferencia}
FROM atendimento_aviso_preferencias ap
WHERE ap.empresa_id = $1
ORDER BY ap.usuario_id

-- name: carregar_avisos_retidos
SELECT {colunas_aviso_retido} FROM atendimento_avisos_retidos ar WHERE ar.empresa_id = $1 AND ar.ativo ORDER BY ar.id

-- Those that last beyond $2, at most $3, which last longest.
-- name: carregar_avisos_dados
SELECT {colunas_aviso_dado}
FROM atendimento_avisos_dados ad
WHERE ad.empresa_id = $1 AND ad.ate > $2
ORDER BY ad.ate DESC, ad.chave
LIMIT $3

-- Of those who are there, and of filas that are.
-- name: carregar_escala
SELECT {colunas_escala}
FROM atendimento_escala s
JOIN atendimento_filas f ON f.empresa_id = s.empresa_id AND f.id = s.fila_id AND f.excluida_em IS NULL
JOIN atendimento_atendentes a ON a.empresa_id = s.empresa_id AND a.id = s.atendente_id AND a.excluido_em IS NULL
WHERE s.empresa_id = $1 AND f.empresa_id = $1 AND a.empresa_id = $1
ORDER BY s.fila_id, s.atendente_id

-- Those that last beyond $2.
-- name: carregar_arremates
SELECT {colunas_arremate}
FROM atendimento_arremates r
JOIN atendimento_atendentes a ON a.empresa_id = r.empresa_id AND a.id = r.atendente_id AND a.excluido_em IS NULL
WHERE r.empresa_id = $1 AND a.empresa_id = $1 AND r.ate > $2
ORDER BY r.ticket_id

-- Contacts, each with those of the addresses asked for ($2) that are its own: those they belong to, those of these ids
-- ($3), and those that were merged into any of them.
-- Whose an address is, is looked up one by one, and only then whether it is anybody's: told of both at once, a plan made
-- while the table was small walks over every address of the empresa, in the index of those that are somebody's.
-- name: carregar_contatos
WITH chaves AS MATERIALIZED (
    SELECT h.chave, h.contato_id
    FROM unnest($2::text[]) c (chave)
    CROSS JOIN LATERAL (
        SELECT * FROM atendimento_contato_chaves WHERE empresa_id = $1 AND chave = c.chave LIMIT 1
    ) h
    WHERE h.contato_id IS NOT NULL
), pedidos AS MATERIALIZED (
    SELECT contato_id AS id FROM chaves UNION SELECT unnest($3::uuid[])
), achados AS (
    SELECT id FROM pedidos
    UNION
    SELECT u.id
    FROM pedidos p
    CROSS JOIN LATERAL (SELECT id FROM atendimento_contatos WHERE empresa_id = $1 AND unido_a = p.id OFFSET 0) u
)
SELECT {colunas_contato}, ARRAY(SELECT h.chave FROM chaves h WHERE h.contato_id = k.id) AS chaves
FROM achados a
CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = a.id LIMIT 1) k
WHERE k.excluido_em IS NULL
ORDER BY k.id

-- name: carregar_idempotencia
SELECT {colunas_idempotencia}
FROM atendimento_idempotencia i
WHERE i.empresa_id = $1 AND i.usuario_id = $2 AND i.chave = $3
