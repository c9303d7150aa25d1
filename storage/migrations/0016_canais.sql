-- Channels: what comes in by them, the outbox of what goes out, and what is told of both.

ALTER TABLE atendimento_mensagens ADD COLUMN metadados text;
ALTER TABLE atendimento_mensagens ADD COLUMN id_externo text;
ALTER TABLE atendimento_tickets ADD COLUMN endereco text;
ALTER TABLE atendimento_tickets ADD COLUMN do_canal boolean;
ALTER TABLE atendimento_tickets ADD COLUMN janela_ate bigint;
ALTER TABLE atendimento_tickets ADD COLUMN ultima_externa text;
ALTER TABLE atendimento_canais ADD COLUMN pausado_em bigint;
ALTER TABLE atendimento_canais ADD COLUMN pausa_motivo text;
ALTER TABLE atendimento_canais ADD COLUMN situacao text;
ALTER TABLE atendimento_contatos ADD COLUMN outros text[];

-- The messages of a ticket stand in the order in which they were written: one that came late takes its place.
DROP INDEX atendimento_mensagens_ticket;
CREATE UNIQUE INDEX atendimento_mensagens_ticket ON atendimento_mensagens (empresa_id, ticket_id, criada_em, seq)
    WHERE seq > 0;

-- A canal's own conversation with a contact: there is one open at most.
CREATE INDEX atendimento_tickets_do_canal ON atendimento_tickets (empresa_id, canal_id, contato_id) WHERE do_canal;

CREATE TABLE atendimento_envios (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    canal_id uuid NOT NULL,
    linha text NOT NULL CHECK (linha IN ('entrada', 'saida')),
    trabalho text NOT NULL,
    estado text NOT NULL CHECK (
        estado IN ('pendente', 'enviando', 'enviado', 'entregue', 'lido', 'falhou', 'desconhecido', 'cancelado')
    ),
    raia text NOT NULL,
    ordem bigint NOT NULL,
    dados text NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    tentativas integer NOT NULL,
    falhas integer NOT NULL,
    duvidas integer NOT NULL,
    proxima_em bigint,
    prazo bigint,
    conector text,
    ticket_id uuid,
    mensagem_id uuid,
    id_externo text,
    codigo text,
    erro text,
    PRIMARY KEY (empresa_id, id)
) WITH (fillfactor = 70);

-- The two lines of a canal: what is still to be done, in order. However long they are, the next is found at their heads.
CREATE INDEX atendimento_envios_abertos ON atendimento_envios (empresa_id, canal_id, linha, ordem, id)
    WHERE estado IN ('pendente', 'enviando', 'desconhecido');
-- What was handed out, or is in doubt: few.
CREATE INDEX atendimento_envios_fora ON atendimento_envios (empresa_id, canal_id, linha)
    WHERE estado IN ('enviando', 'desconhecido');
CREATE INDEX atendimento_envios_mortos ON atendimento_envios (empresa_id, canal_id, atualizado_em, id)
    WHERE estado = 'falhou';
CREATE INDEX atendimento_envios_externos ON atendimento_envios (empresa_id, canal_id, id_externo)
    WHERE id_externo IS NOT NULL;
-- What is done, for the sweep.
CREATE INDEX atendimento_envios_feitos ON atendimento_envios (atualizado_em)
    WHERE estado IN ('enviado', 'entregue', 'lido', 'cancelado');
-- What a deletion takes with it.
CREATE INDEX atendimento_envios_ticket ON atendimento_envios (empresa_id, ticket_id) WHERE ticket_id IS NOT NULL;

ALTER TABLE atendimento_envios ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_envios TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_envios FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_envios TO balcao_leitura;

-- Providers name a canal, or a number of theirs, and know of no empresa.
-- (As text: an index of ids alone would be taken for what the empresa's key is there for.)
CREATE INDEX atendimento_canais_id ON atendimento_canais ((id::text));
CREATE INDEX atendimento_canais_conta ON atendimento_canais (((config::jsonb) ->> 'wabaId'))
    WHERE tipo = 'whatsapp' AND excluido_em IS NULL;
CREATE INDEX atendimento_canais_numero ON atendimento_canais (((config::jsonb) ->> 'phoneNumberId'))
    WHERE tipo = 'whatsapp' AND excluido_em IS NULL;

-- What came to our webhooks and is of no canal, and so of no empresa: kept for a while, for whoever has set one up wrongly.
CREATE TABLE instalacao_webhooks_apartados (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recebido_em bigint NOT NULL,
    motivo text NOT NULL,
    corpo text NOT NULL
);

-- As before (0011), and what the kind of a message carries beside its text, and addresses of other kinds.
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
        || CASE WHEN r ? 'unido_a' THEN jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'outros' THEN jsonb '{"outros": []}' ELSE '{}' END
    )::text
    FROM (SELECT resultado::jsonb) j (r);
END;
