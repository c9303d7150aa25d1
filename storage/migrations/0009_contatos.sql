-- Whose contacts an atendente sees, and what became of addresses that were changed.

ALTER TABLE atendimento_empresas
    ADD COLUMN contatos_visiveis text NOT NULL DEFAULT 'dosTickets'
    CONSTRAINT atendimento_empresas_contatos_visiveis CHECK (contatos_visiveis IN ('dosTickets', 'todos'));

-- Of an event about a contact: the filas and atendentes, between spaces, that its tickets are of. What is pruned from the
-- log is kept with the same columns.
ALTER TABLE atendimento_eventos ADD COLUMN lugares text;
ALTER TABLE atendimento_historico ADD COLUMN lugares text;

-- Who wrote a contact down that had no ticket.
ALTER TABLE atendimento_contatos ADD COLUMN criado_por uuid;
CREATE INDEX atendimento_contatos_criados ON atendimento_contatos (empresa_id, criado_por) WHERE criado_por IS NOT NULL;

-- The contacts that have tickets in a fila, open or not: however many tickets those are, each is here once, and who was
-- merged into it is here as it.
CREATE TABLE atendimento_fila_contatos (
    empresa_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    contato_id uuid NOT NULL,
    PRIMARY KEY (empresa_id, fila_id, contato_id)
);

INSERT INTO atendimento_fila_contatos
SELECT DISTINCT t.empresa_id, t.fila_id, CASE WHEN c.unido_a IS NULL THEN c.id ELSE c.unido_a END
FROM atendimento_tickets t
JOIN atendimento_contatos c ON c.empresa_id = t.empresa_id AND c.id = t.contato_id
WHERE t.excluido_em IS NULL AND c.excluido_em IS NULL;

-- Is there a ticket of this contact in this fila, or of this atendente? The tickets of one contact are sorted when they
-- are listed, so that numero need not be in it.
DROP INDEX atendimento_tickets_contato;
CREATE INDEX atendimento_tickets_contato ON atendimento_tickets (empresa_id, contato_id, fila_id, atendente_id)
    WHERE contato_id IS NOT NULL AND excluido_em IS NULL;
-- The same, with whose the tickets are: an atendente's own contacts are read in the index alone.
DROP INDEX atendimento_tickets_atendente;
CREATE INDEX atendimento_tickets_atendente ON atendimento_tickets (empresa_id, atendente_id, numero)
    INCLUDE (status, fila_id, contato_id) WHERE atendente_id IS NOT NULL AND excluido_em IS NULL;

-- By triggers, not by the group commit's own statement: they are right also for what a node of the version before writes,
-- and cost nothing where no ticket comes or moves.
CREATE FUNCTION atendimento_ticket_na_fila() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM atendimento_fila_contatos f
        USING (
            SELECT CASE WHEN unido_a IS NULL THEN id ELSE unido_a END AS id
            FROM atendimento_contatos
            WHERE empresa_id = OLD.empresa_id AND id = OLD.contato_id
        ) k
        WHERE f.empresa_id = OLD.empresa_id AND f.fila_id = OLD.fila_id AND f.contato_id = k.id
          AND NOT EXISTS (
              SELECT FROM atendimento_tickets t
              WHERE t.empresa_id = OLD.empresa_id AND t.contato_id = k.id AND t.fila_id = OLD.fila_id
                AND t.excluido_em IS NULL
          )
          AND NOT EXISTS (
              SELECT
              FROM atendimento_contatos u
              JOIN atendimento_tickets t
                ON t.empresa_id = OLD.empresa_id AND t.contato_id = u.id AND t.fila_id = OLD.fila_id
               AND t.excluido_em IS NULL
              WHERE u.empresa_id = OLD.empresa_id AND u.unido_a = k.id
          );
    END IF;
    IF NEW.contato_id IS NOT NULL AND NEW.excluido_em IS NULL THEN
        INSERT INTO atendimento_fila_contatos
        SELECT NEW.empresa_id, NEW.fila_id, CASE WHEN c.unido_a IS NULL THEN c.id ELSE c.unido_a END
        FROM atendimento_contatos c
        WHERE c.empresa_id = NEW.empresa_id AND c.id = NEW.contato_id AND c.excluido_em IS NULL
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER chega_a_fila AFTER INSERT ON atendimento_tickets
FOR EACH ROW WHEN (NEW.contato_id IS NOT NULL)
EXECUTE FUNCTION atendimento_ticket_na_fila();

CREATE TRIGGER muda_de_fila AFTER UPDATE ON atendimento_tickets
FOR EACH ROW WHEN (
    OLD.fila_id <> NEW.fila_id
    OR OLD.contato_id IS DISTINCT FROM NEW.contato_id
    OR OLD.excluido_em IS DISTINCT FROM NEW.excluido_em
)
EXECUTE FUNCTION atendimento_ticket_na_fila();

-- A contact is merged, or deleted: in the filas of its tickets, another stands for it, or nobody.
CREATE FUNCTION atendimento_contato_nas_filas() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    filas CONSTANT uuid[] := ARRAY(
        SELECT DISTINCT t.fila_id
        FROM atendimento_tickets t
        WHERE t.empresa_id = NEW.empresa_id AND t.contato_id = NEW.id AND t.excluido_em IS NULL
    );
BEGIN
    DELETE FROM atendimento_fila_contatos f
    WHERE f.empresa_id = NEW.empresa_id AND f.fila_id = ANY(filas)
      AND f.contato_id = CASE WHEN OLD.unido_a IS NULL THEN OLD.id ELSE OLD.unido_a END;
    IF NEW.excluido_em IS NULL THEN
        INSERT INTO atendimento_fila_contatos
        SELECT NEW.empresa_id, fila_id, CASE WHEN NEW.unido_a IS NULL THEN NEW.id ELSE NEW.unido_a END
        FROM unnest(filas) fila_id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER muda_de_dono AFTER UPDATE ON atendimento_contatos
FOR EACH ROW WHEN (OLD.unido_a IS DISTINCT FROM NEW.unido_a OR OLD.excluido_em IS DISTINCT FROM NEW.excluido_em)
EXECUTE FUNCTION atendimento_contato_nas_filas();

DO $$
DECLARE
    tabela CONSTANT regclass := 'atendimento_fila_contatos';
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tabela);
    EXECUTE format('CREATE POLICY dono ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', tabela);
    EXECUTE format(
        'CREATE POLICY leitura ON %s FOR SELECT TO balcao_leitura USING (empresa_id = atendimento_empresa_atual())',
        tabela
    );
    EXECUTE format('GRANT SELECT ON %s TO balcao_leitura', tabela);
END $$;

-- A ticket is found by what its contact is now, too. Few contacts have changed since they were made, and only these are
-- looked at beside the tickets' own words.
CREATE INDEX atendimento_contatos_mudados ON atendimento_contatos USING gin (termos) WITH (fastupdate = off)
    WHERE atualizado_em > criado_em AND unido_a IS NULL AND excluido_em IS NULL;

CREATE OR REPLACE FUNCTION atendimento_achar_tickets(procurado tsquery) RETURNS TABLE (numero bigint)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
BEGIN ATOMIC
    SELECT b.numero
    FROM atendimento_tickets_busca b
    WHERE b.empresa_id IS NOT DISTINCT FROM atendimento_empresa_atual() AND b.termos @@ procurado
    UNION ALL
    SELECT t.numero
    FROM atendimento_contatos k
    CROSS JOIN LATERAL (
        SELECT k.id
        UNION ALL
        SELECT u.id FROM atendimento_contatos u WHERE u.empresa_id = k.empresa_id AND u.unido_a = k.id
    ) c
    CROSS JOIN LATERAL (
        SELECT t.id, t.numero
        FROM atendimento_tickets t
        WHERE t.empresa_id = k.empresa_id AND t.contato_id = c.id AND t.excluido_em IS NULL
        OFFSET 0
    ) t
    WHERE k.empresa_id IS NOT DISTINCT FROM atendimento_empresa_atual() AND k.termos @@ procurado
      AND k.atualizado_em > k.criado_em AND k.unido_a IS NULL AND k.excluido_em IS NULL
      AND NOT EXISTS (
          SELECT FROM atendimento_tickets_busca b
          WHERE b.empresa_id = k.empresa_id AND b.ticket_id = t.id AND b.termos @@ procurado
      );
END;

-- Addresses that were changed went on leading to who had had them: as far as the log tells, they are nobody's now. (Told
-- by what every way of writing a key has in common, so that none is freed by mistake.)
UPDATE atendimento_contato_chaves h
SET contato_id = NULL
FROM (
    SELECT v.empresa_id, CASE WHEN k.unido_a IS NULL THEN k.id ELSE k.unido_a END AS contato_id, v.telefone, v.email
    FROM (
        SELECT empresa_id, (dados::json -> 'contato' ->> 'id')::uuid AS contato_id,
               mudancas::json -> 'telefone' ->> 0 AS telefone, mudancas::json -> 'email' ->> 0 AS email
        FROM atendimento_eventos
        WHERE tipo = 'contato_atualizado' AND mudancas IS NOT NULL
    ) v
    JOIN atendimento_contatos k ON k.empresa_id = v.empresa_id AND k.id = v.contato_id
    WHERE v.telefone IS NOT NULL OR v.email IS NOT NULL
) m
WHERE h.empresa_id = m.empresa_id AND h.contato_id = m.contato_id
  AND CASE
      WHEN h.chave LIKE 'tel:%' THEN right(h.chave, 8) = right(m.telefone, 8)
      WHEN h.chave LIKE 'email:%' THEN lower(substr(h.chave, 7)) = lower(m.email)
  END
  AND NOT EXISTS (
      SELECT
      FROM atendimento_contatos k
      WHERE k.empresa_id = h.empresa_id AND (k.id = h.contato_id OR k.unido_a = h.contato_id)
        AND CASE
            WHEN h.chave LIKE 'tel:%' THEN right(k.telefone, 8) = right(h.chave, 8)
            ELSE lower(k.email) = lower(substr(h.chave, 7))
        END
  );
