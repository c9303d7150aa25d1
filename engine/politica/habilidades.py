"""Skills: by which name two are the same, and how well somebody has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.modelo import AtendenteRow
from engine.presenca import chave

NIVEL_SEM_DIZER: Final = 3
"""The proficiency in a skill that is only named."""

__all__ = ["NIVEL_SEM_DIZER", "chave", "niveis_de"]


def niveis_de(row: AtendenteRow) -> Mapping[str, int]:
    """The proficiency of an agent in each of its skills, by its key."""
    if not row.habilidades:
        return {}
    ditos = {chave(nome): nivel for nome, nivel in row.niveis.items()}
    return {qual: ditos.get(qual, NIVEL_SEM_DIZER) for qual in map(chave, row.habilidades)}
