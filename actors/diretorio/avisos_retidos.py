"""Notices that wait: for the end of quiet hours, for a digest, or because there were too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from actors.diretorio.mensagens import EntregarRetidos
from engine.avisos.limites import RETIDOS_NO_MAXIMO
from engine.modelo import AvisoRetidoRow, MeioDeAviso
from engine.runtime import Effects, Timer

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

DeQuem = tuple[str, MeioDeAviso]
"""A person, and a means: what waits there is told together."""


class Retidos:
    """Written only by callbacks of successful turns. ``_prazos`` says when there is something to tell, and whom; some
    of it may have been told since. The Empresa is told when it is time (``_armado``).
    """

    __slots__ = ("_aberto", "_armado", "_de", "_nao_antes", "_prazos", "_viva")

    def __init__(self, viva: EmpresaViva, rows: Iterable[AvisoRetidoRow]) -> None:
        self._viva = viva
        self._aberto = False
        self._nao_antes = 0
        self._armado: int | None = None
        self._de: dict[DeQuem, dict[str, AvisoRetidoRow]] = {}
        for row in rows:
            self._de.setdefault((row.usuario_id, row.meio), {})[row.id] = row
        self._prazos: list[tuple[int, DeQuem]] = []

    def reter(self, ator: Effects[Any], row: AvisoRetidoRow) -> None:
        """Keep it until its time. What is too much is not kept: there is enough to say that there was more."""
        if len(self._de.get((row.usuario_id, row.meio), ())) < RETIDOS_NO_MAXIMO:
            ator.save(row)
            ator.once_released(partial(self._por, row))

    def adiar(self, ator: Effects[Any], row: AvisoRetidoRow, em: int) -> None:
        """It waits until then."""
        depois = replace(row, em=em)
        ator.save(depois)
        ator.once_released(partial(self._por, depois))

    def soltar(self, ator: Effects[Any], rows: Sequence[AvisoRetidoRow]) -> None:
        """They are told in this turn, or never will be."""
        for row in rows:
            ator.save(replace(row, ativo=False))
        ator.once_released(partial(self._tirar, rows))

    def de(self, usuario_id: str, meio: MeioDeAviso) -> list[AvisoRetidoRow]:
        """What waits there, the oldest first."""
        rows = self._de.get((usuario_id, meio), {}).values()
        return sorted(rows, key=lambda row: (row.criado_em, row.id))

    def vencidos(self, now: int, quantos: int) -> list[DeQuem]:
        """For whom something is due, at most so many. They are not named again unless :meth:`armar` looks anew."""
        achados: dict[DeQuem, None] = {}
        if now < self._nao_antes:
            return []
        while self._prazos and self._prazos[0][0] <= now and len(achados) < quantos:
            achados[heappop(self._prazos)[1]] = None
        self._armado = None
        return list(achados)

    # -- written by callbacks of turns ---------------------------------------------------------------------------------

    def armar(self, descanso: int = 0) -> None:
        """Begin, or begin again, after the actor that is told was rebuilt: look at all that waits. ``descanso``: not
        within so many ms, for telling it failed.
        """
        self._aberto = True
        self._nao_antes = self._viva.dispatcher.now() + descanso if descanso else 0
        self._armado = None
        self._prazos = [*{(row.em, de_quem) for de_quem, rows in self._de.items() for row in rows.values()}]
        heapify(self._prazos)
        self.rearmar()

    def rearmar(self) -> None:
        """Have the Empresa say when the next thing is due. One that was to say so later says it too, in vain."""
        quando = self._prazos[0][0] if self._prazos else None
        quando = None if quando is None else max(quando, self._nao_antes)
        if quando is None or not self._aberto or (self._armado is not None and self._armado <= quando):
            return
        self._armado = quando
        dispatcher = self._viva.dispatcher
        dispatcher.timers.add(Timer(quando, self._viva.diretorio.empresa, EntregarRetidos()))
        dispatcher.arm()

    def esquecer(self, usuario_id: str) -> None:
        for de_quem in [um for um in self._de if um[0] == usuario_id]:
            del self._de[de_quem]

    def _por(self, row: AvisoRetidoRow) -> None:
        de_quem: DeQuem = (row.usuario_id, row.meio)
        rows = self._de.setdefault(de_quem, {})
        sabido = any(uma.em == row.em for uma in rows.values() if uma.id != row.id)
        rows[row.id] = row
        if not sabido:
            heappush(self._prazos, (row.em, de_quem))
        self.rearmar()

    def _tirar(self, rows: Sequence[AvisoRetidoRow]) -> None:
        for row in rows:
            de_quem: DeQuem = (row.usuario_id, row.meio)
            restam = self._de.get(de_quem, {})
            restam.pop(row.id, None)
            if not restam:
                self._de.pop(de_quem, None)
