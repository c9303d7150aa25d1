-- The policy of a fila, as a document beside the columns that it had, and every version that it has been through.
--
-- NULL is a fila of before, or one that the version before wrote: it has no document, and its first version.

ALTER TABLE atendimento_filas ADD COLUMN politica text, ADD COLUMN versao_politica int;

ALTER TABLE atendimento_filas DROP CONSTRAINT atendimento_filas_estrategia_check;
ALTER TABLE atendimento_filas ADD CONSTRAINT atendimento_filas_estrategia_check CHECK (estrategia IN (
    'MENOS_OCUPADO', 'MAIOR_TEMPO_OCIOSO', 'ROUND_ROBIN', 'MENOS_ATENDIDOS', 'HABILIDADES', 'PONDERADO', 'HIBRIDO',
    'MANUAL'
));

CREATE TABLE atendimento_politica_versoes (
    empresa_id uuid NOT NULL,
    fila_id uuid NOT NULL,
    versao int NOT NULL,
    documento text NOT NULL,
    autor_id uuid,
    em bigint NOT NULL,
    motivo text,
    restaurada_de int,
    PRIMARY KEY (empresa_id, fila_id, versao)
);

ALTER TABLE atendimento_politica_versoes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY dono ON atendimento_politica_versoes TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY leitura ON atendimento_politica_versoes FOR SELECT TO balcao_leitura
    USING (empresa_id = atendimento_empresa_atual());
GRANT SELECT ON atendimento_politica_versoes TO balcao_leitura;
