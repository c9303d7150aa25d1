-- What the tickets there were are found by (the way of engine/busca.py), who wrote them, and how many there are.
CREATE FUNCTION pg_temp.termos(empresa_id uuid, textos text, telefone text, numero text) RETURNS tsvector
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT array_to_tsvector(ARRAY(
        SELECT DISTINCT right(empresa_id::text, 8) || left(palavra, 40)
        FROM (
            SELECT numero
            UNION ALL
            SELECT unnest(ARRAY[
                forma, right(forma, 8),
                CASE WHEN forma ~ '^55.{9}' THEN substr(forma, 3) END,
                CASE WHEN forma ~ '^55.{9}' THEN substr(forma, 5) END
            ])
            FROM unnest(ARRAY[telefone, regexp_replace(telefone, '^(55[1-9][1-9])9([6-9][0-9]{7})$', '\1\2')]) forma
            UNION ALL
            SELECT unnest(regexp_matches(
                lower(regexp_replace(normalize(textos, NFKD), '[\u0300-\u036f]', '', 'g')), '[[:alnum:]]+', 'g'
            ))
        ) p (palavra)
        WHERE palavra <> ''
    ));
END;

INSERT INTO atendimento_tickets_busca
SELECT empresa_id, id, numero,
       pg_temp.termos(empresa_id, concat_ws(' ', contato_nome, assunto), contato_telefone, numero::text)
FROM atendimento_tickets;

-- A contact is whoever wrote from one phone (in either form: engine/contatos.py), or from one e-mail address that came
-- with no phone. An address is that of the last who used it.
CREATE TEMPORARY TABLE autores ON COMMIT DROP AS
WITH enderecos AS (
    SELECT
        empresa_id, id AS ticket_id, numero, criado_em, contato_nome, contato_telefone, contato_email,
        'tel:' || regexp_replace(contato_telefone, '^(55[1-9][1-9])9([6-9][0-9]{7})$', '\1\2') AS de_telefone,
        'email:' || lower(contato_email) AS de_email
    FROM atendimento_tickets
), donos AS (
    SELECT DISTINCT ON (empresa_id, de_email) empresa_id, de_email, coalesce(de_telefone, de_email) AS autor
    FROM enderecos
    WHERE de_email IS NOT NULL
    ORDER BY empresa_id, de_email, de_telefone IS NULL, numero DESC
)
SELECT e.*, d.autor AS dono_do_email, coalesce(e.de_telefone, d.autor) AS autor
FROM enderecos e
LEFT JOIN donos d ON d.empresa_id = e.empresa_id AND d.de_email = e.de_email;

CREATE TEMPORARY TABLE pessoas ON COMMIT DROP AS
SELECT
    empresa_id, autor, gen_random_uuid() AS id, min(criado_em) AS criado_em,
    (array_agg(contato_nome ORDER BY numero DESC))[1] AS nome,
    (array_agg(contato_telefone ORDER BY numero DESC) FILTER (WHERE contato_telefone IS NOT NULL))[1] AS telefone,
    (array_agg(contato_email ORDER BY numero DESC) FILTER (WHERE dono_do_email = autor))[1] AS email
FROM autores
WHERE autor IS NOT NULL
GROUP BY empresa_id, autor;

INSERT INTO atendimento_contatos
SELECT empresa_id, id, nome, telefone, email, NULL, NULL, criado_em, criado_em, NULL,
       pg_temp.termos(empresa_id, concat_ws(' ', nome, email), telefone, NULL)
FROM pessoas;

INSERT INTO atendimento_contato_chaves
SELECT a.empresa_id, a.de_telefone, p.id
FROM autores a
JOIN pessoas p ON p.empresa_id = a.empresa_id AND p.autor = a.de_telefone
UNION
SELECT a.empresa_id, a.de_email, p.id
FROM autores a
JOIN pessoas p ON p.empresa_id = a.empresa_id AND p.autor = a.dono_do_email;

-- These would follow each ticket that is changed; the next migration makes them anew.
DROP INDEX
    atendimento_tickets_numero,
    atendimento_tickets_status,
    atendimento_tickets_fila,
    atendimento_tickets_atendente;

UPDATE atendimento_tickets t
SET contato_id = p.id
FROM autores a
JOIN pessoas p ON p.empresa_id = a.empresa_id AND p.autor = a.autor
WHERE t.empresa_id = a.empresa_id AND t.id = a.ticket_id;

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

DROP FUNCTION pg_temp.termos;
