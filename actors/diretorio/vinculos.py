"""Memberships: saved by whoever changes them, kept in the empresa's directory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from actors.diretorio.empresa_viva import EmpresaViva
from engine.participacao import Vinculo
from engine.runtime import Effects


def vincular(ator: Effects, viva: EmpresaViva, vinculos: Sequence[Vinculo]) -> None:
    """Save these in the turn of ``ator``; when it has succeeded, whoever begins or ceases to serve a fila is told."""
    for vinculo in vinculos:
        ator.save(vinculo)
    ator.once_released(partial(viva.vincular, vinculos))
