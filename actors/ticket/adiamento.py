"""Putting a ticket off until a time ("lembrar em"), taking that back, and the reminder when the time has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.ticket import dono, dono_offline, pendencia
from actors.ticket.comandos import AdiarTicket, CancelarAdiamento
from actors.ticket.registro import mudar, publicar_atualizado, recusar_excluido, sistema
from actors.ticket.volta import acordado
from engine import estados, eventos
from engine.eventos import Alcance, publicar
from engine.modelo import TicketRow
from engine.silencio import adiamento
from engine.silencio.estado import Adiamento
from engine.tempo import iso

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def adiar(ticket: Ticket, comando: AdiarTicket) -> TicketRow:
    """PENDENTE with its owner until then: what its owner may keep of those is asked as always."""
    recusar_excluido(ticket)
    row, now = ticket.row, ticket.now()
    adiamento.exigir_instante(comando.ate, now)
    depois = adiamento.adiar(row, comando.ate, comando.quem.id, comando.motivo, now)
    if depois is not row:
        if row.status == "EM_ANDAMENTO":
            pendencia.exigir_que_caiba(ticket, comando.quem)
        publicar_atualizado(ticket, comando.quem, mudar(ticket, depois))
    return ticket.row


def cancelar(ticket: Ticket, comando: CancelarAdiamento) -> TicketRow:
    """As it was before. Where it is not put off nothing happens."""
    feito = ticket.row.adiamento
    if feito is not None:
        antes = mudar(ticket, _como_era(ticket, feito))
        publicar_atualizado(ticket, comando.quem, antes)
    return ticket.row


def _como_era(ticket: Ticket, feito: Adiamento) -> TicketRow:
    """Without an owner, which it may have lost meanwhile, it waits in line."""
    row, now = ticket.row, ticket.now()
    de_quem = estados.dono(row)
    if feito.antes == "PENDENTE":
        depois = adiamento.sem_adiamento(row, now)
        return depois if de_quem is None or dono_offline.fica(ticket, de_quem) else estados.devolver(depois, now)
    if de_quem is not None:
        dono.exigir_que_o_dono_sirva(ticket)
    return acordado(ticket)[0]


def vencer(ticket: Ticket, ate: int) -> None:
    """The time has come: its owner is reminded and goes on with it, or else the line has it."""
    feito, de_quem = ticket.row.adiamento, estados.dono(ticket.row)
    if feito is None or adiamento.ate(ticket.row) != ate:
        return
    depois, preferido = acordado(ticket)
    antes = mudar(ticket, depois, preferido=preferido)
    _lembrar(ticket, de_quem, feito)
    publicar_atualizado(ticket, sistema(ticket), antes)


def _lembrar(ticket: Ticket, de_quem: str | None, feito: Adiamento) -> None:
    """For whoever had it; what is nobody's is for those who serve its fila."""
    row = ticket.row
    alcance = Alcance(row.id, row.fila_id if de_quem is None else None, de_quem)
    evento = eventos.TicketLembrete(row.id, row.fila_id, de_quem, iso(feito.ate), feito.por, feito.motivo)
    publicar(ticket, sistema(ticket), evento, alcance)
