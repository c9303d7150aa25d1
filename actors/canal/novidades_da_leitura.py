"""What became known of jobs while a page with them is on its way from the store: what is read of them may be older."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from engine.modelo import EnvioRow
from engine.ports import EnvioGuardado


class NovidadesDaLeitura:
    """``lendo``: a page is on its way. Nothing is kept while none is."""

    __slots__ = ("_apagados", "_tocados", "lendo")

    def __init__(self) -> None:
        self.lendo = False
        self._tocados: dict[str, EnvioRow | None] = {}
        self._apagados: list[Callable[[EnvioRow], bool]] = []

    def comecou(self) -> None:
        self.lendo = True

    def tocado(self, id_: str, row: EnvioRow | None) -> None:
        """A job is like this now; None: what it was to send was deleted."""
        if self.lendo:
            self._tocados[id_] = row

    def apagados(self, quais: Callable[[EnvioRow], bool]) -> None:
        """What these were to send was deleted."""
        if self.lendo:
            self._apagados.append(quais)

    def acabou(self, pagina: list[EnvioGuardado]) -> list[EnvioGuardado]:
        """What was read, as it is now."""
        agora = [self._agora(um) for um in pagina]
        self.lendo = False
        self._tocados, self._apagados = {}, []
        return agora

    def _agora(self, guardado: EnvioGuardado) -> EnvioGuardado:
        row = self._tocados.get(guardado.row.id, guardado.row)
        if row is None or any(quais(guardado.row) for quais in self._apagados):
            return EnvioGuardado(replace(guardado.row, dados=""), None)
        return EnvioGuardado(row, guardado.mensagem)
