"""How much anybody is told in an hour: what is beyond that is gathered, and told together when the hour is over."""

from __future__ import annotations

from typing import Final

from engine.modelo import MeioDeAviso

HORA: Final = 3_600_000
POR_HORA: Final[dict[MeioDeAviso, int]] = {"app": 500, "push": 300, "email": 60, "sms": 20}
"""Notices to one person by one means within an hour."""
RETIDOS_NO_MAXIMO: Final = 200
"""Notices that wait for one person and one means: of what comes beyond them a digest says that there was more."""

DADOS_NO_MAXIMO: Final = 50_000
"""How much an empresa remembers of what its people were told; of more, what is over first may be told again."""


class Orcamento:
    """Counts what each person is told by each means. In memory only: after a start it begins anew."""

    __slots__ = ("_contas",)

    def __init__(self) -> None:
        self._contas: dict[tuple[str, MeioDeAviso], tuple[int, int]] = {}

    def excedido_ate(self, usuario_id: str, meio: MeioDeAviso, now: int) -> int | None:
        """Until when (ms) somebody was told enough by that; None: there is room."""
        inicio, quantos = self._contas.get((usuario_id, meio), (now, 0))
        return inicio + HORA if quantos >= POR_HORA[meio] and now - inicio < HORA else None

    def contar(self, usuario_id: str, meio: MeioDeAviso, now: int) -> None:
        inicio, quantos = self._contas.get((usuario_id, meio), (now, 0))
        outra = now - inicio >= HORA
        self._contas[usuario_id, meio] = (now, 1) if outra else (inicio, quantos + 1)

    def esquecer(self, usuario_id: str) -> None:
        for meio in POR_HORA:
            self._contas.pop((usuario_id, meio), None)
