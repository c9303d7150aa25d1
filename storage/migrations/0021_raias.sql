-- The lanes of a line: the first that wait in one are found without going through what waits for others. Handing one
-- out touches this index no more.

CREATE INDEX atendimento_envios_raia ON atendimento_envios (empresa_id, canal_id, linha, raia, ordem, id)
    WHERE estado = 'pendente';
-- What waits until tomorrow, apart from its lane, by when it wakes. Other jobs are not in it.
CREATE INDEX atendimento_envios_a_parte ON atendimento_envios (empresa_id, canal_id, linha, proxima_em, id)
    WHERE estado = 'pendente' AND right(raia, 37) = '#' || id::text;
