-- An answer must mean that the write is on disk, whatever the server's default.
-- name: exigir_disco
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
