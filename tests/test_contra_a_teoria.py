"""The engine against queueing theory, in small: ``make teoria`` is the whole.

The seed is fixed, so that nothing here can fail by chance; and engines that are wrong on purpose are found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from msgspec.structs import replace

from bench._theory_cells import Cell, Quantity, Size, cells, simulated
from bench.theory import bonferroni, plot, so_many_or_more
from engine.modelo import TicketRow
from engine.simulacao.sala import Planta, Sala
from engine.simulacao.trafego import Chegada

SEED = 1
PEQUENO = Size(replications=16, factor=12, least=2_000)
ERLANG_C = Cell("Erlang C", 5, 0.8)
COM_VAGAS = Cell("Erlang C", 4, 0.8, capacity=3)
ERLANG_A = Cell("Erlang A", 5, 1.0, patience=600)
COBHAM = Cell("Cobham", 5, 0.8)
CASOS = (
    Cell("Erlang C", 1, 0.5),
    Cell("Erlang C", 2, 0.8),
    ERLANG_C,
    Cell("Erlang C", 10, 0.8),
    COM_VAGAS,
    ERLANG_A,
    Cell("Erlang A", 20, 1.2, patience=600),
    Cell("Cobham", 1, 0.7),
    COBHAM,
)


@cache
def medidas() -> list[Quantity]:
    return [uma for caso in CASOS for uma in simulated(caso, PEQUENO, SEED)]


def discordam(quantidades: Sequence[Quantity]) -> list[str]:
    """Those that miss the theory by more than chance does, all of them together with 99 %."""
    return [f"{uma.cell.title}: {uma.name}" for uma in quantidades if not uma.agrees(bonferroni(quantidades))]


def test_waits_who_waits_and_who_gives_up_are_what_theory_says() -> None:
    assert discordam(medidas()) == []


def test_no_more_intervals_miss_than_chance_explains() -> None:
    fora = sum(not uma.agrees() for uma in medidas())
    assert so_many_or_more(fora, len(medidas())) > 0.01


def test_the_intervals_are_narrow_enough_to_say_something() -> None:
    for uma in medidas():
        entre = uma.interval()
        assert (entre.ate - entre.de) / 2 < 0.4 * uma.theory, f"{uma.cell.title}: {uma.name}"


class UltimoPrimeiro(Sala):
    """Gives who came last before all others."""

    def _row(self, numero: int, chegada: Chegada) -> TicketRow:
        return replace(super()._row(numero, chegada), aguardando_desde=-chegada.em, numero=-numero)


class UmaVagaAMais(Sala):
    """Lets one of the agents take one more than it has room for."""

    def __init__(self, planta: Planta, now: int) -> None:
        primeiro, *outros = planta.atendentes
        com_mais = replace(primeiro, capacidade=primeiro.capacidade + 1)
        super().__init__(replace(planta, atendentes=[com_mais, *outros]), now)


class SemPrioridade(Sala):
    """Forgets how urgent a ticket is."""

    def _row(self, numero: int, chegada: Chegada) -> TicketRow:
        return replace(super()._row(numero, chegada), prioridade="NORMAL")


class SoUm(Sala):
    """Never gives anything to the last of the agents."""

    def __init__(self, planta: Planta, now: int) -> None:
        ultimo = len(planta.atendentes) - 1
        servem = [{lugar: vias for lugar, vias in quem.items() if lugar != ultimo} for quem in planta.servem]
        super().__init__(replace(planta, servem=servem), now)


@pytest.mark.parametrize(
    ("sala", "caso"),
    [
        (UltimoPrimeiro, ERLANG_C),
        (UmaVagaAMais, ERLANG_C),
        (UmaVagaAMais, COM_VAGAS),
        (UmaVagaAMais, ERLANG_A),
        (SemPrioridade, COBHAM),
        (SoUm, COM_VAGAS),
    ],
    ids=lambda valor: valor.title if isinstance(valor, Cell) else valor.__name__,
)
def test_an_engine_that_is_wrong_is_found_out(sala: type[Sala], caso: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.simulacao.execucao.Sala", sala)
    assert discordam(simulated(caso, PEQUENO, SEED))


def test_the_whole_grid_is_of_cells_in_which_somebody_waits() -> None:
    assert len(cells()) > 50
    assert {caso.model for caso in cells()} == {"Erlang C", "Erlang A", "Cobham"}


def test_the_plot_is_an_svg_that_shows_every_model() -> None:
    desenho = plot([*medidas(), *simulated(Cell("Cobham", 5, 0.7), Size(2, 1, 50), SEED)])
    assert desenho.startswith("<svg ")
    for nome in ("Erlang C", "Erlang A", "Cobham", "20 agents", "mean wait BAIXA"):
        assert nome in desenho
