-- What is kept apart can be offered again, once a canal has that number: so it is kept whole, as its bytes came, with its
-- signature, and with whom it concerns ('numero 123', 'conta 456').

ALTER TABLE instalacao_webhooks_apartados
    ALTER COLUMN corpo TYPE bytea USING convert_to(corpo, 'UTF8'),
    ADD COLUMN assinatura text,
    ADD COLUMN alvos text[] NOT NULL DEFAULT '{}';
