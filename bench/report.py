"""The table and the file of results."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from balcao.exames import interpretador
from bench.registry import Figure, Results

WIDE: Final = 160
"""Columns: more than any row of ours needs."""
LATEST: Final = Path(__file__).parent / "results" / "latest.json"


def console() -> Console:
    """On a terminal as wide as that; into a file or a pipe as wide as the table, so that no number is cut."""
    made = Console()
    return made if made.is_terminal else Console(width=WIDE)


class Entry(Struct, frozen=True, omit_defaults=True):
    """A result as the file has it. ``interpreter`` is what measured it; of what was measured before it was told, ""."""

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    interpreter: str = ""


def entries(figures: Iterable[Figure], results: Results) -> list[Entry]:
    return [
        Entry(f.name, _rounded(m.value), f.unit, _maybe(m.baseline), _maybe(m.over_baseline()), interpretador.nome())
        for f in figures
        if (m := results.get(f.name)) is not None
    ]


def write(new: list[Entry], path: Path = LATEST) -> None:
    """Put ``new`` into the file, leaving what was not measured now as it is."""
    known = msgspec.json.decode(path.read_bytes(), type=list[Entry]) if path.exists() else []
    merged = {entry.name: entry for entry in [*known, *new]}
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join("  " + msgspec.json.encode(merged[name]).decode() for name in sorted(merged))
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def table(figures: Iterable[Figure], results: Results) -> Table:
    made = Table(title=f"{interpretador.nome()}, {_cpu()}", title_justify="left")
    made.add_column("figure", no_wrap=True)
    for column in ("value", "baseline", "ratio", "target"):
        made.add_column(column, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for figure in figures:
        measured = results.get(figure.name)
        if measured is None:
            missing = "[red]failed" if figure.needs is None else f"[yellow]skipped: needs {figure.needs}"
            made.add_row(figure.name, "", "", "", _target(figure), missing)
            continue
        verdict = "" if figure.target is None else "[green]met" if figure.met_by(measured.value) else "[red]missed"
        value = f"{shown(measured.value)} {figure.unit}"
        made.add_row(
            figure.name, value, _shown(measured.baseline), _shown(measured.over_baseline()), _target(figure), verdict
        )
    return made


def shown(value: float) -> str:
    """Three digits or more, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _shown(value: float | None) -> str:
    return "" if value is None else shown(value)


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'≥' if figure.direction == 'at least' else '≤'} {shown(figure.target)}"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value, 0)


def _maybe(value: float | None) -> float | None:
    return None if value is None else _rounded(value)


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    name = names[0].split(":", 1)[1].strip() if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"
