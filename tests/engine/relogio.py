"""Hours by the minute, looked at minute after minute: for horarios in UTC, where every minute of a day is alike."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from engine.politica.modelo import Horario

MINUTO = 60_000
DIA = 24 * 60
_DIAS = ("qui", "sex", "sab", "dom", "seg", "ter", "qua")
"""The first day of the epoch was a Thursday."""


def aberto(horario: Horario, now: int) -> bool:
    """Whether it is open at an instant."""
    dia, minuto = divmod(now // MINUTO, DIA)
    intervalos = dict(horario.dias).get(_DIAS[dia % 7], ())  # type: ignore[call-overload]
    return any(_minuto(de) <= minuto < _minuto(ate) for de, ate in intervalos)


def abriu_em(horario: Horario, now: int, ha: int) -> int | None:
    """When it opened, if it is open and has been for less than ``ha`` ms."""
    if not aberto(horario, now):
        return None
    minuto = now - now % MINUTO
    while now - minuto < ha:
        if not aberto(horario, minuto - 1):
            return minuto
        minuto -= MINUTO
    return None


def no_turno(turno: str, now: int, sem_novos: int) -> bool:
    """Whether it is open now and will be for more than so many minutes."""
    horario = _lido(turno)
    minuto = now - now % MINUTO
    return all(aberto(horario, um) for um in (now, *range(minuto + MINUTO, now + sem_novos * MINUTO + 1, MINUTO)))


@lru_cache(maxsize=1000)
def _lido(turno: str) -> Horario:
    return msgspec.json.decode(turno, type=Horario)


def _minuto(hora: str) -> int:
    return int(hora[:2]) * 60 + int(hora[3:])
