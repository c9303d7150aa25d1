-- Distribution: what it knows of a ticket, of agents and of an empresa, what it remembers from one restart to the next, and
-- why it decided as it did.

-- NULL is read as "nothing": so it is with what was there, with what the program before this one writes, and with most
-- tickets; it takes no room and nothing to read.
ALTER TABLE atendimento_tickets ADD COLUMN rota jsonb;
ALTER TABLE atendimento_atendentes ADD COLUMN niveis jsonb;
ALTER TABLE atendimento_atendentes ADD COLUMN turno text;
ALTER TABLE atendimento_atendentes ADD COLUMN sem_resposta integer;
ALTER TABLE atendimento_contatos ADD COLUMN atendido_por uuid;
ALTER TABLE atendimento_contatos ADD COLUMN atendido_em bigint;
ALTER TABLE atendimento_empresas ADD COLUMN capacidade text NOT NULL DEFAULT '{}';

-- Whose turn it is in each fila. Small, and changed with every ticket that is given: room on the page keeps that off the
-- index (HOT).
CREATE TABLE atendimento_escala (
    empresa_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    vez bigint NOT NULL,
    dada_em bigint NOT NULL,
    passo double precision NOT NULL,
    contas jsonb NOT NULL,
    PRIMARY KEY (empresa_id, fila_id, atendente_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Wrap-ups that last, and those that the sweep has not come by yet.
CREATE TABLE atendimento_arremates (
    empresa_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    ate bigint NOT NULL,
    custo integer NOT NULL,
    PRIMARY KEY (empresa_id, ticket_id)
);
CREATE INDEX atendimento_arremates_ate ON atendimento_arremates (empresa_id, ate);

-- How each agent was, from when on.
CREATE TABLE atendimento_atendente_estados (
    empresa_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    desde bigint NOT NULL,
    online boolean NOT NULL,
    estado text NOT NULL,
    motivo text,
    ator_id uuid,
    PRIMARY KEY (empresa_id, atendente_id, desde)
);
CREATE INDEX atendimento_atendente_estados_desde ON atendimento_atendente_estados (empresa_id, desde);

-- Why a ticket went where it went: only added to, one for each thing that is decided. Ids are in the order of time, so the
-- oldest are found by the key. The document is text, which is written as it comes; jsonb would be taken apart first, and
-- nobody asks for a part of it. What fits into a page is not compressed: that would cost more than writing it.
CREATE TABLE atendimento_decisoes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    tipo text NOT NULL,
    em bigint NOT NULL,
    atendente_id uuid,
    versao_politica integer NOT NULL,
    dados text NOT NULL,
    PRIMARY KEY (empresa_id, id)
) WITH (toast_tuple_target = 8160);
CREATE INDEX atendimento_decisoes_ticket ON atendimento_decisoes (empresa_id, ticket_id, id);

DO $$
DECLARE
    tabela regclass;
BEGIN
    FOREACH tabela IN ARRAY ARRAY[
        'atendimento_escala', 'atendimento_arremates', 'atendimento_atendente_estados', 'atendimento_decisoes'
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

-- As before (0016), and what somebody said of a ticket for the rules of its fila.
CREATE OR REPLACE FUNCTION atendimento_sem_conteudo(dados text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        d
        || CASE WHEN d ? 'conteudo' THEN jsonb '{"conteudo": "", "arquivoUrl": null, "arquivoNome": null}' ELSE '{}' END
        || CASE WHEN d ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN d ? 'motivo' THEN jsonb '{"motivo": null}' ELSE '{}' END
        || CASE WHEN d ? 'ticket' THEN jsonb_build_object(
               'ticket',
               d -> 'ticket'
               || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               || jsonb '{"etiquetas": [], "idioma": null, "habilidades": null}'
           ) ELSE '{}' END
        || CASE WHEN d ? 'contato' THEN jsonb_build_object(
               'contato',
               d -> 'contato'
               || jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
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
        || CASE WHEN r ? 'conteudo' THEN jsonb '{"conteudo": "", "arquivo": null}' ELSE '{}' END
        || CASE WHEN r ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN r ? 'contato_nome'
               THEN jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'endereco' THEN jsonb '{"endereco": null}' ELSE '{}' END
        || CASE WHEN r ? 'rota' THEN jsonb '{"rota": null}' ELSE '{}' END
        || CASE WHEN r ? 'unido_a' THEN jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'outros' THEN jsonb '{"outros": []}' ELSE '{}' END
    )::text
    FROM (SELECT resultado::jsonb) j (r);
END;
