-- The group commit: one statement, which is its own transaction, so that PostgreSQL works on it alone while we serve
-- others. Rows come as JSON arrays of objects with the names of the columns.
--
-- First the leases are locked. Unless every fence holds, nothing is written; what comes back is whose hold.
--
-- The updates repeat their keys as "= ANY": joining alone, a plan made while the table was small may walk all of it.

-- name: gravar
WITH nossas AS (
    SELECT l.empresa_id, c.seq_depois, coalesce(c.numero, l.numero) AS numero
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
        AS c (empresa_id, epoch, seq_antes, seq_depois, numero)
    JOIN atendimento_leases l ON l.empresa_id = c.empresa_id AND l.epoch = c.epoch AND l.seq = c.seq_antes
    WHERE l.empresa_id = ANY($1::uuid[])
    FOR UPDATE OF l
), todas AS (
    SELECT count(*) = cardinality($1::uuid[]) AS sim FROM nossas
), leases AS (
    UPDATE atendimento_leases l
    SET seq = n.seq_depois, numero = n.numero
    FROM nossas n
    WHERE (SELECT sim FROM todas) AND l.empresa_id = ANY($1::uuid[]) AND l.empresa_id = n.empresa_id
), tickets AS (
    INSERT INTO atendimento_tickets
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_tickets, $6) n WHERE (SELECT sim FROM todas)
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
), filas AS (
    INSERT INTO atendimento_filas
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_filas, $7) n WHERE (SELECT sim FROM todas)
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
), atendentes AS (
    INSERT INTO atendimento_atendentes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_atendentes, $8) n WHERE (SELECT sim FROM todas)
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
), membros AS (
    INSERT INTO atendimento_fila_membros
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_fila_membros, $9) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, fila_id, atendente_id) DO UPDATE SET ativo = excluded.ativo
), mensagens AS (
    INSERT INTO atendimento_mensagens
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_mensagens, $10) n WHERE (SELECT sim FROM todas)
), eventos AS (
    INSERT INTO atendimento_eventos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_eventos, $11) n WHERE (SELECT sim FROM todas)
), leituras AS (
    UPDATE atendimento_mensagens m
    SET lida = true
    FROM unnest($12::uuid[], $13::uuid[]) AS n (empresa_id, mensagem_id)
    WHERE (SELECT sim FROM todas) AND m.empresa_id = ANY($12::uuid[]) AND m.id = ANY($13::uuid[])
      AND m.empresa_id = n.empresa_id AND m.id = n.mensagem_id AND NOT m.lida
)
SELECT empresa_id::text FROM nossas
