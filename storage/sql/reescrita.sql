-- What was written by the rules of before, written anew (storage/reescrita.py). Each statement is a transaction of its
-- own. Rows that the group commit holds at the moment are left out, so neither ever waits for the other; it writes them by
-- the rules of now anyway.

-- name: reescrita_proxima
SELECT r.empresa_id::text, r.o_que, r.ate::text, e.pais_padrao
FROM atendimento_reescritas r
JOIN atendimento_empresas e ON e.empresa_id = r.empresa_id
ORDER BY r.o_que, r.empresa_id
LIMIT 1

-- name: reescrita_contatos
SELECT k.id::text, k.nome, k.telefone, k.email, to_json(k.etiquetas)::text
FROM atendimento_contatos k
WHERE k.empresa_id = $1 AND k.id > $2::uuid AND k.excluido_em IS NULL
ORDER BY k.id LIMIT $3

-- Only what has the texts still from which the words were made.
-- name: reescrever_contatos
WITH novos AS (
    SELECT *
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        AS n (id, nome, telefone, email, etiquetas, termos)
), livres AS MATERIALIZED (
    SELECT k.id, n.termos::tsvector AS termos
    FROM novos n
    JOIN atendimento_contatos k ON k.empresa_id = $1 AND k.id = n.id
    WHERE k.id = ANY($2::uuid[]) AND k.termos <> n.termos::tsvector AND k.nome = n.nome
      AND k.telefone IS NOT DISTINCT FROM n.telefone AND k.email IS NOT DISTINCT FROM n.email
      AND to_json(k.etiquetas)::text IS NOT DISTINCT FROM n.etiquetas
    FOR NO KEY UPDATE OF k SKIP LOCKED
)
UPDATE atendimento_contatos k
SET termos = l.termos
FROM livres l
WHERE k.empresa_id = $1 AND k.id = ANY($2::uuid[]) AND k.id = l.id

-- An address whose key is another now. One that is somebody's already stays so.
-- name: reescrever_chave
INSERT INTO atendimento_contato_chaves
SELECT k.empresa_id, $3, k.id
FROM atendimento_contatos k
WHERE k.empresa_id = $1 AND k.id = $2 AND k.excluido_em IS NULL
  AND k.telefone IS NOT DISTINCT FROM $4 AND k.email IS NOT DISTINCT FROM $5
ON CONFLICT (empresa_id, chave) DO NOTHING

-- The key that joined letters: it may be another's address.
-- name: reescrita_largar_chave
UPDATE atendimento_contato_chaves
SET contato_id = NULL
WHERE empresa_id = $1 AND chave = $3 AND contato_id = $2

-- name: reescrita_chaves_ausentes
SELECT n.chave
FROM unnest($2::text[]) AS n (chave)
WHERE NOT EXISTS (SELECT FROM atendimento_contato_chaves h WHERE h.empresa_id = $1 AND h.chave = n.chave)

-- name: reescrita_tickets
SELECT b.ticket_id::text, t.numero, t.contato_nome, t.assunto, t.contato_telefone, t.contato_email,
    t.rota ->> 'etiquetas'
FROM atendimento_tickets_busca b
CROSS JOIN LATERAL (SELECT * FROM atendimento_tickets WHERE empresa_id = $1 AND id = b.ticket_id LIMIT 1) t
WHERE b.empresa_id = $1 AND b.ticket_id > $2::uuid AND t.excluido_em IS NULL
ORDER BY b.ticket_id LIMIT $3

-- name: reescrever_tickets
WITH novos AS (
    SELECT *
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        AS n (id, nome, assunto, telefone, email, etiquetas, termos)
), livres AS MATERIALIZED (
    SELECT b.ticket_id AS id, n.termos::tsvector AS termos
    FROM novos n
    JOIN atendimento_tickets_busca b ON b.empresa_id = $1 AND b.ticket_id = n.id
    JOIN atendimento_tickets t ON t.empresa_id = $1 AND t.id = n.id
    WHERE b.ticket_id = ANY($2::uuid[]) AND t.id = ANY($2::uuid[]) AND b.termos <> n.termos::tsvector
      AND t.contato_nome = n.nome AND t.assunto IS NOT DISTINCT FROM n.assunto
      AND t.contato_telefone IS NOT DISTINCT FROM n.telefone AND t.contato_email IS NOT DISTINCT FROM n.email
      AND t.rota ->> 'etiquetas' IS NOT DISTINCT FROM n.etiquetas
    FOR NO KEY UPDATE OF b, t SKIP LOCKED
)
UPDATE atendimento_tickets_busca b
SET termos = l.termos
FROM livres l
WHERE b.empresa_id = $1 AND b.ticket_id = ANY($2::uuid[]) AND b.ticket_id = l.id

-- name: reescrita_ate
UPDATE atendimento_reescritas SET ate = greatest(ate, $3::uuid) WHERE empresa_id = $1 AND o_que = $2

-- name: reescrita_feita
DELETE FROM atendimento_reescritas WHERE empresa_id = $1 AND o_que = $2
