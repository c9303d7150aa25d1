"""A silent owner loses the ticket: it goes back to the line, at its age, for somebody who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actors.ticket.registro import mudar, publicar_atualizado, sistema
from actors.ticket.silencio_marcado import historia
from engine import estados, eventos
from engine.distribuicao.decisao import DecisaoDeFora
from engine.modelo import TicketRow

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

_SILENCIO: Final = DecisaoDeFora(lado="sistema", motivo="silencio")
_FECHOU: Final = DecisaoDeFora(lado="sistema", motivo="fila_fechada")


def contado(ticket: Ticket, row: TicketRow) -> TicketRow:
    """The contact waits for its owner from now on, if a rule of silence or its fila goes by that."""
    return ticket.group.silencios.com_resposta_devida(row, ticket.now())


def vencer(ticket: Ticket, ate: int) -> None:
    """The time is over. If there is no such time any more, its owner keeps it."""
    row, silencios = ticket.row, ticket.group.silencios
    if estados.silencio_ate(row) != ate:
        return
    if not silencios.perde_quem_cala(row):
        ticket.become(estados.sem_silencio(row))
        return
    por_regra = silencios.regra_do_atendente(row)
    antes = mudar(ticket, estados.devolver(row, ticket.now()), porque=_SILENCIO)
    mudancas = eventos.mudancas_do_ticket(antes, ticket.row) | historia("atendente_perdeu", por_regra)
    publicar_atualizado(ticket, sistema(ticket), antes, mudancas)


def fechar(ticket: Ticket) -> None:
    """Its fila closes, and nobody has answered it yet: it waits for the next opening."""
    row = ticket.row
    if row.status == "EM_ANDAMENTO" and row.data_primeira_resposta is None and not row.forcado:
        antes = mudar(ticket, estados.devolver(row, ticket.now()), porque=_FECHOU)
        publicar_atualizado(ticket, sistema(ticket), antes)
