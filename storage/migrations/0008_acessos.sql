-- From when on the tokens of a user are good: those issued up to vale_desde were revoked, or are of before the atendente
-- was deleted and created again. That one is deleted now is in its own row, and not said twice.
CREATE TABLE atendimento_acessos (
    empresa_id uuid NOT NULL,
    usuario_id uuid NOT NULL,
    vale_desde bigint NOT NULL,
    PRIMARY KEY (empresa_id, usuario_id)
);

-- Those who are deleted are looked for at the door, by every node, and are few.
CREATE INDEX atendimento_atendentes_excluidos ON atendimento_atendentes (empresa_id) INCLUDE (id, excluido_em)
    WHERE excluido_em IS NOT NULL;

ALTER TABLE atendimento_acessos ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_acessos TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_acessos FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_acessos TO balcao_leitura;
