"""What is asked of a balancing, and what it says."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal

from msgspec import Struct

from engine.distribuicao.escolha import Motivo
from engine.modelo import TicketRow

MUDANCAS_NO_MAXIMO: Final = 500
"""Tickets that one request may move."""
MUDANCAS: Final = 100
"""As many if it does not say."""
EXAMES: Final = 1_000
"""Tickets that are looked at one by one, however many there are."""
EM_DETALHE: Final = 50
"""Those that stay, and are named; the rest are counted by why."""

Porque = Literal["tem_vaga", "linha_menor", "desequilibrio", "abre_vaga"]
"""``tem_vaga``: somebody of the other fila has room for it now; ``linha_menor``: fewer wait there for each slot;
``desequilibrio``: its owner has more to do than the other, for the slots of each; ``abre_vaga``: something waits that
its owner may have, and then does.
"""

PorqueFica = Literal[
    "sem_destino", "sem_vaga_no_destino", "manual", "fechada", "reservado", "ja_esteve_la",
    "respondido", "pendente", "forcado", "ja_movido", "aceito", "afinidade", "dono_offline", "ninguem_com_vaga",
    "equilibrado", "ofertado", "nao_examinado", "limite",
]  # fmt: skip
"""Why a ticket stays where it is. Of what waits: its fila overflows to none (``sem_destino``), none of those has room
or a shorter line, agents of the fila take what they want themselves (``manual``), the fila is closed, it is kept for
who served the contact last, or it has been there before. Of what is somebody's: the contact was answered, is waited
for, it was forced upon its owner, has moved for this before, its owner accepted it, or served the contact before, or is
away and keeps what it has;
nobody who may have it has room, or it would be no better off. ``ofertado``: it is promised or offered to somebody.
``limite``: as many as were asked for have moved.
"""


PorqueNao = PorqueFica | Motivo | Literal["mudou", "nao_vale_mais", "sem_resposta"]
"""Why what was planned of a ticket was not done: it stays after all, the agent may not have it, it is somewhere else by
now, or nobody gains by it any more. ``sem_resposta``: the ticket did not say in time.
"""


class Pedido(Struct, frozen=True, kw_only=True):
    """``fila_id``: only what waits in that fila, or is of it; ``atendente_id``: only what this agent has.
    ``atribuidos``: what is somebody's, and nobody has answered yet, too. ``limite``: so many may move.
    """

    fila_id: str | None = None
    atendente_id: str | None = None
    atribuidos: bool = False
    limite: int = MUDANCAS


class Mudanca(Struct, frozen=True):
    """A ticket that is to move: from the fila ``fila_id`` to ``para_fila``, where it goes on waiting; or from the agent
    ``de`` to ``para``, of the same fila.
    """

    ticket_id: str
    numero: int
    fila_id: str
    porque: Porque
    para_fila: str | None = None
    de: str | None = None
    para: str | None = None


class Fica(Struct, frozen=True):
    """A ticket that stays where it is."""

    ticket_id: str
    numero: int
    fila_id: str
    atendente_id: str | None
    porque: PorqueFica


class Plano(Struct, frozen=True):
    """``ficam`` are the first of those that stay; ``outros`` counts all others. ``incompleto``: there may be more to
    move, for as many as were asked for do, or so many were looked at as are at a time.
    """

    mudancas: tuple[Mudanca, ...]
    ficam: tuple[Fica, ...] = ()
    outros: dict[PorqueFica, int] = {}
    incompleto: bool = False


class Ficam:
    """Those that stay, as they are found: each for the reason that it was given last."""

    __slots__ = ("_contados", "_por_ticket")

    def __init__(self) -> None:
        self._por_ticket: dict[str, Fica] = {}
        self._contados: Counter[PorqueFica] = Counter()

    def por(self, row: TicketRow, porque: PorqueFica) -> None:
        atendente_id = None if row.status == "ABERTO" else row.atendente_id
        self._por_ticket[row.id] = Fica(row.id, row.numero, row.fila_id, atendente_id, porque)

    def tirar(self, ticket_id: str) -> None:
        """It moves after all."""
        self._por_ticket.pop(ticket_id, None)

    def contar(self, porque: PorqueFica, quantos: int) -> None:
        """So many were not looked at one by one."""
        if quantos > 0:
            self._contados[porque] += quantos

    def ditos(self) -> tuple[tuple[Fica, ...], dict[PorqueFica, int]]:
        """The first, and how many others there are by why."""
        todos = list(self._por_ticket.values())
        outros = self._contados + Counter(um.porque for um in todos[EM_DETALHE:])
        return tuple(todos[:EM_DETALHE]), dict(sorted(outros.items()))
