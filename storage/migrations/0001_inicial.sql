-- Every primary key begins with empresa_id. Times are milliseconds since the Unix epoch, UTC, as the rows carry them:
-- nothing is converted on the way in or out. Ids are uuid: 16 bytes where text would take 37, which makes the tables and
-- indexes of one ticket 30 % smaller, and the commit no slower.
--
-- There are no foreign keys: the only writer is the journal, whose rows come from actors that hold the whole state, and
-- each would cost every inserted message and event one more index probe.

-- Numbers for nodes. A node lives while its connection holds the advisory lock of its number.
CREATE SEQUENCE atendimento_nos AS integer CYCLE;

CREATE TABLE atendimento_empresas (
    empresa_id uuid NOT NULL,
    nome text NOT NULL,
    criada_em bigint NOT NULL,
    PRIMARY KEY (empresa_id)
);

-- Who writes for an empresa, and the last things it wrote: the event seq and the ticket numero. epoch is the fencing
-- token: each taking adds one. seq_inicial is seq at that moment. no is NULL when the lease was given back.
-- Every commit updates its row here: room on the page keeps those updates off the index (HOT).
CREATE TABLE atendimento_leases (
    empresa_id uuid NOT NULL,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,
    seq_inicial bigint NOT NULL,
    numero bigint NOT NULL,
    no integer,
    no_nome text NOT NULL,
    desde bigint NOT NULL,
    PRIMARY KEY (empresa_id)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE atendimento_filas (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    descricao text,
    estrategia text NOT NULL CHECK (estrategia IN ('MENOS_OCUPADO', 'ROUND_ROBIN', 'MAIOR_TEMPO_OCIOSO')),
    distribuicao_automatica boolean NOT NULL,
    ao_ficar_offline text NOT NULL CHECK (ao_ficar_offline IN ('devolver', 'manter')),
    prioridade integer NOT NULL,
    padrao boolean NOT NULL,
    criada_em bigint NOT NULL,
    atualizada_em bigint NOT NULL,
    excluida_em bigint,
    PRIMARY KEY (empresa_id, id)
) WITH (fillfactor = 80);

CREATE TABLE atendimento_atendentes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    email text NOT NULL,
    capacidade integer NOT NULL CHECK (capacidade >= 0),
    habilidades text[] NOT NULL,
    online boolean NOT NULL,
    estado text NOT NULL,
    motivo text,
    por_conexao boolean NOT NULL,
    offline_em bigint,
    ocioso_desde bigint NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    excluido_em bigint,
    PRIMARY KEY (empresa_id, id)
) WITH (fillfactor = 50);

CREATE TABLE atendimento_fila_membros (
    empresa_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    ativo boolean NOT NULL,
    PRIMARY KEY (empresa_id, fila_id, atendente_id)
);

CREATE TABLE atendimento_tickets (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    numero bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE', 'RESOLVIDO', 'FECHADO')),
    prioridade text NOT NULL CHECK (prioridade IN ('BAIXA', 'NORMAL', 'ALTA', 'URGENTE')),
    contato_nome text NOT NULL,
    contato_telefone text,
    contato_email text,
    assunto text,
    fila_id uuid NOT NULL,
    atendente_id uuid,
    canal_id uuid,
    forcado boolean NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    aguardando_desde bigint NOT NULL,
    data_primeira_resposta bigint,
    data_resolucao bigint,
    data_fechamento bigint,
    PRIMARY KEY (empresa_id, id)
) WITH (fillfactor = 85);

-- numero only grows, so "newest first" is an index read backwards; unique, because two tickets never share one.
CREATE UNIQUE INDEX atendimento_tickets_numero ON atendimento_tickets (empresa_id, numero);
CREATE INDEX atendimento_tickets_status ON atendimento_tickets (empresa_id, status, numero);
CREATE INDEX atendimento_tickets_fila ON atendimento_tickets (empresa_id, fila_id, numero);
CREATE INDEX atendimento_tickets_atendente ON atendimento_tickets (empresa_id, atendente_id, numero)
    WHERE atendente_id IS NOT NULL;
-- What recovery loads: only open tickets are in it, so it stays as small as they are few.
CREATE INDEX atendimento_tickets_abertos ON atendimento_tickets (empresa_id, numero)
    WHERE status IN ('ABERTO', 'EM_ANDAMENTO', 'PENDENTE');

CREATE TABLE atendimento_mensagens (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    seq bigint NOT NULL,
    conteudo text NOT NULL,
    tipo text NOT NULL CHECK (tipo IN ('texto', 'imagem', 'audio', 'video', 'documento')),
    direcao text NOT NULL CHECK (direcao IN ('enviada', 'recebida')),
    remetente_id uuid,
    arquivo_url text,
    lida boolean NOT NULL,
    status_entrega text NOT NULL CHECK (status_entrega IN ('pendente', 'enviado', 'entregue', 'lido', 'falhou')),
    criada_em bigint NOT NULL,
    PRIMARY KEY (empresa_id, id)
) WITH (fillfactor = 90);

CREATE UNIQUE INDEX atendimento_mensagens_ticket ON atendimento_mensagens (empresa_id, ticket_id, seq);

-- The event log: dados (the wire payload) and mudancas (before/after) are JSON text, kept as written, byte for byte.
CREATE TABLE atendimento_eventos (
    empresa_id uuid NOT NULL,
    seq bigint NOT NULL,
    tipo text NOT NULL,
    em bigint NOT NULL,
    ticket_id uuid,
    fila_id uuid,
    atendente_id uuid,
    fila_anterior_id uuid,
    atendente_anterior_id uuid,
    ator_id uuid,
    ator_papel text NOT NULL,
    dados text NOT NULL,
    mudancas text,
    PRIMARY KEY (empresa_id, seq)
);

CREATE INDEX atendimento_eventos_ticket ON atendimento_eventos (empresa_id, ticket_id, seq)
    WHERE ticket_id IS NOT NULL;
