"""Whom the escalation of an SLA policy tells, beside those whom the rules of notices do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from engine import estados
from engine.avisos.modelo import Destinatarios, PapelAvisado, RegraDeAviso, TipoDeAviso
from engine.avisos.ocorrencias import Ocorrencia, do_prazo
from engine.avisos.padroes import RegraViva
from engine.sla.modelo import A_QUEM_AVISAR
from engine.sla.relogio import Dito

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

_PAPEIS: Final[tuple[PapelAvisado, ...]] = ("admin", "supervisor")


def escalar(ticket: Ticket, dito: Dito, a_quem: Collection[A_QUEM_AVISAR]) -> None:
    """Tell these, in the turn that tells of the target: in the list of each; and by its browsers who is told only so,
    for the owner is by the rule of the house.
    """
    tipo: TipoDeAviso = "sla_violado" if dito.porcento is None else "sla_alerta"
    dono = estados.dono(ticket.row)
    envolvidos = () if dono is None else (dono,)
    ocorrencia = Ocorrencia(tipo, ticket.row, None, envolvidos, texto=do_prazo(dito.alvo, dito.porcento))
    ticket.group.avisos.avisar(ticket, ocorrencia, tuple(_regras(tipo, a_quem)))


def _regras(tipo: TipoDeAviso, a_quem: Collection[A_QUEM_AVISAR]) -> Iterator[RegraViva]:
    if "dono" in a_quem:
        yield RegraViva("escalonamento", RegraDeAviso(eventos=(tipo,), para=Destinatarios(dono=True), por=("app",)))
    papeis = tuple(um for um in _PAPEIS if um in a_quem)
    if papeis:
        para = Destinatarios(papeis=papeis)
        yield RegraViva("escalonamento", RegraDeAviso(eventos=(tipo,), para=para, por=("app", "push")))
