"""The Equipe: people who serve the same filas."""
