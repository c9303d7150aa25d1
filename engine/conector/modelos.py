"""Message templates of a channel, as its connector hands them over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.conector.entradas import Modelo

APROVADO: Final = "APPROVED"
"""The ``estado`` of a template that may be sent."""
NOMES_NO_MAXIMO: Final = 1_000
"""Names that are at hand."""


def nomes_aprovados(modelos: Iterable[Modelo]) -> tuple[str, ...]:
    """The names of those that may be sent, each once, in whatever languages it is."""
    nomes = dict.fromkeys(modelo.nome for modelo in modelos if modelo.estado.upper() == APROVADO)
    return tuple(sorted(nomes)[:NOMES_NO_MAXIMO])
