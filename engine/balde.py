"""The one token bucket: how fast somebody may go in the long run, and how much at once.

Kept as the generic cell rate algorithm does (ITU-T I.371): of a bucket only the instant is remembered at which it is
full again, one integer; one that is full need not be remembered at all. There are two ways to hold somebody to a rate.
Whoever refuses takes a token only if it is there; whoever slows down takes it in any case, and waits until it would
have been there.

Times are nanoseconds of a clock that never goes back.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from msgspec import Struct

SEGUNDO: Final = 1_000_000_000


class Taxa(Struct, frozen=True, gc=False):
    """``custo`` is how long a token takes to come back (ns), ``capacidade`` how long a whole bucket does (ns)."""

    custo: int
    capacidade: int

    def tomar(self, cheio_em: int, agora: int) -> int:
        """When a bucket that was to be full at ``cheio_em`` is full once a token is taken."""
        return max(cheio_em, agora) + self.custo

    def espera(self, cheio_em: int, agora: int) -> int:
        """Of what :meth:`tomar` gave: how long until that token is there (ns); 0: it is."""
        falta = cheio_em - agora - self.capacidade
        return max(0, falta)


@cache
def taxa(por_segundo: int, rajada: int) -> Taxa:
    """``por_segundo`` tokens come back in each second, up to ``rajada``. Both are at least 1. Equal ones are the
    same, however many connections have a bucket of it.
    """
    custo = SEGUNDO // por_segundo
    return Taxa(custo, custo * rajada)


class Balde:
    """One bucket, full at first."""

    __slots__ = ("_cheio_em", "_taxa")

    def __init__(self, taxa: Taxa) -> None:
        self._taxa = taxa
        self._cheio_em = 0

    def tomar(self, agora: int) -> int:
        """Take a token if it is there. Gives how long until it is (ns); 0: it was taken."""
        cheio_em = self._taxa.tomar(self._cheio_em, agora)
        espera = self._taxa.espera(cheio_em, agora)
        if not espera:
            self._cheio_em = cheio_em
        return espera

    def reservar(self, agora: int) -> int:
        """Take a token in any case. Gives how long to wait before it is used (ns)."""
        self._cheio_em = self._taxa.tomar(self._cheio_em, agora)
        return self._taxa.espera(self._cheio_em, agora)
