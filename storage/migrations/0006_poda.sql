-- The event log is kept for a time; what is told of a ticket is kept for good.

-- Events of tickets that were pruned from the log, as they were in it.
CREATE TABLE atendimento_historico (
    LIKE atendimento_eventos,
    PRIMARY KEY (empresa_id, ticket_id, seq)
);

-- Up to which seq the log of an empresa is pruned; nothing, where it never was. To know it without looking is to walk over
-- none of what was deleted and is not vacuumed yet. Not in the lease: whoever prunes must not wait for the writers.
CREATE TABLE atendimento_podas (
    empresa_id uuid NOT NULL,
    ate bigint NOT NULL,
    PRIMARY KEY (empresa_id)
) WITH (fillfactor = 50);

DO $$
DECLARE
    tabela regclass;
BEGIN
    FOREACH tabela IN ARRAY ARRAY['atendimento_historico', 'atendimento_podas']::regclass[] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tabela);
        EXECUTE format('CREATE POLICY dono ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', tabela);
        EXECUTE format(
            'CREATE POLICY leitura ON %s FOR SELECT TO balcao_leitura USING (empresa_id = atendimento_empresa_atual())',
            tabela
        );
        EXECUTE format('GRANT SELECT ON %s TO balcao_leitura', tabela);
    END LOOP;
END $$;
