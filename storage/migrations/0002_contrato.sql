-- The whole contract: contacts, channels, teams, files, idempotency keys, soft deletion, search, counts, and row-level
-- security as a second wall behind the queries' own empresa_id.

ALTER TABLE atendimento_empresas
    ADD COLUMN atualizada_em bigint NOT NULL DEFAULT 0,
    ADD COLUMN janela_reabertura bigint,
    ADD COLUMN capacidade_padrao integer NOT NULL DEFAULT 5;

ALTER TABLE atendimento_tickets
    ADD COLUMN contato_id uuid,
    ADD COLUMN excluido_em bigint;

-- What lists go by: where a page begins is found in one of these alone (an index-only scan), so deleted tickets are not
-- in them, and what a list is often filtered by beside their keys is.
--
-- Each index here is partial, also where its condition always holds: it is considered for statements that say so, and for
-- no other. Of two indexes that both begin with the empresa, PostgreSQL may else take the one that fits the rest less, as
-- long as it knows a table as empty; and the fewer it has to consider, the sooner a plan is made.
DROP INDEX atendimento_tickets_status, atendimento_tickets_fila, atendimento_tickets_atendente;
DROP INDEX atendimento_tickets_numero, atendimento_mensagens_ticket;
CREATE UNIQUE INDEX atendimento_tickets_numero ON atendimento_tickets (empresa_id, numero) WHERE numero > 0;
CREATE UNIQUE INDEX atendimento_mensagens_ticket ON atendimento_mensagens (empresa_id, ticket_id, seq) WHERE seq > 0;
CREATE INDEX atendimento_tickets_status ON atendimento_tickets (empresa_id, status, numero) WHERE excluido_em IS NULL;
CREATE INDEX atendimento_tickets_fila ON atendimento_tickets (empresa_id, fila_id, numero) INCLUDE (status)
    WHERE excluido_em IS NULL;
CREATE INDEX atendimento_tickets_atendente ON atendimento_tickets (empresa_id, atendente_id, numero)
    INCLUDE (status, fila_id) WHERE atendente_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_canal ON atendimento_tickets (empresa_id, canal_id, numero)
    WHERE canal_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_contato ON atendimento_tickets (empresa_id, contato_id, numero)
    WHERE contato_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_atualizados ON atendimento_tickets (empresa_id, atualizado_em, numero)
    WHERE excluido_em IS NULL;
-- Most urgent first, then oldest first. (A CASE may be compared under row-level security, a function may not.)
CREATE INDEX atendimento_tickets_urgencia ON atendimento_tickets (
    empresa_id,
    (CASE prioridade WHEN 'URGENTE' THEN 0 WHEN 'ALTA' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'BAIXA' THEN 3 END),
    numero
) INCLUDE (prioridade, status) WHERE excluido_em IS NULL;
-- Few: how many of them stand above a numero turns a page number into a numero.
CREATE INDEX atendimento_tickets_excluidos ON atendimento_tickets (empresa_id, numero) WHERE excluido_em IS NOT NULL;

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
    termos tsvector NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    excluido_em bigint,
    PRIMARY KEY (empresa_id, id)
);

CREATE INDEX atendimento_contatos_nome ON atendimento_contatos (empresa_id, nome, id)
    WHERE unido_a IS NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_contatos_unidos ON atendimento_contatos (empresa_id, unido_a) WHERE unido_a IS NOT NULL;
CREATE INDEX atendimento_contatos_termos ON atendimento_contatos USING gin (termos);

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

-- Search. Every word begins with the mark of its empresa (engine/busca.py). Matching words is an operator that PostgreSQL
-- does not trust with rows that a policy may hide, and would use no index for; these functions are what the read role
-- searches through instead. They take the empresa from where the policies do, never from who calls. (IS NOT DISTINCT FROM
-- has no index: reading that of the empresa's rows beside that of the words would only cost.)
CREATE FUNCTION atendimento_empresa_atual() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT nullif(current_setting('balcao.empresa_id', true), '')::uuid;
END;

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

-- What there was before: counts, and words to search for (the way of engine/busca.py, in SQL).
INSERT INTO atendimento_contagens
SELECT
    empresa_id,
    CASE GROUPING(fila_id, atendente_id, prioridade) WHEN 7 THEN 1 WHEN 3 THEN 2 WHEN 5 THEN 3 ELSE 4 END,
    coalesce(fila_id, '00000000-0000-0000-0000-000000000000'),
    coalesce(atendente_id, '00000000-0000-0000-0000-000000000000'),
    coalesce(canal_id, '00000000-0000-0000-0000-000000000000'),
    coalesce(prioridade, ''),
    status,
    count(*)
FROM atendimento_tickets
GROUP BY GROUPING SETS (
    (empresa_id, status),
    (empresa_id, fila_id, status),
    (empresa_id, atendente_id, status),
    (empresa_id, fila_id, atendente_id, canal_id, prioridade, status)
);

INSERT INTO atendimento_tickets_busca
SELECT t.empresa_id, t.id, t.numero, array_to_tsvector(ARRAY(
    SELECT DISTINCT right(t.empresa_id::text, 8) || left(palavra, 40)
    FROM (
        SELECT t.numero::text
        UNION ALL
        SELECT unnest(ARRAY[forma, CASE WHEN forma ~ '^55.{9}' THEN substr(forma, 3) END,
            CASE WHEN forma ~ '^55.{9}' THEN substr(forma, 5) END, right(forma, 8)])
        FROM unnest(ARRAY[
            t.contato_telefone, regexp_replace(t.contato_telefone, '^(55[1-9][1-9])9([6-9][0-9]{7})$', '\1\2')
        ]) forma
        UNION ALL
        SELECT unnest(regexp_matches(
            lower(regexp_replace(normalize(concat_ws(' ', t.contato_nome, t.assunto), NFKD), '[\u0300-\u036f]', '', 'g')),
            '[[:alnum:]]+', 'g'
        ))
    ) p (palavra)
    WHERE palavra <> ''
))
FROM atendimento_tickets t;

CREATE INDEX atendimento_tickets_busca_termos ON atendimento_tickets_busca USING gin (termos);
