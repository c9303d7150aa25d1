"""When something is open, by the wall clock of a zone of the IANA database (RFC 6557).

What counts is what a clock on the wall shows: an hour that is repeated when summer time ends is open both times or not
at all, and in an hour that is skipped nothing can open. Instants are ms since the Unix epoch.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from engine.errors import Detalhe
from engine.politica.modelo import DiaDaSemana, Horario

SEMANA: Final[tuple[DiaDaSemana, ...]] = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
UM_DIA: Final = 86_400_000
_MINUTO: Final = 60_000
_TRECHO: Final = UM_DIA // 2
"""So long, at the most one change of a zone's offset is looked for."""
_ALCANCE: Final = 16 * UM_DIA
"""What changes every week does so within this time, also if one week's hours are skipped by a change of the clock."""
_DIA_ZERO: Final = date(1970, 1, 1).toordinal()
_ANOS: Final = (2000, 2100)
_INTERVALOS_MAXIMO: Final = 24
_HORA: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATA: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DESTA_MAQUINA: Final = {"localtime", "Factory"}


def aberto(horario: Horario, now: int) -> bool:
    """Whether it is open at this instant, of a ``horario`` without :func:`problemas`.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    dia, resto = divmod(now + _desvio(_zona(horario.fuso), now), UM_DIA)
    if _data(dia) in horario.fechado_em:
        return False
    return any(_ms(de) <= resto < _ms(ate) for de, ate in horario.dias.get(_semana(dia), ()))


def proxima_mudanca(horario: Horario, now: int) -> int | None:
    """The first instant after ``now`` at which it opens or closes; None: it stays so for good.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    minutos = _minutos_abertos(horario)
    if not any(minutos):
        return None
    inicio, fim = now, _ultimo_fechado(horario, now) + _ALCANCE
    if all(um == UM_DIA for um in minutos):
        de = _antes_do_fechado(horario, now)
        if de is None:
            return None
        inicio = de
    agora = aberto(horario, now)
    zona = _zona(horario.fuso)
    while inicio < fim:
        for instante in _instantes(horario, zona, inicio, inicio + _TRECHO):
            if instante > now and aberto(horario, instante) != agora:
                return instante
        inicio += _TRECHO
    return None


def problemas(horario: Horario) -> list[Detalhe]:
    """What keeps it from being one, each with the path of the field within it and the remedy."""
    achados = [*_do_fuso(horario.fuso)]
    for dia, intervalos in horario.dias.items():
        achados.extend(_do_dia(f"dias.{dia}", intervalos))
    for posicao, texto in enumerate(horario.fechado_em):
        achados.extend(_da_data(f"fechadoEm[{posicao}]", texto, repetida=texto in horario.fechado_em[:posicao]))
    return achados


# -- the wall clock ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _zona(fuso: str) -> ZoneInfo:
    return ZoneInfo(fuso)


def _desvio(zona: ZoneInfo, ms: int) -> int:
    """What is added to an instant to read the clock on the wall, in ms."""
    desvio = datetime.fromtimestamp(ms // 1000, zona).utcoffset()
    return 0 if desvio is None else round(desvio.total_seconds()) * 1000


def _data(dia: int) -> str:
    return date.fromordinal(_DIA_ZERO + dia).isoformat()


def _semana(dia: int) -> DiaDaSemana:
    return SEMANA[(dia + 3) % 7]  # the first day of the epoch was a Thursday


@lru_cache(maxsize=1441)
def _ms(hora: str) -> int:
    """``"08:30"`` → ms since midnight."""
    return (int(hora[:2]) * 60 + int(hora[3:])) * _MINUTO


def _instantes(horario: Horario, zona: ZoneInfo, de: int, ate: int) -> Iterator[int]:
    """The instants in ``(de, ate]`` at which it may open or close, in order."""
    virada = _virada(zona, de, ate)
    if virada is None:
        yield from _da_parede(horario, _desvio(zona, de), de, ate)
        return
    yield from _da_parede(horario, _desvio(zona, de), de, virada - 1)
    yield virada
    yield from _da_parede(horario, _desvio(zona, virada), virada, ate)


def _virada(zona: ZoneInfo, de: int, ate: int) -> int | None:
    """The first instant in ``(de, ate]`` at which the zone has another offset than at ``de``."""
    antes = _desvio(zona, de)
    if _desvio(zona, ate) == antes:
        return None
    while ate - de > 1:
        meio = (de + ate) // 2
        de, ate = (meio, ate) if _desvio(zona, meio) == antes else (de, meio)
    return ate


def _da_parede(horario: Horario, desvio: int, de: int, ate: int) -> list[int]:
    """Midnights and ends of intervals in ``(de, ate]``, while the offset is the same."""
    achados = set()
    for dia in range((de + desvio) // UM_DIA, (ate + desvio) // UM_DIA + 1):
        horas = {_ms(hora) for intervalo in horario.dias.get(_semana(dia), ()) for hora in intervalo}
        achados |= {dia * UM_DIA + hora - desvio for hora in horas | {0}}
    return sorted(instante for instante in achados if de < instante <= ate)


# -- how far to look -----------------------------------------------------------------------------------------------


def _minutos_abertos(horario: Horario) -> list[int]:
    """For each day of the week, how long it is open, in ms."""
    return [sum(_ms(ate) - _ms(de) for de, ate in horario.dias.get(dia, ())) for dia in SEMANA]


def _fechados_de(horario: Horario, now: int) -> list[int]:
    """The days from today on which it is closed."""
    hoje = (now + _desvio(_zona(horario.fuso), now)) // UM_DIA
    dias = (date.fromisoformat(texto).toordinal() - _DIA_ZERO for texto in horario.fechado_em)
    return sorted(dia for dia in dias if dia >= hoje)


def _ultimo_fechado(horario: Horario, now: int) -> int:
    return max((now, *(dia * UM_DIA for dia in _fechados_de(horario, now))))


def _antes_do_fechado(horario: Horario, now: int) -> int | None:
    """Where to begin to look if it is open all week: nothing happens before the next day on which it is closed."""
    dias = _fechados_de(horario, now)
    return max(now, (dias[0] - 2) * UM_DIA) if dias else None


# -- what is wrong -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _fusos() -> frozenset[str]:
    return frozenset(available_timezones() - _DESTA_MAQUINA)


def _do_fuso(fuso: str) -> Iterator[Detalhe]:
    if fuso in _fusos():
        return
    perto = difflib.get_close_matches(fuso, _fusos(), n=1)
    remedio = f"você quis dizer {perto[0]}?" if perto else "use um como America/Sao_Paulo"
    yield Detalhe("fuso", f"não é um fuso da base IANA; {remedio}")


def _do_dia(campo: str, intervalos: tuple[tuple[str, str], ...]) -> Iterator[Detalhe]:
    if len(intervalos) > _INTERVALOS_MAXIMO:
        yield Detalhe(campo, f"tem {len(intervalos)} intervalos; use no máximo {_INTERVALOS_MAXIMO}")
        return
    bons: list[tuple[str, str, int]] = []
    for posicao, (de, ate) in enumerate(intervalos):
        problema = _do_intervalo(de, ate)
        if problema:
            yield Detalhe(f"{campo}[{posicao}]", problema)
        else:
            bons.append((de, ate, posicao))
    yield from _sobrepostos(campo, sorted(bons))


def _do_intervalo(de: str, ate: str) -> str | None:
    for hora in (de, ate):
        if not _HORA.fullmatch(hora):
            return "deve ter duas horas de 00:00 a 24:00, com dois dígitos cada parte, como 08:00"
    if _ms(de) >= _ms(ate):
        return f"termina ({ate}) antes de começar ({de}); o que passa da meia-noite vai até 24:00 e segue no outro dia"
    return None


def _sobrepostos(campo: str, intervalos: list[tuple[str, str, int]]) -> Iterator[Detalhe]:
    fim, de_quem = "00:00", -1
    for de, ate, posicao in intervalos:
        if de < fim:
            yield Detalhe(f"{campo}[{posicao}]", f"começa ({de}) antes de [{de_quem}] terminar ({fim}); junte os dois")
        if ate > fim:
            fim, de_quem = ate, posicao


def _da_data(campo: str, texto: str, *, repetida: bool) -> Iterator[Detalhe]:
    if not _e_data(texto):
        yield Detalhe(campo, "deve ser uma data que existe, de 2000 a 2100, como 2026-12-25")
    elif repetida:
        yield Detalhe(campo, f"{texto} já está na lista; retire uma das duas")


def _e_data(texto: str) -> bool:
    if not _DATA.fullmatch(texto):
        return False
    try:
        ano = date.fromisoformat(texto).year
    except ValueError:
        return False
    return _ANOS[0] <= ano <= _ANOS[1]
