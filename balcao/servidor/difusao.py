"""One event sink made of several."""

from __future__ import annotations

from collections.abc import Sequence

from engine.modelo import EventoRow
from engine.ports import EventSink


class Difusor:
    """Hands committed events to each sink, in the order given."""

    def __init__(self, *destinos: EventSink) -> None:
        self._destinos = destinos

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        for destino in self._destinos:
            destino.publish(eventos)

    def dropped(self, empresa_id: str) -> None:
        for destino in self._destinos:
            destino.dropped(empresa_id)
