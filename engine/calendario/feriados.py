"""Holidays: the official ones by the library ``holidays`` (https://holidays.readthedocs.io), and which of an empresa's
own count in a calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import holidays
from holidays import HolidayBase
from holidays.constants import OPTIONAL, PUBLIC

from engine.calendario.modelo import PAIS_PADRAO, Calendario, Feriado
from engine.presenca import chave

_CIDADES: Final = {("BR", "SP", "sao paulo"): "São Paulo Capital"}
"""Cities that the library knows holidays of, by the names that it has for them: they are those of the state too."""


def sigla(pais: str, estado: str) -> str | None:
    """The code of a state by its code or its name, in any case: ``"Pará"`` → ``"PA"``; None: that country has none
    so called.
    """
    return _siglas(pais).get(chave(estado))


def estados(pais: str) -> tuple[str, ...]:
    """The codes of its states; none of a country that is not known."""
    livro = _livro(pais)
    if livro is None:
        return ()
    cidades = {cidade for (de, _, _), cidade in _CIDADES.items() if de == pais}
    return tuple(codigo for codigo in livro.subdivisions if codigo not in cidades)


def conhecido(pais: str) -> bool:
    """Whether the library has the holidays of the country."""
    return _livro(pais) is not None


def tem_facultativos(pais: str) -> bool:
    """Whether it tells holidays of that country which are not for everybody."""
    livro = _livro(pais)
    return livro is not None and OPTIONAL in livro.supported_categories


def oficiais(calendario: Calendario, ano: int) -> frozenset[tuple[int, int]]:
    """Month and day of those that close it in that year. The calendar must be without problems."""
    if not calendario.feriados_oficiais:
        return frozenset()
    return _oficiais(calendario.pais, _subdivisao(calendario), ano, facultativos=calendario.pontos_facultativos)


def contam(calendario: Calendario, feriados: Iterable[Feriado]) -> tuple[Feriado, ...]:
    """Those of the empresa's own that are holidays where the calendar is."""
    return tuple(um for um in feriados if _conta(calendario, um))


def _conta(calendario: Calendario, feriado: Feriado) -> bool:
    pais = feriado.pais or (PAIS_PADRAO if feriado.estado else calendario.pais)
    if pais != calendario.pais:
        return False
    if feriado.cidade is None:
        return feriado.estado is None or _mesmo_estado(calendario, feriado.estado)
    if calendario.cidade is None or chave(calendario.cidade) != chave(feriado.cidade):
        return False
    return feriado.estado is None or calendario.estado is None or _mesmo_estado(calendario, feriado.estado)


def _mesmo_estado(calendario: Calendario, estado: str) -> bool:
    if calendario.estado is None:
        return False
    return _sigla_ou_nome(calendario.pais, calendario.estado) == _sigla_ou_nome(calendario.pais, estado)


def _sigla_ou_nome(pais: str, estado: str) -> str:
    return sigla(pais, estado) or chave(estado)


# -- the library -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _livro(pais: str) -> HolidayBase | None:
    try:
        return holidays.country_holidays(pais)
    except NotImplementedError:
        return None


@lru_cache(maxsize=512)
def _siglas(pais: str) -> Mapping[str, str]:
    livro = _livro(pais)
    if livro is None:
        return {}
    codigos = estados(pais)
    nomes = {chave(nome): codigo for nome, codigo in livro.subdivisions_aliases.items() if codigo in codigos}
    return nomes | {chave(codigo): codigo for codigo in codigos}


def _subdivisao(calendario: Calendario) -> str | None:
    if calendario.estado is None:
        return None
    codigo = sigla(calendario.pais, calendario.estado)
    cidade = chave(calendario.cidade or "")
    return _CIDADES.get((calendario.pais, codigo or "", cidade), codigo)


@lru_cache(maxsize=4096)
def _oficiais(pais: str, subdivisao: str | None, ano: int, *, facultativos: bool) -> frozenset[tuple[int, int]]:
    categorias = (PUBLIC, OPTIONAL) if facultativos else None
    livro = holidays.country_holidays(pais, subdiv=subdivisao, years=ano, categories=categorias)
    return frozenset((dia.month, dia.day) for dia in livro)
