"""When the agents of a scenario are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from engine.politica.horario import aberto, proxima_mudanca
from engine.politica.modelo import Horario


class Presenca(Struct, frozen=True, gc=False):
    """From ``em`` (ms) on an agent, by its place in the list, is available, or is not."""

    em: int
    atendente: int
    presente: bool


def presencas(turno: Horario | None, atendentes: Sequence[int], inicio: int) -> Iterator[Presenca]:
    """How those who have this shift (None: always there) are at ``inicio`` (ms), and every change after that: without
    end, if the week has hours.
    """
    em: int | None = inicio
    presente = turno is None or aberto(turno, inicio)
    while em is not None:
        for atendente in atendentes:
            yield Presenca(em, atendente, presente)
        em = None if turno is None else proxima_mudanca(turno, em)
        presente = not presente
