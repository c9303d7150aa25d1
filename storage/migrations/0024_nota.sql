-- As before (0023), and the note that went with a ticket when it was handed on.
CREATE OR REPLACE FUNCTION atendimento_sem_conteudo(dados text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        d
        || CASE WHEN d ? 'conteudo' THEN jsonb '{"conteudo": "", "arquivoUrl": null, "arquivoNome": null}' ELSE '{}' END
        || CASE WHEN d ? 'metadados' THEN jsonb '{"metadados": null}' ELSE '{}' END
        || CASE WHEN d ? 'motivo' THEN jsonb '{"motivo": null}' ELSE '{}' END
        || CASE WHEN d ? 'nota' THEN jsonb '{"nota": null}' ELSE '{}' END
        || CASE WHEN d ? 'ticket' THEN jsonb_build_object(
               'ticket',
               d -> 'ticket'
               || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               || jsonb '{"etiquetas": [], "idioma": null, "habilidades": null}'
           ) ELSE '{}' END
        || CASE WHEN d ? 'contato' THEN jsonb_build_object(
               'contato',
               d -> 'contato'
               || jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               || CASE WHEN d -> 'contato' ? 'enderecos' THEN jsonb '{"enderecos": []}' ELSE '{}' END
           ) ELSE '{}' END
    )::text
    FROM (SELECT dados::jsonb) j (d);
END;
