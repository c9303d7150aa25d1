"""Activation: from an empresa's committed image to its living actors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from actors.atendente.atendente import Atendente
from actors.canal.canal import Canal
from actors.canal.segredos import ler_segredos, lido
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.empresa import Empresa
from actors.equipe.equipe import Equipe
from actors.fila.fila import Fila
from actors.protocolo import Anunciar, Devolver, Iniciar
from actors.ticket.ticket import Ticket
from engine.estados import dono, espera
from engine.modelo import AtendenteRow, EmpresaImage, TicketRow

TICKETS_POR_FATIA = 500
"""Tickets built at a stretch: a few milliseconds."""


def povoar(viva: EmpresaViva, imagem: EmpresaImage) -> Iterator[None]:
    """Build every actor of an empresa. Yields now and then, so that the caller can let others go on.

    Nobody is told anything yet: that is :func:`despertar`'s, once all are there.
    """
    viva.empresa = Empresa(viva, imagem.empresa).ref
    viva.participacao.aplicar([*imagem.membros, *imagem.equipe_membros, *imagem.equipe_filas])
    _povoar_cadastros(viva, imagem)
    tickets = iter(imagem.tickets)
    while fatia := list(islice(tickets, TICKETS_POR_FATIA)):
        for row in fatia:
            _retomar(viva, row)
        yield


def _povoar_cadastros(viva: EmpresaViva, imagem: EmpresaImage) -> None:
    for fila in imagem.filas:
        viva.abriu_fila(fila, Fila(viva, viva.empresa, fila).ref)
    segredos = {row.canal_id: ler_segredos(row.segredos) for row in imagem.segredos}
    for canal in imagem.canais:
        row, secretos = lido(canal, segredos.get(canal.id, {}))
        viva.abriu_canal(canal.id, Canal(viva, viva.empresa, row, secretos).ref)
    for equipe in imagem.equipes:
        viva.formou_equipe(equipe.id, Equipe(viva, viva.empresa, equipe).ref)
    for atendente in imagem.atendentes:
        viva.chegou(atendente, Atendente(viva, viva.empresa, atendente).ref)


def _retomar(viva: EmpresaViva, row: TicketRow) -> None:
    """An open ticket takes its place: in the line of its fila, or among the work of its owner."""
    ticket = Ticket(viva, viva.empresa, row).ref
    viva.nasceu(row, ticket)
    if espera(row):
        fila = viva.filas.get(row.fila_id)
        if fila is not None and isinstance(fila.actor, Fila):
            fila.actor.admitir(row, ticket, 0)
        else:
            ticket.tell(Anunciar())  # its fila was deleted just as it opened: it will find the default one
        return
    atendente_id = dono(row)
    if atendente_id is None:
        return
    atendente = viva.atendentes.get(atendente_id)
    if atendente is not None and isinstance(atendente.actor, Atendente):
        atendente.actor.retomar(row.id, ticket)
    else:
        ticket.tell(Devolver(atendente_id))  # its owner was deleted: it goes back to the line


def despertar(viva: EmpresaViva, imagem: EmpresaImage) -> None:
    """Set the agents going, in a fixed order: each arms its deadlines and looks for work. A canal that is not as it was
    saved is saved again.
    """
    for canal in imagem.canais:
        ref = viva.canais[canal.id]
        if ref.actor is not None and ref.actor.row is not canal:
            ref.tell(Iniciar())
    chegada = sorted(imagem.atendentes, key=_por_ocio)
    for row in chegada:
        viva.atendentes[row.id].tell(Iniciar())


def _por_ocio(row: AtendenteRow) -> tuple[int, str]:
    return row.ocioso_desde, row.id
