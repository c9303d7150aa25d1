"""What queueing theory says of waiting lines that it can solve: a measure for the simulation, and so for the engine.

Arrivals are Poisson (``lambda_`` per second), services exponential (``mi`` per second and agent), ``n`` agents who take
one at a time. ``a = lambda_ / mi`` is the load in erlangs. Sums are recurrences of ratios, so that thousands of agents
neither overflow nor lose digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isinf
from typing import Final

from msgspec import Struct

_DESPREZIVEL: Final = 1e-17
_GRANDE: Final = 1e200


class Espera(Struct, frozen=True):
    """``probabilidade`` that somebody waits, ``media`` of the wait of all (seconds), and the share that gives up."""

    probabilidade: float
    media: float
    desistencia: float = 0.0


def erlang_b(n: int, a: float) -> float:
    """The probability that all ``n`` are taken where nobody waits (Erlang 1917), by its recurrence in ``n``."""
    bloqueio = 1.0
    for k in range(1, n + 1):
        bloqueio = a * bloqueio / (k + a * bloqueio)
    return bloqueio


def erlang_c(n: int, lambda_: float, mi: float) -> Espera:
    """M/M/n (Erlang 1917). Raises ValueError where the line would grow without end."""
    uso = lambda_ / (n * mi)
    if uso >= 1:
        raise ValueError(f"{n} agents are not enough for {lambda_ / mi:g} erlangs")
    bloqueio = erlang_b(n, lambda_ / mi)
    probabilidade = bloqueio / (1 - uso * (1 - bloqueio))
    return Espera(probabilidade, probabilidade / (n * mi - lambda_))


def espera_mais_que(segundos: float, n: int, lambda_: float, mi: float) -> float:
    """M/M/n, first come first served: the share of all who wait longer than that."""
    return erlang_c(n, lambda_, mi).probabilidade * exp(-(n * mi - lambda_) * segundos)


def erlang_a(n: int, lambda_: float, mi: float, teta: float) -> Espera:
    """M/M/n+M: who waits gives up after an exponential time (``teta`` per second; Palm 1957; Garnett, Mandelbaum and
    Reiman 2002; Mandelbaum and Zeltyn 2007).

    The states from ``n`` on, relative to that of ``n`` in the system, are summed up as they come; those below it are
    what Erlang B says.
    """
    termo = soma = escala = 1.0
    na_fila, k = 0.0, 0
    while True:
        k += 1
        termo *= lambda_ / (n * mi + k * teta)
        soma += termo
        na_fila += k * termo
        if termo < _DESPREZIVEL * soma and k * termo < _DESPREZIVEL * max(na_fila, soma):
            break
        if soma > _GRANDE:
            termo, soma, na_fila, escala = (parte / _GRANDE for parte in (termo, soma, na_fila, escala))
    bloqueio = erlang_b(n, lambda_ / mi)
    abaixo = escala * (1 / bloqueio - 1) if bloqueio > 0 else float("inf")
    if isinf(abaixo):
        return Espera(0.0, 0.0)
    media = na_fila / (soma + abaixo) / lambda_
    return Espera(soma / (soma + abaixo), media, teta * media)


def cobham(n: int, lambdas: Sequence[float], mi: float) -> tuple[float, ...]:
    """M/M/n whose classes (the foremost first) go before each other and interrupt nobody: the mean wait of each
    (seconds; Cobham 1954). Raises ValueError where the line would grow without end.
    """
    residuo = erlang_c(n, sum(lambdas), mi).probabilidade / (n * mi)
    esperas, antes, ate = [], 0.0, 0.0
    for lambda_ in lambdas:
        antes, ate = ate, ate + lambda_ / (n * mi)
        esperas.append(residuo / ((1 - antes) * (1 - ate)))
    return tuple(esperas)
