"""The actor runtime beside pykka's stock ``ThreadingActor``, doing the same work.

The work: ``actors`` counters, each an actor that adds up the numbers it is sent. From outside, number 1 is told to each
of them in turn, ``each`` times over; then each is asked for its total, and the totals are checked. Ours run on
uvloop, as in the server. Both are kept on one core and timed by the CPU seconds of the process, which flatters threads:
it leaves out the time they wait for each other.

``runtime.tell_per_s`` and ``runtime.vs_pykka_threads`` use 1,000 counters with 50 messages each. That is few for a
router that keeps one actor per open ticket, and many for threads. ``runtime.vs_pykka_100`` is the same number of
messages over 100 counters: threads at their best, since each finds a burst in its queue when it is woken, and works
through it without a switch.
"""

from __future__ import annotations

import asyncio

import pykka
import uvloop

from bench.measure import Stopwatch, one_core, rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from engine.runtime import Actor, AsyncioLoop, Group, ImmediateSink, handles
from engine.tempo import SystemClock

ROUNDS = 5
MESSAGES = 50_000


class Contador(Actor[int]):
    __slots__ = ("total",)

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.total = 0

    @handles(int)
    def somar(self, parcela: int) -> int:
        self.total += parcela
        return self.total


class ContadorPykka(pykka.ThreadingActor):
    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def on_receive(self, message: int) -> int:
        self.total += message
        return self.total


def ours(actors: int, each: int) -> float:
    """Messages per second."""

    async def main() -> float:
        group = Group("empresa", AsyncioLoop(SystemClock(), ImmediateSink()).dispatcher)
        refs = [Contador.start(group) for _ in range(actors)]
        watch = Stopwatch()
        for _ in range(each):
            for ref in refs:
                ref.tell(1)
        totals = await asyncio.gather(*(ref.request(0) for ref in refs))
        seconds = watch.seconds()
        assert totals == [each] * actors
        return actors * each / seconds

    return uvloop.run(main())


def pykkas(actors: int, each: int) -> float:
    """Messages per second."""
    refs = [ContadorPykka.start() for _ in range(actors)]
    try:
        watch = Stopwatch()
        for _ in range(each):
            for ref in refs:
                ref.tell(1)
        totals = pykka.get_all([ref.ask(0, block=False) for ref in refs])
        seconds = watch.seconds()
        assert totals == [each] * actors
        return actors * each / seconds
    finally:
        for ref in refs:
            ref.stop()


@bench(
    Figure("runtime.tell_per_s", "messages/s", 500_000),
    Figure("runtime.vs_pykka_threads", "×", 15),
    Figure("runtime.vs_pykka_100", "×"),
)
def tell(progress: Progress) -> Results:
    with one_core():
        rates = rounds(
            ROUNDS,
            progress,
            ours_with_1000_actors=lambda: ours(1_000, MESSAGES // 1_000),
            pykka_with_1000_threads=lambda: pykkas(1_000, MESSAGES // 1_000),
            ours_with_100_actors=lambda: ours(100, MESSAGES // 100),
            pykka_with_100_threads=lambda: pykkas(100, MESSAGES // 100),
        )
    tell_per_s, pykka_per_s = rates["ours_with_1000_actors"], rates["pykka_with_1000_threads"]
    return {
        "runtime.tell_per_s": Measured(tell_per_s, pykka_per_s),
        "runtime.vs_pykka_threads": Measured(tell_per_s / pykka_per_s, 1),
        "runtime.vs_pykka_100": Measured(rates["ours_with_100_actors"] / rates["pykka_with_100_threads"], 1),
    }
