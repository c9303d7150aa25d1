"""Reopening: a resolved ticket goes back to the line, within a window when it is the contact who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.ticket.registro import mudar, publicar_atualizado
from engine import estados
from engine.modelo import Quem, TicketRow

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def pode_reabrir(row: TicketRow, janela: int, now: int) -> bool:
    """Whether a message of the contact reopens the ticket: it was resolved no longer than ``janela`` ms ago."""
    resolvido_em = row.data_resolucao
    return row.status == "RESOLVIDO" and resolvido_em is not None and now - resolvido_em <= janela


def reabrir(ticket: Ticket, quem: Quem) -> None:
    """Back to the line from now; the previous owner is the first to have it, if it may be given it still."""
    row = ticket.row
    antes = mudar(ticket, estados.esperar_na_fila(row, row.fila_id, ticket.now()), preferido=row.atendente_id)
    publicar_atualizado(ticket, quem, antes)
