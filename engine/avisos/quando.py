"""When somebody is told: at once, or when its quiet hours end, or its digest is due.

By what a clock on the wall shows, as everywhere (:mod:`engine.parede`): an hour that comes twice is quiet
both times, and what would end in an hour that is skipped ends right after it. Instants are ms since the Unix epoch.
"""

from __future__ import annotations

from typing import Final

from engine.avisos.modelo import DE_FORA, Preferencias, Resumo, Silencio
from engine.modelo import MeioDeAviso
from engine.parede import UM_DIA, desvio, ms, semana

HORA: Final = 3_600_000
_PASSOS: Final = 40
"""A week of quiet days, and twice as many changes of the clock as there can be."""


def quando(preferencias: Preferencias, meio: MeioDeAviso, now: int, *, urgente: bool = False) -> int | None:
    """When what happens now is told by that; None: at once.

    Raises ZoneInfoNotFoundError: this machine does not know the zone.
    """
    if urgente:
        return None
    resumo = preferencias.resumo
    em = now if resumo is None or meio not in resumo.por else _do_resumo(resumo, preferencias.fuso, now)
    em = fora_do_silencio(preferencias, meio, em)
    return em if em > now else None


def fora_do_silencio(preferencias: Preferencias, meio: MeioDeAviso, em: int) -> int:
    """The first instant from ``em`` on at which somebody may be told by that."""
    silencio = preferencias.silencio
    if silencio is None or meio not in DE_FORA:
        return em
    for _ in range(_PASSOS):
        if not calado(silencio, preferencias.fuso, em):
            break
        em = _fim(silencio, preferencias.fuso, em)
    return em


def calado(silencio: Silencio, fuso: str, em: int) -> bool:
    """Whether it is quiet then."""
    dia, resto = divmod(em + desvio(fuso, em), UM_DIA)
    if semana(dia) in silencio.dias:
        return True
    de, ate = ms(silencio.de), ms(silencio.ate)
    return de <= resto < ate if de <= ate else resto >= de or resto < ate


def _fim(silencio: Silencio, fuso: str, em: int) -> int:
    """The next instant after ``em`` at which quiet may end: its hour, or midnight after a quiet day."""
    na_parede = em + desvio(fuso, em)
    dia, resto = divmod(na_parede, UM_DIA)
    ate = ms(silencio.ate)
    fim = dia * UM_DIA + (ate if resto < ate else UM_DIA)
    return instante(fuso, fim, depois_de=em)


def _do_resumo(resumo: Resumo, fuso: str, now: int) -> int:
    """The first instant after ``now`` at which the digest is due."""
    na_parede = now + desvio(fuso, now)
    if resumo.cada == "hora":
        return instante(fuso, na_parede - na_parede % HORA + HORA, depois_de=now)
    dia, resto = divmod(na_parede, UM_DIA)
    hora = ms(resumo.hora)
    return instante(fuso, (dia if resto < hora else dia + 1) * UM_DIA + hora, depois_de=now)


def instante(fuso: str, na_parede: int, depois_de: int = -(2**62)) -> int:
    """The first instant after ``depois_de`` at which a clock on the wall shows that (ms since the epoch, as if the wall
    were in UTC), or, where it never does, is past it.
    """
    desvios = desvio(fuso, na_parede - UM_DIA), desvio(fuso, na_parede + UM_DIA)
    de, ate = max(na_parede - max(desvios), depois_de + 1), na_parede - min(desvios)
    while de < ate and de + desvio(fuso, de) < na_parede:  # nearly never: the clock is changed about then
        meio = (de + ate) // 2
        de, ate = (de, meio) if meio + desvio(fuso, meio) >= na_parede else (meio + 1, ate)
    return de
