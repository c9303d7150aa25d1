"""The engine against queueing theory: ``make teoria``.

Poisson arrivals and exponential services go through the very Distribuidor that distributes in earnest, on a virtual
clock; mean wait, who waits, who gives up and who waits long are compared with Erlang C, Erlang A and Cobham. Each cell
is simulated several times, independently; its beginning is thrown away; and from the replications comes an interval
that holds the truth 99 times of a hundred (Student's t). So of many intervals one in a hundred *should* miss: how many
did is told, with how likely so many are. The verdict is Bonferroni's: intervals so wide that all of them together hold
with 99 %; if one misses still, the engine is wrong, not unlucky.

It writes ``docs/teoria.svg``. Seeds are fixed: the same engine gives the same table.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import comb
from pathlib import Path

import click
from rich.progress import Progress, TimeElapsedColumn
from rich.table import Table

from balcao.tela.grafico import Linha, Medidos, Painel, desenhar
from bench import report
from bench._theory_cells import CONFIDENCE, SERVICE, Cell, Quantity, Size, cells, simulated, theory

SVG = Path(__file__).parents[1] / "docs" / "teoria.svg"
SEED = 20_260_105
PROCESSES = 2

console = report.console()


def bonferroni(quantities: Sequence[Quantity]) -> float:
    """The confidence of each interval with which all together hold with :data:`CONFIDENCE`."""
    return 1 - (1 - CONFIDENCE) / len(quantities)


def so_many_or_more(outside: int, of: int) -> float:
    """How likely it is that so many intervals miss, where each does with one in a hundred."""
    miss = 1 - CONFIDENCE
    return 1 - sum(comb(of, k) * miss**k * CONFIDENCE ** (of - k) for k in range(outside))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seed", default=SEED, show_default=True)
@click.option("--svg", default=SVG, type=click.Path(path_type=Path), show_default=False, help="Where the plot goes.")
def main(seed: int, svg: Path) -> None:
    """Compare the engine with queueing theory; exit 1 if they do not agree."""
    quantities = measure(cells(), Size(), seed)
    console.print(table(quantities))
    outside = sum(not one.agrees() for one in quantities)
    likely = so_many_or_more(outside, len(quantities))
    console.print(
        f"{outside} of {len(quantities)} intervals of 99 % miss the theory; 1 % is what chance does, and so many or "
        f"more it does in {likely:.0%} of all tries",
        highlight=False,
    )
    wrong = [one for one in quantities if not one.agrees(bonferroni(quantities))]
    for one in wrong:
        console.print(f"does not agree: {one.cell.title}: {one.name}", style="red", highlight=False)
    svg.write_text(plot(quantities), encoding="utf-8")
    console.print(f"{'does not agree' if wrong else 'agrees'} (Bonferroni, 99 % for all together); {svg}")
    sys.exit(1 if wrong else 0)


def measure(of: Sequence[Cell], size: Size, seed: int) -> list[Quantity]:
    """All cells, the longest first, in two processes."""
    order = sorted(of, key=lambda cell: -sum(size.of(cell)))
    found: dict[Cell, list[Quantity]] = {}
    bars = Progress(*Progress.get_default_columns(), TimeElapsedColumn(), console=console, transient=True)
    with bars, ProcessPoolExecutor(PROCESSES) as pool:
        bar = bars.add_task("cells", total=len(order))
        for cell, quantities in zip(order, pool.map(partial(simulated, size=size, seed=seed), order), strict=True):
            found[cell] = quantities
            bars.advance(bar)
    return [one for cell in of for one in found[cell]]


def table(quantities: Sequence[Quantity]) -> Table:
    shown = Table(title="The engine against queueing theory", header_style="bold")
    for name in ("model", "agents", "load", "patience", "figure"):
        shown.add_column(name, no_wrap=True)
    for name in ("theory", "simulated", "99 % interval"):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("agrees")
    last = None
    for one in quantities:
        cell, between = one.cell, one.interval()
        slots = f"{cell.agents}" if cell.capacity == 1 else f"{cell.agents} × {cell.capacity}"
        patience = "" if cell.patience is None else f"{cell.patience:g} s"
        head = (cell.model, slots, f"{cell.load:g}", patience) if cell != last else ("", "", "", "")
        last = cell
        shown.add_row(
            *head,
            one.name,
            f"{one.theory:.2f} {one.unit}",
            f"{between.media:.2f} {one.unit}",
            f"{between.de:.2f} to {between.ate:.2f}",
            "yes" if one.agrees() else "[red]no[/]",
        )
    return shown


# -- the plot ------------------------------------------------------------------------------------------------------

_LOADS = [0.5 + step / 100 for step in range(47)]


def plot(quantities: Sequence[Quantity]) -> str:
    single = [one for one in quantities if one.cell.capacity == 1]
    erlang_c = [one for one in single if one.cell.model == "Erlang C"]
    erlang_a = [one for one in single if one.cell.model == "Erlang A" and one.cell.patience == 600]
    priorities = [one for one in single if one.cell.model == "Cobham" and one.cell.agents == 5]
    waits = _panel("Erlang C: mean wait", "seconds", erlang_c, "mean wait", log=True)
    who = _panel("Erlang C: who waits", "%", erlang_c, "waits")
    gone = _panel("Erlang A (patience 600 s): who gives up", "%", erlang_a, "gives up")
    classes = _by_class(priorities)
    return desenhar("Engine (points, 99 % intervals) against theory (lines)", [waits, who, gone, classes])


def _panel(title: str, unit: str, quantities: Sequence[Quantity], name: str, *, log: bool = False) -> Painel:
    of = [one for one in quantities if one.name == name]
    agents = sorted({one.cell.agents for one in of})
    lines, points = [], []
    for place, each in enumerate(agents):
        mine = [one for one in of if one.cell.agents == each]
        top = max(one.cell.load for one in mine)
        low = min(one.cell.load for one in mine)
        loads = [load for load in [*_LOADS, 1.0, 1.1, 1.2] if low <= load <= top + 1e-9]
        lines.append(Linha(f"{each} agents", [(load, _known(mine[0], load)) for load in loads]))
        points.append(Medidos([_point(one) for one in mine], place))
    return Painel(title, f"load (services of {SERVICE:g} s)", unit, lines, points, log)


def _by_class(quantities: Sequence[Quantity]) -> Painel:
    names = list(dict.fromkeys(one.name for one in quantities))
    lines, points = [], []
    for place, name in enumerate(names):
        mine = [one for one in quantities if one.name == name]
        loads = [load for load in _LOADS if 0.7 <= load <= 0.9 + 1e-9]
        lines.append(Linha(name, [(load, _known(mine[0], load)) for load in loads]))
        points.append(Medidos([_point(one) for one in mine], place))
    return Painel(
        "Cobham: priorities, 5 agents", f"load (services of {SERVICE:g} s)", "seconds", lines, points, log=True
    )


def _known(one: Quantity, load: float) -> float:
    cell = Cell(one.cell.model, one.cell.agents, load, one.cell.capacity, one.cell.patience)
    return theory(cell)[one.name, one.unit]


def _point(one: Quantity) -> tuple[float, float, float, float]:
    between = one.interval()
    return one.cell.load, between.media, between.de, between.ate


if __name__ == "__main__":
    main()
