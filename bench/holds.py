"""For how long an empresa with a very long line holds the event loop at a stretch: everybody of the node waits so long.

200,000 tickets wait in one fila of 200 agents, every slot of whom is taken. The real node, actors and journal run on a
uvloop, as in the server; the store is in memory and lets others go on in each commit, as a database would. Then, one
after the other:

- ``engine.longest_hold_of_activation_ms``: the empresa's first command, until its answer and all that follows from it;
- ``engine.longest_hold_of_priority_ms``: an admin changes the fila's priority, by which all that waits in it is ranked;
- ``engine.longest_hold_of_crash_ms``: a handler of the fila raises, and its actor is rebuilt.

Each is the longest round of the loop from there until nothing is left to do and all tickets are in line (median of the
runs), and ``engine.longest_hold_ms`` is the longest of the three. Between two rounds the loop reads its sockets, so a
round is what a request that comes meanwhile waits at most, for this. It is CPU time of the loop's thread: what else
runs on the machine does not lengthen it. A collection of garbage that falls into it does.

The baseline is the same with 1,000 tickets in line.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from statistics import median
from time import thread_time
from typing import Final, NoReturn, cast

from actors.diretorio.ajustes import Opcoes
from actors.fila.comandos import AtualizarFila, VerFila
from actors.no.no import No
from bench._database import Deaf
from bench._memory import MemoryStore
from bench._people import EMPRESA, image
from bench.registry import Figure, Measured, Progress, Results, bench
from engine import coletor
from engine.errors import InternalFailure
from engine.ids import UuidV7
from engine.journal import Journal
from engine.modelo import EmpresaImage, Quem
from engine.runtime import AsyncioLoop
from engine.tempo import SystemClock

WAITING: Final = 200_000
FEW: Final = 1_000
AGENTS: Final = 200
SLOTS: Final = 5
ROUNDS: Final = 3
CALM: Final = 100
"""Rounds of the loop in which nothing happens: then it is over, however the work is cut into pieces."""
PATIENCE_S: Final = 120

ADMIN: Final = Quem(EMPRESA, "01980000-0000-7000-8000-000000000003", "admin")
CLOCK: Final = SystemClock()

Holds = dict[str, float]
"""ms, by what was done."""


class Pulse:
    """Beats once in each round of the running loop, and keeps the longest time between two beats."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = thread_time()
        self._next = self._loop.call_soon(self._beat)
        self.longest = 0.0

    def _beat(self) -> None:
        now = thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self._next = self._loop.call_soon(self._beat)

    def stop(self) -> None:
        self._next.cancel()


class Poison:
    """A value that no handler can compare with the one that is there: it crashes."""

    def __eq__(self, other: object) -> NoReturn:
        raise RuntimeError("poison")

    __hash__ = object.__hash__


class House:
    """A node and its one fila."""

    def __init__(self, no: No, loop: AsyncioLoop, journal: Journal, made: EmpresaImage) -> None:
        self._no = no
        self._loop = loop
        self._journal = journal
        self._fila_id = made.filas[0].id
        self._waiting = len(made.tickets) - AGENTS * SLOTS

    async def activate(self) -> None:
        await self._no.pedir(VerFila(quem=ADMIN, fila_id=self._fila_id))

    async def change_priority(self) -> None:
        await self._no.pedir(AtualizarFila(quem=ADMIN, fila_id=self._fila_id, prioridade=1))

    async def crash(self) -> None:
        try:
            await self._no.pedir(AtualizarFila(quem=ADMIN, fila_id=self._fila_id, nome=cast("str", Poison())))
        except InternalFailure:
            return
        raise AssertionError("the fila took the poison")

    async def settle(self) -> None:
        """Until nothing happens any more, and all tickets are in line."""
        calm = 0
        async with asyncio.timeout(PATIENCE_S):
            while calm < CALM:
                await asyncio.sleep(0)
                calm = calm + 1 if self._loop.dispatcher.idle() and not self._journal.pending else 0
        fila = await self._no.pedir(VerFila(quem=ADMIN, fila_id=self._fila_id))
        assert fila.aguardando == self._waiting, f"{fila.aguardando} of {self._waiting} are in line"


@asynccontextmanager
async def opened(made: EmpresaImage) -> AsyncIterator[House]:
    """A node on which nothing is active yet."""
    store = MemoryStore(made, pause=lambda: asyncio.sleep(0))
    journal = Journal(store, Deaf(), CLOCK)
    loop = AsyncioLoop(CLOCK, journal)
    writing = asyncio.create_task(journal.run(), name="journal")
    no = No(store, journal, Deaf(), loop.dispatcher, CLOCK, UuidV7(CLOCK), Opcoes(), provisionar=False)
    try:
        yield House(no, loop, journal, made)
    finally:
        await no.parar()
        writing.cancel()
        loop.close()


@contextmanager
def settled_heap() -> Iterator[None]:
    """The collector as in a server that is ready; afterwards what was made can be freed again."""
    coletor.assentar()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.collect()


async def holds(made: EmpresaImage) -> Holds:
    """The longest hold of each, once."""
    found: Holds = {}
    with settled_heap():
        async with opened(made) as house:
            for name, work in (
                ("activation", house.activate), ("priority", house.change_priority), ("crash", house.crash)
            ):  # fmt: skip
                pulse = Pulse()
                await work()
                await house.settle()
                pulse.stop()
                found[name] = pulse.longest * 1000
    return found


async def medians(waiting: int, progress: Progress) -> Holds:
    made = image(filas=1, agents=AGENTS, capacity=SLOTS, waiting=waiting + AGENTS * SLOTS)
    runs: list[Holds] = []
    for n in range(1, ROUNDS + 1):
        progress(f"{waiting:,} tickets in line, round {n} of {ROUNDS}")
        runs.append(await holds(made))
    return {name: median(run[name] for run in runs) for name in runs[0]}


@bench(
    Figure("engine.longest_hold_ms", "ms", 20, "at most"),
    Figure("engine.longest_hold_of_activation_ms", "ms", 20, "at most"),
    Figure("engine.longest_hold_of_priority_ms", "ms", 20, "at most"),
    Figure("engine.longest_hold_of_crash_ms", "ms", 20, "at most"),
)
async def longest_holds(progress: Progress) -> Results:
    logging.disable()  # the crash is meant; what a log costs is not the engine's
    few, many = await medians(FEW, progress), await medians(WAITING, progress)
    results = {f"engine.longest_hold_of_{name}_ms": Measured(many[name], few[name]) for name in many}
    return results | {"engine.longest_hold_ms": Measured(max(many.values()), max(few.values()))}
