"""How long it was open before each block: sums that grow at both ends, only so far as they are asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Final

_INFINITO: Final = 1 << 63

_Linha = tuple[int, list[int]]
"""The number of a block, and how long it was open from some fixed instant to the beginning of that block and of each
that follows it. It is replaced, never changed, so that whoever reads it reads one state of it."""


class Somas:
    """``total`` tells of a block for how long it is open; blocks before ``primeiro`` and from ``ultimo`` on have no
    part in this.
    """

    __slots__ = ("_linha", "_primeiro", "_total", "_ultimo")

    def __init__(self, total: Callable[[int], int], primeiro: int, ultimo: int) -> None:
        self._total = total
        self._primeiro, self._ultimo = primeiro, ultimo
        self._linha: _Linha | None = None

    def entre(self, de: int, ate: int) -> int:
        """From the beginning of one block to that of another."""
        self._com(de)
        primeiro, somas = self._com(ate)
        return somas[ate - primeiro] - somas[de - primeiro]

    def depois(self, numero: int, feito: int) -> tuple[int, int] | None:
        """Where it was open for ``feito`` since the beginning of block ``numero``: the first block in which that is
        reached, and for how long it is open in that one until then.
        """
        primeiro, somas = self._com(numero)
        alvo = somas[numero - primeiro] + feito
        if somas[-1] < alvo and primeiro + len(somas) <= self._ultimo:
            primeiro, somas = self._ate(self._ultimo, alvo)
        qual = bisect_left(somas, alvo) - 1
        return None if qual == len(somas) - 1 else (primeiro + qual, alvo - somas[qual])

    def antes(self, numero: int, falta: int) -> tuple[int, int] | None:
        """From where it is open for ``falta`` until block ``numero`` begins: the last such block, and for how long it
        is open in that one until then.
        """
        primeiro, somas = self._com(numero)
        alvo = somas[numero - primeiro] - falta
        if somas[0] > alvo and primeiro > self._primeiro:
            primeiro, somas = self._desde(self._primeiro, alvo)
        qual = bisect_right(somas, alvo) - 1
        return None if qual < 0 else (primeiro + qual, alvo - somas[qual])

    def _com(self, numero: int) -> _Linha:
        """With that block in it."""
        linha = self._linha
        if linha is None:
            linha = self._linha = (numero, [0])
        if numero < linha[0]:
            return self._desde(numero, -_INFINITO)
        if numero >= linha[0] + len(linha[1]):
            return self._ate(numero, _INFINITO)
        return linha

    def _ate(self, numero: int, alvo: int) -> _Linha:
        """It grows up to block ``numero``, or, before that, until ``alvo`` is reached."""
        primeiro, somas = self._linha or (numero, [0])
        somas = list(somas)
        while primeiro + len(somas) <= numero and somas[-1] < alvo:
            somas.append(somas[-1] + self._total(primeiro + len(somas) - 1))
        self._linha = primeiro, somas
        return self._linha

    def _desde(self, numero: int, alvo: int) -> _Linha:
        """It grows back to block ``numero``, or, before that, until ``alvo`` is reached."""
        primeiro, somas = self._linha or (numero, [0])
        novas = [somas[0]]
        while primeiro > numero and novas[-1] > alvo:
            primeiro -= 1
            novas.append(novas[-1] - self._total(primeiro))
        self._linha = primeiro, [*reversed(novas), *somas[1:]]
        return self._linha
