"""The writer: one batch at a time, until its fate is known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from math import inf
from time import perf_counter

from msgspec import Struct

from engine.errors import BalcaoError, InternalFailure, LeaseElsewhere, Overloaded, Unavailable
from engine.journal._buffer import Buffer, DurableGroup, TurnRecord, form_batch
from engine.modelo import EventoRow, Row
from engine.ports import (
    Batch,
    Clock,
    CommitUnknown,
    EventSink,
    Fenced,
    JournalObserver,
    Rejected,
    Store,
    StoreAway,
)
from engine.runtime import Group, RecordedReply, Settled, settle
from engine.saude import CAIU, NAO_RESPONDE, Causa, Saude
from engine.tabelas import SALVAVEIS

log = logging.getLogger(__name__)


class JournalLimits(Struct, frozen=True):
    """The bounds of a journal."""

    turns: int = 20_000
    """Turns that may wait before new commands are refused. What a few seconds of full load produce."""
    turns_per_batch: int = 1_000
    """Turns in one transaction: larger ones gain little and make everybody in them wait longer."""
    first_delay: float = 0.05
    """Seconds before the first retry; doubles up to ``longest_delay``."""
    longest_delay: float = 1.0
    patience: int = 5_000
    """Milliseconds after which those who wait for an answer are told that it is unknown. What they wrote is kept."""


class Journal:
    """Implements :class:`~engine.runtime.TurnSink`: makes turns durable, then lets their outputs go.

    ``on_lost`` is called with each group that must leave this node (fenced, or refused by the database).

    What it lets go it tells of from memory, so it must know that the empresa is still this node's: by a commit that was
    sent just now, by the pulse (``health``), or else by asking.
    """

    def __init__(
        self,
        store: Store,
        sink: EventSink,
        clock: Clock,
        *,
        observer: JournalObserver | None = None,
        limits: JournalLimits | None = None,
        health: Saude | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._sink = sink
        self._clock = clock
        self._observer = observer
        self.limits = limits or JournalLimits()
        self.health = health or Saude()
        self._sleep = sleep
        self._buffer = Buffer()
        self._in_flight: list[TurnRecord] = []
        self._wrote = asyncio.Event()
        self._away_since: int | None = None
        self._notify: Callable[[], None] = lambda: None
        self.on_lost: Callable[[DurableGroup], None] = lambda _: None

    # -- the way in ------------------------------------------------------------------------------------------------

    def release(
        self, group: Group, rows: Sequence[Row], events: Sequence[EventoRow], replies: Sequence[Settled]
    ) -> None:
        """Take what a turn produced. An answer that depends on nothing unwritten is given at once.

        Raises:
            TypeError: a row has no table (:mod:`engine.tabelas`). Nothing was taken: the turn fails, not the writer.
        """
        for reply, value, error in replies:
            if type(reply) is RecordedReply and error is None and not reply.is_set:
                rows = [*rows, reply.record(value)]
        if rows and not SALVAVEIS.issuperset(map(type, rows)):
            unknown = ", ".join(sorted({type(row).__name__ for row in rows} - {one.__name__ for one in SALVAVEIS}))
            raise TypeError(f"there is no table for {unknown}")
        if group.closed:
            refuse(replies, lease_lost())
        elif rows or events or group.unsettled:
            assert isinstance(group, DurableGroup)
            self._buffer.append(TurnRecord(group, rows, events, replies))
            self._notify()
        elif self.health.recente():
            for reply, value, error in replies:
                settle(reply, value, error)
        else:
            refuse(replies, self.health.recusa())

    @property
    def pending(self) -> int:
        """Turns accepted and not yet durable."""
        return len(self._buffer) + len(self._in_flight)

    @property
    def available(self) -> bool:
        """Whether new commands are taken."""
        return self._away_since is None and self.pending < self.limits.turns

    def admit(self) -> None:
        """Raise Unavailable or Overloaded when a new command must not be taken now."""
        if self._away_since is not None:
            raise self.health.recusa()
        if len(self._buffer.turns) + len(self._in_flight) >= self.limits.turns:
            raise Overloaded("sobrecarga", "Há gravações demais à espera do banco de dados; tente de novo em instantes")

    # -- the writer ------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write what comes, for ever. Cancel to stop; what is in the buffer then is lost, unacknowledged."""
        work = asyncio.Event()
        self._notify = work.set
        loop = asyncio.get_running_loop()
        while True:
            if not self._buffer:
                work.clear()
                await work.wait()
            # a database that hangs answers nothing, not even that it failed
            tired = loop.call_later(self.limits.patience / 1000, self._lose_patience)
            try:
                await self.write()
            finally:
                tired.cancel()

    async def drain(self) -> None:
        """Wait until nothing waits any more. The writer must be running."""
        while self.pending:
            self._wrote.clear()
            await self._wrote.wait()

    async def write(self) -> None:
        """Write one batch of what is there, and let its outputs go; returns when its fate is known."""
        self._in_flight = self._buffer.take(self.limits.turns_per_batch)
        try:
            await self._write(self._in_flight)
        finally:
            self._in_flight = []
            self._wrote.set()

    async def _write(self, turns: list[TurnRecord]) -> None:
        unknown = False
        delay = self.limits.first_delay
        started = self._clock.now()
        written = ours = False
        while turns and not ours:
            batch, sent = form_batch(turns), self.health.agora()
            try:
                if not written:
                    await self._attempt(batch, len(turns), unknown=unknown)
                    written = True
                    ours = self.health.recente(sent if batch.fences else -inf)
                if not ours:
                    turns = await self._ask_whose(turns)
                    ours = self.health.recente(sent)
            except CommitUnknown as error:
                unknown = True
                self._go_away(started, CAIU, error)
            except StoreAway as error:
                self._go_away(started, error.cause, error)
                if self._clock.now() - started >= self.limits.patience:
                    self._lose_patience()
                await self._sleep(delay)
                delay = min(delay * 2, self.limits.longest_delay)
            except Fenced as error:
                turns = self._lose(turns, set(error.empresa_ids), lease_lost())
            except Rejected as error:
                turns = await self._isolate(turns, batch, error)
        self._come_back()
        self._let_out(turns)

    async def _attempt(self, batch: Batch, turns: int, *, unknown: bool) -> None:
        """Have the batch written, once."""
        if not batch.fences or (unknown and await self._store.outcome(batch)):
            return
        started = perf_counter()
        await self._store.commit(batch)
        if self._observer is not None:
            row_count = sum(len(rows) for rows in batch.rows.values())
            self._observer.batch(turns, row_count, perf_counter() - started)

    async def _ask_whose(self, turns: list[TurnRecord]) -> list[TurnRecord]:
        """What is written took so long that another node may have taken an empresa since, and changed who may be told:
        find out which, and let those go. Returns the turns of the others.
        """
        groups = {turn.group for turn in turns}
        lost = await self._store.lost({group.name: (group.epoch, group.token) for group in groups})
        return self._lose(turns, set(lost), _taken_since()) if lost else turns

    def _let_out(self, turns: Iterable[TurnRecord]) -> None:
        """The turns are durable: publish their events, then give their answers."""
        events: list[EventoRow] = []
        for turn in turns:
            turn.group.unsettled -= 1
            if turn.events:
                turn.group.durable_seq += len(turn.events)
                events.extend(turn.events)
        if events:
            self._sink.publish(events)
        for turn in turns:
            for reply, value, error in turn.replies:
                settle(reply, value, error)

    # -- when it does not work -------------------------------------------------------------------------------------

    def _go_away(self, started: int, cause: Causa, why: object) -> None:
        """Nothing can be written, since the attempt that began at ``started``: new commands are refused."""
        if self._away_since is None:
            self._away_since = started
            log.debug("%d turns wait for the database: %s", self.pending, why)
        self.health.falhou("gravacoes", cause, self.health.agora() - (self._clock.now() - started) / 1000)

    def _lose_patience(self) -> None:
        """Whoever waits has waited long enough, and is told that the outcome is unknown. What they wrote stays."""
        if self._away_since is None:
            self._go_away(self._clock.now() - self.limits.patience, NAO_RESPONDE, "no answer")
        unknown = self.health.incerto()
        refuse([reply for turn in self._in_flight for reply in turn.replies], unknown)
        refuse(self._buffer.take_replies(), unknown)

    def _come_back(self) -> None:
        if self._away_since is not None:
            self._away_since = None
            self.health.respondeu("gravacoes")

    def _lose(self, turns: list[TurnRecord], empresa_ids: set[str], error: BalcaoError) -> list[TurnRecord]:
        """Some empresas leave this node: fail what they had in line. Returns the other turns."""
        groups: set[Group] = {turn.group for turn in turns if turn.group.name in empresa_ids}
        for group in groups:
            group.closed = True
        for turn in [t for t in turns if t.group in groups] + self._buffer.split_off(groups):
            turn.group.unsettled -= 1
            refuse(turn.replies, error)
        for group in sorted(groups, key=lambda group: group.name):
            log.error("empresa %s leaves this node: %s", group.name, error.codigo)
            assert isinstance(group, DurableGroup)
            self.on_lost(group)
        return [turn for turn in turns if turn.group not in groups]

    async def _isolate(self, turns: list[TurnRecord], batch: Batch, error: Rejected) -> list[TurnRecord]:
        """The database refused the batch: find out whose data it is, and drop that empresa only."""
        if len(batch.fences) == 1:
            log.critical("the database refused a batch of empresa %s: %s", batch.fences[0].empresa_id, error)
            failure = InternalFailure()
            failure.__cause__ = error  # whoever asked tells, in the log, which request it was
            return self._lose(turns, {batch.fences[0].empresa_id}, failure)
        groups = {turn.group: None for turn in turns}
        for group in groups:
            await self._write([turn for turn in turns if turn.group is group])
        return []


def lease_lost() -> LeaseElsewhere:
    return LeaseElsewhere("empresa_em_outro_no", "Esta empresa passou a ser atendida por outro nó; tente de novo", 2)


def _taken_since() -> Unavailable:
    return Unavailable(
        "resultado_incerto", "Esta empresa passou a ser atendida por outro nó; confira se a operação foi feita", 2
    )


def refuse(replies: Iterable[Settled], error: BalcaoError) -> None:
    for reply, _, _ in replies:
        settle(reply, None, error)
