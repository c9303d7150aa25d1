"""Statuses that came before it is known what they speak of."""

from __future__ import annotations

from typing import Final

from engine.conector.entradas import StatusRecebido
from engine.envios.estados import sobe

GUARDADOS_NO_MAXIMO: Final = 1_000
GUARDADOS_MS: Final = 600_000


class Antecipados:
    """Of each message that a provider names, the furthest status, until an answer says which job's it is: for ten
    minutes, and of the last thousand. They are in memory only: with a crash it is as if they had never come.
    """

    __slots__ = ("_por_externo",)

    def __init__(self) -> None:
        self._por_externo: dict[str, tuple[int, StatusRecebido]] = {}

    def guardar(self, status: StatusRecebido, now: int) -> None:
        """``now`` in ms. One that names no message of the provider's is nobody's."""
        externo = status.id_externo
        if externo is None:
            return
        antes = self.de(externo, now)
        if antes is None or sobe(antes.estado, status.estado):
            self._por_externo.pop(externo, None)  # the order is that of time
            self._por_externo[externo] = (now, status)
        self._podar(now)

    def de(self, externo: str | None, now: int) -> StatusRecebido | None:
        """What was said of a message."""
        em, status = self._por_externo.get(externo or "", (now, None))
        return status if now - em < GUARDADOS_MS else None

    def esquecer(self, externo: str) -> None:
        self._por_externo.pop(externo, None)

    def __len__(self) -> int:
        return len(self._por_externo)

    def _podar(self, now: int) -> None:
        for externo, (em, _) in [*self._por_externo.items()]:
            if len(self._por_externo) <= GUARDADOS_NO_MAXIMO and now - em < GUARDADOS_MS:
                return
            del self._por_externo[externo]
