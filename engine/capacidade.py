"""Capacity: how much more work an agent can be given. The Atendente actor is the only one to apply it."""

from __future__ import annotations

from engine.modelo import DISPONIVEL, AtendenteRow


def disponivel(row: AtendenteRow) -> bool:
    """Whether the agent may be given work at all: online, and in the one state that means ready."""
    return row.online and row.estado == DISPONIVEL and row.excluido_em is None


def teto(row: AtendenteRow) -> int:
    """How many slots the agent has to give now: none while it is not available."""
    return row.capacidade if disponivel(row) else 0
