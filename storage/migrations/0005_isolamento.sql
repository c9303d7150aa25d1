-- Row-level security: a second wall behind the queries' own empresa_id. Who reads for the web sees one empresa: the one
-- its connection is set to (balcao.empresa_id), or none.

CREATE FUNCTION atendimento_empresa_atual() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT nullif(current_setting('balcao.empresa_id', true), '')::uuid;
END;

-- Search. Every word begins with the mark of its empresa (engine/busca.py). Matching words is an operator that PostgreSQL
-- does not trust with rows that a policy may hide, and would use no index for; these functions are what the read role
-- searches through instead. They take the empresa from where the policies do, never from who calls. (IS NOT DISTINCT FROM
-- has no index: reading that of the empresa's rows beside that of the words would only cost.)
CREATE FUNCTION atendimento_achar_tickets(procurado tsquery) RETURNS TABLE (numero bigint)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
BEGIN ATOMIC
    SELECT b.numero
    FROM atendimento_tickets_busca b
    WHERE b.empresa_id IS NOT DISTINCT FROM atendimento_empresa_atual() AND b.termos @@ procurado;
END;

CREATE FUNCTION atendimento_achar_contatos(procurado tsquery) RETURNS TABLE (id uuid, nome text)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.id, c.nome
    FROM atendimento_contatos c
    WHERE c.empresa_id IS NOT DISTINCT FROM atendimento_empresa_atual() AND c.termos @@ procurado
      AND c.unido_a IS NULL AND c.excluido_em IS NULL;
END;

-- Who reads for the web: a role that can log in nowhere, owns nothing, and is held by the policies below. It is one for
-- the whole server, so another database's migration may be making it at this moment.
DO $$
DECLARE
    remedio CONSTANT text := format(
        'um administrador deve executar: CREATE ROLE balcao_leitura NOLOGIN; GRANT balcao_leitura TO %I', current_user
    );
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'balcao_leitura') THEN
        BEGIN
            CREATE ROLE balcao_leitura NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'balcao_leitura' AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'o papel balcao_leitura não pode ter SUPERUSER nem BYPASSRLS (ALTER ROLE balcao_leitura '
            'NOSUPERUSER NOBYPASSRLS)';
    END IF;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        AND NOT EXISTS (
            SELECT FROM pg_auth_members m
            WHERE m.roleid = 'balcao_leitura'::regrole AND m.member = current_user::regrole AND NOT m.admin_option
        )
    THEN
        GRANT balcao_leitura TO CURRENT_USER;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'o usuário % não pode criar o papel balcao_leitura, ou entrar nele; %', current_user, remedio;
END $$;

-- The second wall. The owner (the engine, which writes for many empresas in one statement) sees all; the read role sees
-- one empresa: the one its connection is set to, or none. FORCE: being the owner is no way around the policies.
DO $$
DECLARE
    tabela regclass;
BEGIN
    FOR tabela IN
        SELECT a.attrelid
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
        WHERE a.attname = 'empresa_id' AND c.relname LIKE 'atendimento\_%'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tabela);
        EXECUTE format('CREATE POLICY dono ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', tabela);
        EXECUTE format(
            'CREATE POLICY leitura ON %s FOR SELECT TO balcao_leitura USING (empresa_id = atendimento_empresa_atual())',
            tabela
        );
        IF tabela::text !~ '(canal_segredos|idempotencia|arquivos_pendentes)$' THEN
            EXECUTE format('GRANT SELECT ON %s TO balcao_leitura', tabela);
        END IF;
    END LOOP;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO balcao_leitura', current_schema());
END $$;

REVOKE EXECUTE ON FUNCTION atendimento_achar_tickets, atendimento_achar_contatos FROM PUBLIC;
GRANT EXECUTE ON FUNCTION atendimento_achar_tickets, atendimento_achar_contatos TO balcao_leitura;
