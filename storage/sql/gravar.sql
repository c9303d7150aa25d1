-- The group commit: one statement, which is its own transaction, so that PostgreSQL works on it alone while we serve
-- others. Rows come as JSON arrays of objects with the names of the columns.
--
-- First the leases are locked. Unless every fence holds, nothing is written; what comes back is whose hold. The fencing
-- token $2 is epoch and posse in one text.
--
-- There are five of it, since PostgreSQL sets up every part of a statement, also those that have nothing to do: what is
-- said fits into `gravar_mensagens`, what is sent by a canal into `gravar_envios`, what happens all the time into
-- `gravar`, or into `gravar_distribuicao` if something of it was decided by rule; and `gravar_tudo` (gravar_tudo.sql) is
-- the same with everything else.
--
-- The updates repeat their keys as "= ANY", and what was there is looked up LATERAL: joining alone, a plan made while the
-- table was small may walk all of it.

-- name: gravar_posse
WITH nossas AS (
    SELECT l.empresa_id, c.seq_depois, coalesce(c.numero, l.numero) AS numero
    FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
        AS c (empresa_id, posse, seq_antes, seq_depois, numero)
    JOIN atendimento_leases l ON l.empresa_id = c.empresa_id AND l.seq = c.seq_antes
    WHERE l.empresa_id = ANY($1::uuid[]) AND l.epoch::text || '/' || l.posse::text = c.posse
    FOR UPDATE OF l
), todas AS (
    SELECT count(*) = cardinality($1::uuid[]) AS sim FROM nossas
), leases AS (
    UPDATE atendimento_leases l
    SET seq = n.seq_depois, numero = n.numero
    FROM nossas n
    WHERE (SELECT sim FROM todas) AND l.empresa_id = ANY($1::uuid[]) AND l.empresa_id = n.empresa_id
)

-- name: gravar_conversa
mensagens AS (
    INSERT INTO atendimento_mensagens
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_mensagens, $6) n WHERE (SELECT sim FROM todas)
), eventos AS (
    INSERT INTO atendimento_eventos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_eventos, $7) n WHERE (SELECT sim FROM todas)
)

-- What is said, and nothing else.
-- name: gravar_mensagens
{gravar_posse}, {gravar_conversa}
SELECT empresa_id::text FROM nossas

-- name: envio_de_novo
ON CONFLICT (empresa_id, id) DO UPDATE SET
    canal_id = excluded.canal_id,
    trabalho = excluded.trabalho,
    estado = excluded.estado,
    raia = excluded.raia,
    ordem = excluded.ordem,
    -- what was blanked is never given back
    dados = CASE WHEN excluded.dados = '' OR atendimento_envios.dados = '' THEN '' ELSE excluded.dados END,
    atualizado_em = excluded.atualizado_em,
    tentativas = excluded.tentativas,
    falhas = excluded.falhas,
    duvidas = excluded.duvidas,
    proxima_em = excluded.proxima_em,
    prazo = excluded.prazo,
    conector = excluded.conector,
    id_externo = excluded.id_externo,
    codigo = excluded.codigo,
    erro = excluded.erro

-- What is sent by a canal, and how far it has got.
-- name: gravar_envios
{gravar_posse}, {gravar_conversa}, envios AS (
    INSERT INTO atendimento_envios
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_envios, $8) n WHERE (SELECT sim FROM todas)
    {envio_de_novo}
), entregas AS (
    UPDATE atendimento_mensagens m
    SET status_entrega = n.status_entrega,
        erro_entrega = n.erro_entrega,
        id_externo = coalesce(n.id_externo, m.id_externo)
    FROM unnest($9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::text[])
        AS n (empresa_id, mensagem_id, status_entrega, erro_entrega, id_externo)
    WHERE (SELECT sim FROM todas) AND m.empresa_id = ANY($9::uuid[]) AND m.id = ANY($10::uuid[])
      AND m.empresa_id = n.empresa_id AND m.id = n.mensagem_id
)
SELECT empresa_id::text FROM nossas

-- name: gravar_comum
{gravar_posse}, {gravar_conversa}, novos AS (
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_tickets, $8) n WHERE (SELECT sim FROM todas)
), contagens AS (
    -- What tickets count for now, less what they counted for before this statement; deleted ones count for nothing. The
    -- lease holds off whoever else could change them meanwhile.
    INSERT INTO atendimento_contagens AS c (empresa_id, corte, fila_id, atendente_id, canal_id, prioridade, status, quantos)
    SELECT
        d.empresa_id,
        CASE GROUPING(d.fila_id, d.atendente_id, d.prioridade) WHEN 7 THEN 1 WHEN 3 THEN 2 WHEN 5 THEN 3 ELSE 4 END,
        coalesce(d.fila_id, '00000000-0000-0000-0000-000000000000'),
        coalesce(d.atendente_id, '00000000-0000-0000-0000-000000000000'),
        coalesce(d.canal_id, '00000000-0000-0000-0000-000000000000'),
        coalesce(d.prioridade, ''),
        d.status,
        sum(d.mais)
    FROM (
        -- without an owner or a canal is what the nil UUID says, from here on: one group has one key
        SELECT
            n.empresa_id,
            n.fila_id,
            coalesce(n.atendente_id, '00000000-0000-0000-0000-000000000000') AS atendente_id,
            coalesce(n.canal_id, '00000000-0000-0000-0000-000000000000') AS canal_id,
            n.prioridade,
            n.status,
            1 AS mais
        FROM novos n
        WHERE n.excluido_em IS NULL
        UNION ALL
        SELECT
            a.empresa_id,
            a.fila_id,
            coalesce(a.atendente_id, '00000000-0000-0000-0000-000000000000'),
            coalesce(a.canal_id, '00000000-0000-0000-0000-000000000000'),
            a.prioridade,
            a.status,
            -1
        FROM novos n
        CROSS JOIN LATERAL (
            SELECT * FROM atendimento_tickets t WHERE t.empresa_id = n.empresa_id AND t.id = n.id LIMIT 1
        ) a
        WHERE a.excluido_em IS NULL
    ) d
    GROUP BY GROUPING SETS (
        (d.empresa_id, d.status),
        (d.empresa_id, d.fila_id, d.status),
        (d.empresa_id, d.atendente_id, d.status),
        (d.empresa_id, d.fila_id, d.atendente_id, d.canal_id, d.prioridade, d.status)
    )
    HAVING sum(d.mais) <> 0
    ON CONFLICT (empresa_id, corte, fila_id, atendente_id, canal_id, prioridade, status)
        DO UPDATE SET quantos = c.quantos + excluded.quantos
), tickets AS (
    INSERT INTO atendimento_tickets
    SELECT * FROM novos
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
        data_fechamento = excluded.data_fechamento,
        contato_id = excluded.contato_id,
        excluido_em = excluded.excluido_em,
        devolvido_por = excluded.devolvido_por,
        endereco = excluded.endereco,
        do_canal = excluded.do_canal,
        janela_ate = excluded.janela_ate,
        ultima_externa = excluded.ultima_externa,
        rota = excluded.rota,
        sla = excluded.sla,
        silencio = excluded.silencio,
        adiamento = excluded.adiamento,
        perguntar_em = excluded.perguntar_em,
        pesquisa = excluded.pesquisa
), busca AS (
    INSERT INTO atendimento_tickets_busca
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_tickets_busca, $9) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, ticket_id) DO UPDATE SET numero = excluded.numero, termos = excluded.termos
), atendentes AS (
    INSERT INTO atendimento_atendentes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_atendentes, $10) n WHERE (SELECT sim FROM todas)
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
        excluido_em = excluded.excluido_em,
        estado_ao_voltar = excluded.estado_ao_voltar,
        niveis = excluded.niveis,
        turno = excluded.turno,
        sem_resposta = excluded.sem_resposta
), contatos AS (
    INSERT INTO atendimento_contatos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_contatos, $11) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET
        nome = excluded.nome,
        telefone = excluded.telefone,
        email = excluded.email,
        observacao = excluded.observacao,
        unido_a = excluded.unido_a,
        termos = excluded.termos,
        criado_em = excluded.criado_em,
        atualizado_em = excluded.atualizado_em,
        excluido_em = excluded.excluido_em,
        criado_por = excluded.criado_por,
        outros = excluded.outros,
        atendido_por = excluded.atendido_por,
        atendido_em = excluded.atendido_em,
        etiquetas = excluded.etiquetas,
        pesquisado_em = excluded.pesquisado_em
), contato_chaves AS (
    INSERT INTO atendimento_contato_chaves
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_contato_chaves, $12) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, chave) DO UPDATE SET contato_id = excluded.contato_id
)

-- What the distribution has decided, and remembers; and how agents are since.
-- name: gravar_decidido
decisoes AS (
    INSERT INTO atendimento_decisoes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_decisoes, $13) n WHERE (SELECT sim FROM todas)
), escala AS (
    INSERT INTO atendimento_escala
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_escala, $14) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, fila_id, atendente_id) DO UPDATE SET
        vez = excluded.vez,
        dada_em = excluded.dada_em,
        passo = excluded.passo,
        contas = excluded.contas
), arremates AS (
    INSERT INTO atendimento_arremates
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_arremates, $15) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, ticket_id) DO UPDATE SET
        atendente_id = excluded.atendente_id,
        ate = excluded.ate,
        custo = excluded.custo
), estados AS (
    INSERT INTO atendimento_atendente_estados
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_atendente_estados, $16) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, atendente_id, desde) DO UPDATE SET
        online = excluded.online,
        estado = excluded.estado,
        motivo = excluded.motivo,
        ator_id = excluded.ator_id
)

-- name: gravar
{gravar_comum}, leituras AS (
    UPDATE atendimento_mensagens m
    SET lida = true
    FROM unnest($13::uuid[], $14::uuid[]) AS n (empresa_id, mensagem_id)
    WHERE (SELECT sim FROM todas) AND m.empresa_id = ANY($13::uuid[]) AND m.id = ANY($14::uuid[])
      AND m.empresa_id = n.empresa_id AND m.id = n.mensagem_id AND NOT m.lida
)
SELECT empresa_id::text FROM nossas

-- name: gravar_distribuicao
{gravar_comum}, {gravar_decidido}, leituras AS (
    UPDATE atendimento_mensagens m
    SET lida = true
    FROM unnest($17::uuid[], $18::uuid[]) AS n (empresa_id, mensagem_id)
    WHERE (SELECT sim FROM todas) AND m.empresa_id = ANY($17::uuid[]) AND m.id = ANY($18::uuid[])
      AND m.empresa_id = n.empresa_id AND m.id = n.mensagem_id AND NOT m.lida
)
SELECT empresa_id::text FROM nossas
