-- The message templates of a channel, as its provider has them: all of them as JSON, and the names of those that may be
-- sent.
CREATE TABLE atendimento_canal_modelos (
    empresa_id uuid NOT NULL,
    canal_id uuid NOT NULL,
    modelos text NOT NULL,
    aprovados text[] NOT NULL,
    atualizado_em bigint NOT NULL,
    PRIMARY KEY (empresa_id, canal_id)
);

ALTER TABLE atendimento_canal_modelos ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_canal_modelos TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_canal_modelos FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_canal_modelos TO balcao_leitura;
