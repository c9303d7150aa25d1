-- Who sent a ticket back, the state in which an agent lost its connection, and the states that an empresa has of its own.

ALTER TABLE atendimento_tickets ADD COLUMN devolvido_por uuid;
ALTER TABLE atendimento_atendentes ADD COLUMN estado_ao_voltar text;
ALTER TABLE atendimento_empresas ADD COLUMN estados text[] NOT NULL DEFAULT '{}';

-- States were taken as they were written: whoever is "Disponível" meant to be given work, and was not.
UPDATE atendimento_atendentes
SET estado = 'disponivel'
WHERE estado <> 'disponivel' AND lower(translate(btrim(estado), 'íÍ', 'ii')) = 'disponivel';
