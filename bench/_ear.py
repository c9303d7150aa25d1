"""A client that only counts what it hears, for less than it costs a server to say it."""

from __future__ import annotations

from typing import Final

from bench._wire import Released

CHUNK: Final = 65_536


class Ear:
    """Has ``heard`` so many messages, which are told by their ``beginning``."""

    def __init__(self, released: Released, beginning: bytes) -> None:
        self.connection, rest = released
        self.heard = 0
        self._beginning = beginning
        kept = len(beginning) - 1
        self._tail = (bytes(kept) + rest)[-kept:]
        """The end of what came last: a beginning may have begun in it."""

    def hear(self, buffer: bytearray, free: memoryview) -> int:
        """Count the messages that are there."""
        kept = len(self._tail)
        buffer[:kept] = self._tail
        length = self.connection.recv_into(free[kept:])
        assert length, "the server closed a connection"
        count = buffer.count(self._beginning, 0, kept + length)
        self._tail = bytes(buffer[length : length + kept])
        self.heard += count
        return count
