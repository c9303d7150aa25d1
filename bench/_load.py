"""Load, made by a process of its own so that it does not slow down what it measures.

A load is a Struct that says all about itself; :func:`elsewhere` has ``python -m bench._client`` work through it and
gives what came out. Times are those of the client's own monotonic clock.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import TypeVar

import msgspec
import trio
from msgspec import Struct

S = TypeVar("S", bound=Struct)


class Outcome(Struct, frozen=True):
    """``count`` things done in ``seconds``, and how long they took each, in ms."""

    count: int
    seconds: float
    p50: float
    p99: float
    longest: float

    @property
    def per_s(self) -> float:
        return self.count / self.seconds


def outcome(seconds: float, latencies: Sequence[float]) -> Outcome:
    """``latencies`` are in seconds; there is one for each thing that was done."""
    ordered = sorted(latencies)
    assert ordered, "nothing was done"

    def at(part: float) -> float:
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000

    return Outcome(len(ordered), seconds, at(0.5), at(0.99), at(1))


class Load(Struct, frozen=True, tag=True):
    """Base of the loads. Each is warmed up for ``warm_up`` seconds and then measured for ``seconds``."""

    port: int
    seconds: float
    warm_up: float

    async def work(self) -> Struct:
        """What came out: an :class:`Outcome` for most."""
        raise NotImplementedError


class Window:
    """The time that counts: notes of when things were done, kept when they fall in it."""

    def __init__(self, load: Load) -> None:
        self.begins = trio.current_time() + load.warm_up
        self.ends = self.begins + load.seconds
        self.latencies: list[float] = []

    def open(self) -> bool:
        return trio.current_time() < self.ends

    def done(self, since: float) -> None:
        now = trio.current_time()
        if self.begins <= now < self.ends:
            self.latencies.append(now - since)

    def outcome(self) -> Outcome:
        return outcome(self.ends - self.begins, self.latencies)


def elsewhere(load: Load) -> Outcome:
    """Work through a load in a process of its own."""
    return elsewhere_as(load, Outcome)


def elsewhere_as(load: Load, kind: type[S]) -> S:
    """The same, of a load with another outcome."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._client"], input=msgspec.json.encode(load), stdout=subprocess.PIPE, check=True
    )
    return msgspec.json.decode(done.stdout, type=kind)
