-- An answer must mean that the write is on disk, whatever the server's default.
-- name: exigir_disco
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'

-- For the policies of row-level security, until the next one.
-- name: entrar_na_empresa
SELECT set_config('balcao.empresa_id', $1, false)
