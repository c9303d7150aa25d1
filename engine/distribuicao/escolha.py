"""Choosing: what a ticket asks, what an agent is, who gets it, and why not the others.

Strategies are orders of agents, in the terms of automatic call distributors: fewest active ("least occupied"), rotation
("round robin"), longest idle. The smallest key wins. A new rule is a field of :class:`Exigencia`, a reason in
:data:`Motivo` and a line in :func:`porque_nao`; a new strategy is a key in :data:`CHAVES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from engine.capacidade import Impedimento, impedimento
from engine.modelo import Estrategia, TicketRow
from engine.ordenado import Chave

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato, Escala
    from engine.distribuicao.perfil import Perfil

Motivo = Impedimento | Literal["parado", "saindo", "devolveu"]
"""Why an agent is not chosen for a ticket: what keeps it from work, its actor is out of order, it is being deleted, or
the ticket came back from it and another has room.
"""


class Exigencia(Struct, frozen=True, gc=False):
    """What a ticket asks: somebody who serves ``fila_id``. ``devolvido_por``, from whom it came back, is to have it
    only if nobody else has room; ``preferido`` is to have it before all others.
    """

    fila_id: str
    devolvido_por: str | None = None
    preferido: str | None = None


def exigencia_de(row: TicketRow, preferido: str | None = None) -> Exigencia:
    return Exigencia(row.fila_id, row.devolvido_por, preferido)


def menos_ocupado(perfil: Perfil, vez: int) -> Chave:
    """The lowest occupancy (active ÷ capacity), ties to the longest idle."""
    return (perfil.ativos / (perfil.row.capacidade or 1), perfil.ocioso_desde, vez)


def round_robin(perfil: Perfil, vez: int) -> Chave:  # noqa: ARG001
    """Whose turn is longest ago."""
    return (vez,)


def maior_tempo_ocioso(perfil: Perfil, vez: int) -> Chave:
    """Who was given or finished work longest ago."""
    return (perfil.ocioso_desde, vez)


CHAVES: Final[dict[Estrategia, Callable[[Perfil, int], Chave]]] = {
    "MENOS_OCUPADO": menos_ocupado,
    "ROUND_ROBIN": round_robin,
    "MAIOR_TEMPO_OCIOSO": maior_tempo_ocioso,
}
"""The place of an agent in the order of each strategy, where ``vez`` is its place in the rotation. Ties end with that,
so equal agents share equally.
"""


def escolher(exigencia: Exigencia, escala: Escala) -> Candidato | None:
    """Who of a roster gets a ticket, or None if nobody can."""
    if exigencia.preferido is not None:
        preferido = escala.candidatos.get(exigencia.preferido)
        if preferido is not None and preferido.perfil.livres > 0:
            return preferido
    if exigencia.devolvido_por is None:
        return escala.proximo()
    return escala.proximo_exceto(exigencia.devolvido_por) or escala.proximo()


def porque_nao(exigencia: Exigencia, perfil: Perfil, escala: Escala) -> Motivo | None:
    """What keeps an agent from a ticket now, the gravest first; None if it may have it."""
    if perfil.saindo:
        return "saindo"
    if perfil.parado:
        return "parado"
    impede = impedimento(perfil.row, serve=exigencia.fila_id in perfil.lugares, livres=perfil.livres)
    if impede is None and exigencia.devolvido_por == perfil.id and escala.proximo_exceto(perfil.id) is not None:
        return None if exigencia.preferido == perfil.id else "devolveu"
    return impede
