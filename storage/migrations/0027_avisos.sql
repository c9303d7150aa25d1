-- Notices to people of an empresa: what each prefers, what waits for it, what it was told already, and the list of them.

CREATE TABLE atendimento_aviso_preferencias (
    empresa_id uuid NOT NULL,
    usuario_id uuid NOT NULL,
    papel text,
    email text,
    dados text NOT NULL,
    atualizada_em bigint NOT NULL,
    PRIMARY KEY (empresa_id, usuario_id)
);

-- What waits for quiet hours to end, or for a digest. What was told is deleted.
CREATE TABLE atendimento_avisos_retidos (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    usuario_id uuid NOT NULL,
    meio text NOT NULL,
    tipo text NOT NULL,
    ticket_id uuid,
    numero integer,
    canal_id uuid,
    em bigint NOT NULL,
    criado_em bigint NOT NULL,
    ativo boolean NOT NULL,
    PRIMARY KEY (empresa_id, id)
);

-- Who was told what, and is not to be told it again until then.
CREATE TABLE atendimento_avisos_dados (
    empresa_id uuid NOT NULL,
    chave text NOT NULL,
    usuario_id uuid NOT NULL,
    ate bigint NOT NULL,
    PRIMARY KEY (empresa_id, chave)
);
CREATE INDEX atendimento_avisos_dados_ate ON atendimento_avisos_dados (empresa_id, ate);

-- Ids are in the order of time: the latest come first in the list, and the oldest of an empresa are found by the key.
CREATE TABLE atendimento_notificacoes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    usuario_id uuid NOT NULL,
    tipo text NOT NULL,
    ticket_id uuid,
    titulo text NOT NULL,
    texto text NOT NULL,
    urgente boolean NOT NULL,
    criada_em bigint NOT NULL,
    lida_em bigint,
    PRIMARY KEY (empresa_id, id)
);
CREATE INDEX atendimento_notificacoes_usuario ON atendimento_notificacoes (empresa_id, usuario_id, id);
CREATE INDEX atendimento_notificacoes_nao_lidas ON atendimento_notificacoes (empresa_id, usuario_id, id)
    WHERE lida_em IS NULL;
CREATE INDEX atendimento_notificacoes_ticket ON atendimento_notificacoes (empresa_id, ticket_id)
    WHERE ticket_id IS NOT NULL;

DO $$
DECLARE
    tabela regclass;
BEGIN
    FOREACH tabela IN ARRAY ARRAY[
        'atendimento_aviso_preferencias', 'atendimento_avisos_retidos', 'atendimento_avisos_dados',
        'atendimento_notificacoes'
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
