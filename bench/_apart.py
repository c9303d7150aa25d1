"""Each benchmark in a process of its own: what one leaves behind (threads, a full heap) must not slow the next."""

from __future__ import annotations

import inspect
import multiprocessing
from multiprocessing.connection import Connection

import uvloop

from bench import registry
from bench.registry import Bench, Progress, Results

_SPAWN = multiprocessing.get_context("spawn")


def measured(each: Bench, say: Progress) -> Results:
    """Run a benchmark, passing its progress on.

    Raises:
        RuntimeError: it failed; it has shown its error.
        ValueError: it measured other figures than it promised.
    """
    ours, theirs = _SPAWN.Pipe(duplex=False)
    name = each.figures[0].name
    child = _SPAWN.Process(target=_child, args=(name, theirs))
    child.start()
    theirs.close()
    while True:
        try:
            said = ours.recv()
        except EOFError:
            child.join()
            raise RuntimeError(f"{name} ended with code {child.exitcode}; its error is above") from None
        if not isinstance(said, str):
            child.join()
            return _checked(each, said)
        say(said)


def _child(figure: str, parent: Connection) -> None:
    registry.discover()
    (each,) = registry.chosen((figure,))
    outcome = each.work(parent.send)
    parent.send(uvloop.run(outcome) if inspect.iscoroutine(outcome) else outcome)


def _checked(each: Bench, results: Results) -> Results:
    expected = {figure.name for figure in each.figures}
    required = {figure.name for figure in each.figures if figure.needs is None}
    if not required <= set(results) <= expected:
        raise ValueError(f"measured {sorted(results)} where {sorted(expected)} was promised")
    return results
