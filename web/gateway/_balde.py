"""A token bucket: how fast a client may send in the long run, and how much at once."""

from __future__ import annotations


class Balde:
    """``por_segundo`` tokens come in each second, up to ``rajada``."""

    __slots__ = ("_desde", "_fichas", "_por_segundo", "_rajada")

    def __init__(self, por_segundo: float, rajada: float, agora: float) -> None:
        self._por_segundo = por_segundo
        self._rajada = rajada
        self._fichas = rajada
        self._desde = agora

    def tomar(self, agora: float) -> float:
        """Take a token. Returns how many seconds to wait before using it: 0 while there are tokens."""
        self._fichas = min(self._rajada, self._fichas + (agora - self._desde) * self._por_segundo) - 1
        self._desde = agora
        return max(0.0, -self._fichas / self._por_segundo)
