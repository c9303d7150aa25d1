"""What came of a simulation. Times are seconds; a share is between 0 and 1, None where there is nothing to share."""

from __future__ import annotations

from msgspec import Struct


class Vista(Struct, frozen=True, rename="camel"):
    """A part of it."""


class Esperas(Vista, frozen=True):
    """How long those waited in line who were answered."""

    media: float
    p50: float
    p95: float
    p99: float
    maxima: float


class Medidas(Vista, frozen=True):
    """Of one fila, or of all. What came (``chegadas``) was answered, gave up, was closed by the policy
    (``encerrados``), or waits still at the end (``esperando``). What has overflowed to another fila
    (``transbordaram``, once for each time) counts in its own.

    ``nivel_de_servico`` is the share that was answered within the time of the scenario, of all that was answered, gave
    up or was closed. ``desistencia`` is the share that gave up, ``probabilidade_de_espera`` that of those who were not
    answered at once; ``espera_de_todos`` is the mean time in line of those too who were not answered. ``gini`` is how
    unequally tickets are shared among those who serve it. ``na_fila``: how many waited at a time, on average and at
    most.
    """

    nome: str
    chegadas: int
    atendidos: int
    desistiram: int
    encerrados: int
    transbordaram: int
    esperando: int
    espera: Esperas
    espera_de_todos: float
    nivel_de_servico: float | None
    desistencia: float | None
    probabilidade_de_espera: float | None
    gini: float
    na_fila: float
    na_fila_maximo: int


class ParteDoAtendente(Vista, frozen=True):
    """What one agent did: its tickets, their share of all, and its occupancy (slots in use over slots there were)."""

    nome: str
    tickets: int
    parcela: float | None
    ocupacao: float | None


class SerieDaFila(Vista, frozen=True):
    """How many waited over time, in steps of ``passo_segundos`` since the beginning: on average and at most."""

    passo_segundos: float
    media: tuple[float, ...]
    maxima: tuple[int, ...]


class Resultado(Vista, frozen=True):
    """The whole. ``ocupacao`` is that of all agents together."""

    semente: int
    nivel_segundos: float
    total: Medidas
    filas: tuple[Medidas, ...]
    ocupacao: float | None
    atendentes: tuple[ParteDoAtendente, ...]
    no_tempo: SerieDaFila
