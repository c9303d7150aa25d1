"""What is measured while a simulation runs, each in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp, log, sqrt
from typing import Final

PRECISAO: Final = 0.005
"""The relative error of a quantile."""
PONTOS: Final = 100
"""Steps of a series, at the least half of it once it has grown."""
PASSO_INICIAL: Final = 60_000
"""Of a series, in milliseconds."""

_GAMA: Final = (1 + PRECISAO) / (1 - PRECISAO)
_LN_GAMA: Final = log(_GAMA)


class Media:
    """Mean and variance as they come (Welford 1962)."""

    __slots__ = ("_m2", "media", "n")

    def __init__(self) -> None:
        self.n = 0
        self.media = 0.0
        self._m2 = 0.0

    def por(self, valor: float) -> None:
        self.n += 1
        delta = valor - self.media
        self.media += delta / self.n
        self._m2 += delta * (valor - self.media)

    @property
    def desvio(self) -> float:
        """Standard deviation of the sample; 0 of fewer than two."""
        return sqrt(self._m2 / (self.n - 1)) if self.n > 1 else 0.0


class Quantis:
    """Quantiles of times (integers, not below 0) to a relative error of :data:`PRECISAO`: counts in logarithmic
    buckets (Masson, Rim and Lee, DDSketch, 2019). From a millisecond to a month there are some 2,200 of them.
    """

    __slots__ = ("_baldes", "_zeros", "maximo", "n")

    def __init__(self) -> None:
        self.n = 0
        self.maximo = 0
        self._zeros = 0
        self._baldes: dict[int, int] = {}

    def por(self, valor: int) -> None:
        self.n += 1
        if valor <= 0:
            self._zeros += 1
            return
        self.maximo = max(self.maximo, valor)
        balde = ceil(log(valor) / _LN_GAMA)
        self._baldes[balde] = self._baldes.get(balde, 0) + 1

    def quantil(self, q: float) -> float:
        """The value that a share ``q`` (0 to 1) does not exceed; 0 of nothing."""
        falta = ceil(q * self.n) - self._zeros
        if falta <= 0:
            return 0.0
        for balde in sorted(self._baldes):
            falta -= self._baldes[balde]
            if falta <= 0:
                return min(2 * exp(balde * _LN_GAMA) / (_GAMA + 1), self.maximo)
        return float(self.maximo)


class Serie:
    """A whole number over time: its mean (weighted by time) and its maximum in each step. Steps become twice as long
    whenever there are too many.
    """

    __slots__ = ("_area", "_desde", "_inicio", "_maximos", "passo", "valor")

    def __init__(self, inicio: int, valor: int = 0) -> None:
        self.valor = valor
        self.passo = PASSO_INICIAL
        self._inicio = self._desde = inicio
        self._area: list[float] = [0.0]
        self._maximos: list[int] = [valor]

    def mudar(self, quanto: int, now: int) -> None:
        """From ``now`` on it is so much more."""
        self.ate(now)
        self.valor += quanto
        self._maximos[-1] = max(self._maximos[-1], self.valor)

    def ate(self, now: int) -> None:
        """It was the same until ``now``."""
        while now >= (fim := self._inicio + len(self._area) * self.passo):
            self._area[-1] += self.valor * (fim - self._desde)
            self._desde = fim
            self._area.append(0.0)
            self._maximos.append(self.valor)
            if len(self._area) > 2 * PONTOS:
                self._dobrar()
        self._area[-1] += self.valor * (now - self._desde)
        self._desde = now

    def _dobrar(self) -> None:
        self.passo *= 2
        area, maximos = self._area, self._maximos
        pares = range(0, len(area), 2)
        self._area = [sum(area[i : i + 2]) for i in pares]
        self._maximos = [max(maximos[i : i + 2]) for i in pares]

    @property
    def maximo(self) -> int:
        return max(self._maximos)

    @property
    def media(self) -> float:
        """Since the beginning."""
        duracao = self._desde - self._inicio
        return sum(self._area) / duracao if duracao else 0.0

    def medias(self) -> tuple[float, ...]:
        """Of every step that is through."""
        return tuple(area / self.passo for area in self._area[:-1])

    def maximos(self) -> tuple[int, ...]:
        """Of every step that is through."""
        return tuple(self._maximos[:-1])


def gini(valores: Sequence[float]) -> float:
    """How unequal shares are: 0 when all are the same, towards 1 when one has all (Gini 1912). 0 of nothing."""
    total, n = sum(valores), len(valores)
    if total <= 0:
        return 0.0
    ponderada = sum(posto * valor for posto, valor in enumerate(sorted(valores), 1))
    return (2 * ponderada) / (n * total) - (n + 1) / n
