"""Instants and hours in the days of a time zone.

Sums are kept by the hours of UTC. In a zone that is off by whole hours, as all of Brazil is, a local day is made of
whole ones. Where it is off by half an hour or a quarter (India, Nepal…), an hour belongs to the local hour, day, week
and month in which its middle lies: nothing is counted twice or left out, and what happened within half an hour of
midnight may stand on the other day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.relatorios.somas import HORA_MS
from engine.tempo import ms_de

Intervalo = Literal["total", "hora", "dia", "semana", "mes"]
"""How a period is divided; a week begins on Monday."""
FUSO_PADRAO: Final = "America/Sao_Paulo"
DIAS_PADRAO: Final = 30
_MEIA_HORA: Final = 1800


def fuso_de(nome: str) -> ZoneInfo:
    """The time zone of that name of the IANA's. ValueError: there is none."""
    try:
        return ZoneInfo(nome)
    except (ZoneInfoNotFoundError, OSError, ValueError) as erro:
        raise ValueError(nome) from erro


def no_meio(hora: int, fuso: ZoneInfo) -> datetime:
    """The middle of an hour (since the epoch), there."""
    return datetime.fromtimestamp(hora * 3600 + _MEIA_HORA, UTC).astimezone(fuso)


def rotulo(hora: int, fuso: ZoneInfo, intervalo: Intervalo) -> str | None:
    """What an hour belongs to: ``2026-11-29T14:00-03:00``, ``2026-11-29``, the Monday of its week, ``2026-11``; None
    for the whole.
    """
    if intervalo == "total":
        return None
    quando = no_meio(hora, fuso)
    if intervalo == "hora":
        return quando.replace(minute=0).isoformat(timespec="minutes")
    if intervalo == "mes":
        return f"{quando:%Y-%m}"
    dia = quando.date()
    return (dia if intervalo == "dia" else dia - timedelta(days=dia.weekday())).isoformat()


def rotulos(horas: range, fuso: ZoneInfo, intervalo: Intervalo) -> Iterator[str | None]:
    """All of a period, in order, also those in which nothing happened."""
    visto: object = horas
    for hora in horas:
        um = rotulo(hora, fuso, intervalo)
        if um != visto:
            visto = um
            yield um


def partes(horas: range, fuso: ZoneInfo, intervalo: Intervalo) -> Iterator[range]:
    """The hours of each part."""
    if intervalo == "total":
        yield horas
        return
    inicio = horas.start
    for hora in horas:
        if rotulo(hora, fuso, intervalo) != rotulo(inicio, fuso, intervalo):
            yield range(inicio, hora)
            inicio = hora
    yield range(inicio, horas.stop)


def _inicio_do_dia(dia: date, fuso: ZoneInfo) -> int:
    """The first hour whose middle lies on that day or later."""
    segundos = datetime(dia.year, dia.month, dia.day, tzinfo=fuso).timestamp()
    return -int((_MEIA_HORA - segundos) // 3600)


def hora_de_inicio(texto: str, fuso: ZoneInfo) -> int:
    """``de``: a day begins with its first hour there; an instant (ISO 8601) with the hour that it is in. ValueError:
    it is neither.
    """
    if len(texto) == len("2026-11-29"):
        return _inicio_do_dia(date.fromisoformat(texto), fuso)
    return _instante(texto) // HORA_MS


def hora_de_fim(texto: str, fuso: ZoneInfo) -> int:
    """``ate``: a day is in it to its end; of an instant the hour that it is in. The hour after it."""
    if len(texto) == len("2026-11-29"):
        return _inicio_do_dia(date.fromisoformat(texto) + timedelta(days=1), fuso)
    return -(-_instante(texto) // HORA_MS)


def _instante(texto: str) -> int:
    if not texto.endswith("Z"):
        raise ValueError(texto)
    return ms_de(texto)


def horas(de: str | None, ate: str | None, fuso: ZoneInfo, agora: int) -> range:
    """The hours that are asked for: until this one (``agora``, ms), and for the last days, where that is not said.
    ValueError: not so.
    """
    fim = agora // HORA_MS + 1 if ate is None else hora_de_fim(ate, fuso)
    if de is not None:
        return range(hora_de_inicio(de, fuso), fim)
    primeiro = no_meio(fim - 1, fuso).date() - timedelta(days=DIAS_PADRAO - 1)
    return range(_inicio_do_dia(primeiro, fuso), fim)
