"""Traffic that is made up: who comes when, what it asks, how long it takes, and how long it would wait.

All that is drawn of a ticket is drawn when it comes, whatever becomes of it: so two policies are tried on the very same
traffic (common random numbers), and a difference between them is theirs. Each fila draws from a source of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import accumulate
from math import log, sqrt
from random import Random
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.modelo import Pedida, Prioridade, TipoComContatos
from engine.politica.modelo import HabilidadeExigida
from engine.simulacao.cenario import Cenario, FilaDoCenario, Tempo

T = TypeVar("T")

_HORA: Final = 3_600_000


class Chegada(Struct, frozen=True, gc=False):
    """A ticket that comes ``em`` (ms) to a fila, by its place in the list. ``duracao``: how long an agent has it (ms).
    ``paciencia``: after so long in line it is gone (ms; None: it stays). Of its canal the type may be known, or the id.
    """

    em: int
    fila: int
    duracao: int
    paciencia: int | None = None
    prioridade: Prioridade = "NORMAL"
    canal: TipoComContatos | None = None
    canal_id: str | None = None
    habilidades: tuple[Pedida, ...] | None = None


def sortear(cenario: Cenario, acaso: Random, inicio: int, fim: int) -> Iterator[Chegada]:
    """What comes between two instants (ms), in order."""
    correntes = [
        _corrente(fila, indice, Random(acaso.getrandbits(64)), cenario.fuso, inicio, fim)  # noqa: S311  # nothing is secret here
        for indice, fila in enumerate(cenario.filas)
    ]
    return heapq.merge(*correntes, key=lambda chegada: chegada.em)


def _corrente(
    fila: FilaDoCenario, indice: int, acaso: Random, fuso: str, inicio: int, fim: int
) -> Iterator[Chegada]:  # fmt: skip
    duracao = _duracoes(fila.atendimento, acaso)
    prioridade = _misturado(fila.prioridades.items(), "NORMAL", acaso)
    canal: Callable[[], TipoComContatos | None] = _misturado(fila.canais.items(), None, acaso)
    exigidas = _misturado([(_pedidas(uma.habilidades), uma.peso) for uma in fila.exigidas], (), acaso)
    paciencia = fila.paciencia_segundos
    for em in _instantes(fila, acaso, fuso, inicio, fim):
        yield Chegada(
            em,
            indice,
            duracao(),
            None if paciencia is None else round(acaso.expovariate(1 / paciencia) * 1000),
            prioridade(),
            canal(),
            None,
            exigidas() or None,
        )


def _pedidas(habilidades: tuple[HabilidadeExigida, ...]) -> tuple[Pedida, ...]:
    return tuple(Pedida(uma.nome, uma.nivel, uma.preferida) for uma in habilidades)


def _misturado(pesos: Iterable[tuple[T, float]], sempre: T, acaso: Random) -> Callable[[], T]:
    """Draws one of them by its weight; ``sempre`` where nothing is said."""
    com_peso = [(opcao, peso) for opcao, peso in pesos if peso > 0] or [(sempre, 1.0)]
    opcoes = [opcao for opcao, _ in com_peso]
    if len(opcoes) == 1:
        return lambda: opcoes[0]
    ate = list(accumulate(peso for _, peso in com_peso))
    return lambda: acaso.choices(opcoes, cum_weights=ate)[0]


def _duracoes(tempo: Tempo, acaso: Random) -> Callable[[], int]:
    """Draws milliseconds, at least one."""
    media = tempo.media_segundos * 1000
    match tempo.forma:
        case "fixa":
            return lambda: max(1, round(media))
        case "exponencial":
            return lambda: max(1, round(acaso.expovariate(1 / media)))
        case "lognormal":
            variancia = log(1 + tempo.cv**2)
            mi, sigma = log(media) - variancia / 2, sqrt(variancia)
            return lambda: max(1, round(acaso.lognormvariate(mi, sigma)))


def _instantes(fila: FilaDoCenario, acaso: Random, fuso: str, inicio: int, fim: int) -> Iterator[int]:
    """Of a Poisson stream whose rate changes with the hour: each step uses up an exponential amount of what the rate
    adds up to over time (Çinlar 1975). It is reckoned from the beginning, so that it is the same whenever that is.
    """
    falta = acaso.expovariate(1)
    for de, ate, por_ms in _taxas(fila, fuso, inicio, fim):
        em, ate_ali = float(de - inicio), ate - inicio
        while por_ms > 0 and falta <= (ate_ali - em) * por_ms:
            em += falta / por_ms
            if em >= fim - inicio:
                return
            yield inicio + int(em)
            falta = acaso.expovariate(1)
        falta -= (ate_ali - em) * por_ms


def _taxas(fila: FilaDoCenario, fuso: str, inicio: int, fim: int) -> Iterator[tuple[int, int, float]]:
    """From when to when (ms) the rate is how much (per ms)."""
    semana = fila.chegadas_da_semana
    if not semana:
        yield inicio, fim, fila.chegadas_por_hora / _HORA
        return
    zona, de = ZoneInfo(fuso), inicio
    while de < fim:
        local = datetime.fromtimestamp(de / 1000, zona)
        passou = (local.minute * 60 + local.second) * 1000 + local.microsecond // 1000
        ate = min(de + _HORA - passou, fim)
        yield de, ate, semana[local.weekday() * 24 + local.hour] / _HORA
        de = ate
