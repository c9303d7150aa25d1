"""Why a ticket went where it went: who could have had it, in which order, and what kept the others from it.

What is written down is enough to decide again: :func:`refeita` finds the same winners from the record alone.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Raw, Struct, field

from engine.distribuicao.escolha import Motivo
from engine.modelo import Estrategia, Papel
from engine.ordenado import Chave

EM_DETALHE: Final = 20
"""Agents, and tickets, that are written down one by one."""


class Considerado(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """An agent who serves the fila. ``chave`` is its score, the least is first; who is kept from the ticket by a rule
    (``porque_nao``) has none. ``capacidade``: how many slots it has, of whoever might have had it.
    """

    atendente_id: str
    porque_nao: Motivo | None = None
    chave: Chave = ()
    capacidade: int = 0


class Concorrente(Struct, frozen=True, array_like=True, gc=False):
    """The first ticket that an agent might have had of a fila, and its rank: the least is first."""

    fila_id: str
    ticket_id: str
    posto: Chave


class Pesagem(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True, kw_only=True):
    """What was weighed. ``lado``: whether somebody was looked for to have a ticket that came, or a ticket for an agent
    who became free. ``esperou``: how long the ticket had waited (ms), and ``etapa`` how many rings and delays it had
    passed. ``exige`` and ``prefere`` are the skills that it asked for then. ``outros`` are how many more there were
    than are written down, by what kept them (``livre``: nothing did). ``concorrentes`` are, for an agent, what it might
    have had instead. ``preferido``: who was to have it before all others, if that decided. ``quantos``: to so many it
    was given or offered. ``us`` is how long it took to decide, in µs. ``estrategia``: by which the keys are to be read.
    ``pedida``: the agent asked for its next ticket.
    """

    lado: Literal["ticket", "atendente"]
    esperou: int = 0
    etapa: int = 0
    exige: tuple[tuple[str, int], ...] = ()
    prefere: tuple[tuple[str, int], ...] = ()
    outros: dict[str, int] = field(default_factory=dict)
    concorrentes: tuple[Concorrente, ...] = ()
    preferido: str | None = None
    quantos: int = 1
    us: int = 0
    estrategia: Estrategia = "MENOS_OCUPADO"
    pedida: bool = False


class Decisao(Pesagem, frozen=True, gc=False, rename="camel", omit_defaults=True, kw_only=True):
    """As it is read. ``candidatos`` are all who might have had it, best first, and those whom something kept from it,
    up to 20 together.
    """

    candidatos: tuple[Considerado, ...] = ()


class DecisaoEscrita(Pesagem, frozen=True, gc=False, rename="camel", omit_defaults=True, kw_only=True):
    """The same as it is made (see :mod:`engine.distribuicao.registro`): of ``candidatos`` it has the text."""

    candidatos: Raw


class DecisaoDeFora(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True, kw_only=True):
    """What was not weighed: a person gave it (``quem``, ``papel``), beyond what the agent has room for if ``forcado``;
    or something happened that left no choice (``motivo``). ``para``: the fila that it went to.
    """

    lado: Literal["pessoa", "sistema"]
    quem: str | None = None
    papel: Papel | None = None
    forcado: bool = False
    motivo: str | None = None
    para: str | None = None


def refeita(decisao: Decisao, ticket_id: str) -> tuple[str, ...] | None:
    """Who gets the ticket, or is offered it, decided again from the record alone; None: an agent is given another."""
    podem = [um for um in decisao.candidatos if um.porque_nao is None]
    if decisao.lado == "atendente":
        melhor = min(decisao.concorrentes, key=lambda um: um.posto)
        quem = tuple(um.atendente_id for um in podem[: decisao.quantos])
        return quem if melhor.ticket_id == ticket_id else None
    por_ordem = [um.atendente_id for um in sorted(podem, key=lambda um: um.chave)]
    if decisao.preferido is not None:
        por_ordem = [decisao.preferido, *(um for um in por_ordem if um != decisao.preferido)]
    return tuple(por_ordem[: decisao.quantos])
