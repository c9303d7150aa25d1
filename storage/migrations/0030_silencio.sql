-- Silence, and what is put off. NULL is read as "nothing": so it is with what was there, with what the program before
-- this one writes, and with most tickets. JSON objects as text: they are written as they come, and nobody asks for a part
-- of one.
ALTER TABLE atendimento_tickets ADD COLUMN silencio text;
ALTER TABLE atendimento_tickets ADD COLUMN adiamento text;

-- What is put off now is little, and is listed by itself.
CREATE INDEX atendimento_tickets_adiados ON atendimento_tickets (empresa_id, numero) WHERE adiamento IS NOT NULL;

-- As before (0028), and why somebody put a ticket off.
CREATE OR REPLACE FUNCTION atendimento_resultado_sem_conteudo(resultado text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        r
        || CASE WHEN r ? 'conteudo' THEN jsonb '{"conteudo": ""}' ELSE '{}' END
        || CASE WHEN r ? 'arquivo' THEN jsonb '{"arquivo": null}' ELSE '{}' END
        || CASE WHEN r ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN r ? 'contato_nome'
               THEN jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'endereco' THEN jsonb '{"endereco": null}' ELSE '{}' END
        || CASE WHEN r ? 'rota' THEN jsonb '{"rota": null}' ELSE '{}' END
        || CASE WHEN r ? 'adiamento' THEN jsonb '{"adiamento": null}' ELSE '{}' END
        || CASE WHEN r ? 'unido_a' THEN jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'outros' THEN jsonb '{"outros": []}' ELSE '{}' END
        || CASE WHEN r ? 'etiquetas' THEN jsonb '{"etiquetas": []}' ELSE '{}' END
    )::text
    FROM (SELECT resultado::jsonb) j (r);
END;
