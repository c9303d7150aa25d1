"""When a fila gives out, and when an agent is given anything: by the hours that are set for them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from engine.politica.horario import aberto, proxima_mudanca
from engine.politica.modelo import Horario

_TURNOS_OLHADOS: Final = 30
_ler: Final = msgspec.json.Decoder(Horario).decode


@lru_cache(maxsize=4096)
def turno_de(documento: str) -> Horario:
    """The shift of an agent, as its row has it."""
    return _ler(documento)


def aberta(horario: Horario, now: int) -> tuple[bool, int | None]:
    """Whether it is open, and when that changes (ms; None: never). In a zone that this machine does not know it is
    always open: better somebody answers than nobody.
    """
    try:
        return aberto(horario, now), proxima_mudanca(horario, now)
    except ZoneInfoNotFoundError:
        return True, None


def aberta_desde(horario: Horario, now: int, alcance: int) -> int | None:
    """When it opened, if it is open and has been for no longer than ``alcance`` ms."""
    momento, estava = now - alcance, aberta(horario, now - alcance)
    abriu: int | None = None
    while estava[1] is not None and estava[1] <= now:
        momento = estava[1]
        estava = aberta(horario, momento)
        abriu = momento if estava[0] else None
    return abriu


def recebe(turno: Horario, sem_novos: int, now: int) -> tuple[bool, int | None]:
    """Whether an agent of that shift may be given something new, of which nothing comes in its last ``sem_novos`` ms;
    and when that changes.
    """
    trabalha, muda_em = aberta(turno, now)
    if not trabalha or muda_em is None:
        return trabalha, muda_em
    ultimo = muda_em - sem_novos
    return (True, ultimo) if now < ultimo else (False, muda_em)


def volta_a_receber(turno: Horario, sem_novos: int, now: int) -> int | None:
    """When an agent of that shift, who is given nothing new now, may be again (ms); None: not within the shifts that
    are looked at, as those that are all shorter than ``sem_novos``.
    """
    momento: int | None = now
    for _ in range(_TURNOS_OLHADOS):
        if momento is None:
            return None
        agora, muda_em = recebe(turno, sem_novos, momento)
        if agora:
            return momento
        momento = muda_em
    return None
