-- What was applied, and with which text.

-- name: migracoes_travar
SELECT pg_advisory_lock($1::int, 0)

-- name: migracoes_criar
CREATE TABLE IF NOT EXISTS atendimento_migracoes (
    nome text PRIMARY KEY,
    soma text NOT NULL,
    aplicada_em timestamptz NOT NULL DEFAULT now()
)

-- name: migracoes_existe
SELECT to_regclass('atendimento_migracoes') IS NOT NULL

-- name: migracoes_aplicadas
SELECT nome, soma FROM atendimento_migracoes ORDER BY nome

-- name: migracoes_registrar
INSERT INTO atendimento_migracoes (nome, soma) VALUES ($1, $2)
