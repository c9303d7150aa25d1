"""Series of a metric by their labels, found without the library's lock and checks."""

from __future__ import annotations

from typing import Generic, TypeVar

from prometheus_client import Counter, Histogram

M = TypeVar("M", Counter, Histogram)


class PorRotulos(Generic[M]):
    """Called with the values of the labels, in their order, gives the series."""

    def __init__(self, metrica: M) -> None:
        self._metrica: M = metrica
        self._series: dict[tuple[str, ...], M] = {}

    def __call__(self, *rotulos: str) -> M:
        serie = self._series.get(rotulos)
        if serie is None:
            serie = self._series[rotulos] = self._metrica.labels(*rotulos)
        return serie
