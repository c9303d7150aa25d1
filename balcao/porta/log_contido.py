"""Warnings about what may happen a thousand times a second: one line a minute says as much."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Final

INTERVALO_S: Final = 60.0


class LogContido:
    """Warns at most once in ``INTERVALO_S`` of each kind, and says how many times it did not."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._desde: dict[str, float] = {}
        self._calados: dict[str, int] = {}

    def avisar(self, qual: str, texto: str, *valores: object) -> None:
        agora = monotonic()
        if agora - self._desde.get(qual, -INTERVALO_S) < INTERVALO_S:
            self._calados[qual] = self._calados.get(qual, 0) + 1
            return
        self._desde[qual] = agora
        calados = self._calados.pop(qual, 0)
        mais = f" ({calados} more of these in the last minute)" if calados else ""
        self._log.warning(texto + mais, *valores)
