"""Where an offline agent's tickets go: they stay, or wait for another, as their fila is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actors.ticket.mensagens import DonoOffline
from actors.ticket.registro import mudar, publicar_atualizado, sistema
from engine import estados
from engine.distribuicao.decisao import DecisaoDeFora

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


OFFLINE: Final = DecisaoDeFora(lado="sistema", motivo="offline")


def tratar(ticket: Ticket, m: DonoOffline) -> None:
    """The fila's setting decides whether the ticket stays; without its fila, or its owner, it goes back.

    What a supervisor forced stays where it was put, and so does that of an owner who is back already. What is put off
    is looked at when its time has come: whoever puts it off until tomorrow goes home meanwhile.
    """
    if estados.dono(ticket.row) == m.atendente_id and not _fica(ticket, m.atendente_id):
        antes = mudar(ticket, estados.devolver(ticket.row, ticket.now()), porque=OFFLINE)
        publicar_atualizado(ticket, sistema(ticket), antes)


def _fica(ticket: Ticket, atendente_id: str) -> bool:
    adiado = ticket.row.adiamento is not None and atendente_id in ticket.group.diretorio.atendentes
    return adiado or fica(ticket, atendente_id)


def fica(ticket: Ticket, atendente_id: str) -> bool:
    """Whether its owner keeps it, as if it were not put off."""
    diretorio, row = ticket.group.diretorio, ticket.row
    atendente, fila = diretorio.atendente_row(atendente_id), diretorio.fila_row(row.fila_id)
    if atendente is None:
        return False
    return row.forcado or atendente.online or (fila is not None and fila.ao_ficar_offline == "manter")


def rever(ticket: Ticket) -> None:
    """After a crash: the news that its owner is away, or is no more, may have been lost."""
    dono_id = estados.dono(ticket.row)
    if dono_id is not None and not _fica(ticket, dono_id):
        ticket.ref.tell(DonoOffline(dono_id))
