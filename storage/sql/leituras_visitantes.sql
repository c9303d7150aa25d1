-- What a visitor of a site may read (see engine/visitantes.py).

-- The latest tickets, by a canal, of the contact whose address this is, and of those merged with it.
-- name: ler_tickets_do_visitante
WITH dono AS MATERIALIZED (
    SELECT CASE WHEN k.unido_a IS NULL THEN k.id ELSE k.unido_a END AS id
    FROM atendimento_contato_chaves h
    CROSS JOIN LATERAL (SELECT * FROM atendimento_contatos WHERE empresa_id = $1 AND id = h.contato_id LIMIT 1) k
    WHERE h.empresa_id = $1 AND h.chave = $3 AND k.excluido_em IS NULL
), pessoa AS MATERIALIZED (
    SELECT id FROM dono
    UNION
    SELECT u.id
    FROM dono p
    CROSS JOIN LATERAL (SELECT id FROM atendimento_contatos WHERE empresa_id = $1 AND unido_a = p.id OFFSET 0) u
)
SELECT t.id::text, t.status, t.endereco, t.data_primeira_resposta IS NOT NULL, a.nome
FROM pessoa p
CROSS JOIN LATERAL (
    SELECT *
    FROM atendimento_tickets
    WHERE empresa_id = $1 AND contato_id = p.id AND excluido_em IS NULL
    OFFSET 0
) t
LEFT JOIN LATERAL (
    SELECT nome FROM atendimento_atendentes WHERE empresa_id = $1 AND id = t.atendente_id LIMIT 1
) a ON true
WHERE t.canal_id = $2
ORDER BY t.numero DESC LIMIT $4

-- To whom a message was said, or who said it, as the id of the contact's message that it is or follows.
-- name: de_visitante
CASE m.direcao
    WHEN 'recebida' THEN m.id_externo
    ELSE (
        SELECT r.id_externo
        FROM atendimento_mensagens r
        WHERE r.empresa_id = $1 AND r.ticket_id = m.ticket_id AND r.seq > 0 AND r.direcao = 'recebida'
          AND r.id_externo IS NOT NULL AND (r.criada_em, r.seq) < (m.criada_em, m.seq)
        ORDER BY r.criada_em DESC, r.seq DESC LIMIT 1
    )
END

-- $5: nothing that is older can be new to a visitor who has read so far.
-- name: ler_falas_do_visitante
SELECT {colunas_mensagem}, a.nome
FROM unnest($2::uuid[]) q (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM atendimento_mensagens
    WHERE empresa_id = $1 AND ticket_id = q.id AND criada_em >= $5 AND seq > 0 AND seq > $4 AND excluida_em IS NULL
    OFFSET 0
) m
LEFT JOIN LATERAL (
    SELECT nome FROM atendimento_atendentes WHERE empresa_id = $1 AND id = m.remetente_id LIMIT 1
) a ON true
WHERE starts_with({de_visitante}, $3)
ORDER BY m.seq LIMIT $6

-- name: ler_por_entregar
SELECT {colunas_mensagem}
FROM unnest($2::uuid[]) q (id)
CROSS JOIN LATERAL (
    SELECT *
    FROM atendimento_mensagens
    WHERE empresa_id = $1 AND ticket_id = q.id AND seq > 0 AND seq <= $4 AND direcao = 'enviada'
      AND status_entrega = ANY($5::text[]) AND excluida_em IS NULL
    OFFSET 0
) m
WHERE starts_with({de_visitante}, $3)
ORDER BY m.seq LIMIT 1000
