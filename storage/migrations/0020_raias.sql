-- The lanes of a line: the first jobs of one are found without going through what waits for others.

CREATE INDEX atendimento_envios_raia ON atendimento_envios (empresa_id, canal_id, linha, raia, ordem, id)
    WHERE estado IN ('pendente', 'enviando', 'desconhecido');
