"""The Fila: a queue, and its policy."""
