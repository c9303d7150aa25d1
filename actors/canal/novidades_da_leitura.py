"""What became known of jobs while a page with them is on its way from the store: what is read of them may be older."""

from __future__ import annotations

from msgspec.structs import replace

from engine.modelo import EnvioRow
from engine.ports import EnvioGuardado


class NovidadesDaLeitura:
    """``lendo``: a page is on its way. Nothing is kept while none is."""

    __slots__ = ("_apagados", "_tocados", "lendo")

    def __init__(self) -> None:
        self.lendo = False
        self._tocados: dict[str, EnvioRow | None] = {}
        self._apagados: set[str] = set()

    def comecou(self) -> None:
        self.lendo = True

    def tocado(self, id_: str, row: EnvioRow | None) -> None:
        """A job is like this now; None: what it was to send was deleted."""
        if self.lendo:
            self._tocados[id_] = row

    def apagado(self, ticket_id: str) -> None:
        """A ticket was deleted, with all that was to be sent in it."""
        if self.lendo:
            self._apagados.add(ticket_id)

    def acabou(self, pagina: list[EnvioGuardado]) -> list[EnvioGuardado]:
        """What was read, as it is now."""
        agora = [self._agora(um) for um in pagina]
        self.lendo = False
        self._tocados, self._apagados = {}, set()
        return agora

    def _agora(self, guardado: EnvioGuardado) -> EnvioGuardado:
        row = self._tocados.get(guardado.row.id, guardado.row)
        if row is None or guardado.row.ticket_id in self._apagados:
            return EnvioGuardado(replace(guardado.row, dados=""), None)
        return EnvioGuardado(row, guardado.mensagem)
