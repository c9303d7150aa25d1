"""What tickets do that are told of something, and what agents do to whom something is offered."""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from engine import estados
from engine.distribuicao import Encaminhamento, OfertaCaiu, Promessa
from engine.modelo import Ofertado, TicketRow
from engine.politica.da_fila import politica_de
from tests.engine.acasos import sim
from tests.engine.oraculo import Oraculo


def ouvir(o: Oraculo, acaso: Random) -> None:
    """A ticket is told of something, now or again, and does as it is told."""
    if not o.correio:
        return
    recentes = o.correio[-12:]
    novidade = acaso.choice(recentes) if sim(acaso, 3) else recentes[-1 - acaso.randrange(min(3, len(recentes)))]
    row = o.mundo.tickets[novidade.ticket_id]
    if row.id in o.mundo.suspensos:
        return
    match novidade:
        case Promessa():
            _receber(o, row, novidade)
        case Encaminhamento():
            _seguir(o, row, novidade)
        case OfertaCaiu():
            if estados.oferta_de(row) is not None:
                o.mudar_ticket(estados.desofertar(row, novidade.atendente_id))


def _receber(o: Oraculo, row: TicketRow, promessa: Promessa) -> None:
    """Given, or offered: as its fila does it now."""
    if not o.distribuidor.vale(promessa) or promessa.ofertada:
        return
    if politica_de(o.mundo.filas[row.fila_id]).modo == "oferta":
        oferta = Ofertado(tuple(perfil.id for perfil in promessa.perfis), o.now + 30_000)
        o.mudar_ticket(replace(row, rota=estados.com_rota(row, oferta=oferta)))
    else:
        o.mudar_ticket(estados.assumir(row, promessa.perfil.id, forcado=False, now=o.now))


def _seguir(o: Oraculo, row: TicketRow, m: Encaminhamento) -> None:
    if not estados.espera(row) or row.fila_id != m.fila_id or estados.oferta_de(row) is not None:
        return
    if m.para is None:
        o.mudar_ticket(estados.encerrar(row, "FECHADO", o.now))
    elif m.para in o.mundo.filas:
        o.mudar_ticket(estados.transbordar(row, m.para, o.now))


def puxar(o: Oraculo, acaso: Random) -> None:
    """An agent asks for its next, and has it."""
    if o.mundo.vias:
        promessa = o.puxar(*acaso.choice(list(o.mundo.vias)))
        if promessa is not None and not sim(acaso):
            row = o.mundo.tickets[promessa.ticket_id]
            o.mudar_ticket(estados.assumir(row, promessa.perfil.id, forcado=False, now=o.now))


def aceitar(o: Oraculo, acaso: Random) -> None:
    ofertadas = [um for um in o.distribuidor.promessas.values() if um.ofertada and um.perfis]
    if ofertadas:
        promessa = acaso.choice(ofertadas)
        pessoa = acaso.choice(promessa.perfis).id
        o.mudar_ticket(estados.assumir(promessa.row, pessoa, forcado=False, now=o.now))


def recusar(o: Oraculo, acaso: Random) -> None:
    """It says no, or lets the time pass."""
    mundo = o.mundo
    ofertadas = [row for id_, row in mundo.tickets.items() if estados.oferta_de(row) and id_ not in mundo.suspensos]
    if ofertadas:
        row = acaso.choice(ofertadas)
        oferta = estados.oferta_de(row)
        assert oferta is not None, "it is offered"
        quem = oferta.atendentes if sim(acaso) else (acaso.choice(oferta.atendentes),)
        o.mudar_ticket(estados.desofertar(row, *quem, recusado=True))


def desfazer(o: Oraculo, acaso: Random) -> None:
    promessas = [um for um in o.correio[-12:] if isinstance(um, Promessa)]
    if promessas:
        o.desfazer(acaso.choice(promessas))
