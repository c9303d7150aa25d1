"""A ticket moves so that the load is spread: to another fila in which it waits on, or from its owner to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.balanceamento.mensagens import Rebalancear
from actors.ticket.decisoes import anotar, por
from actors.ticket.dono import assumir
from actors.ticket.registro import mudar, publicar_transferido
from engine import estados
from engine.balanceamento import PorqueNao, porque_nao_move
from engine.errors import fora_de_ordem

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def rebalancear(ticket: Ticket, m: Rebalancear) -> PorqueNao | None:
    """What keeps it from moving, as everything is at this moment; None: it has moved. Raises Unavailable while the
    distribution is made anew.
    """
    distribuidor, diretorio, mudanca = ticket.group.distribuicao.a_vista(), ticket.group.diretorio, m.mudanca
    if distribuidor is None:
        raise fora_de_ordem()
    if diretorio.saindo and not {mudanca.para_fila, mudanca.para}.isdisjoint(diretorio.saindo):
        return "saindo" if mudanca.para is not None else "sem_destino"
    impede = porque_nao_move(distribuidor, ticket.row, mudanca, ticket.now())
    if impede is None:
        _mudar_de_dono(ticket, m, mudanca.para) if mudanca.para is not None else _mudar_de_fila(ticket, m)
    return impede


def _mudar_de_dono(ticket: Ticket, m: Rebalancear, para: str) -> None:
    antes, atendente = ticket.row, ticket.group.diretorio.atendente_row(para)
    assert atendente is not None, "it serves the fila"
    anotar(ticket, "atribuicao", antes, para, por(m.quem, motivo=m.motivo))
    assumir(ticket, m.quem, atendente, antes, m)
    ticket.become(estados.balanceado(ticket.row))


def _mudar_de_fila(ticket: Ticket, m: Rebalancear) -> None:
    fila_id = m.mudanca.para_fila
    assert fila_id is not None, "it goes to another fila"
    anotar(ticket, "transbordo", ticket.row, None, replace(por(m.quem, motivo=m.motivo), para=fila_id))
    antes = mudar(ticket, estados.balanceado(estados.transbordar(ticket.row, fila_id, ticket.now())))
    publicar_transferido(ticket, m, antes)
