"""Whose presence there is, and who may change it: one rule for REST and for the realtime edges."""

from __future__ import annotations

from typing import Final

from engine.errors import Forbidden
from engine.modelo import Papel, Quem
from web.pedido.rota import CONFIGURA

TEM_PRESENCA: Final[frozenset[Papel]] = CONFIGURA | {"atendente"}
"""Who may be there to attend. A conector is a program: it is nobody's presence, whatever id it has."""


def exigir_presenca(quem: Quem, atendente_id: str | None) -> None:
    """Raise Forbidden unless ``quem`` may change this atendente's presence: its own, or as who configures anybody's."""
    if quem.papel not in TEM_PRESENCA:
        raise Forbidden("papel_sem_permissao", f"Isto é para {' ou '.join(sorted(TEM_PRESENCA))}")
    if atendente_id != quem.id and quem.papel not in CONFIGURA:
        raise Forbidden("status_de_outro", "Um atendente só muda o próprio status")
