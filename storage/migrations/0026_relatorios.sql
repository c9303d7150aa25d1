-- Reports: what happened, summed by the hour (UTC) from the event log; up to where the log is counted; and what has to be
-- known of a ticket and of an agent between two events.

-- `somas` is packed (engine/relatorios/somas.py). A sum of an hour that goes on is written anew every second or so: room
-- on the page keeps that off the index (HOT).
CREATE TABLE atendimento_relatorios (
    empresa_id uuid NOT NULL,
    corte smallint NOT NULL,
    hora integer NOT NULL,
    chave text NOT NULL,
    somas bytea NOT NULL,
    PRIMARY KEY (empresa_id, corte, hora, chave)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

CREATE TABLE atendimento_relatorios_marcas (
    empresa_id uuid PRIMARY KEY,
    ate bigint NOT NULL,
    em bigint NOT NULL
) WITH (fillfactor = 50);

-- `tipo` 1: a ticket, 2: an agent. `fim`: when a ticket was closed; some days later it is thrown away. `presente`: an
-- agent is online.
CREATE TABLE atendimento_relatorios_estados (
    empresa_id uuid NOT NULL,
    tipo smallint NOT NULL,
    id uuid NOT NULL,
    dados bytea NOT NULL,
    fim bigint,
    presente boolean NOT NULL,
    PRIMARY KEY (empresa_id, tipo, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX atendimento_relatorios_estados_fim ON atendimento_relatorios_estados (empresa_id, fim) WHERE fim IS NOT NULL;

DO $$
DECLARE
    tabela regclass;
BEGIN
    FOREACH tabela IN ARRAY ARRAY[
        'atendimento_relatorios', 'atendimento_relatorios_marcas', 'atendimento_relatorios_estados'
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

-- What is in the log of before is counted from its beginning, and not pruned until then.
INSERT INTO atendimento_relatorios_marcas (empresa_id, ate, em)
SELECT l.empresa_id, coalesce(p.ate, 0), 0
FROM atendimento_leases l
LEFT JOIN atendimento_podas p ON p.empresa_id = l.empresa_id;
