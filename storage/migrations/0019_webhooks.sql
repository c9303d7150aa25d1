-- Webhooks to other systems: canais of a type of their own, whose jobs are what the log has.

ALTER TABLE atendimento_canais DROP CONSTRAINT atendimento_canais_tipo_check;
ALTER TABLE atendimento_canais ADD CONSTRAINT atendimento_canais_tipo_check
    CHECK (tipo IN ('whatsapp', 'email', 'sms', 'webchat', 'push', 'api', 'webhook'));

-- The log of deliveries of one webhook, the latest first; and those that were given up, for the sweep. Other jobs are in
-- neither, and pay nothing for them.
CREATE INDEX atendimento_envios_entregas ON atendimento_envios (empresa_id, canal_id, ordem, id)
    WHERE trabalho = 'entregar_webhook';
CREATE INDEX atendimento_envios_entregas_mortas ON atendimento_envios (atualizado_em)
    WHERE trabalho = 'entregar_webhook' AND estado = 'falhou';
