"""Where a ticket goes that waited too long: to another fila, or it is closed, as the policy of its own says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actors.ticket.comandos import TransferirTicket
from actors.ticket.decisoes import anotar
from actors.ticket.registro import mudar, publicar_encerrado, publicar_transferido, sistema
from engine import estados
from engine.distribuicao import Encaminhamento
from engine.distribuicao.decisao import DecisaoDeFora

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

MOTIVOS: Final = {
    "espera": "esperou o máximo que a política da fila permite",
    "tamanho": "a fila já tinha o máximo de tickets que sua política permite",
    "sem_atendentes": "não havia quem atendesse na fila",
}


def seguir(ticket: Ticket, m: Encaminhamento) -> None:
    """Whoever it has found, or whatever it was given meanwhile, it stays where it is."""
    row, motivo = ticket.row, MOTIVOS[m.motivo]
    if not estados.espera(row) or row.fila_id != m.fila_id or estados.oferta_de(row) is not None:
        return
    if m.para is None:
        antes = mudar(ticket, estados.encerrar(row, "FECHADO", ticket.now()))
        publicar_encerrado(ticket, sistema(ticket), antes, motivo)
    elif m.para in ticket.group.diretorio.filas:
        anotar(ticket, "transbordo", row, None, DecisaoDeFora(lado="sistema", motivo=m.motivo, para=m.para))
        antes = mudar(ticket, estados.transbordar(row, m.para, ticket.now()))
        pedido = TransferirTicket(quem=sistema(ticket), ticket_id=row.id, fila_id=m.para, motivo=motivo)
        publicar_transferido(ticket, pedido, antes)
