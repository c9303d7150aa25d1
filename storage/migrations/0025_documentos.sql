-- What an empresa configures by documents, and by when tickets are to be answered and resolved.

CREATE TABLE atendimento_documentos (
    empresa_id uuid NOT NULL,
    tipo text NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    dados text NOT NULL,
    versao integer NOT NULL,
    criado_em bigint NOT NULL,
    atualizado_em bigint NOT NULL,
    excluido_em bigint,
    PRIMARY KEY (empresa_id, tipo, id)
);

ALTER TABLE atendimento_documentos ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_documentos TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_documentos FOR SELECT TO balcao_leitura USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_documentos TO balcao_leitura;

-- NULL: nothing is promised, as of what was there and of what the program before this one writes. A JSON object as text:
-- it is written as it comes, and nobody asks for a part of it.
ALTER TABLE atendimento_tickets ADD COLUMN sla text;
