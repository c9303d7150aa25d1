"""What was promised of tickets, and what comes of silence in them, worked out anew when the rules have changed: a slice
at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.mensagens import ContinuarRevisaoDeSla
from actors.ticket.mensagens import RecalcularSla, ReverSilencio
from engine.modelo import TicketRow
from engine.runtime import Stateful

FATIA: Final = 500
"""Tickets looked at in one turn: a millisecond or less."""
EM_VOO: Final = 256
"""Turns of the empresa that are not durable or still to come, from which on it is waited: what changes in many tickets
at once is not to fill the journal, which would refuse the commands of others.
"""
PAUSA_MS: Final = 10


class RevisaoDeSla:
    """Not durable, and need not be: each ticket knows by which rules it was worked out (``Sla.marca``), and whoever
    wakes the empresa up looks at all of them.
    """

    __slots__ = ("_ator", "_ids", "_vez", "_viva")

    def __init__(self, ator: Stateful[Any], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva
        self._vez = 0
        self._ids: Iterator[str] = iter(())

    def comecar(self) -> None:
        """From the first ticket on, also if another look was under way."""
        self._vez += 1
        self._ids = iter(list(self._viva.diretorio.tickets))
        self.continuar(ContinuarRevisaoDeSla(self._vez))

    def continuar(self, m: ContinuarRevisaoDeSla) -> None:
        if m.vez != self._vez:
            return
        if self._viva.unsettled + len(self._viva.ready) > EM_VOO:
            self._ator.at(self._ator.now() + PAUSA_MS, m)
            return
        fatia, diretorio = list(islice(self._ids, FATIA)), self._viva.diretorio
        for ticket_id in fatia:
            row = diretorio.ticket_row(ticket_id)
            if row is not None and self._e_outra(row):
                diretorio.tickets[ticket_id].tell(RecalcularSla())
            if row is not None and self._cala_de_outro_modo(row):
                diretorio.tickets[ticket_id].tell(ReverSilencio())
        if fatia:  # in the next round of the loop: what is only told is handled in the same pass
            self._viva.dispatcher.wake(self._ator.ref.deliver, m)

    def _cala_de_outro_modo(self, row: TicketRow) -> bool:
        return row.silencio is not None and self._viva.silencios.em_dia(row, self._ator.now()) is not row

    def _e_outra(self, row: TicketRow) -> bool:
        if row.sla is None:
            return False
        regra = self._viva.sla.regra_de(row)
        return row.sla.marca != (0 if regra is None else regra.marca)
