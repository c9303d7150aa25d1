"""A contact begins to owe an answer, or has answered; and what the history says of what comes of silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from engine import estados, eventos, permissoes
from engine.modelo import Quem, TicketRow
from engine.silencio.contato import corre
from engine.silencio.estado import Silencio
from engine.silencio.regra import EmVigor

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva
    from actors.ticket.ticket import Ticket

Desfecho = Literal["contato_avisado", "contato_sem_aviso", "contato_encerrado", "atendente_perdeu"]


def com_silencio(viva: EmpresaViva, row: TicketRow, now: int) -> TicketRow:
    """The row as it is saved. Of most tickets nothing is due: then this is one look."""
    return row if row.silencio is None and row.adiamento is None else viva.silencios.em_dia(row, now)


def comecar(ticket: Ticket, quem: Quem) -> None:
    """One of us has written: the contact owes an answer from now on. What the system writes by itself asks nothing; nor
    does a program's message while the owner owes the contact an answer.
    """
    row, silencios, now = ticket.row, ticket.group.silencios, ticket.now()
    if not silencios.do_contato or not permissoes.pergunta(quem) or row.status not in {"EM_ANDAMENTO", "PENDENTE"}:
        return
    if estados.silencio_ate(row) is not None and not permissoes.e_pessoa(quem):
        return
    novo = Silencio(now) if corre(row) else Silencio(now, parado_desde=now)
    ticket.become(silencios.em_dia(replace(row, silencio=novo), now))


def respondeu(ticket: Ticket) -> None:
    """The contact has written."""
    if ticket.row.silencio is not None:
        ticket.become(replace(ticket.row, silencio=None))


def historia(desfecho: Desfecho, em_vigor: EmVigor | None) -> eventos.Mudancas:
    """What came of silence, and by which rule; None: the fila's policy says so."""
    mudancas: eventos.Mudancas = {"silencio": (None, desfecho)}
    if em_vigor is not None:
        mudancas["regraDeSilencio"] = (None, em_vigor.nome)
    return mudancas
