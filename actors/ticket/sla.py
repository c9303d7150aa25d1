"""What is promised of a ticket: kept with its row, and told when it is near its time, or past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.ticket import escalonamento
from actors.ticket.registro import publicar_atualizado, sistema
from engine import eventos
from engine.eventos import do_ticket, publicar
from engine.modelo import TicketRow
from engine.sla import passagem, relogio
from engine.sla.relogio import Dito
from engine.tempo import iso

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def respondido(ticket: Ticket, row: TicketRow) -> TicketRow:
    """A person has answered the contact."""
    sla = row.sla
    depois = None if sla is None else passagem.respondida(sla, ticket.group.sla.regra_de(row), ticket.now())
    return row if depois is sla else replace(row, sla=depois)


def escrito(ticket: Ticket) -> None:
    """The contact has written."""
    row = ticket.row
    if row.sla is not None:
        sla = passagem.escrita(row, ticket.group.sla.regra_de(row), ticket.now())
        if sla is not row.sla:
            ticket.become(replace(row, sla=sla))


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
    for dito in ditos:
        _contar(ticket, dito)
    for dito in ditos:
        escalonamento.seguir(ticket, dito, regra.escalonamentos)


def _contar(ticket: Ticket, dito: Dito) -> None:
    row = ticket.row
    politica, atrasado = row.sla.politica if row.sla else "", ticket.now() - dito.em > relogio.DITO_TARDE_MS
    evento: eventos.SlaAlerta | eventos.SlaViolado
    if dito.porcento is None:
        evento = eventos.SlaViolado(row.id, dito.alvo, iso(dito.prazo), politica, atrasado)
    else:
        evento = eventos.SlaAlerta(row.id, dito.alvo, dito.porcento, iso(dito.prazo), iso(dito.em), politica, atrasado)
    publicar(ticket, sistema(ticket), evento, do_ticket(row))


def rever(ticket: Ticket) -> None:
    """The rules may have changed: what was promised is worked out anew, and who follows it is told."""
    row = ticket.row
    sla = passagem.ao_recalcular(row, ticket.group.sla.regra_de(row), ticket.now())
    if sla != row.sla:
        ticket.become(replace(row, sla=sla))
        mudancas = eventos.mudancas_do_ticket(row, ticket.row)
        if mudancas:
            publicar_atualizado(ticket, sistema(ticket), row, mudancas)
