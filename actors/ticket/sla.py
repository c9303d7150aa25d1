"""What is promised of a ticket: kept with its row, and told when it is near its time, or past it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.ticket import escalonamento
from actors.ticket.mensagens import RecalcularSla, ReverSilencio
from actors.ticket.registro import publicar_atualizado, sistema
from engine import estados, eventos
from engine.eventos import do_ticket, publicar
from engine.modelo import EventoRow, TicketRow
from engine.sla import passagem, relogio
from engine.sla.estado import Sla
from engine.sla.relogio import Dito
from engine.tempo import iso

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def respondido(ticket: Ticket, row: TicketRow) -> TicketRow:
    """A person has answered the contact."""
    sla = row.sla
    depois = None if sla is None else passagem.respondida(sla, ticket.now())
    return row if depois is sla else replace(row, sla=depois)


def escrito(ticket: Ticket) -> None:
    """The contact has written."""
    row = ticket.row
    if row.sla is not None and row.data_primeira_resposta is not None:
        sla = passagem.escrita(row, ticket.group.sla.regra_de(row), ticket.now())
        if sla is not row.sla:
            _tomar(ticket, sla)


def _tomar(ticket: Ticket, sla: Sla | None) -> None:
    antes = ticket.row
    ticket.become(replace(antes, sla=sla))
    contar_a_linha(ticket, antes)


def contar_a_linha(ticket: Ticket, antes: TicketRow) -> None:
    """Its place in line may go by its deadline."""
    depois = ticket.row
    if depois.sla is not antes.sla and estados.espera(depois):
        ticket.once_released(partial(ticket.group.ticket_mudou, antes, depois, None))


def vencer(ticket: Ticket, em: int) -> None:
    """Something is due: it is told once, and what its policy says is done in the same turn."""
    row = ticket.row
    if row.sla is None or row.sla.vence != em:
        return
    regra = ticket.group.sla.regra_de(row)
    if regra is None or regra.marca != row.sla.marca:
        rever(ticket)  # the rules have changed, and it has not been told yet
        return
    sla, ditos = relogio.vencer(row.sla, regra, ticket.now())
    ticket.become(replace(row, sla=sla))
    contados = [(dito, _contar(ticket, dito)) for dito in ditos]
    for dito, evento in contados:
        escalonamento.seguir(ticket, dito, evento, regra.escalonamentos)


def _contar(ticket: Ticket, dito: Dito) -> EventoRow:
    row = ticket.row
    politica, atrasado = row.sla.politica if row.sla else "", ticket.now() - dito.em > relogio.DITO_TARDE_MS
    evento: eventos.SlaAlerta | eventos.SlaViolado
    if dito.porcento is None:
        evento = eventos.SlaViolado(row.id, dito.alvo, iso(dito.prazo), politica, atrasado)
    else:
        evento = eventos.SlaAlerta(row.id, dito.alvo, dito.porcento, iso(dito.prazo), iso(dito.em), politica, atrasado)
    return publicar(ticket, sistema(ticket), evento, do_ticket(row))


def rever(ticket: Ticket) -> None:
    """The rules may have changed: what was promised is worked out anew, and who follows it is told."""
    row = ticket.row
    sla = passagem.ao_recalcular(row, ticket.group.sla.regra_de(row), ticket.now())
    if sla != row.sla:
        _tomar(ticket, sla)
        mudancas = eventos.mudancas_do_ticket(row, ticket.row)
        if mudancas:
            publicar_atualizado(ticket, sistema(ticket), row, mudancas)


def rever_de_novo(ticket: Ticket) -> None:
    """After a crash: the news that the rules have changed may have been lost, those of silence too."""
    row = ticket.row
    if row.sla is not None:
        ticket.ref.tell(RecalcularSla())
    if row.silencio is not None:
        ticket.ref.tell(ReverSilencio())
