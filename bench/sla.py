"""Time at scale: 500,000 tickets with three deadlines each on one node, as an SLA arms them.

A ticket here is an actor with the row of one, whose deadlines the runtime keeps armed by what that row says
(:meth:`engine.runtime.Actor.deadlines`); its turns do nothing else. So the figures are of the runtime's time.

``sla.timers_per_s``: deadlines a second on one core, by CPU time. Counted as one is a deadline that is armed (the three
of a ticket in one turn), then, of one of the three, moved in another turn, as each message moves the next response, and
at last comes, in a turn of its own which takes it out of the row. They lie all over an hour; the clock goes on by
seconds. The baseline is what a bare ``heapq`` takes for the same, with a tuple for each and neither actors nor turns:
pushed, a third pushed again and left behind, popped.

``sla.bytes_per_deadline``: what ``tracemalloc`` sees of a ticket with three, less what it sees of one with none, for
each of them: the number in the row, the message, the timer, and its places. The baseline is an entry of that heap.

``sla.firing_p99_ms``: how late a deadline's turn begins, on a uvloop, while 1,500,000 are armed, 2,000 come every
second, actors are told 10,000 messages a second, and half-way 100,000 of another empresa come at once. It is a time on
the wall, of all but those 100,000. The baseline is the same without them.

``sla.recovery_s``: a node that was down for a day, with PostgreSQL: of an empresa with 100,000 open tickets the first
response of each was due within an hour of the day before. The clock on the wall runs from the look for empresas that
nobody serves until the last ``sla_violado`` is durable, each told once (:mod:`bench._downtime`). Meanwhile another
empresa opens tickets, one after the other: ``sla.recovery_quiet_ratio`` is the p99 of these requests over what it was
before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from random import Random
from statistics import median, quantiles
from typing import Final

from msgspec.structs import replace

from bench._database import database
from bench._deadlines import Arm, Idle, Move, Timed
from bench._downtime import DUE, Told, after_a_day
from bench._people import waiting_tickets
from bench.engine import traced
from bench.measure import Stopwatch, one_core, rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from engine import coletor
from engine.ports import Clock
from engine.runtime import AsyncioLoop, Group, ImmediateSink, ManualLoop, Ref
from engine.tempo import SystemClock, VirtualClock

TICKETS: Final = 500_000
EACH: Final = 3
EMPRESAS: Final = 20
ROUNDS: Final = 3
WAVE: Final = 10_000
MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
BURST: Final = 100_000
SECONDS: Final = 10
PER_S: Final = 2_000
TOLD_PER_S: Final = 10_000
MEASURED: Final = 100_000
"""Tickets whose memory is measured."""


class Tickets:
    """So many, in several empresas. ``came`` counts deadlines."""

    def __init__(self, count: int, groups: Sequence[Group], came: Callable[[int], None] | None = None) -> None:
        self.came = 0
        row = waiting_tickets(1)[0]
        heard = came or self._came
        self.refs: list[Ref[Arm | Move | Idle]] = [
            Timed(groups[n % len(groups)], replace(row, numero=n), heard).ref for n in range(count)
        ]

    def _came(self, _: int) -> None:
        self.came += 1


def spread(random: Random, count: int, after: int, over: int) -> list[Arm]:
    def one() -> int:
        return after + random.randrange(over)

    return [Arm(one(), one(), one()) for _ in range(count)]


class Hour:
    """Tickets on a virtual clock, whose hours pass one after the other."""

    def __init__(self) -> None:
        self._loop = ManualLoop(VirtualClock())
        self._tickets = Tickets(TICKETS, [Group(f"{n}", self._loop.dispatcher) for n in range(EMPRESAS)])

    def pass_(self) -> float:
        """Seconds of CPU until all deadlines of an hour were armed, moved, and have come."""
        loop, tickets = self._loop, self._tickets
        now = loop.clock.now()
        wanted = spread(Random(now), TICKETS, now + MINUTE, HOUR - MINUTE)
        moves = [Move(HOUR + now - n % MINUTE) for n in range(TICKETS)]
        before = tickets.came
        watch = Stopwatch()
        rounds_: tuple[Sequence[Arm | Move], ...] = (wanted, moves)
        for messages in rounds_:
            for start in range(0, TICKETS, WAVE):
                for ref, message in zip(
                    tickets.refs[start : start + WAVE], messages[start : start + WAVE], strict=True
                ):
                    ref.tell(message)
                loop.run_until_idle()
        for second in range(now, now + HOUR + 1, 1_000):
            loop.clock.advance_to(second)
            while (due := loop.dispatcher.timers.next_deadline()) is not None and due <= second:
                loop.dispatcher.fire_timers()
                loop.run_until_idle()
        seconds = watch.seconds()
        assert tickets.came - before == EACH * TICKETS
        return seconds


def bare_heap() -> float:
    """Seconds of CPU for as many entries of a heap."""
    random, heap = Random(0), list[tuple[int, int]]()
    wanted = [random.randrange(HOUR) for _ in range(EACH * TICKETS)]
    watch = Stopwatch()
    for n, deadline in enumerate(wanted):
        heappush(heap, (deadline, n))
    for n in range(0, len(wanted), EACH):
        heappush(heap, (HOUR - n % MINUTE, n))
    while heap:
        heappop(heap)
    return watch.seconds()


@bench(Figure("sla.timers_per_s", "deadlines/s", 50_000))
def timers(progress: Progress) -> Results:
    progress(f"making {TICKETS:,} tickets")
    hour = Hour()
    coletor.assentar()  # as the server does when it is ready
    with one_core():
        seconds = rounds(ROUNDS, progress, deadlines=hour.pass_, bare_heap=bare_heap)
    return {"sla.timers_per_s": Measured(EACH * TICKETS / seconds["deadlines"], EACH * TICKETS / seconds["bare_heap"])}


@bench(Figure("sla.bytes_per_deadline", "bytes", 400, "at most"))
def memory(progress: Progress) -> Results:
    progress(f"arming {EACH * MEASURED:,} deadlines under tracemalloc")
    random = Random(0)
    loop = ManualLoop(VirtualClock())
    tickets = Tickets(MEASURED, [Group("0", loop.dispatcher)])

    def each(message: Callable[[], Arm | Move]) -> None:
        for ref in tickets.refs:
            ref.tell(message())
            loop.run_until_idle()

    now = loop.clock.now()
    armed = traced(lambda: each(lambda: spread(random, 1, now, 24 * HOUR)[0]))
    heap: list[tuple[int, int]] = []

    def push() -> None:
        for n in range(EACH * MEASURED):
            heappush(heap, (now + random.randrange(24 * HOUR), n))

    bare = traced(push)
    return {"sla.bytes_per_deadline": Measured(armed / (EACH * MEASURED), bare / (EACH * MEASURED))}


class Service:
    """A node whose actors have much to do, and of whose deadlines some come every second."""

    def __init__(self, clock: Clock, loop: AsyncioLoop) -> None:
        self.delays: list[int] = []
        self._clock = clock
        self._loop = loop
        self._burst = 0
        groups = [Group(f"{n}", loop.dispatcher) for n in range(EMPRESAS)]
        self._tickets = Tickets(TICKETS, groups, self._late)
        self._busy = Tickets(BURST, [Group("busy", loop.dispatcher)], self._of_the_burst)

    def _late(self, deadline: int) -> None:
        self.delays.append(self._clock.now() - deadline)

    def _of_the_burst(self, _: int) -> None:
        self._burst += 1

    async def arm(self, *, burst: bool) -> int:
        """Have three deadlines armed for each: most in a day, some soon. When the first comes."""
        random = Random(0)
        for start in range(0, TICKETS, WAVE):
            for ref in self._tickets.refs[start : start + WAVE]:
                ref.tell(spread(random, 1, self._clock.now() + 12 * HOUR, HOUR)[0])
            await self._settled()
        begin = self._clock.now() + 10 * 1_000
        for ref in random.sample(self._tickets.refs, PER_S * SECONDS):
            ref.tell(Move(begin + random.randrange(SECONDS * 1_000)))
        if burst:
            at, far = begin + SECONDS * 1_000 // 2, begin + 24 * HOUR
            for ref in self._busy.refs:
                ref.tell(Arm(at, far, far))
        await self._settled()
        assert self._clock.now() < begin, "this machine is too slow for that"
        return begin

    async def _settled(self) -> None:
        while not self._loop.dispatcher.idle():  # noqa: ASYNC110  # nothing says so, and nothing else is to know
            await asyncio.sleep(0.001)

    async def one_run(self, *, burst: bool) -> float:
        """p99 (ms) of how late deadlines were."""
        begin = await self.arm(burst=burst)
        self.delays.clear()
        await asyncio.sleep((begin - self._clock.now()) / 1000)
        random, wanted = Random(1), self._burst + (BURST if burst else 0)
        while len(self.delays) < PER_S * SECONDS or self._burst < wanted:
            for ref in random.choices(self._tickets.refs, k=TOLD_PER_S // 100):
                ref.tell(Idle())
            await asyncio.sleep(0.01)
        return quantiles(self.delays, n=100)[-1]


async def one_service(progress: Progress) -> tuple[float, float]:
    """p99 (ms) with the burst, and without."""
    clock = SystemClock()
    loop = AsyncioLoop(clock, ImmediateSink())
    progress(f"making {TICKETS:,} tickets")
    service = Service(clock, loop)
    coletor.assentar()
    with_burst, without = list[float](), list[float]()
    for n in range(1, ROUNDS + 1):
        progress(f"deadlines under load, round {n} of {ROUNDS}")
        without.append(await service.one_run(burst=False))
        with_burst.append(await service.one_run(burst=True))
    loop.close()
    return median(with_burst), median(without)


@bench(Figure("sla.recovery_s", "s", 10, "at most"), Figure("sla.recovery_quiet_ratio", "×", 2, "at most"))
async def recovery(progress: Progress) -> Results:
    told: list[Told] = []
    for n in range(1, ROUNDS + 1):
        progress(f"{DUE:,} deadlines of a day ago, round {n} of {ROUNDS}")
        async with database() as dsn:
            told.append(await after_a_day(dsn))
    return {
        "sla.recovery_s": Measured(median(one.seconds for one in told)),
        "sla.recovery_quiet_ratio": Measured(median(one.quiet / one.alone for one in told), 1),
    }


@bench(Figure("sla.firing_p99_ms", "ms", 250, "at most"))
async def firing(progress: Progress) -> Results:
    with_burst, without = await one_service(progress)
    return {"sla.firing_p99_ms": Measured(with_burst, without)}
