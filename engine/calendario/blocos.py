"""Time cut into blocks of equal length, each with what is open in it: found by the first bits of an instant, and small.

An instant is open if the clock on the wall says so: an hour that is repeated when summer time ends counts twice, and
one that is skipped not at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from engine.calendario.dias import Dias
from engine.parede import UM_DIA, trechos

BITS: Final = 31
"""A block lasts 2**31 ms: nearly 25 days."""


class Bloco:
    """``inicios``: the instants at which it opens. ``antes``: how long it was open in this block before each of them,
    and, as its last, in all of it.
    """

    __slots__ = ("antes", "inicios", "total")

    def __init__(self, abertos: list[tuple[int, int]]) -> None:
        self.inicios = [de for de, _ in abertos]
        self.antes = [0]
        for de, ate in abertos:
            self.antes.append(self.antes[-1] + ate - de)
        self.total = self.antes[-1]

    def feito(self, instante: int) -> int:
        """How long it was open in this block before that instant of it."""
        qual = bisect_right(self.inicios, instante)
        return min(self.antes[qual - 1] + instante - self.inicios[qual - 1], self.antes[qual]) if qual else 0

    def aberto(self, instante: int) -> bool:
        """Whether it is open at that instant of it."""
        qual = bisect_right(self.inicios, instante) - 1
        return qual >= 0 and instante - self.inicios[qual] < self.antes[qual + 1] - self.antes[qual]

    def trecho(self, instante: int) -> tuple[int, int]:
        """From when to when it is open around that instant of it, which is open, as far as this block goes."""
        qual = bisect_right(self.inicios, instante) - 1
        de = self.inicios[qual]
        return de, de + self.antes[qual + 1] - self.antes[qual]

    def vao(self, instante: int) -> tuple[int | None, int | None]:
        """From when to when it is closed around that instant of it, which is; None: as far as this block goes."""
        qual = bisect_right(self.inicios, instante)
        fechou = None if qual == 0 else self.inicios[qual - 1] + self.antes[qual] - self.antes[qual - 1]
        return fechou, None if qual == len(self.inicios) else self.inicios[qual]

    def primeiro(self, feito: int) -> int:
        """The first instant before which it was open in this block for so long: more than 0 and at most ``total``."""
        qual = bisect_left(self.antes, feito) - 1
        return self.inicios[qual] + feito - self.antes[qual]

    def ultimo(self, feito: int) -> int:
        """The last instant before which it was open in this block for no longer: less than ``total``."""
        qual = bisect_right(self.antes, feito) - 1
        return self.inicios[qual] + feito - self.antes[qual]


def montar(fuso: str, dias: Dias, numero: int) -> Bloco:
    """The block that begins at ``numero << BITS``.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    abertos: list[tuple[int, int]] = []
    for de, ate in _abertos(fuso, dias, numero << BITS, (numero + 1) << BITS):
        if abertos and de <= abertos[-1][1]:
            abertos[-1] = (abertos[-1][0], max(ate, abertos[-1][1]))
        else:
            abertos.append((de, ate))
    return Bloco(abertos)


def _abertos(fuso: str, dias: Dias, inicio: int, fim: int) -> Iterator[tuple[int, int]]:
    """By their beginnings; they may overlap: what began on the day before may last into what begins on this one."""
    for de, ate, adiante in trechos(fuso, inicio, fim):
        for dia in range((de + adiante) // UM_DIA - 1, (ate - 1 + adiante) // UM_DIA + 1):
            meia_noite = dia * UM_DIA - adiante
            for abre, fecha in dias.de(dia):
                um, outro = max(de, meia_noite + abre), min(ate, meia_noite + fecha)
                if um < outro:
                    yield um, outro
