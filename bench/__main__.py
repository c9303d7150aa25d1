"""``python -m bench [NAME…]``: measure, show a table, write the results."""

from __future__ import annotations

import sys

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench import registry, report
from bench._apart import measured
from bench.registry import Bench, Results

console = report.console()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Show what there is, and measure nothing.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a target is missed.")
def main(names: tuple[str, ...], *, only_list: bool, strict: bool) -> None:
    """Run the benchmarks NAMES (figures such as runtime.tell_per_s, or families such as engine); all by default."""
    registry.discover()
    try:
        benches = registry.chosen(names)
    except KeyError as unknown:
        raise click.UsageError(str(unknown.args[0])) from None
    figures = [figure for each in benches for figure in each.figures]
    if only_list:
        for figure in figures:
            target = "" if figure.target is None else f"  {figure.direction} {report.shown(figure.target)}"
            console.print(f"{figure.name}  [dim]{figure.unit}{target}", highlight=False)
        return
    results = _run(benches)
    report.write(report.entries(figures, results))
    console.print(report.table(figures, results))
    failed = any(figure.name not in results for figure in figures if figure.needs is None)
    missed = any(not figure.met_by(results[figure.name].value) for figure in figures if figure.name in results)
    sys.exit(1 if failed or (strict and missed) else 0)


def _run(benches: list[Bench]) -> Results:
    results: Results = {}
    columns = (SpinnerColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn(),
               TextColumn("{task.description}"))  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=len(benches))
        for each in benches:
            title = each.figures[0].family

            def say(doing: str, title: str = title) -> None:
                bars.update(task, description=f"{title}: {doing}")
                if not console.is_terminal:
                    console.print(f"{title}: {doing}", highlight=False)

            try:
                results |= measured(each, say)
            except Exception:  # noqa: BLE001  # shown, counted as failed, and the others still run
                console.print_exception()
            bars.advance(task)
    return results


if __name__ == "__main__":
    main()
