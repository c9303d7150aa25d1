"""What can be measured: figures with their units and targets, and the functions that measure them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Coroutine
from difflib import get_close_matches
from typing import Final, Literal

from msgspec import Struct

import bench as package

_NOT_FAMILIES: Final = {"registry", "measure", "report"}

Direction = Literal["at least", "at most"]
Progress = Callable[[str], None]
"""Told what is being done now, in a few words."""


class Figure(Struct, frozen=True):
    """A number this project promises. Without a ``target`` it is for information only.

    ``needs`` says what it cannot be measured without, where that is not a dependency; the bench may then leave it out.
    """

    name: str
    unit: str
    target: float | None = None
    direction: Direction = "at least"
    needs: str | None = None

    @property
    def family(self) -> str:
        return self.name.split(".", 1)[0]

    def met_by(self, value: float) -> bool:
        if self.target is None:
            return True
        return value >= self.target if self.direction == "at least" else value <= self.target


class Measured(Struct, frozen=True):
    """One result. ``ratio`` is value ÷ baseline where it is not given."""

    value: float
    baseline: float | None = None
    ratio: float | None = None

    def over_baseline(self) -> float | None:
        return self.value / self.baseline if self.ratio is None and self.baseline else self.ratio


Results = dict[str, Measured]
"""By the name of the figure."""
Work = Callable[[Progress], Results] | Callable[[Progress], Coroutine[object, object, Results]]


class Bench(Struct, frozen=True):
    """A function and the figures that it measures together."""

    figures: tuple[Figure, ...]
    work: Work


BENCHES: Final[list[Bench]] = []


def bench(*figures: Figure) -> Callable[[Work], Work]:
    """Mark a function as measuring these figures. It must return exactly these, but those that need something."""

    def register(work: Work) -> Work:
        BENCHES.append(Bench(figures, work))
        return work

    return register


def discover() -> None:
    """Import every module of this package that holds benchmarks, in order of name."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if not module.name.startswith("_") and module.name not in _NOT_FAMILIES:
            importlib.import_module(f"{package.__name__}.{module.name}")


def figures() -> list[Figure]:
    return [figure for each in BENCHES for figure in each.figures]


def chosen(names: tuple[str, ...]) -> list[Bench]:
    """The benches that measure these figures or families; all of them for no names.

    Raises:
        KeyError: a name is unknown; the message says which, and what it may have meant.
    """
    known = {name for figure in figures() for name in (figure.name, figure.family)}
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f", did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(known))}"
            raise KeyError(f"no benchmark is called {name}{hint}")
    wanted = set(names) or known
    return [each for each in BENCHES if any({f.name, f.family} & wanted for f in each.figures)]
