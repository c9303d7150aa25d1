"""When something is open, by the wall clock of a zone of the IANA database (RFC 6557).

What counts is what a clock on the wall shows: an hour that is repeated when summer time ends is open both times or not
at all, and in an hour that is skipped nothing can open. Instants are ms since the Unix epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from engine.errors import Detalhe
from engine.parede import SEMANA, TRECHO, UM_DIA, data, desvio, desvio_na_zona, dia_de, ms, semana, virada, zona
from engine.politica.exame_de_horas import da_data, do_fuso, intervalos_demais, sao_horas
from engine.politica.modelo import Horario

_ALCANCE: Final = 16 * UM_DIA
"""What changes every week does so within this time, also if one week's hours are skipped by a change of the clock."""


def aberto(horario: Horario, now: int) -> bool:
    """Whether it is open at this instant, of a ``horario`` without :func:`problemas`.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    dia, resto = divmod(now + desvio(horario.fuso, now), UM_DIA)
    if data(dia).isoformat() in horario.fechado_em:
        return False
    return any(ms(de) <= resto < ms(ate) for de, ate in horario.dias.get(semana(dia), ()))


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
    onde = zona(horario.fuso)
    while inicio < fim:
        for instante in _instantes(horario, onde, inicio, inicio + TRECHO):
            if instante > now and aberto(horario, instante) != agora:
                return instante
        inicio += TRECHO
    return None


def problemas(horario: Horario) -> list[Detalhe]:
    """What keeps it from being one, each with the path of the field within it and the remedy."""
    achados = [*do_fuso(horario.fuso)]
    for dia, intervalos in horario.dias.items():
        achados.extend(_do_dia(f"dias.{dia}", intervalos))
    vistas: set[str] = set()
    for posicao, texto in enumerate(horario.fechado_em):
        achados.extend(da_data(f"fechadoEm[{posicao}]", texto, repetida=texto in vistas))
        vistas.add(texto)
    return achados


# -- the wall clock ------------------------------------------------------------------------------------------------


def _instantes(horario: Horario, onde: ZoneInfo, de: int, ate: int) -> Iterator[int]:
    """The instants in ``(de, ate]`` at which it may open or close, in order."""
    mudou = virada(onde, de, ate)
    if mudou is None:
        yield from _da_parede(horario, desvio_na_zona(onde, de), de, ate)
        return
    yield from _da_parede(horario, desvio_na_zona(onde, de), de, mudou - 1)
    yield mudou
    yield from _da_parede(horario, desvio_na_zona(onde, mudou), mudou, ate)


def _da_parede(horario: Horario, adiante: int, de: int, ate: int) -> list[int]:
    """Midnights and ends of intervals in ``(de, ate]``, where the clock on the wall is ``adiante`` ms ahead."""
    achados = set()
    for dia in range((de + adiante) // UM_DIA, (ate + adiante) // UM_DIA + 1):
        horas = {ms(hora) for intervalo in horario.dias.get(semana(dia), ()) for hora in intervalo}
        achados |= {dia * UM_DIA + hora - adiante for hora in horas | {0}}
    return sorted(instante for instante in achados if de < instante <= ate)


# -- how far to look -----------------------------------------------------------------------------------------------


def _minutos_abertos(horario: Horario) -> list[int]:
    """For each day of the week, how long it is open, in ms."""
    return [sum(ms(ate) - ms(de) for de, ate in horario.dias.get(dia, ())) for dia in SEMANA]


def _fechados_de(horario: Horario, now: int) -> list[int]:
    """The days from today on which it is closed."""
    hoje = (now + desvio(horario.fuso, now)) // UM_DIA
    dias = (dia_de(texto) for texto in horario.fechado_em)
    return sorted(dia for dia in dias if dia >= hoje)


def _ultimo_fechado(horario: Horario, now: int) -> int:
    return max((now, *(dia * UM_DIA for dia in _fechados_de(horario, now))))


def _antes_do_fechado(horario: Horario, now: int) -> int | None:
    """Where to begin to look if it is open all week: nothing happens before the next day on which it is closed."""
    dias = _fechados_de(horario, now)
    return max(now, (dias[0] - 2) * UM_DIA) if dias else None


# -- what is wrong -------------------------------------------------------------------------------------------------


def _do_dia(campo: str, intervalos: tuple[tuple[str, str], ...]) -> Iterator[Detalhe]:
    demais = list(intervalos_demais(campo, intervalos))
    if demais:
        yield from demais
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
    problema = sao_horas(de, ate)
    if problema is None and ms(de) >= ms(ate):
        return f"termina ({ate}) antes de começar ({de}); o que passa da meia-noite vai até 24:00 e segue no outro dia"
    return problema


def _sobrepostos(campo: str, intervalos: list[tuple[str, str, int]]) -> Iterator[Detalhe]:
    fim, de_quem = "00:00", -1
    for de, ate, posicao in intervalos:
        if de < fim:
            yield Detalhe(f"{campo}[{posicao}]", f"começa ({de}) antes de [{de_quem}] terminar ({fim}); junte os dois")
        if ate > fim:
            fim, de_quem = ate, posicao
