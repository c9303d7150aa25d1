"""What a policy is looked at against: what there is in the empresa beside the fila."""

from __future__ import annotations

from collections.abc import Container, Mapping

from msgspec import Struct

from engine.modelo import TipoCanal
from engine.politica.modelo import Horario, Politica


class Agente(Struct, frozen=True, gc=False):
    """Somebody who serves the fila: ``proprio`` as a member of its own, and through these ``equipes``. ``niveis`` is
    the proficiency in each of its skills; ``turno`` None: it works always.
    """

    id: str
    nome: str
    niveis: Mapping[str, int]
    proprio: bool
    equipes: frozenset[str]
    turno: Horario | None = None


class OutraFila(Struct, frozen=True, gc=False):
    """A fila of the empresa. ``atendentes``: how many serve it."""

    nome: str
    politica: Politica
    atendentes: int = 0


class Cenario(Struct, frozen=True):
    """``filas``: all of the empresa, by id. ``equipes`` and ``atendentes``: the ids of all; ``vinculadas``: of those
    equipes that serve the fila. ``estados``: the empresa's own. ``agentes``: who serves the fila. ``agora``: ms since
    the epoch.
    """

    fila_id: str
    filas: Mapping[str, OutraFila]
    equipes: Container[str] = frozenset()
    vinculadas: Container[str] = frozenset()
    atendentes: Container[str] = frozenset()
    canais: Mapping[str, TipoCanal] = {}
    estados: tuple[str, ...] = ()
    agentes: tuple[Agente, ...] = ()
    agora: int = 0
