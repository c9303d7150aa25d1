"""What holds for a ticket: what its policy promises, by which calendar."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from engine.sla.modelo import Escalonamento


class TempoUtil(Protocol):
    """What of a calendar the clock needs (:class:`engine.calendario.agenda.Agenda`). All in ms."""

    def somar(self, instante: int, duracao: int) -> int | None:
        """The first instant by which so much business time has passed; None: never."""
        ...

    def entre(self, de: int, ate: int) -> int:
        """The business time between two instants."""
        ...


class Regra(Struct, frozen=True):
    """``primeira``, ``proxima`` and ``resolucao`` are the targets, in ms of business time by ``tempo``; None: none is
    set. ``alertas``: at how many percent of a target it is warned of, ascending. ``pausa``: what waits on the customer
    does not count. ``marca`` is another whenever anything of this is, and the same in every run of the process.
    """

    politica: str
    marca: int
    tempo: TempoUtil
    primeira: int | None
    proxima: int | None
    resolucao: int | None
    alertas: tuple[int, ...]
    pausa: bool
    escalonamentos: tuple[Escalonamento, ...] = ()
