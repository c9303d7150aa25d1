"""From a calendar to the hours of one day: what its day of the week has, less what holidays take away, or what an
exception says instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.calendario.feriados import contam, oficiais
from engine.calendario.modelo import Calendario, Feriado, Intervalos
from engine.parede import SEMANA, UM_DIA, data, dia_de, ms

Horas = tuple[tuple[int, int], ...]
"""From when to when, in ms since the midnight at which the day began: in order, apart from each other, none empty. The
last may end on the day that follows."""
_DIA_INTEIRO: Final[Horas] = ((0, UM_DIA),)
_MES_E_DIA: Final = len("2026-")


def horas(intervalos: Intervalos) -> Horas:
    """What overlaps or touches is one.

    >>> horas((("22:00", "01:00"), ("23:00", "24:00")))
    ((79200000, 90000000),)
    """
    juntas: list[tuple[int, int]] = []
    for de, ate in sorted((ms(de), ms(ate) if ms(de) < ms(ate) else ms(ate) + UM_DIA) for de, ate in intervalos):
        if juntas and de <= juntas[-1][1]:
            juntas[-1] = (juntas[-1][0], max(ate, juntas[-1][1]))
        else:
            juntas.append((de, ate))
    return tuple(juntas)


def comuns(umas: Horas, outras: Horas) -> Horas:
    """What is in both."""
    partes = ((max(a, c), min(b, d)) for a, b in umas for c, d in outras)
    return tuple(sorted((de, ate) for de, ate in partes if de < ate))


class Dias:
    """The hours of each day of a calendar that is without problems. Days are counted from the first of the epoch."""

    __slots__ = ("_calendario", "_excecoes", "_feriados", "_semana")

    def __init__(self, calendario: Calendario, feriados: Iterable[Feriado]) -> None:
        self._calendario = calendario
        self._semana = tuple(_da_semana(calendario))
        self._excecoes = {uma.data: horas(uma.intervalos) for uma in calendario.excecoes}
        self._feriados = {} if calendario.sempre else _por_data(contam(calendario, feriados))

    def de(self, dia: int) -> Horas:
        """What begins on that day."""
        texto = data(dia).isoformat()
        quando = (texto, texto[_MES_E_DIA:])
        for escrita in quando:
            if escrita in self._excecoes:
                return self._excecoes[escrita]
        abertas = self._semana[(dia + 3) % 7]
        if not abertas or self._fecha(dia):
            return ()
        for escrita in quando:
            if escrita in self._feriados:
                abertas = comuns(abertas, self._feriados[escrita])
        return abertas

    def sempre_iguais(self) -> bool:
        """Whether it is open day and night, on every day."""
        return self._calendario.sempre and not self._excecoes

    def limites(self) -> tuple[int, int] | None:
        """The first and the last day on which anything may begin; None: there are no such days."""
        datas = [escrita for escrita, abertas in self._excecoes.items() if abertas]
        if any(self._semana) or any(len(escrita) == _MES_E_DIA for escrita in datas):
            return None
        dias = [dia_de(escrita) for escrita in datas]
        return min(dias, default=0), max(dias, default=0)

    def _fecha(self, dia: int) -> bool:
        if self._calendario.sempre or not self._calendario.feriados_oficiais:
            return False
        dita = data(dia)
        return (dita.month, dita.day) in oficiais(self._calendario, dita.year)


def _da_semana(calendario: Calendario) -> Iterator[Horas]:
    for dia in SEMANA:
        yield _DIA_INTEIRO if calendario.sempre else horas(calendario.dias.get(dia, ()))


def _por_data(feriados: Iterable[Feriado]) -> dict[str, Horas]:
    """What holidays of one date leave open: what each of them leaves."""
    achadas: dict[str, Horas] = {}
    for um in feriados:
        deixa = horas(um.intervalos)
        achadas[um.data] = comuns(achadas[um.data], deixa) if um.data in achadas else deixa
    return achadas
