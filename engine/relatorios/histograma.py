"""Durations in fixed classes: eight to the octave, so each is 9 % wider than the one before, from 1 s to 2²⁵ s (388
days). Class 0 is what is shorter than a second, the last what is longer. Fixed, so that histograms of hours add up to
that of a month (the idea of HdrHistogram, G. Tene, and of DDSketch, Masson et al., VLDB 2019).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

POR_OITAVA: Final = 8
_OITAVAS: Final = 25
LIMITES: Final = tuple(round(1000 * 2 ** (n / POR_OITAVA)) for n in range(_OITAVAS * POR_OITAVA + 1))
"""Where each class ends and the next begins, in milliseconds."""
CLASSES: Final = len(LIMITES) + 1


def classe(ms: int) -> int:
    """The class of a duration."""
    return bisect_right(LIMITES, ms)


def _limites(qual: int) -> tuple[float, float]:
    baixo = LIMITES[qual - 1] if qual else 0
    alto = LIMITES[qual] if qual < len(LIMITES) else baixo
    return baixo, alto


def percentil(classes: Mapping[int, int], parte: float) -> float | None:
    """What ``parte`` (0 to 1) of the durations do not exceed, in ms: within its class as if these were spread evenly in
    it, so it is off by 9 % at most. None of nothing.
    """
    total = sum(classes.values())
    if not total:
        return None
    alvo, ate_aqui = parte * total, 0
    for qual in sorted(classes):
        quantos = classes[qual]
        if quantos and ate_aqui + quantos >= alvo:
            baixo, alto = _limites(qual)
            return baixo + (alto - baixo) * max(alvo - ate_aqui, 0) / quantos
        ate_aqui += quantos
    raise AssertionError("the last class reaches the total")
