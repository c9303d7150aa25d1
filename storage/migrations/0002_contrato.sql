-- The whole contract: contacts, channels, teams, files, idempotency keys, soft deletion, search and counts. What goes into
-- them for the tickets there were is in 0003, what lists go by in 0004, and who may read in 0005.

ALTER TABLE atendimento_empresas
    ADD COLUMN atualizada_em bigint NOT NULL DEFAULT 0,
    ADD COLUMN janela_reabertura bigint,
    ADD COLUMN capacidade_padrao integer NOT NULL DEFAULT 5;

ALTER TABLE atendimento_tickets
    ADD COLUMN contato_id uuid,
    ADD COLUMN excluido_em bigint;

-- arquivo is a JSON object, kept as written. Nothing has been written into the column under its old name.
ALTER TABLE atendimento_mensagens RENAME COLUMN arquivo_url TO arquivo;
ALTER TABLE atendimento_mensagens
    ADD COLUMN erro_entrega text,
    ADD COLUMN excluida_em bigint;

-- Beside the tickets, not in them: a ticket is updated several times in its life, and each time every index would be.
CREATE TABLE atendimento_tickets_busca (
    empresa_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    numero bigint NOT NULL,
    termos tsvector NOT NULL,
    PRIMARY KEY (empresa_id, ticket_id)
);

-- How many tickets there are of each kind, by four cuts: of a status; of a fila and status; of an atendente and status;
-- of everything together. What a cut does not look at is the nil UUID or ''. Kept by the group commit itself.
CREATE TABLE atendimento_contagens (
    empresa_id uuid NOT NULL,
    corte smallint NOT NULL,
    fila_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    canal_id uuid NOT NULL,
    prioridade text NOT NULL,
    status text NOT NULL,
    quantos bigint NOT NULL,
    PRIMARY KEY (empresa_id, corte, fila_id, atendente_id, canal_id, prioridade, status)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 5000);

CREATE TABLE atendimento_canais (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    tipo text NOT NULL CHECK (tipo IN ('whatsapp', 'email', 'sms', 'webchat', 'push', 'api')),
    fila_id uuid,
    ativo boolean NOT NULL,
    config text NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    excluido_em bigint,
    PRIMARY KEY (empresa_id, id)
);

-- Not for the read role: what is written here is never read back over the API.
CREATE TABLE atendimento_canal_segredos (
    empresa_id uuid NOT NULL,
    canal_id uuid NOT NULL,
    segredos text NOT NULL,
    PRIMARY KEY (empresa_id, canal_id)
);

CREATE TABLE atendimento_equipes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    descricao text,
    criada_em bigint NOT NULL,
    atualizada_em bigint NOT NULL,
    excluida_em bigint,
    PRIMARY KEY (empresa_id, id)
);

CREATE TABLE atendimento_equipe_membros (
    empresa_id uuid NOT NULL,
    equipe_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    ativo boolean NOT NULL,
    PRIMARY KEY (empresa_id, equipe_id, atendente_id)
);

CREATE TABLE atendimento_equipe_filas (
    empresa_id uuid NOT NULL,
    equipe_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    ativo boolean NOT NULL,
    PRIMARY KEY (empresa_id, equipe_id, fila_id)
);

CREATE TABLE atendimento_contatos (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    telefone text,
    email text,
    observacao text,
    unido_a uuid,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    excluido_em bigint,
    termos tsvector NOT NULL,
    PRIMARY KEY (empresa_id, id)
);

CREATE INDEX atendimento_contatos_nome ON atendimento_contatos (empresa_id, nome, id)
    WHERE unido_a IS NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_contatos_unidos ON atendimento_contatos (empresa_id, unido_a) WHERE unido_a IS NOT NULL;

-- Whose an address is. One that is nobody's any more keeps its row, with NULL.
CREATE TABLE atendimento_contato_chaves (
    empresa_id uuid NOT NULL,
    chave text NOT NULL,
    contato_id uuid,
    PRIMARY KEY (empresa_id, chave)
);

CREATE INDEX atendimento_contato_chaves_contato ON atendimento_contato_chaves (empresa_id, contato_id)
    WHERE contato_id IS NOT NULL;

-- Files that belong to a message. One that is still being stored is in the second table only: what stays there was
-- given up, and is swept.
CREATE TABLE atendimento_arquivos (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    mensagem_id uuid NOT NULL,
    arquivo text NOT NULL,
    criado_em bigint NOT NULL,
    PRIMARY KEY (empresa_id, id)
);

CREATE TABLE atendimento_arquivos_pendentes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    desde bigint NOT NULL,
    PRIMARY KEY (empresa_id, id)
);

CREATE INDEX atendimento_arquivos_pendentes_desde ON atendimento_arquivos_pendentes (desde);

CREATE TABLE atendimento_idempotencia (
    empresa_id uuid NOT NULL,
    usuario_id uuid NOT NULL,
    chave text NOT NULL,
    resumo text NOT NULL,
    resultado text NOT NULL,
    criada_em bigint NOT NULL,
    PRIMARY KEY (empresa_id, usuario_id, chave)
);

CREATE INDEX atendimento_idempotencia_criada ON atendimento_idempotencia (criada_em);
