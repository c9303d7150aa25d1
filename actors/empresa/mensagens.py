"""What the Empresa is told of tickets that are not in memory. (Its other mail is commands.)"""

from __future__ import annotations

from msgspec import Struct

from actors.comandos import ComandoTicket
from actors.ticket.comandos import EnviarMensagem
from engine.modelo import TicketRow


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
