"""What whoever asks for a balancing is told."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from engine.balanceamento.modelo import Mudanca, Plano, Porque, PorqueFica, PorqueNao
from engine.balanceamento.palavras import PORQUE_NAO, porque_move
from engine.explicacao.palavras import Nomes


class Movido(Struct, frozen=True, rename="camel"):
    """``motivo`` is ``codigo`` in words. To another fila (``paraFilaId``), or from one agent to another."""

    ticket_id: str
    numero: int
    fila_id: str
    para_fila_id: str | None
    de_atendente_id: str | None
    para_atendente_id: str | None
    codigo: Porque
    motivo: str


class Parado(Struct, frozen=True, rename="camel"):
    """A ticket that is where it was; ``motivo`` is ``codigo`` in words."""

    ticket_id: str
    numero: int
    fila_id: str
    atendente_id: str | None
    codigo: PorqueNao
    motivo: str


class Balanceamento(Struct, frozen=True, rename="camel"):
    """``movidos`` have moved, or would (``simulado``); ``naoMovidos`` were to move, and did not, for something else
    happened meanwhile. ``ficaram`` are the first 50 of those that stay; ``outrosQueFicaram`` counts all others, by
    ``codigo``. ``incompleto``: there may be more to move.
    """

    simulado: bool
    movidos: list[Movido]
    nao_movidos: list[Parado]
    ficaram: list[Parado]
    outros_que_ficaram: dict[PorqueFica, int]
    incompleto: bool


def balanceamento(
    plano: Plano, falhas: Mapping[int, PorqueNao], nomes: Nomes, *, simulado: bool
) -> Balanceamento:  # fmt: skip
    """``falhas``: those of the plan, by their place in it, that were not done, and why."""
    feitas = [um for lugar, um in enumerate(plano.mudancas) if lugar not in falhas]
    return Balanceamento(
        simulado,
        [_movido(um, nomes) for um in feitas],
        [_nao_movido(plano.mudancas[lugar], porque) for lugar, porque in sorted(falhas.items())],
        [
            Parado(um.ticket_id, um.numero, um.fila_id, um.atendente_id, um.porque, PORQUE_NAO[um.porque])
            for um in plano.ficam
        ],
        plano.outros,
        plano.incompleto,
    )


def _movido(um: Mudanca, nomes: Nomes) -> Movido:
    return Movido(
        um.ticket_id, um.numero, um.fila_id, um.para_fila, um.de, um.para, um.porque, porque_move(um, nomes)
    )  # fmt: skip


def _nao_movido(um: Mudanca, porque: PorqueNao) -> Parado:
    return Parado(um.ticket_id, um.numero, um.fila_id, um.de, porque, PORQUE_NAO[porque])
