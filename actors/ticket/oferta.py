"""Offers: who is asked whether it takes a ticket, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.ticket.registro import mudar
from engine import estados
from engine.distribuicao import OfertaCaiu

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def caiu(ticket: Ticket, m: OfertaCaiu) -> None:
    """One to whom it was offered may not have it any more: it is not asked any longer."""
    if estados.oferta_de(ticket.row) is not None:
        mudar(ticket, estados.desofertar(ticket.row, m.atendente_id))
