"""How things are measured: medians of rounds, what is compared taking turns, on one core.

CPU-bound work is timed by the CPU time of the process, so what it says of one core does not depend on what else the
machine is doing.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import process_time

from bench.registry import Progress


def rounds(count: int, progress: Progress, **works: Callable[[], float]) -> dict[str, float]:
    """Run each work ``count`` times, taking turns, and give the median of what each returned, by name.

    Taking turns, so that a slow spell of the machine meets all of them.
    """
    results: dict[str, list[float]] = {name: [] for name in works}
    for n in range(1, count + 1):
        for name, work in works.items():
            progress(f"{name.replace('_', ' ')}, round {n} of {count}")
            gc.collect()
            results[name].append(work())
    return {name: median(values) for name, values in results.items()}


def paired(count: int, progress: Progress, this: Callable[[], float], other: Callable[[], float]) -> float:
    """How much more ``this`` takes than ``other`` (×): the median of what each round says, in which both are run, one
    right after the other, and each round the other one first. So what makes the machine slow is in both.
    """
    ratios: list[float] = []
    for n in range(1, count + 1):
        progress(f"round {n} of {count}")
        gc.collect()
        seconds = {work: work() for work in ((this, other) if n % 2 else (other, this))}
        ratios.append(seconds[this] / seconds[other])
    return median(ratios)


class Stopwatch:
    """Seconds of CPU, of the whole process."""

    def __init__(self) -> None:
        self._started = process_time()

    def seconds(self) -> float:
        return process_time() - self._started


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the process on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
