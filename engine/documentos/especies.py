"""The kinds of documents that there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.calendario import lugares
from engine.calendario.modelo import Calendario, Feriado
from engine.documentos.especie import Especie
from engine.pesquisa import exame as exame_de_pesquisa
from engine.pesquisa.modelo import Pesquisa
from engine.sla import exame as exame_de_sla
from engine.sla.modelo import PoliticaSla

CALENDARIO: Final = Especie(
    tipo=lugares.TIPO,
    documento=Calendario,
    caminho="/calendarios",
    recurso="Calendários",
    um="um calendário",
    maximo=200,
    problemas=lugares.problemas,
)

FERIADO: Final = Especie(
    tipo="feriado",
    documento=Feriado,
    caminho="/feriados",
    recurso="Feriados próprios",
    um="um feriado próprio",
    maximo=1_000,
    problemas=lugares.problemas_do_feriado,
)

POLITICA_SLA: Final = Especie(
    tipo="politica_sla",
    documento=PoliticaSla,
    caminho="/sla/politicas",
    recurso="Políticas de SLA",
    um="uma política de SLA",
    maximo=1_000,
    problemas=exame_de_sla.problemas,
)

PESQUISA: Final = Especie(
    tipo="pesquisa",
    documento=Pesquisa,
    caminho="/pesquisas",
    recurso="Pesquisas de satisfação",
    um="uma pesquisa",
    maximo=100,
    problemas=exame_de_pesquisa.problemas,
)

ESPECIES: Final[tuple[Especie[Any], ...]] = (CALENDARIO, FERIADO, POLITICA_SLA, PESQUISA)

POR_TIPO: Final[Mapping[str, Especie[Any]]] = MappingProxyType({uma.tipo: uma for uma in ESPECIES})
"""By ``tipo``."""
