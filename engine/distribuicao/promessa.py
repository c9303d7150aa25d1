"""What the distribution has decided, and its tickets are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from engine.distribuicao.perfil import Perfil
from engine.modelo import TicketRow

if TYPE_CHECKING:
    from engine.distribuicao.decisao import DecisaoEscrita


class Promessa:
    """Slots of agents (``perfis``), kept for a ticket (``row``) of the fila in which it waits. It is given to the one,
    or offered to all of them: then the row says so too as soon as the ticket has taken note (``ofertada``). Known by
    its identity; it is also what the ticket is sent. ``decisao``: why, and ``quando`` (ms). ``duracao``: it is an
    offer, of so many ms.
    """

    __slots__ = ("decisao", "duracao", "ofertada", "perfis", "quando", "row")

    def __init__(
        self,
        row: TicketRow,
        perfis: list[Perfil],
        *,
        decisao: DecisaoEscrita | None = None,
        duracao: int | None = None,
        ofertada: bool = False,
        quando: int = 0,
    ) -> None:
        self.row = row
        self.decisao = decisao
        self.duracao = duracao
        self.perfis = perfis
        self.ofertada = ofertada
        self.quando = quando

    @property
    def ticket_id(self) -> str:
        return self.row.id

    @property
    def perfil(self) -> Perfil:
        """Whom it is given to, or offered first."""
        return self.perfis[0]


MotivoDeIr = Literal["espera", "tamanho", "sem_atendentes"]
Destino = tuple[str | None, MotivoDeIr]
"""The fila that a ticket goes to (None: it is closed), and why."""


class Encaminhamento(Struct, frozen=True, gc=False):
    """A ticket has waited too long, or there is nobody for it: ``para`` is the fila that it goes to, None: it is
    closed. ``fila_id``: if it waits there still.
    """

    ticket_id: str
    fila_id: str
    para: str | None
    motivo: MotivoDeIr


class OfertaCaiu(Struct, frozen=True, gc=False):
    """An agent to whom a ticket is offered may not have it any more."""

    ticket_id: str
    atendente_id: str


Novidade = Promessa | Encaminhamento | OfertaCaiu
