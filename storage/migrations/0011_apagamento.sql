-- What was deleted is blanked wherever it is kept: also in answers kept under an Idempotency-Key, which are found by
-- what they are about, and in the events of contacts.

ALTER TABLE atendimento_idempotencia ADD COLUMN alvo uuid;
CREATE INDEX atendimento_idempotencia_alvo ON atendimento_idempotencia (empresa_id, alvo) WHERE alvo IS NOT NULL;

CREATE INDEX atendimento_eventos_contato ON atendimento_eventos (empresa_id, ((dados::jsonb) -> 'contato' ->> 'id'))
    WHERE tipo IN ('contato_criado', 'contato_atualizado', 'contato_unido');

-- Of the payload of an event, what somebody had written or who it names. What changed is told of in `mudancas`, which
-- goes as a whole where it could hold the like.
CREATE FUNCTION atendimento_sem_conteudo(dados text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        d
        || CASE WHEN d ? 'conteudo' THEN jsonb '{"conteudo": "", "arquivoUrl": null, "arquivoNome": null}' ELSE '{}' END
        || CASE WHEN d ? 'motivo' THEN jsonb '{"motivo": null}' ELSE '{}' END
        || CASE WHEN d ? 'ticket' THEN jsonb_build_object(
               'ticket',
               d -> 'ticket'
               || jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
           ) ELSE '{}' END
        || CASE WHEN d ? 'contato' THEN jsonb_build_object(
               'contato', d -> 'contato' || jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
           ) ELSE '{}' END
    )::text
    FROM (SELECT dados::jsonb) j (d);
END;

-- The same of an answer that is kept: a row of ours, whose columns are called otherwise.
CREATE FUNCTION atendimento_resultado_sem_conteudo(resultado text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT (
        r
        || CASE WHEN r ? 'conteudo' THEN jsonb '{"conteudo": "", "arquivo": null}' ELSE '{}' END
        || CASE WHEN r ? 'contato_nome'
               THEN jsonb '{"contato_nome": "", "contato_telefone": null, "contato_email": null, "assunto": null}'
               ELSE '{}' END
        || CASE WHEN r ? 'unido_a' THEN jsonb '{"nome": "", "telefone": null, "email": null, "observacao": null}'
               ELSE '{}' END
    )::text
    FROM (SELECT resultado::jsonb) j (r);
END;
