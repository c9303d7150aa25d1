"""What the Empresa is told by the others and by the node."""

from __future__ import annotations

from msgspec import Struct

from actors.comandos import ComandoTicket
from actors.ticket.comandos import EnviarMensagem
from engine.modelo import ContatoRow, Quem, TicketRow
from engine.ports import ContatosAchados


class ParaTicket(Struct, frozen=True):
    """A command for a ticket that is not in memory.

    ``contado``: until it is handled the ticket's commands all come this way (``EmpresaViva.a_caminho``), so that none
    overtakes it.
    """

    comando: ComandoTicket[object]
    contado: bool = False


class TicketCarregado(Struct, frozen=True):
    """The stored ticket that was asked for (None: there is none), or why it could not be read."""

    ticket_id: str
    row: TicketRow | None
    erro: BaseException | None


class AbrirComMensagem(Struct, frozen=True):
    """A contact wrote to a ticket that cannot reopen (``anterior``): the message goes to another of its tickets, or to
    a new one. What asked for it waits for the answer.
    """

    anterior: TicketRow
    comando: EnviarMensagem


class LevarAosTickets(Struct, frozen=True):
    """To itself: these open tickets are to show this contact as it is now."""

    quem: Quem
    contato: ContatoRow
    tickets: tuple[str, ...]


class LeituraDeContatos(Struct, frozen=True, gc=False):
    """To itself: read what those who wait need."""


class LerContatos(Struct, frozen=True):
    """The addresses and the contacts that are to be read. It is known by its identity."""

    chaves: tuple[str, ...]
    ids: tuple[str, ...]


class ContatosCarregados(Struct, frozen=True):
    """What the store has of ``pedido``, or why it could not be read."""

    pedido: LerContatos
    achados: ContatosAchados | None
    erro: BaseException | None
