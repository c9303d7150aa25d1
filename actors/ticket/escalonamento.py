"""What is done when something promised of a ticket is near its time, or past it: as its SLA policy says.

All of it is part of the turn that tells it, so it is done once, or the telling has not happened either. What cannot be
done any more (a fila that is gone, an agent without room) is left out: the rest is done all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from actors.ticket import aviso, dono
from actors.ticket.comandos import TransferirTicket
from actors.ticket.registro import aplicar, mudar, publicar_atualizado, sistema
from engine import estados
from engine.distribuicao.decisao import DecisaoDeFora
from engine.errors import Refusal
from engine.modelo import EventoRow, Prioridade
from engine.sla.modelo import Escalonamento
from engine.sla.relogio import Dito

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

MOTIVO: Final = "escalonado pela política de SLA"
_ESCALONADO: Final = DecisaoDeFora(lado="sistema", motivo="sla")
_DO_MENOR: Final[tuple[Prioridade, ...]] = ("BAIXA", "NORMAL", "ALTA", "URGENTE")


def seguir(ticket: Ticket, dito: Dito, evento: EventoRow, escalonamentos: Iterable[Escalonamento]) -> None:
    """``evento`` is what was told: to a webhook once, however often it is named."""
    destes = [um for um in escalonamentos if _e_deste(um, dito)]
    for webhook in dict.fromkeys(um.webhook for um in destes if um.webhook is not None):
        ticket.group.ganchos.contar_tambem(ticket, webhook, evento)
    for um in destes:
        _elevar(ticket, um)
        _mudar_de_fila(ticket, um)
        _mudar_de_dono(ticket, um)
        if um.avisar:
            aviso.escalar(ticket, dito, um.avisar)


def _e_deste(um: Escalonamento, dito: Dito) -> bool:
    momento = "violado" if dito.porcento is None else "alerta"
    return um.em == momento and um.alvo in {None, dito.alvo} and um.porcento in {None, dito.porcento}


def _elevar(ticket: Ticket, um: Escalonamento) -> None:
    """Never down: somebody may have seen to it already."""
    row, para = ticket.row, um.elevar_prioridade
    if para is not None and estados.aberto(row.status) and _DO_MENOR.index(para) > _DO_MENOR.index(row.prioridade):
        aplicar(ticket, sistema(ticket), replace(row, prioridade=para))


def _mudar_de_fila(ticket: Ticket, um: Escalonamento) -> None:
    row, fila_id = ticket.row, um.fila
    if fila_id is None or not estados.aberto(row.status) or row.fila_id == fila_id:
        return
    if fila_id in ticket.group.diretorio.filas and fila_id not in ticket.group.saindo:
        pedido = TransferirTicket(quem=sistema(ticket), ticket_id=row.id, fila_id=fila_id, motivo=MOTIVO)
        dono.transferir(ticket, pedido)


def _mudar_de_dono(ticket: Ticket, um: Escalonamento) -> None:
    row = ticket.row
    if um.devolver and row.status == "EM_ANDAMENTO" and not row.forcado:
        antes = mudar(ticket, estados.devolver(row, ticket.now()), porque=_ESCALONADO)
        publicar_atualizado(ticket, sistema(ticket), antes)
    if um.atendente is None or not estados.aberto(row.status) or estados.dono(row) == um.atendente:
        return
    pedido = TransferirTicket(quem=sistema(ticket), ticket_id=row.id, atendente_id=um.atendente, motivo=MOTIVO)
    try:
        dono.dar(ticket, pedido, um.atendente, forcar=False)
    except Refusal:  # it has no room, is away, does not serve the fila, or is gone: before anything has changed
        return
