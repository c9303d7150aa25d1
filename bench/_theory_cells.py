"""The cases in which queueing theory knows the answer, and what the simulation says of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Literal

from msgspec import Struct

from engine.modelo import Prioridade
from engine.simulacao import Cenario, ate_o_fim, simular
from engine.simulacao.cenario import AtendenteDoCenario, FilaDoCenario, Tempo
from engine.simulacao.estatistica import Intervalo, intervalo
from engine.simulacao.resultado import Resultado
from engine.simulacao.teoria import cobham, erlang_a, erlang_c, espera_mais_que

SERVICE = 300.0
"""Seconds, on average."""
CLASSES: tuple[tuple[Prioridade, float], ...] = (("URGENTE", 0.2), ("NORMAL", 0.5), ("BAIXA", 0.3))
"""Of the cells with priorities: each with its share of the traffic, the foremost first."""
CONFIDENCE = 0.99
RARE = 0.02
"""Where fewer wait than this, there is too little to be measured."""

Model = Literal["Erlang C", "Erlang A", "Cobham"]


class Cell(Struct, frozen=True):
    """``agents`` with ``capacity`` slots each at ``load`` (offered, per slot); ``patience`` in seconds."""

    model: Model
    agents: int
    load: float
    capacity: int = 1
    patience: float | None = None

    @property
    def slots(self) -> int:
        return self.agents * self.capacity

    @property
    def rate(self) -> float:
        """Arrivals a second."""
        return self.load * self.slots / SERVICE

    @property
    def drain(self) -> float:
        """What the line of an Erlang C loses a second while there is one: the inverse of the mean wait in it."""
        return self.slots / SERVICE - self.rate

    @property
    def title(self) -> str:
        patience = "" if self.patience is None else f", patience {self.patience:g} s"
        slots = "" if self.capacity == 1 else f" × {self.capacity}"
        return f"{self.model}, {self.agents}{slots} agents, load {self.load:g}{patience}"


class Quantity(Struct, frozen=True):
    """One figure of a cell: what theory says, and what was simulated. ``values`` are those of the replications."""

    cell: Cell
    name: str
    unit: str
    theory: float
    values: tuple[float, ...]

    def interval(self, confidence: float = CONFIDENCE) -> Intervalo:
        return intervalo(self.values, confidence)

    def agrees(self, confidence: float = CONFIDENCE) -> bool:
        return self.interval(confidence).contem(self.theory)


class Size(Struct, frozen=True):
    """How much is simulated: ``factor`` times the time that a cell needs to forget how it began is counted, in each of
    ``replications``; ``least`` tickets in any case.
    """

    replications: int = 16
    factor: float = 20
    least: int = 3_000

    def of(self, cell: Cell) -> tuple[int, int]:
        """Tickets that are thrown away while the line settles, and tickets that are counted.

        An M/M/c forgets its beginning at the rate of c mu (1 - sqrt(rho))^2 (Morse 1955): five times that long, and
        the time in which all agents get their first tickets.
        """
        load = min(cell.load, 0.97 if cell.patience is None else 0.9)
        memory = load / (1 - load**0.5) ** 2
        return round(5 * memory) + 10 * cell.slots, round(max(self.least, self.factor * memory))


def theory(cell: Cell) -> dict[tuple[str, str], float]:
    """What is known of it, by name and unit."""
    mu = 1 / SERVICE
    match cell.model:
        case "Erlang A":
            assert cell.patience is not None
            wait = erlang_a(cell.slots, cell.rate, mu, 1 / cell.patience)
            return {
                ("mean wait", "s"): wait.media,
                ("waits", "%"): 100 * wait.probabilidade,
                ("gives up", "%"): 100 * wait.desistencia,
            }
        case "Cobham":
            waits = cobham(cell.slots, [share * cell.rate for _, share in CLASSES], mu)
            return {(f"mean wait {name}", "s"): wait for (name, _), wait in zip(CLASSES, waits, strict=True)}
        case "Erlang C":
            wait = erlang_c(cell.slots, cell.rate, mu)
            long = espera_mais_que(1 / cell.drain, cell.slots, cell.rate, mu)
            return {
                ("mean wait", "s"): wait.media,
                ("waits", "%"): 100 * wait.probabilidade,
                ("waits long", "%"): 100 * long,
            }


def measured(cell: Cell, result: Resultado) -> tuple[float, ...]:
    """The same figures of one replication, in the same order."""
    all_ = result.total
    if cell.model == "Cobham":
        return tuple(fila.espera.media for fila in result.filas)
    waits = 100 * (all_.probabilidade_de_espera or 0)
    last = all_.desistencia if cell.model == "Erlang A" else 1 - (all_.nivel_de_servico or 0)
    return (all_.espera_de_todos, waits, 100 * (last or 0))


def scenario(cell: Cell, size: Size) -> Cenario:
    thrown, counted = size.of(cell)
    classes = CLASSES if cell.model == "Cobham" else (("NORMAL", 1.0),)
    filas = tuple(
        FilaDoCenario(
            nome=priority,
            chegadas_por_hora=3600 * share * cell.rate,
            atendimento=Tempo(media_segundos=SERVICE),
            paciencia_segundos=cell.patience,
            prioridades={priority: 1},
        )
        for priority, share in classes
    )
    return Cenario(
        filas=filas,
        atendentes=(AtendenteDoCenario(nome="Agent", quantos=cell.agents, capacidade=cell.capacity),),
        dias=366,
        tickets=thrown + counted,
        descarte_segundos=thrown / cell.rate,
        nivel_segundos=1 / cell.drain if cell.model == "Erlang C" else 60,
    )


def simulated(cell: Cell, size: Size, seed: int) -> list[Quantity]:
    """Independent replications, each with chance of its own."""
    asked = scenario(cell, size)
    runs = [
        measured(cell, ate_o_fim(simular(asked, Random(f"{seed}/{cell.title}/{run}"))))
        for run in range(size.replications)
    ]
    values = zip(*runs, strict=True)
    return [
        Quantity(cell, name, unit, known, of_each)
        for ((name, unit), known), of_each in zip(theory(cell).items(), values, strict=True)
    ]


def grid() -> Iterator[Cell]:
    """Loads and agents, from one agent to a hundred, and from half idle to hardly ever idle."""
    for agents, load in product((1, 2, 5, 10, 25, 50, 100), (0.5, 0.7, 0.8, 0.9)):
        yield Cell("Erlang C", agents, load)
    for agents in (1, 10, 50):
        yield Cell("Erlang C", agents, 0.95)
    for agents, load in product((1, 4, 12), (0.7, 0.9)):
        yield Cell("Erlang C", agents, load, capacity=3)
    for agents, load, patience in product((1, 5, 20, 50), (0.8, 1.0, 1.2), (150.0, 600.0)):
        yield Cell("Erlang A", agents, load, patience=patience)
    for agents, load in product((1, 5, 20), (0.7, 0.9)):
        yield Cell("Cobham", agents, load)


def cells() -> list[Cell]:
    """Those of the grid in which somebody waits now and then."""
    return [cell for cell in grid() if cell.model == "Cobham" or theory(cell)["waits", "%"] >= 100 * RARE]
