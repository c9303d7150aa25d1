"""A silent owner loses the ticket: it goes back to the line, at its age, for somebody who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actors.ticket.registro import mudar, publicar_atualizado, sistema
from engine import estados
from engine.distribuicao.decisao import DecisaoDeFora
from engine.modelo import TicketRow
from engine.politica.da_fila import politica_de

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

_SILENCIO: Final = DecisaoDeFora(lado="sistema", motivo="silencio")
_FECHOU: Final = DecisaoDeFora(lado="sistema", motivo="fila_fechada")


def contado(ticket: Ticket, row: TicketRow) -> TicketRow:
    """The contact waits for its owner from now on, if its fila goes by that. What was forced upon somebody stays."""
    fila = None if row.forcado or row.status != "EM_ANDAMENTO" else ticket.group.diretorio.fila_row(row.fila_id)
    segundos = 0 if fila is None else politica_de(fila).silencio_segundos
    return estados.em_silencio(row, ticket.now() + segundos * 1000) if segundos else row


def vencer(ticket: Ticket, ate: int) -> None:
    """The time is over."""
    if estados.silencio_ate(ticket.row) == ate:
        antes = mudar(ticket, estados.devolver(ticket.row, ticket.now()), porque=_SILENCIO)
        publicar_atualizado(ticket, sistema(ticket), antes)


def fechar(ticket: Ticket) -> None:
    """Its fila closes, and nobody has answered it yet: it waits for the next opening."""
    row = ticket.row
    if row.status == "EM_ANDAMENTO" and row.data_primeira_resposta is None and not row.forcado:
        antes = mudar(ticket, estados.devolver(row, ticket.now()), porque=_FECHOU)
        publicar_atualizado(ticket, sistema(ticket), antes)
