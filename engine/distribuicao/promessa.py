"""A promise of the distribution."""

from __future__ import annotations

from engine.distribuicao.perfil import Perfil
from engine.modelo import TicketRow


class Promessa:
    """A slot of an agent, kept for a ticket (``row``) of the fila in which it waits. Known by its identity; it is also
    what the ticket is sent.
    """

    __slots__ = ("perfil", "row")

    def __init__(self, row: TicketRow, perfil: Perfil) -> None:
        self.row = row
        self.perfil = perfil
