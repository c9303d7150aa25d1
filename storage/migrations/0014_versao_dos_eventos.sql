-- The version of the shape in which an event was written (engine/eventos/versoes.py). NULL is the first: so it is with what
-- was there, with what the program before this one writes, and with most of what this one does, and takes no room.
ALTER TABLE atendimento_eventos ADD COLUMN versao integer;
ALTER TABLE atendimento_historico ADD COLUMN versao integer;
