"""A ticket that is seen first in the middle of its life, as an event tells of it: its log began before what is kept."""

from __future__ import annotations

from typing import Final

from engine import eventos
from engine.estados import ABERTOS
from engine.modelo import EventoRow
from engine.relatorios.estado import TicketVivo
from engine.relatorios.fatos import MUDAM_O_TICKET, Dados, Mudancas, dados_de
from engine.tempo import ms_de

COM_DONO: Final = frozenset({"EM_ANDAMENTO", "PENDENTE"})
"""The status in which a ticket holds a slot of its owner."""


def status_depois(evento: EventoRow, dados: Dados) -> str | None:
    """Its status after one of the events that change tickets, if that is told."""
    if evento.tipo == eventos.TicketAtribuido.tipo:
        return "EM_ANDAMENTO"
    return dados.ticket.status if dados.ticket is not None else dados.status


def semeado(evento: EventoRow, mudancas: Mudancas) -> TicketVivo:
    """A ticket that is seen first in the middle of its life: as it was before the event, by what that says."""
    fila = evento.fila_id if mudancas.fila_id is None else mudancas.fila_id[0]
    ticket = TicketVivo(fila or "")
    if evento.tipo not in MUDAM_O_TICKET or evento.tipo == eventos.TicketCriado.tipo:
        return ticket
    dados = dados_de(evento.dados)
    mostrado = dados.ticket
    if mostrado is not None:
        ticket.canal, ticket.etiquetas = mostrado.canal_id, mostrado.etiquetas
        ticket.pedido_em = None if mostrado.created_at is None else ms_de(mostrado.created_at)
        ticket.respondido = mostrado.data_primeira_resposta is not None
    ticket.status = status_depois(evento, dados) if mudancas.status is None else mudancas.status[0]
    dono = evento.atendente_anterior_id or evento.atendente_id
    if mudancas.atendente_id is not None:
        dono = mudancas.atendente_id[0]
    if ticket.status in COM_DONO:
        ticket.dono = dono
    elif ticket.status is not None and ticket.status not in ABERTOS:
        ticket.fim_fila, ticket.fim_dono = fila, dono
    return ticket
