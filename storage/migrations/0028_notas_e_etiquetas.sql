-- Internal notes of tickets, and tags of contacts; which tags there are.

-- What the people of an empresa say among themselves of a ticket. It is in no table that anything is sent or shown to a
-- contact from.
CREATE TABLE atendimento_notas (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    seq bigint NOT NULL,
    conteudo text NOT NULL,
    autor_id uuid,
    mencoes uuid[] NOT NULL,
    criada_em bigint NOT NULL,
    editada_em bigint,
    excluida_em bigint,
    PRIMARY KEY (empresa_id, id)
);
CREATE INDEX atendimento_notas_ticket ON atendimento_notas (empresa_id, ticket_id, seq) WHERE excluida_em IS NULL;

-- By whom each is found that names somebody. Ids are in the order of time.
CREATE TABLE atendimento_mencoes (
    empresa_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    nota_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    PRIMARY KEY (empresa_id, atendente_id, nota_id)
);

CREATE FUNCTION atendimento_nota_menciona() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM atendimento_mencoes
        WHERE empresa_id = OLD.empresa_id AND atendente_id = ANY(OLD.mencoes) AND nota_id = OLD.id;
    END IF;
    IF NEW.excluida_em IS NULL THEN
        INSERT INTO atendimento_mencoes
        SELECT NEW.empresa_id, m.id, NEW.id, NEW.ticket_id
        FROM unnest(NEW.mencoes) AS m (id)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER menciona AFTER INSERT ON atendimento_notas
FOR EACH ROW WHEN (NEW.mencoes <> '{}')
EXECUTE FUNCTION atendimento_nota_menciona();

CREATE TRIGGER menciona_outros AFTER UPDATE ON atendimento_notas
FOR EACH ROW WHEN (OLD.mencoes <> NEW.mencoes OR OLD.excluida_em IS DISTINCT FROM NEW.excluida_em)
EXECUTE FUNCTION atendimento_nota_menciona();

-- NULL is read as "none".
ALTER TABLE atendimento_contatos ADD COLUMN etiquetas text[];

-- How often each tag is in use, as it is written. Few; what is in use no more is not kept.
CREATE TABLE atendimento_etiquetas (
    empresa_id uuid NOT NULL,
    nome text NOT NULL,
    tickets bigint NOT NULL,
    contatos bigint NOT NULL,
    PRIMARY KEY (empresa_id, nome)
);

-- By triggers, as in 0009: right also for what a node of the version before writes, and no cost where no tag changes.
CREATE FUNCTION atendimento_contar_etiquetas(
    empresa uuid, antes text[], depois text[], de_ticket integer, de_contato integer
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO atendimento_etiquetas AS e (empresa_id, nome, tickets, contatos)
    SELECT empresa, d.nome, sum(d.mais) * de_ticket, sum(d.mais) * de_contato
    FROM (
        SELECT unnest(depois) AS nome, 1 AS mais
        UNION ALL
        SELECT unnest(antes), -1
    ) d
    GROUP BY d.nome
    HAVING sum(d.mais) <> 0
    ORDER BY d.nome
    ON CONFLICT (empresa_id, nome)
        DO UPDATE SET tickets = e.tickets + excluded.tickets, contatos = e.contatos + excluded.contatos;
    DELETE FROM atendimento_etiquetas
    WHERE empresa_id = empresa AND nome = ANY(antes) AND tickets <= 0 AND contatos <= 0;
END $$;

CREATE FUNCTION atendimento_etiquetas_do_ticket() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM atendimento_contar_etiquetas(
        NEW.empresa_id,
        CASE WHEN TG_OP = 'UPDATE' THEN ARRAY(SELECT jsonb_array_elements_text(OLD.rota -> 'etiquetas')) ELSE '{}' END,
        ARRAY(SELECT jsonb_array_elements_text(NEW.rota -> 'etiquetas')),
        1, 0
    );
    RETURN NULL;
END $$;

CREATE TRIGGER ganha_etiquetas AFTER INSERT ON atendimento_tickets
FOR EACH ROW WHEN (NEW.rota -> 'etiquetas' IS NOT NULL)
EXECUTE FUNCTION atendimento_etiquetas_do_ticket();

CREATE TRIGGER muda_de_etiquetas AFTER UPDATE ON atendimento_tickets
FOR EACH ROW WHEN (OLD.rota -> 'etiquetas' IS DISTINCT FROM NEW.rota -> 'etiquetas')
EXECUTE FUNCTION atendimento_etiquetas_do_ticket();

CREATE FUNCTION atendimento_etiquetas_do_contato() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM atendimento_contar_etiquetas(
        NEW.empresa_id,
        CASE WHEN TG_OP = 'UPDATE' THEN coalesce(OLD.etiquetas, '{}') ELSE '{}' END,
        coalesce(NEW.etiquetas, '{}'),
        0, 1
    );
    RETURN NULL;
END $$;

CREATE TRIGGER ganha_etiquetas AFTER INSERT ON atendimento_contatos
FOR EACH ROW WHEN (NEW.etiquetas <> '{}')
EXECUTE FUNCTION atendimento_etiquetas_do_contato();

CREATE TRIGGER muda_de_etiquetas AFTER UPDATE ON atendimento_contatos
FOR EACH ROW WHEN (coalesce(OLD.etiquetas, '{}') <> coalesce(NEW.etiquetas, '{}'))
EXECUTE FUNCTION atendimento_etiquetas_do_contato();

INSERT INTO atendimento_etiquetas
SELECT t.empresa_id, e.nome, count(*), 0
FROM atendimento_tickets t
CROSS JOIN LATERAL jsonb_array_elements_text(t.rota -> 'etiquetas') AS e (nome)
WHERE t.rota IS NOT NULL
GROUP BY t.empresa_id, e.nome;

DO $$
DECLARE
    tabela regclass;
BEGIN
    FOREACH tabela IN ARRAY ARRAY[
        'atendimento_notas', 'atendimento_mencoes', 'atendimento_etiquetas'
    ]::regclass[] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tabela);
        EXECUTE format('CREATE POLICY dono ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', tabela);
        EXECUTE format(
            'CREATE POLICY leitura ON %s FOR SELECT TO balcao_leitura USING (empresa_id = atendimento_empresa_atual())',
            tabela
        );
        EXECUTE format('GRANT SELECT ON %s TO balcao_leitura', tabela);
    END LOOP;
END $$;

-- As before (0024), and the tags of a contact; a note has no file.
CREATE OR REPLACE FUNCTION atendimento_sem_conteudo(dados text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        d
        || CASE WHEN d ? 'conteudo' THEN jsonb '{"conteudo": ""}' ELSE '{}' END
        || CASE WHEN d ? 'arquivoUrl' THEN jsonb '{"arquivoUrl": null, "arquivoNome": null}' ELSE '{}' END
        || CASE WHEN d ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN d ? 'motivo' THEN jsonb '{"motivo": null}' ELSE '{}' END
        || CASE WHEN d ? 'nota' THEN jsonb '{"nota": null}' ELSE '{}' END
        || CASE WHEN d ? 'ticket' THEN jsonb_build_object(
               'ticket',
               d -> 'ticket'
               || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               || jsonb '{"contato_etiquetas": [], "etiquetas": [], "idioma": null, "habilidades": null}'
           ) ELSE '{}' END
        || CASE WHEN d ? 'contato' THEN jsonb_build_object(
               'contato',
               d -> 'contato'
               || jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null, "etiquetas": []}'
               || CASE WHEN d -> 'contato' ? 'enderecos' THEN jsonb '{"enderecos": []}' ELSE '{}' END
           ) ELSE '{}' END
    )::text
    FROM (SELECT dados::jsonb) j (d);
END;

CREATE OR REPLACE FUNCTION atendimento_resultado_sem_conteudo(resultado text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        r
        || CASE WHEN r ? 'conteudo' THEN jsonb '{"conteudo": ""}' ELSE '{}' END
        || CASE WHEN r ? 'arquivo' THEN jsonb '{"arquivo": null}' ELSE '{}' END
        || CASE WHEN r ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN r ? 'contato_nome'
               THEN jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'endereco' THEN jsonb '{"endereco": null}' ELSE '{}' END
        || CASE WHEN r ? 'rota' THEN jsonb '{"rota": null}' ELSE '{}' END
        || CASE WHEN r ? 'unido_a' THEN jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'outros' THEN jsonb '{"outros": []}' ELSE '{}' END
        || CASE WHEN r ? 'etiquetas' THEN jsonb '{"etiquetas": []}' ELSE '{}' END
    )::text
    FROM (SELECT resultado::jsonb) j (r);
END;
