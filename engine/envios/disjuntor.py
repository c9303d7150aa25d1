"""A circuit breaker (M. Nygard, "Release It!", 2007): what does not work is left alone for a while, then tried once.

Closed, everything passes. After some failures in a row it opens: nothing passes, for longer each time. Then one job is
let through; if that works it closes, if not it opens again.
"""

from __future__ import annotations

from typing import Final

FALHAS: Final = 5
"""In a row, after which it opens."""
ABERTO_MS: Final = 5_000
"""How long it is open the first time; then twice as long, and so on."""
ABERTO_MAXIMO_MS: Final = 300_000


class Disjuntor:
    """``aberto_ate``: nothing passes before then; 0: it is closed."""

    __slots__ = ("_falhas", "_sondando", "_vezes", "aberto_ate")

    def __init__(self) -> None:
        self._falhas = 0
        self._vezes = 0
        self._sondando = False
        self.aberto_ate = 0

    @property
    def fechado(self) -> bool:
        return not self.aberto_ate

    @property
    def sondando(self) -> bool:
        """A job was let through to see whether it works: whatever else there is waits for what becomes of that one."""
        return self._sondando

    def passa(self, agora: int) -> bool:
        """Whether a job may be tried now."""
        return self.fechado or (agora >= self.aberto_ate and not self._sondando)

    def tentou(self) -> None:
        """A job was let through."""
        self._sondando = not self.fechado

    def foi_bem(self) -> None:
        self._falhas = self._vezes = 0
        self._sondando = False
        self.aberto_ate = 0

    def foi_mal(self, agora: int) -> None:
        if not self.fechado and not self._sondando:
            return  # it was let through before it opened, with many others: together they say it once
        self._sondando = False
        self._falhas += 1
        if self._falhas >= FALHAS:
            self.aberto_ate = agora + min(ABERTO_MS * 2 ** min(self._vezes, 10), ABERTO_MAXIMO_MS)
            self._vezes += 1

    def nada(self) -> None:
        """What was let through says nothing of the channel."""
        self._sondando = False
