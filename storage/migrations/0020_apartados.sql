-- What is kept apart can be offered again, once a canal has that number: so it is kept whole, as its bytes came, with its
-- signature, and with whom it concerns ('numero 123', 'conta 456').

ALTER TABLE instalacao_webhooks_apartados
    ALTER COLUMN corpo TYPE bytea USING convert_to(corpo, 'UTF8'),
    ADD COLUMN assinatura text,
    ADD COLUMN alvos text[] NOT NULL DEFAULT '{}';

-- Who did what about dead letters: a handful among millions of events.
CREATE INDEX atendimento_eventos_dos_mortos ON atendimento_eventos (empresa_id, seq)
    WHERE tipo IN ('envios_reenviados', 'envios_descartados');
