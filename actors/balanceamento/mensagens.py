"""What is told when the load is spread.

::

    Empresa ──Rebalancear──► Ticket ...      each an ask, which ends with one Rebalanceado whatever happens
"""

from __future__ import annotations

from msgspec import Struct

from actors.ticket.comandos import TransferirTicket
from engine import permissoes
from engine.balanceamento import Mudanca, Plano, PorqueNao
from engine.balanceamento.vista import Balanceamento
from engine.modelo import Quem
from engine.runtime import Reply


class BalanceamentoEmCurso:
    """A balancing under way, asked by ``quem``. ``pendentes`` are the parts of the plan, by their place in it, that
    have not been answered; ``falhas`` those that were not done, and why.
    """

    __slots__ = ("falhas", "pendentes", "plano", "quem", "resposta")

    def __init__(self, quem: Quem, plano: Plano, resposta: Reply[Balanceamento]) -> None:
        self.quem = quem
        self.plano = plano
        self.resposta = resposta
        self.pendentes = set(range(len(plano.mudancas)))
        self.falhas: dict[int, PorqueNao] = {}


class Rebalancear(TransferirTicket, frozen=True, kw_only=True):
    """To a ticket: move so, if you still may and somebody gains by it. Answered by what keeps it from that, if
    anything does.
    """

    ato = permissoes.ENTRE_ATORES

    mudanca: Mudanca


class Rebalanceado(Struct, frozen=True):
    """To the Empresa: what came of a part of a plan."""

    em_curso: BalanceamentoEmCurso
    lugar: int
    porque_nao: PorqueNao | None


class BalanceamentoVencido(Struct, frozen=True):
    """To the Empresa: it takes too long."""

    em_curso: BalanceamentoEmCurso
