"""Business time by looking at the clock on the wall, minute by minute: slow, and nothing of it is the engine's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendario.modelo import Calendario, Feriado

MINUTO = 60_000
DE_TODO_ANO = {"01-01", "04-21", "05-01", "07-09", "09-07", "10-12", "11-02", "11-15", "12-25"}
"""In the state of São Paulo."""
DE_UM_ANO = {
    "2011-04-22", "2017-04-14", "2018-03-30", "2019-04-19", "2026-04-03", "2026-11-20", "2027-03-26", "2027-11-20",
    "2028-04-14", "2028-11-20",
}  # fmt: skip
"""Good Friday, and the day of Zumbi since it is one everywhere; of the years that tests are about."""
DIAS = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")


def minutos_de(intervalos: Sequence[tuple[str, str]]) -> set[int]:
    achados: set[int] = set()
    for de, ate in intervalos:
        inicio, fim = (int(hora[:2]) * 60 + int(hora[3:]) for hora in (de, ate))
        achados |= set(range(inicio, fim if inicio < fim else fim + 1440))
    return achados


class Parede:
    """A clock on a wall in the state of São Paulo, but set to the zone of the calendar; all ``feriados`` count."""

    def __init__(self, calendario: Calendario, feriados: Sequence[Feriado] = ()) -> None:
        self.calendario, self.feriados = calendario, feriados
        self.zona = ZoneInfo(calendario.fuso)
        self.lembrados: dict[date, set[int]] = {}

    def do_dia(self, dia: date) -> set[int]:
        if dia not in self.lembrados:
            self.lembrados[dia] = self.visto(dia)
        return self.lembrados[dia]

    def visto(self, dia: date) -> set[int]:
        inteira, sem_ano = dia.isoformat(), dia.strftime("%m-%d")
        for data in (inteira, sem_ano):
            for excecao in self.calendario.excecoes:
                if excecao.data == data:
                    return minutos_de(excecao.intervalos)
        if self.calendario.sempre:
            return set(range(1440))
        minutos = minutos_de(self.calendario.dias.get(DIAS[dia.weekday()], ()))  # type: ignore[call-overload]
        if self.calendario.feriados_oficiais and (sem_ano in DE_TODO_ANO or inteira in DE_UM_ANO):
            return set()
        for feriado in self.feriados:
            if feriado.data in {inteira, sem_ano}:
                minutos &= minutos_de(feriado.intervalos)
        return minutos

    def aberto(self, ms: int) -> bool:
        agora = datetime.fromtimestamp(ms // 1000, UTC).astimezone(self.zona)
        minuto, hoje = agora.hour * 60 + agora.minute, agora.date()
        return minuto in self.do_dia(hoje) or minuto + 1440 in self.do_dia(hoje - timedelta(days=1))


class Janela:
    """Some days, looked at once. What is outside of it raises IndexError."""

    def __init__(self, parede: Parede, inicio: int, dias: int) -> None:
        self.inicio = inicio // MINUTO * MINUTO
        self.minutos = [parede.aberto(self.inicio + n * MINUTO) for n in range(dias * 1440)]

    def aberto(self, ms: int) -> bool:
        posicao = (ms - self.inicio) // MINUTO
        if posicao < 0:
            raise IndexError
        return self.minutos[posicao]

    def somar(self, ms: int, duracao: int) -> int:
        return self.adiante(ms, duracao) if duracao >= 0 else self.para_tras(ms, -duracao)

    def adiante(self, ms: int, falta: int) -> int:
        while falta:
            minuto = ms // MINUTO * MINUTO
            passa = minuto + MINUTO - ms
            if self.aberto(minuto):
                if falta <= passa:
                    return ms + falta
                falta -= passa
            ms = minuto + MINUTO
        return ms

    def para_tras(self, ms: int, falta: int) -> int:
        while falta:
            minuto = (ms - 1) // MINUTO * MINUTO
            if self.aberto(minuto):
                if falta <= ms - minuto:
                    return ms - falta
                falta -= ms - minuto
            ms = minuto
        return ms

    def entre(self, de: int, ate: int) -> int:
        if ate < de:
            return -self.entre(ate, de)
        passou = 0
        while de < ate:
            fim = min(ate, de // MINUTO * MINUTO + MINUTO)
            passou += fim - de if self.aberto(de) else 0
            de = fim
        return passou
