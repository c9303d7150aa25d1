"""The kinds of documents that there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.documentos.especie import Especie
from engine.sla import exame as exame_de_sla
from engine.sla.modelo import PoliticaSla

POLITICA_SLA: Final = Especie(
    tipo="politica_sla",
    documento=PoliticaSla,
    caminho="/sla/politicas",
    recurso="Políticas de SLA",
    um="uma política de SLA",
    maximo=1_000,
    problemas=exame_de_sla.problemas,
)

ESPECIES: Final[tuple[Especie[Any], ...]] = (POLITICA_SLA,)

POR_TIPO: Final[Mapping[str, Especie[Any]]] = MappingProxyType({uma.tipo: uma for uma in ESPECIES})
"""By ``tipo``."""
