-- The group commit. Arrays in parallel, one element for each row, unnested on the server.
--
-- The updates repeat their keys as "= ANY": joining alone, a plan made while the table was small may walk all of it.

-- name: cercar
UPDATE atendimento_leases l
SET seq = c.seq_depois, numero = coalesce(c.numero, l.numero)
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS c (empresa_id, epoch, seq_antes, seq_depois, numero)
WHERE l.empresa_id = ANY($1::uuid[]) AND l.empresa_id = c.empresa_id AND l.epoch = c.epoch AND l.seq = c.seq_antes
RETURNING l.empresa_id::text

-- name: gravar_tickets
INSERT INTO atendimento_tickets (
    empresa_id, id, numero, status, prioridade, contato_nome, contato_telefone, contato_email, assunto, fila_id,
    atendente_id, canal_id, forcado, criado_em, atualizado_em, aguardando_desde, data_primeira_resposta,
    data_resolucao, data_fechamento
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::uuid[], $11::uuid[], $12::uuid[], $13::boolean[], $14::bigint[], $15::bigint[], $16::bigint[],
    $17::bigint[], $18::bigint[], $19::bigint[]
)
ON CONFLICT (empresa_id, id) DO UPDATE SET
    numero = excluded.numero,
    status = excluded.status,
    prioridade = excluded.prioridade,
    contato_nome = excluded.contato_nome,
    contato_telefone = excluded.contato_telefone,
    contato_email = excluded.contato_email,
    assunto = excluded.assunto,
    fila_id = excluded.fila_id,
    atendente_id = excluded.atendente_id,
    canal_id = excluded.canal_id,
    forcado = excluded.forcado,
    criado_em = excluded.criado_em,
    atualizado_em = excluded.atualizado_em,
    aguardando_desde = excluded.aguardando_desde,
    data_primeira_resposta = excluded.data_primeira_resposta,
    data_resolucao = excluded.data_resolucao,
    data_fechamento = excluded.data_fechamento

-- name: gravar_filas
INSERT INTO atendimento_filas (
    empresa_id, id, nome, descricao, estrategia, distribuicao_automatica, ao_ficar_offline, prioridade, padrao,
    criada_em, atualizada_em, excluida_em
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::integer[],
    $9::boolean[], $10::bigint[], $11::bigint[], $12::bigint[]
)
ON CONFLICT (empresa_id, id) DO UPDATE SET
    nome = excluded.nome,
    descricao = excluded.descricao,
    estrategia = excluded.estrategia,
    distribuicao_automatica = excluded.distribuicao_automatica,
    ao_ficar_offline = excluded.ao_ficar_offline,
    prioridade = excluded.prioridade,
    padrao = excluded.padrao,
    criada_em = excluded.criada_em,
    atualizada_em = excluded.atualizada_em,
    excluida_em = excluded.excluida_em

-- habilidades come as JSON text: unnest would flatten an array of arrays.
-- name: gravar_atendentes
INSERT INTO atendimento_atendentes (
    empresa_id, id, nome, email, capacidade, habilidades, online, estado, motivo, por_conexao, offline_em,
    ocioso_desde, criado_em, atualizado_em, excluido_em
)
SELECT
    n.empresa_id, n.id, n.nome, n.email, n.capacidade, ARRAY(SELECT json_array_elements_text(n.habilidades::json)),
    n.online, n.estado, n.motivo, n.por_conexao, n.offline_em, n.ocioso_desde, n.criado_em, n.atualizado_em,
    n.excluido_em
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::boolean[], $8::text[], $9::text[],
    $10::boolean[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]
) AS n (
    empresa_id, id, nome, email, capacidade, habilidades, online, estado, motivo, por_conexao, offline_em,
    ocioso_desde, criado_em, atualizado_em, excluido_em
)
ON CONFLICT (empresa_id, id) DO UPDATE SET
    nome = excluded.nome,
    email = excluded.email,
    capacidade = excluded.capacidade,
    habilidades = excluded.habilidades,
    online = excluded.online,
    estado = excluded.estado,
    motivo = excluded.motivo,
    por_conexao = excluded.por_conexao,
    offline_em = excluded.offline_em,
    ocioso_desde = excluded.ocioso_desde,
    criado_em = excluded.criado_em,
    atualizado_em = excluded.atualizado_em,
    excluido_em = excluded.excluido_em

-- name: gravar_membros
INSERT INTO atendimento_fila_membros (empresa_id, fila_id, atendente_id, ativo)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[])
ON CONFLICT (empresa_id, fila_id, atendente_id) DO UPDATE SET ativo = excluded.ativo

-- name: gravar_leituras
UPDATE atendimento_mensagens m
SET lida = true
FROM unnest($1::uuid[], $2::uuid[]) AS n (empresa_id, mensagem_id)
WHERE m.empresa_id = ANY($1::uuid[]) AND m.id = ANY($2::uuid[])
  AND m.empresa_id = n.empresa_id AND m.id = n.mensagem_id AND NOT m.lida
