-- Phones are read with the country of the empresa, and what was written before the rules of addresses and of search
-- changed (engine/contatos.py, engine/busca.py) is written anew.

ALTER TABLE atendimento_empresas ADD COLUMN pais_padrao text NOT NULL DEFAULT 'BR';

-- What is still to be written anew, of each empresa that was there: the words and addresses of contacts, the words of
-- tickets; in the order of their keys, up to where it is done. A row is gone when all of it is (storage/reescrita.py).
CREATE TABLE atendimento_reescritas (
    empresa_id uuid NOT NULL,
    o_que text NOT NULL CHECK (o_que IN ('contatos', 'tickets')),
    ate uuid NOT NULL,
    PRIMARY KEY (empresa_id, o_que)
);

INSERT INTO atendimento_reescritas
SELECT empresa_id, o_que, '00000000-0000-0000-0000-000000000000'
FROM atendimento_empresas
CROSS JOIN unnest(ARRAY['contatos', 'tickets']) o_que;

ALTER TABLE atendimento_reescritas ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_reescritas TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_reescritas FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_reescritas TO balcao_leitura;
