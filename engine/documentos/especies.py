"""The kinds of documents that there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from engine.avisos import exame as exame_de_avisos
from engine.avisos.modelo import ModeloDeAviso, RegraDeAviso
from engine.calendario import lugares
from engine.calendario.modelo import Calendario, Feriado
from engine.documentos.especie import Especie
from engine.pesquisa import exame as exame_de_pesquisa
from engine.pesquisa.modelo import Pesquisa
from engine.respostas_rapidas import exame as exame_de_respostas
from engine.respostas_rapidas.modelo import RespostaRapida
from engine.silencio import exame as exame_de_silencio
from engine.silencio.modelo import RegraDeSilencio
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

MODELO_DE_AVISO: Final = Especie(
    tipo=exame_de_avisos.MODELO,
    documento=ModeloDeAviso,
    caminho="/avisos/modelos",
    recurso="Modelos de aviso",
    um="um modelo de aviso",
    maximo=200,
    problemas=exame_de_avisos.do_modelo,
)

REGRA_DE_AVISO: Final = Especie(
    tipo="regra_de_aviso",
    documento=RegraDeAviso,
    caminho="/avisos/regras",
    recurso="Regras de aviso",
    um="uma regra de aviso",
    maximo=200,
    problemas=exame_de_avisos.da_regra,
)

REGRA_DE_SILENCIO: Final = Especie(
    tipo="regra_de_silencio",
    documento=RegraDeSilencio,
    caminho="/silencio/regras",
    recurso="Regras de silêncio",
    um="uma regra de silêncio",
    maximo=200,
    problemas=exame_de_silencio.problemas,
)

RESPOSTA_RAPIDA: Final = Especie(
    tipo=exame_de_respostas.TIPO,
    documento=RespostaRapida,
    caminho="/respostas-rapidas",
    recurso="Respostas rápidas",
    um="uma resposta rápida",
    maximo=2_000,
    problemas=exame_de_respostas.problemas,
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

ESPECIES: Final[tuple[Especie[Any], ...]] = (
    CALENDARIO, FERIADO, POLITICA_SLA, MODELO_DE_AVISO, REGRA_DE_AVISO, REGRA_DE_SILENCIO, RESPOSTA_RAPIDA, PESQUISA,
)  # fmt: skip

POR_TIPO: Final[Mapping[str, Especie[Any]]] = MappingProxyType({uma.tipo: uma for uma in ESPECIES})
"""By ``tipo``."""
