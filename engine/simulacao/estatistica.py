"""How sure a figure is that was simulated several times, each time with another seed."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from typing import Final

from msgspec import Struct

from engine.simulacao.medidas import Media

_PASSOS: Final = 200
_MINIMO: Final = 1e-300
_EXATO: Final = 1e-15


class Intervalo(Struct, frozen=True):
    """``media`` of the replications; what is true lies between ``de`` and ``ate`` with the confidence asked for."""

    media: float
    de: float
    ate: float

    def contem(self, valor: float) -> bool:
        return self.de <= valor <= self.ate


def intervalo(valores: Sequence[float], confianca: float) -> Intervalo:
    """Of independent replications, two at least, by Student's t. ``confianca``: such as 0.99."""
    conta = Media()
    for valor in valores:
        conta.por(valor)
    margem = t_de_student(1 - (1 - confianca) / 2, conta.n - 1) * conta.desvio / sqrt(conta.n)
    return Intervalo(conta.media, conta.media - margem, conta.media + margem)


def t_de_student(p: float, graus: int) -> float:
    """The value below which Student's t, with so many degrees of freedom, lies with probability ``p``, from 0.5 on."""
    baixo, alto = 0.0, 1.0
    while _abaixo(alto, graus) < p:
        alto *= 2
    for _ in range(_PASSOS):
        meio = (baixo + alto) / 2
        if _abaixo(meio, graus) < p:
            baixo = meio
        else:
            alto = meio
    return (baixo + alto) / 2


def _abaixo(t: float, graus: int) -> float:
    """The probability that Student's t is below ``t``, which is not negative."""
    return 1 - beta_incompleta(graus / 2, 0.5, graus / (graus + t * t)) / 2


def beta_incompleta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8; evaluated as
    Lentz 1976 does).
    """
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    frente = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return frente * _fracao(a, b, x) / a
    return 1 - frente * _fracao(b, a, 1 - x) / b


def _fracao(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _longe_de_zero(1 - (a + b) * x / (a + 1))
    fracao = d
    for m in range(1, _PASSOS):
        for termo in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _longe_de_zero(1 + termo * d)
            c = _longe_de_zero(1 + termo / c)
            fracao *= c * d
        if abs(c * d - 1) < _EXATO:
            break
    return fracao


def _longe_de_zero(valor: float) -> float:
    return valor if abs(valor) > _MINIMO else _MINIMO
