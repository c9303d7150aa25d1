"""Actors with three deadlines each, as a ticket under an SLA has them, and nothing else to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import TicketRow
from engine.runtime import Actor, Deadline, Group, handles


class Arm(Struct, frozen=True, gc=False):
    """From now on the three are due then (ms)."""

    first_response: int
    next_response: int
    resolution: int


class Move(Struct, frozen=True, gc=False):
    next_response: int


class FirstResponseDue(Struct, frozen=True, gc=False):
    prazo: int


class NextResponseDue(Struct, frozen=True, gc=False):
    prazo: int


class ResolutionDue(Struct, frozen=True, gc=False):
    prazo: int


class Idle(Struct, frozen=True, gc=False):
    """Something else to do: it changes the row, and no deadline."""


class Timed(Actor[Arm | Move | Idle | FirstResponseDue | NextResponseDue | ResolutionDue]):
    """A ticket of which only the time matters. Its row has the deadlines where it has dates. ``came`` is told each one,
    after the row has changed so that it is not there any more.
    """

    __slots__ = ("came",)

    row: TicketRow

    def __init__(self, group: Group, row: TicketRow, came: Callable[[int], None]) -> None:
        super().__init__(group, row=row)
        self.came = came

    def deadlines(self) -> Iterable[Deadline]:
        row = self.row
        if row.data_primeira_resposta is not None:
            yield row.data_primeira_resposta, FirstResponseDue(row.data_primeira_resposta)
        if row.janela_ate is not None:
            yield row.janela_ate, NextResponseDue(row.janela_ate)
        if row.data_resolucao is not None:
            yield row.data_resolucao, ResolutionDue(row.data_resolucao)

    @handles(Arm)
    def arm(self, m: Arm) -> None:
        self.become(
            replace(
                self.row,
                data_primeira_resposta=m.first_response,
                janela_ate=m.next_response,
                data_resolucao=m.resolution,
            )
        )

    @handles(Move)
    def move(self, m: Move) -> None:
        self.become(replace(self.row, janela_ate=m.next_response))

    @handles(Idle)
    def idle(self, _: Idle) -> None:
        self.become(replace(self.row, numero=self.row.numero + 1))

    @handles(FirstResponseDue)
    def first_response(self, m: FirstResponseDue) -> None:
        if self.row.data_primeira_resposta == m.prazo:
            self.become(replace(self.row, data_primeira_resposta=None))
            self.came(m.prazo)

    @handles(NextResponseDue)
    def next_response(self, m: NextResponseDue) -> None:
        if self.row.janela_ate == m.prazo:
            self.become(replace(self.row, janela_ate=None))
            self.came(m.prazo)

    @handles(ResolutionDue)
    def resolution(self, m: ResolutionDue) -> None:
        if self.row.data_resolucao == m.prazo:
            self.become(replace(self.row, data_resolucao=None))
            self.came(m.prazo)
