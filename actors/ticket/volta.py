"""A ticket that was PENDENTE is work again: for its owner, if that goes on with it, or for the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.ticket import dono_offline
from engine import estados
from engine.modelo import TicketRow

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def acordado(ticket: Ticket) -> tuple[TicketRow, str | None]:
    """The row, and who is to have it before all others if it comes to the line.

    Its owner goes on if it serves the fila still and has room, and is there or its fila leaves tickets with whoever is
    not. (One that is put off stays with its owner meanwhile, also where the others are given back.)
    """
    row, group = ticket.row, ticket.group
    serve = group.diretorio.serve(row.fila_id, row.atendente_id or "")
    pode = serve and group.distribuicao.sem_volta(row) is None and not _ausente(ticket)
    preferido = row.atendente_id if serve else None
    return estados.ao_responder(row, dono_pode=pode, now=ticket.now()), preferido


def _ausente(ticket: Ticket) -> bool:
    """Whether its owner is away, and the others of its tickets went back because of that."""
    row = ticket.row
    return row.adiamento is not None and not dono_offline.fica(ticket, row.atendente_id or "")
