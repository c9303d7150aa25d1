"""How much an agent can do at a time, and of what: set once for an empresa, for an agent serves several filas."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Final

import msgspec
from msgspec import Meta, field

from engine.modelo import EmpresaRow, TipoComContatos
from engine.politica.modelo import Parte

Custo = Annotated[float, Meta(ge=0, le=100)]
"""Slots, counted in hundredths."""


class Capacidade(Parte, frozen=True):
    """What a ticket takes of an agent's ``capacidade``, and what else bounds it. What is left out has the default:
    every ticket takes one slot, and nothing else bounds anything.

    ``custos``: slots by type of canal. ``custo_pendente``: slots of a ticket that waits on the customer (None: as it
    had). ``maximos``: how many tickets EM_ANDAMENTO of a type one agent may have. ``exclusoes``: pairs of types that
    nobody is given together. ``arremate_segundos``: wrap-up, how long a slot stays taken after its ticket was resolved.
    ``minutos_sem_novos``: so long before its shift ends an agent is given nothing more. ``maximo_pendentes``: how many
    PENDENTE one agent may keep.
    """

    custos: dict[TipoComContatos, Custo] = field(default_factory=dict)
    custo_pendente: Custo | None = None
    maximos: dict[TipoComContatos, Annotated[int, Meta(ge=0, le=1000)]] = field(default_factory=dict)
    exclusoes: Annotated[tuple[tuple[TipoComContatos, TipoComContatos], ...], Meta(max_length=20)] = ()
    arremate_segundos: Annotated[int, Meta(ge=0, le=3600)] = 0
    minutos_sem_novos: Annotated[int, Meta(ge=0, le=600)] = 0
    maximo_pendentes: Annotated[int, Meta(ge=0, le=1000)] | None = None


PADRAO: Final = Capacidade()

_ler: Final = msgspec.json.Decoder(Capacidade).decode


@lru_cache(maxsize=256)
def _lida(documento: str) -> Capacidade:
    return _ler(documento)


def capacidade_de(empresa: EmpresaRow) -> Capacidade:
    return _lida(empresa.capacidade)
