-- The browsers by which agents want to be told (Web Push). What is not wanted any more is deleted.
CREATE TABLE atendimento_inscricoes (
    empresa_id uuid NOT NULL,
    id uuid NOT NULL,
    atendente_id uuid NOT NULL,
    canal_id uuid NOT NULL,
    endpoint text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    criada_em bigint NOT NULL,
    ativa boolean NOT NULL,
    PRIMARY KEY (empresa_id, id)
);

ALTER TABLE atendimento_inscricoes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_inscricoes TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_inscricoes FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_inscricoes TO balcao_leitura;
