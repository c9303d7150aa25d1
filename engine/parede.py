"""The clock on a wall, in a zone of the IANA database (RFC 6557): what it shows at an instant, and when it is set.

Instants are ms since the Unix epoch; days are counted from the first one of the epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from engine.politica.modelo import DiaDaSemana

SEMANA: Final[tuple[DiaDaSemana, ...]] = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
UM_DIA: Final = 86_400_000
TRECHO: Final = UM_DIA // 2
"""So long, at the most one change of a zone's offset is looked for."""
_MINUTO: Final = 60_000
_DIA_ZERO: Final = date(1970, 1, 1).toordinal()
_DESTA_MAQUINA: Final = {"localtime", "Factory"}


@lru_cache(maxsize=1)
def fusos() -> frozenset[str]:
    """The zones that this machine knows, by their names in the database."""
    return frozenset(available_timezones() - _DESTA_MAQUINA)


def conhecido(fuso: str) -> bool:
    """Whether this machine knows the zone."""
    return fuso in fusos()


@lru_cache(maxsize=256)
def zona(fuso: str) -> ZoneInfo:
    """Raises ZoneInfoNotFoundError: this machine does not know it."""
    return ZoneInfo(fuso)


def desvio(fuso: str, now: int) -> int:
    """What is added to an instant to read the clock on a wall in that zone, in ms.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    return desvio_na_zona(zona(fuso), now)


def desvio_na_zona(onde: ZoneInfo, now: int) -> int:
    """:func:`desvio`, of a zone that is at hand."""
    diferenca = datetime.fromtimestamp(now // 1000, onde).utcoffset()
    return 0 if diferenca is None else round(diferenca.total_seconds()) * 1000


def virada(onde: ZoneInfo, de: int, ate: int) -> int | None:
    """The first instant in ``(de, ate]`` at which the zone has another offset than at ``de``."""
    antes = desvio_na_zona(onde, de)
    return None if desvio_na_zona(onde, ate) == antes else _virada(onde, antes, de, ate)


def _virada(onde: ZoneInfo, antes: int, de: int, ate: int) -> int:
    while ate - de > 1:
        meio = (de + ate) // 2
        de, ate = (meio, ate) if desvio_na_zona(onde, meio) == antes else (de, meio)
    return ate


@lru_cache(maxsize=4096)
def trechos(fuso: str, de: int, ate: int) -> tuple[tuple[int, int, int], ...]:
    """``[de, ate)`` cut where the clock is set: from when, to when, and the :func:`desvio` all the while."""
    return tuple(_trechos(zona(fuso), de, ate))


def _trechos(onde: ZoneInfo, de: int, ate: int) -> Iterator[tuple[int, int, int]]:
    inicio, adiante = de, desvio_na_zona(onde, de)
    while de < ate:
        fim = min(de + TRECHO, ate - 1)
        depois = desvio_na_zona(onde, fim)
        if depois != adiante:
            mudou = _virada(onde, adiante, de, fim)
            yield inicio, mudou, adiante
            inicio = fim = mudou
            adiante = desvio_na_zona(onde, mudou)
        de = fim if fim < ate - 1 else ate
    yield inicio, ate, adiante


def semana(dia: int) -> DiaDaSemana:
    """Of that day since the epoch, whose first was a Thursday."""
    return SEMANA[(dia + 3) % 7]


def data(dia: int) -> date:
    """That day since the epoch."""
    return date.fromordinal(_DIA_ZERO + dia)


def dia_de(texto: str) -> int:
    """``"2026-12-25"`` → days since the epoch. Raises ValueError: there is no such date."""
    return date.fromisoformat(texto).toordinal() - _DIA_ZERO


@lru_cache(maxsize=1441)
def ms(hora: str) -> int:
    """``"08:30"`` → ms since midnight."""
    return (int(hora[:2]) * 60 + int(hora[3:])) * _MINUTO
