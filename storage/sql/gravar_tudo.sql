-- The group commit with everything that is not written all the time. See gravar.sql.

-- What happens to messages that were there: a statement changes a row once only, so all that happens to one is gathered
-- first: this message was read, that one deleted, all that the contact had written in a ticket, up to a seq, read, and
-- how far one that we sent has got.
-- name: gravar_tudo
{gravar_comum}, {gravar_decidido}, alvos AS (
    SELECT a.empresa_id, a.mensagem_id, bool_or(a.lida) AS lida, max(a.excluida_em) AS excluida_em,
        max(a.status_entrega) AS status_entrega, max(a.erro_entrega) AS erro_entrega, max(a.id_externo) AS id_externo
    FROM (
        SELECT n.empresa_id, n.mensagem_id, true AS lida, NULL::bigint AS excluida_em, NULL AS status_entrega,
            NULL AS erro_entrega, NULL AS id_externo
        FROM unnest($17::uuid[], $18::uuid[]) AS n (empresa_id, mensagem_id)
        UNION ALL
        SELECT n.empresa_id, n.mensagem_id, false, n.em, NULL, NULL, NULL
        FROM unnest($19::uuid[], $20::uuid[], $21::bigint[]) AS n (empresa_id, mensagem_id, em)
        UNION ALL
        SELECT m.empresa_id, m.id, true, NULL, NULL, NULL, NULL
        FROM unnest($22::uuid[], $23::uuid[], $24::bigint[]) AS n (empresa_id, ticket_id, ate_seq)
        CROSS JOIN LATERAL (
            SELECT *
            FROM atendimento_mensagens m
            WHERE m.empresa_id = n.empresa_id AND m.ticket_id = n.ticket_id AND m.seq > 0 AND m.seq <= n.ate_seq
              AND NOT m.lida AND m.direcao = 'recebida'
            OFFSET 0
        ) m
        UNION ALL
        SELECT n.empresa_id, n.mensagem_id, false, NULL, n.status_entrega, n.erro_entrega, n.id_externo
        FROM unnest($25::uuid[], $26::uuid[], $27::text[], $28::text[], $29::text[])
            AS n (empresa_id, mensagem_id, status_entrega, erro_entrega, id_externo)
    ) a
    WHERE (SELECT sim FROM todas)
    GROUP BY a.empresa_id, a.mensagem_id
), mensagens_mudadas AS (
    UPDATE atendimento_mensagens m
    SET lida = m.lida OR a.lida,
        excluida_em = coalesce(m.excluida_em, a.excluida_em),
        status_entrega = coalesce(a.status_entrega, m.status_entrega),
        erro_entrega = CASE WHEN a.status_entrega IS NULL THEN m.erro_entrega ELSE a.erro_entrega END,
        id_externo = coalesce(a.id_externo, m.id_externo)
    FROM alvos a
    WHERE m.empresa_id = ANY($1::uuid[]) AND m.id = ANY(ARRAY(SELECT mensagem_id FROM alvos))
      AND m.empresa_id = a.empresa_id AND m.id = a.mensagem_id
), empresas AS (
    UPDATE atendimento_empresas e
    SET nome = n.nome,
        janela_reabertura = n.janela_reabertura,
        capacidade_padrao = n.capacidade_padrao,
        pais_padrao = n.pais_padrao,
        estados = n.estados,
        contatos_visiveis = n.contatos_visiveis,
        capacidade = n.capacidade,
        atualizada_em = n.atualizada_em
    FROM json_populate_recordset(NULL::atendimento_empresas, $30) n
    WHERE (SELECT sim FROM todas) AND e.empresa_id = ANY($1::uuid[]) AND e.empresa_id = n.empresa_id
), filas AS (
    INSERT INTO atendimento_filas
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_filas, $31) n WHERE (SELECT sim FROM todas)
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
        excluida_em = excluded.excluida_em,
        politica = excluded.politica,
        versao_politica = excluded.versao_politica
), membros AS (
    INSERT INTO atendimento_fila_membros
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_fila_membros, $32) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, fila_id, atendente_id) DO UPDATE SET ativo = excluded.ativo
), canais AS (
    INSERT INTO atendimento_canais
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_canais, $33) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET
        nome = excluded.nome,
        tipo = excluded.tipo,
        fila_id = excluded.fila_id,
        ativo = excluded.ativo,
        config = excluded.config,
        criado_em = excluded.criado_em,
        atualizado_em = excluded.atualizado_em,
        excluido_em = excluded.excluido_em,
        pausado_em = excluded.pausado_em,
        pausa_motivo = excluded.pausa_motivo,
        situacao = excluded.situacao
), segredos AS (
    INSERT INTO atendimento_canal_segredos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_canal_segredos, $34) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, canal_id) DO UPDATE SET segredos = excluded.segredos
), equipes AS (
    INSERT INTO atendimento_equipes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_equipes, $35) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET
        nome = excluded.nome,
        descricao = excluded.descricao,
        criada_em = excluded.criada_em,
        atualizada_em = excluded.atualizada_em,
        excluida_em = excluded.excluida_em
), equipe_membros AS (
    INSERT INTO atendimento_equipe_membros
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_equipe_membros, $36) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, equipe_id, atendente_id) DO UPDATE SET ativo = excluded.ativo
), equipe_filas AS (
    INSERT INTO atendimento_equipe_filas
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_equipe_filas, $37) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, equipe_id, fila_id) DO UPDATE SET ativo = excluded.ativo
), arquivos_novos AS (
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_arquivos, $38) n WHERE (SELECT sim FROM todas)
), arquivos AS (
    INSERT INTO atendimento_arquivos SELECT * FROM arquivos_novos ON CONFLICT (empresa_id, id) DO NOTHING
), arquivos_pendentes AS (
    DELETE FROM atendimento_arquivos_pendentes p
    USING arquivos_novos n
    WHERE p.empresa_id = ANY($1::uuid[]) AND p.id = ANY(ARRAY(SELECT id FROM arquivos_novos))
      AND p.empresa_id = n.empresa_id AND p.id = n.id
), idempotencia AS (
    INSERT INTO atendimento_idempotencia
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_idempotencia, $39) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, usuario_id, chave) DO UPDATE SET
        resumo = excluded.resumo,
        resultado = excluded.resultado,
        criada_em = excluded.criada_em,
        alvo = excluded.alvo
), acessos AS (
    INSERT INTO atendimento_acessos AS a
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_acessos, $40) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, usuario_id) DO UPDATE SET vale_desde = greatest(a.vale_desde, excluded.vale_desde)
), com_contato AS MATERIALIZED (
    -- The latest tickets of each contact that has changed. One that is itself written here knows better.
    SELECT a.id, n.*
    FROM json_to_recordset($41) n (
        empresa_id uuid, contato_id uuid, nome text, telefone text, email text, trocas jsonb, etiquetas jsonb
    )
    CROSS JOIN LATERAL (
        SELECT id
        FROM atendimento_tickets
        WHERE empresa_id = n.empresa_id AND contato_id = n.contato_id AND excluido_em IS NULL
        ORDER BY numero DESC LIMIT 1000
    ) a
    WHERE (SELECT sim FROM todas)
      AND NOT EXISTS (SELECT FROM novos o WHERE o.empresa_id = n.empresa_id AND o.id = a.id)
), contatos_nos_tickets AS (
    UPDATE atendimento_tickets t
    SET contato_nome = c.nome, contato_telefone = c.telefone, contato_email = c.email,
        endereco = CASE WHEN c.trocas ? t.endereco THEN c.trocas ->> t.endereco ELSE t.endereco END,
        rota = CASE
            WHEN c.etiquetas = '[]' THEN nullif(t.rota - 'etiquetas_do_contato', '{}')
            ELSE coalesce(t.rota, '{}') || jsonb_build_object('etiquetas_do_contato', c.etiquetas)
        END
    FROM com_contato c
    WHERE t.empresa_id = ANY($1::uuid[]) AND t.id = ANY(ARRAY(SELECT id FROM com_contato))
      AND t.empresa_id = c.empresa_id AND t.id = c.id
      AND (
          (t.contato_nome, t.contato_telefone, t.contato_email) IS DISTINCT FROM (c.nome, c.telefone, c.email)
          OR c.trocas ? t.endereco
          OR coalesce(t.rota -> 'etiquetas_do_contato', '[]') <> c.etiquetas
      )
), envios AS (
    INSERT INTO atendimento_envios
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_envios, $42) n WHERE (SELECT sim FROM todas)
    {envio_de_novo}
), modelos AS (
    INSERT INTO atendimento_canal_modelos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_canal_modelos, $43) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, canal_id) DO UPDATE SET
        modelos = excluded.modelos,
        aprovados = excluded.aprovados,
        atualizado_em = excluded.atualizado_em
), inscricoes AS (
    INSERT INTO atendimento_inscricoes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_inscricoes, $44) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET
        atendente_id = excluded.atendente_id,
        canal_id = excluded.canal_id,
        endpoint = excluded.endpoint,
        p256dh = excluded.p256dh,
        auth = excluded.auth,
        criada_em = excluded.criada_em,
        ativa = excluded.ativa
), politica_versoes AS (
    INSERT INTO atendimento_politica_versoes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_politica_versoes, $45) n WHERE (SELECT sim FROM todas)
), documentos AS (
    INSERT INTO atendimento_documentos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_documentos, $46) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, tipo, id) DO UPDATE SET
        nome = excluded.nome,
        dados = excluded.dados,
        versao = excluded.versao,
        criado_em = excluded.criado_em,
        atualizado_em = excluded.atualizado_em,
        excluido_em = excluded.excluido_em
), notas AS (
    INSERT INTO atendimento_notas
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_notas, $47) n WHERE (SELECT sim FROM todas)
), mudancas_das_notas AS MATERIALIZED (
    -- a note is changed once only by a statement: what was said in it last, and that it was deleted
    SELECT a.empresa_id, a.nota_id, max(a.conteudo) AS conteudo, max(a.mencoes) AS mencoes, max(a.editada_em) AS editada_em,
        max(a.excluida_em) AS excluida_em
    FROM (
        SELECT n.empresa_id, n.nota_id, n.conteudo, n.mencoes, n.em AS editada_em, NULL::bigint AS excluida_em
        FROM json_to_recordset($48) n (empresa_id uuid, nota_id uuid, conteudo text, mencoes uuid[], em bigint)
        UNION ALL
        SELECT n.empresa_id, n.nota_id, NULL, NULL, NULL, n.em
        FROM json_to_recordset($49) n (empresa_id uuid, nota_id uuid, em bigint)
    ) a
    WHERE (SELECT sim FROM todas)
    GROUP BY a.empresa_id, a.nota_id
), notas_mudadas AS (
    UPDATE atendimento_notas n
    SET conteudo = CASE WHEN m.excluida_em IS NOT NULL THEN '' ELSE m.conteudo END,
        mencoes = CASE WHEN m.excluida_em IS NOT NULL THEN '{}' ELSE m.mencoes END,
        editada_em = coalesce(m.editada_em, n.editada_em),
        excluida_em = m.excluida_em
    FROM mudancas_das_notas m
    WHERE n.empresa_id = ANY($1::uuid[]) AND n.id = ANY(ARRAY(SELECT nota_id FROM mudancas_das_notas))
      AND n.empresa_id = m.empresa_id AND n.id = m.nota_id
      AND n.excluida_em IS NULL  -- what was blanked is never given back
), aviso_preferencias AS (
    INSERT INTO atendimento_aviso_preferencias
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_aviso_preferencias, $50) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, usuario_id) DO UPDATE SET
        papel = excluded.papel,
        email = excluded.email,
        dados = excluded.dados,
        atualizada_em = excluded.atualizada_em
), avisos_retidos AS (
    INSERT INTO atendimento_avisos_retidos
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_avisos_retidos, $51) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET em = excluded.em, ativo = excluded.ativo
), avisos_dados AS (
    INSERT INTO atendimento_avisos_dados
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_avisos_dados, $52) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, chave) DO UPDATE SET ate = excluded.ate
), notificacoes AS (
    INSERT INTO atendimento_notificacoes
    SELECT n.* FROM json_populate_recordset(NULL::atendimento_notificacoes, $53) n WHERE (SELECT sim FROM todas)
    ON CONFLICT (empresa_id, id) DO UPDATE SET lida_em = excluded.lida_em
)
SELECT empresa_id::text FROM nossas
