"""Capacity: how much more work an agent can be given. The Atendente actor is the only one to apply it."""

from __future__ import annotations

from engine.modelo import DISPONIVEL, AtendenteRow


def disponivel(row: AtendenteRow) -> bool:
    """Whether the agent may be given work at all: online, and in the one state that means ready."""
    return row.online and row.estado == DISPONIVEL and row.excluido_em is None


def vagas(row: AtendenteRow, ocupadas: int) -> int:
    """Free slots; 0 for an agent who is not available. ``ocupadas`` counts reserved and held slots, forced ones too."""
    return max(0, row.capacidade - ocupadas) if disponivel(row) else 0
