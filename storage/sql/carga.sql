-- What an empresa is woken up with.

-- name: carregar_filas
SELECT {colunas_fila} FROM atendimento_filas f WHERE f.empresa_id = $1 AND f.excluida_em IS NULL ORDER BY f.id

-- name: carregar_atendentes
SELECT {colunas_atendente}
FROM atendimento_atendentes a
WHERE a.empresa_id = $1 AND a.excluido_em IS NULL
ORDER BY a.id

-- name: carregar_excluidos
SELECT a.id::text FROM atendimento_atendentes a WHERE a.empresa_id = $1 AND a.excluido_em IS NOT NULL ORDER BY a.id

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

-- name: carregar_ticket
SELECT {colunas_ticket} FROM atendimento_tickets t WHERE t.empresa_id = $1 AND t.id = $2
