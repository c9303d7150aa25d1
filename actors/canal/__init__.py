"""The Canal: a channel."""
