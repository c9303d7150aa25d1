"""Small statistics over what a run measured."""

from __future__ import annotations

from collections.abc import Sequence


def percentis(valores: Sequence[float], *quais: float) -> list[float | None]:
    """The nearest-rank percentiles (0 < p <= 100): values that were measured, never ones in between."""
    if not valores:
        return [None] * len(quais)
    ordenados = sorted(valores)
    return [ordenados[max(int(-(-len(ordenados) * p // 100)), 1) - 1] for p in quais]


def jain(partes: Sequence[float]) -> float | None:
    """How evenly something is shared: 1 when all have the same, 1/n when one has it all (Jain, Chiu & Hawe 1984)."""
    quadrados = sum(parte * parte for parte in partes)
    return sum(partes) ** 2 / (len(partes) * quadrados) if quadrados else None


def duracao(segundos: float | None) -> str:
    """``3 ms``, ``1,4 s``, ``2 min 05 s``."""
    if segundos is None:
        return "–"
    if segundos < 0.9995:
        return f"{segundos * 1000:.0f} ms"
    if segundos < 59.95:
        return f"{segundos:.1f} s".replace(".", ",")
    minutos, resto = divmod(round(segundos), 60)
    return f"{minutos} min {resto:02} s"
