"""How much was done in the last minute."""

from __future__ import annotations

from collections import Counter, deque
from typing import Final

from engine.modelo import NomeDoTrabalho

_SEGUNDOS: Final = 60


class Cadencia:
    """Counts by the second, and forgets what is a minute old: no more than sixty counts are ever kept."""

    __slots__ = ("_por_segundo",)

    def __init__(self) -> None:
        self._por_segundo: deque[tuple[int, Counter[NomeDoTrabalho]]] = deque()

    def contar(self, trabalho: NomeDoTrabalho, agora: int) -> None:
        """A job was done (ms)."""
        segundo = agora // 1000
        if not self._por_segundo or self._por_segundo[-1][0] < segundo:
            self._esquecer(segundo)
            self._por_segundo.append((segundo, Counter()))
        self._por_segundo[-1][1][trabalho] += 1

    def do_minuto(self, agora: int) -> Counter[NomeDoTrabalho]:
        """How many of each kind were done in the minute before."""
        self._esquecer(agora // 1000)
        total: Counter[NomeDoTrabalho] = Counter()
        for _, deste in self._por_segundo:
            total.update(deste)
        return total

    def _esquecer(self, segundo: int) -> None:
        while self._por_segundo and self._por_segundo[0][0] <= segundo - _SEGUNDOS:
            self._por_segundo.popleft()
