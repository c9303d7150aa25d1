-- Surveys: when the contact of a resolved ticket is to be asked, what it was asked and has answered; and when a contact
-- was asked last.

-- `pesquisa` is a JSON object as text, as `sla`. NULL: nothing is asked, as of what was there and of what the program
-- before this one writes.
ALTER TABLE atendimento_tickets ADD COLUMN perguntar_em bigint, ADD COLUMN pesquisa text;
CREATE INDEX atendimento_tickets_a_perguntar ON atendimento_tickets (empresa_id) WHERE perguntar_em IS NOT NULL;

ALTER TABLE atendimento_contatos ADD COLUMN pesquisado_em bigint;
