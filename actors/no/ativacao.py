"""Activation: from an empresa's committed image to its living actors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from actors.atendente.atendente import Atendente
from actors.atendente.mensagens import Iniciar
from actors.canal.canal import Canal
from actors.canal.mensagens import AbrirDespacho, Regravar
from actors.canal.segredos import ler_segredos, lido, nomes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.empresa import Empresa
from actors.equipe.equipe import Equipe
from actors.fila.fila import Fila
from actors.ticket.mensagens import DonoOffline
from actors.ticket.ticket import Ticket
from engine.estados import dono
from engine.modelo import EmpresaImage, TicketRow

TICKETS_POR_FATIA = 50
"""Tickets built at a stretch: half a millisecond. A request comes through the loop some ten times until it is answered,
and each time waits for so many.
"""


def povoar(viva: EmpresaViva, imagem: EmpresaImage) -> Iterator[None]:
    """Build every actor of an empresa. Yields now and then, so that the caller can let others go on.

    Nobody is told anything yet: that is :func:`despertar`'s, once all are there.
    """
    viva.diretorio.empresa = Empresa(viva, imagem.empresa).ref
    _povoar_cadastros(viva, imagem)
    for arremate in imagem.arremates:
        viva.distribuicao.arrematar(arremate)
    viva.vincular([*imagem.membros, *imagem.equipe_membros, *imagem.equipe_filas])
    for lembranca in imagem.escala:
        viva.distribuicao.lembrar(lembranca)
    tickets = iter(imagem.tickets)
    while fatia := list(islice(tickets, TICKETS_POR_FATIA)):
        for row in fatia:
            _retomar(viva, row)
        yield
    for row in imagem.a_perguntar:
        viva.voltou(row.id, Ticket(viva, viva.diretorio.empresa, row).ref)


def _povoar_cadastros(viva: EmpresaViva, imagem: EmpresaImage) -> None:
    for fila in imagem.filas:
        viva.abriu_fila(fila, Fila(viva, viva.diretorio.empresa, fila).ref)
    segredos = {row.canal_id: ler_segredos(row.segredos) for row in imagem.segredos}
    for canal in imagem.canais:
        row, secretos = lido(canal, segredos.get(canal.id, {}))
        viva.abriu_canal(canal.id, Canal(viva, viva.diretorio.empresa, row, secretos).ref, nomes(secretos))
        viva.ganchos.mudou(row)
        viva.modelos_mudaram(canal.id, imagem.modelos.get(canal.id, ()))
    for equipe in imagem.equipes:
        viva.formou_equipe(equipe.id, Equipe(viva, viva.diretorio.empresa, equipe).ref)
    for atendente in imagem.atendentes:
        viva.chegou(atendente, Atendente(viva, viva.diretorio.empresa, atendente).ref)


def _retomar(viva: EmpresaViva, row: TicketRow) -> None:
    """An open ticket takes its place: in the line of its fila, or among the work of its owner."""
    ticket = Ticket(viva, viva.diretorio.empresa, row).ref
    viva.nasceu(row, ticket)
    atendente_id = dono(row)
    if atendente_id is not None and atendente_id not in viva.diretorio.atendentes:
        ticket.tell(DonoOffline(atendente_id))  # its owner was deleted: it goes back to the line


def despertar(viva: EmpresaViva, imagem: EmpresaImage) -> Iterator[None]:
    """Set the agents going, and give out what waits. A canal that is not as it was saved is saved again. Yields now and
    then.
    """
    for canal in imagem.canais:
        ref = viva.diretorio.canais[canal.id]
        if viva.diretorio.canal_row(canal.id) is not canal:
            ref.tell(Regravar())
        if canal.id in imagem.canais_com_envios:
            ref.tell(AbrirDespacho())
    for atendente in imagem.atendentes:
        viva.diretorio.atendentes[atendente.id].tell(Iniciar())
    viva.avisos.retidos.armar()
    yield
    yield from viva.distribuicao.abrir()
    viva.rever_sla()
