"""Offers: who is asked whether it takes a ticket, and what it says. To whom it is offered stands in the row of the
ticket, so one that was out when the node died goes on where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.atendente.mensagens import RespondeuOferta
from actors.ticket.comandos import AceitarOferta, RecusarOferta
from actors.ticket.decisoes import anotar, por
from actors.ticket.dono import assumir, ja_atribuido, lembrar
from actors.ticket.registro import mudar, recusar_fechado, sistema
from engine import estados, eventos
from engine.distribuicao import OfertaCaiu, Promessa
from engine.errors import Conflict
from engine.eventos import do_ticket, publicar
from engine.modelo import TicketRow
from engine.tempo import iso
from engine.vistas import ticket_vista

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def ofertar(ticket: Ticket, promessa: Promessa) -> None:
    """Slots of these agents are kept for it, while they are asked."""
    assert promessa.duracao is not None, "it is an offer"
    assert promessa.decisao is not None, "it was decided by this node"
    ate, atendentes = ticket.now() + promessa.duracao, tuple(perfil.id for perfil in promessa.perfis)
    mudar(ticket, estados.ofertar(ticket.row, atendentes, ate, ticket.now()))
    row = ticket.row
    anotar(ticket, "oferta", row, atendentes[0], promessa.decisao)
    evento = eventos.Oferta(row.id, row.fila_id, atendentes, iso(ate), ticket_vista(row))
    publicar(ticket, sistema(ticket), evento, do_ticket(row))
    for atendente_id in atendentes:
        lembrar(ticket, atendente_id)


def aceitar(ticket: Ticket, comando: AceitarOferta) -> TicketRow:
    """The first has it; whoever comes later is told who that was."""
    atendente_id = comando.quem.id or ""
    if estados.dono(ticket.row) == atendente_id:
        return ticket.row
    _exigir_oferta(ticket, atendente_id)
    atendente = ticket.group.diretorio.atendente_row(atendente_id)
    if atendente is None or not ticket.group.distribuicao.pode_aceitar(ticket.row, atendente_id):
        raise _expirada()
    anotar(ticket, "atribuicao", ticket.row, atendente_id, por(comando.quem, motivo="oferta aceita"))
    assumir(ticket, comando.quem, atendente, ticket.row)
    _contar(ticket, atendente_id, respondeu=True)
    return ticket.row


def recusar(ticket: Ticket, comando: RecusarOferta) -> TicketRow:
    atendente_id = comando.quem.id or ""
    _exigir_oferta(ticket, atendente_id)
    anotar(ticket, "recusa", ticket.row, atendente_id, por(comando.quem, motivo=comando.motivo))
    mudar(ticket, estados.desofertar(ticket.row, atendente_id, recusado=True), fim_da_oferta="recusada")
    _contar(ticket, atendente_id, respondeu=True)
    return ticket.row


def vencer(ticket: Ticket, ate: int) -> None:
    """Nobody has said anything."""
    oferta = estados.oferta_de(ticket.row)
    if oferta is None or oferta.ate != ate:
        return
    for atendente_id in oferta.atendentes:
        anotar(ticket, "sem_resposta", ticket.row, atendente_id, por(sistema(ticket)))
        _contar(ticket, atendente_id, respondeu=False)
    mudar(ticket, estados.desofertar(ticket.row, *oferta.atendentes, recusado=True), fim_da_oferta="sem_resposta")


def caiu(ticket: Ticket, m: OfertaCaiu) -> None:
    """One to whom it was offered may not have it any more: it is not asked any longer."""
    oferta = estados.oferta_de(ticket.row)
    if oferta is not None and m.atendente_id in oferta.atendentes:
        anotar(ticket, "retirada", ticket.row, m.atendente_id, por(sistema(ticket)))
        mudar(ticket, estados.desofertar(ticket.row, m.atendente_id))


def _contar(ticket: Ticket, atendente_id: str, *, respondeu: bool) -> None:
    """Who lets offers pass, one after the other, is not there, whatever it says."""
    atendente = ticket.group.diretorio.atendentes.get(atendente_id)
    if atendente is not None:
        atendente.tell(RespondeuOferta(ticket.row.fila_id, respondeu=respondeu))


def _exigir_oferta(ticket: Ticket, atendente_id: str) -> None:
    recusar_fechado(ticket)
    oferta = estados.oferta_de(ticket.row)
    if oferta is not None and atendente_id in oferta.atendentes:
        return
    raise ja_atribuido(ticket) if estados.dono(ticket.row) is not None else _expirada()


def _expirada() -> Conflict:
    return Conflict("oferta_expirada", "Este ticket não está mais em oferta para você")
