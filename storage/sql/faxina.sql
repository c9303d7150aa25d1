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
