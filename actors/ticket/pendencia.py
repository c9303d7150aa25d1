"""How many tickets that wait on their customers one agent may keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import estados, permissoes
from engine.errors import Conflict
from engine.modelo import Quem

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def exigir_que_caiba(ticket: Ticket, quem: Quem) -> None:
    """Raise Conflict if its owner has as many PENDENTE as the empresa allows, unless ``quem`` may go beyond that."""
    maximo, dono_id = ticket.group.ajustes.capacidade.maximo_pendentes, estados.dono(ticket.row)
    if maximo is None or dono_id is None or permissoes.pode(quem, permissoes.FORCAR):
        return
    quantos = _pendentes_de(ticket, dono_id)
    if quantos >= maximo:
        dono = ticket.group.diretorio.atendente_row(dono_id)
        raise Conflict(
            "limite_de_pendentes",
            f"{dono_id if dono is None else dono.nome} já tem {quantos} ticket(s) PENDENTE, e o máximo é {maximo}: "
            "resolva ou devolva um deles antes, ou peça a um supervisor",
        )


def _pendentes_de(ticket: Ticket, dono_id: str) -> int:
    diretorio = ticket.group.diretorio
    rows = map(diretorio.ticket_row, ticket.group.distribuicao.tickets_de(dono_id))
    return sum(row is not None and row.status == "PENDENTE" for row in rows)
