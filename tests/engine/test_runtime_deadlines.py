"""Deadlines are durable: what the row of an actor says comes, whatever happens to the actor meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import AtendenteRow
from engine.runtime import Actor, AsyncioLoop, Deadline, Group, ImmediateSink, ManualLoop, Supervisor, handles
from engine.tempo import VirtualClock

REST = 1_000
ROW = AtendenteRow("E", "ana", "Ana", "", 1, (), True, "disponivel", None, True, None, 0, 0, 0, None)


class Leave(Struct, frozen=True):
    prazo: int


class Remove(Struct, frozen=True):
    prazo: int


class Until(Struct, frozen=True):
    """From outside: change the row. The first is when it goes offline, the second when it is deleted."""

    offline_em: int | None
    excluido_em: int | None = None


class Agent(Actor[Leave | Remove | Until | str | bytes | int]):
    """Goes offline, and is deleted, when its row says. ``heard`` is what came, stale or not."""

    __slots__ = ("broken", "heard")

    row: AtendenteRow

    def __init__(self, group: Group, row: AtendenteRow = ROW) -> None:
        super().__init__(group, row=row)
        self.heard: list[tuple[int, str]] = []
        self.broken = 0

    def deadlines(self) -> Iterable[Deadline]:
        if self.row.offline_em is not None:
            yield self.row.offline_em, Leave(self.row.offline_em)
        if self.row.excluido_em is not None and self.row.excluido_em > 0:
            yield self.row.excluido_em, Remove(self.row.excluido_em)

    @handles(Leave)
    def leave(self, m: Leave) -> None:
        self._hear(m)
        if self.row.offline_em == m.prazo:
            self.become(replace(self.row, online=False, offline_em=None))
        self._break()

    @handles(Remove)
    def remove(self, m: Remove) -> None:
        self._hear(m)
        if self.row.excluido_em == m.prazo:
            self.become(replace(self.row, excluido_em=None))

    @handles(Until)
    def change(self, m: Until) -> None:
        self.become(replace(self.row, online=True, offline_em=m.offline_em, excluido_em=m.excluido_em))
        self._break()

    @handles(str)
    def rename(self, nome: str) -> None:
        self.become(replace(self.row, nome=nome))
        self._break()

    @handles(bytes)
    def arm(self, _: bytes) -> None:
        self.arm_deadlines()
        self._break()

    @handles(int)
    def crash(self, _: int) -> None:
        raise ZeroDivisionError

    def _hear(self, m: Struct) -> None:
        self.heard.append((self.now(), type(m).__name__))

    def _break(self) -> None:
        if self.broken:
            self.broken -= 1
            raise ZeroDivisionError


class Bench:
    def __init__(self, row: AtendenteRow = ROW) -> None:
        self.supervisor = Supervisor(max_failures=3, window=10 * REST, rest=REST)
        self.loop = ManualLoop(VirtualClock(0), supervisor=self.supervisor)
        self.actor = Agent(Group("empresa", self.loop.dispatcher), row)

    def tell(self, *messages: Until | str | bytes | int) -> None:
        for message in messages:
            self.actor.ref.tell(message)
        self.loop.run_until_idle()

    def quarantine(self) -> None:
        self.tell(1, 1, 1, 1)
        assert self.supervisor.quarantined == {self.actor.ref}

    def armed(self) -> int | None:
        return self.loop.dispatcher.timers.next_deadline()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_deadline_in_the_row_is_armed_by_the_turn_that_wrote_it_and_comes_once(bench: Bench) -> None:
    bench.tell(Until(10), "Ana Maria", "Ana")
    bench.loop.advance_to(9)
    assert bench.actor.heard == []
    bench.loop.advance_to(100)
    assert bench.actor.heard == [(10, "Leave")]
    assert not bench.actor.row.online


def test_a_deadline_that_the_row_does_not_have_any_more_is_not_heard(bench: Bench) -> None:
    bench.tell(Until(10), Until(20))
    bench.loop.advance_to(15)
    assert bench.actor.heard == []
    bench.tell(Until(None))
    assert bench.armed() is None
    bench.loop.advance_to(100)
    assert bench.actor.heard == []
    assert bench.loop.dispatcher.timers._declared == {}


def test_one_of_two_deadlines_may_move_without_the_other(bench: Bench) -> None:
    bench.tell(Until(10, 20), Until(30, 20))
    bench.loop.advance_to(100)
    assert bench.actor.heard == [(20, "Remove"), (30, "Leave")]


@pytest.mark.parametrize("fired", [False, True])
def test_a_deadline_comes_before_what_is_handled_after_it_and_once(bench: Bench, *, fired: bool) -> None:
    """However late the loop is, and wherever the deadline stands in the mailbox, or if it is not there yet."""
    bench.tell(Until(10))
    bench.actor.ref.tell(Until(50))
    bench.loop.clock.advance_to(11)
    if fired:
        bench.loop.dispatcher.fire_timers()
    bench.loop.run_until_idle()
    assert bench.actor.heard == [(11, "Leave")]
    assert bench.actor.row.offline_em == 50
    bench.loop.advance_to(50)
    assert bench.actor.heard == [(11, "Leave"), (50, "Leave")]


def test_of_several_that_have_come_the_first_is_the_first(bench: Bench) -> None:
    bench.tell(Until(30, 20))
    bench.actor.ref.tell("anything")
    bench.loop.clock.advance_to(40)
    bench.loop.run_until_idle()
    assert [name for _, name in bench.actor.heard][:2] == ["Remove", "Leave"]


def test_the_deadline_of_a_turn_that_fails_is_not_armed(bench: Bench) -> None:
    bench.actor.broken = 1
    bench.tell(Until(10))
    assert bench.armed() is None


def test_an_actor_built_from_a_saved_row_waits_for_nothing_until_it_is_told_to() -> None:
    bench = Bench(replace(ROW, offline_em=10, excluido_em=30))
    bench.loop.advance_to(20)
    assert bench.actor.heard == []
    bench.actor.arm_deadlines()
    bench.loop.advance_to(20)
    assert bench.actor.heard == [(20, "Leave")], "what has passed is due at once"
    bench.loop.advance_to(30)
    assert bench.actor.heard[1:] == [(30, "Remove")]


def test_it_may_be_armed_in_a_turn_and_is_by_its_rebuild_if_that_fails() -> None:
    bench = Bench(replace(ROW, offline_em=10))
    bench.tell(b"")
    assert bench.armed() == 10
    other = Bench(replace(ROW, offline_em=10))
    other.actor.broken = 1
    other.tell(b"")
    assert other.armed() == 10
    assert len(other.loop.dispatcher.timers) == 1


def test_a_deadline_whose_handler_crashes_comes_again(bench: Bench) -> None:
    bench.tell(Until(10))
    bench.actor.broken = 2
    bench.loop.advance_to(10)
    assert bench.actor.heard == [(10, "Leave")] * 3
    assert not bench.actor.row.online


def test_a_deadline_whose_handler_always_crashes_is_tried_again_after_each_quarantine(bench: Bench) -> None:
    bench.tell(Until(10))
    bench.actor.broken = 6
    bench.loop.advance_to(10 + REST)
    assert [em for em, _ in bench.actor.heard] == [10] * 4 + [10 + REST] * 3
    assert not bench.actor.row.online
    assert bench.supervisor.quarantined == set()


def test_a_crash_of_something_else_neither_loses_nor_doubles_a_deadline(bench: Bench) -> None:
    bench.tell(Until(10), 1, "Ana", 1)
    bench.loop.advance_to(100)
    assert bench.actor.heard == [(10, "Leave")]


def test_a_deadline_that_falls_due_in_quarantine_comes_once_when_it_is_over(bench: Bench) -> None:
    bench.tell(Until(10))
    bench.quarantine()
    bench.loop.advance_to(REST - 1)
    assert bench.actor.heard == []
    bench.loop.advance_to(2 * REST)
    assert bench.actor.heard == [(REST, "Leave")]


def test_a_deadline_that_has_come_is_handled_before_what_brings_the_quarantine_and_once(bench: Bench) -> None:
    bench.tell(Until(10))
    for _ in range(4):
        bench.actor.ref.tell(1)
    bench.loop.clock.advance_to(10)
    bench.loop.dispatcher.fire_timers()
    bench.loop.advance_to(2 * REST)
    assert bench.actor.heard == [(10, "Leave")]


def test_the_deadlines_of_a_stopped_actor_are_forgotten(bench: Bench) -> None:
    bench.tell(Until(10, 20))
    bench.loop.dispatcher.stop(bench.actor.ref)
    assert bench.armed() is None
    assert bench.loop.dispatcher.timers._declared == {}


def test_a_row_whose_deadlines_cannot_be_read_fails_its_turn(bench: Bench) -> None:
    class Broken(Agent):
        __slots__ = ()

        def deadlines(self) -> Iterable[Deadline]:
            if self.row.nome == "bad":
                raise ZeroDivisionError
            return super().deadlines()

    actor = Broken(bench.actor.group)
    for nome in ("good", "bad"):
        actor.ref.tell(nome)
    bench.loop.run_until_idle()
    assert actor.row.nome == "good"
    assert [letter.reason for letter in bench.supervisor.dead_letters] == ["crashed: ZeroDivisionError"]


class Ringing(Agent):
    __slots__ = ("rang",)

    def __init__(self, group: Group, row: AtendenteRow) -> None:
        super().__init__(group, row)
        self.rang = asyncio.Event()

    def _hear(self, m: Struct) -> None:
        super()._hear(m)
        self.rang.set()


def test_on_asyncio_a_declared_deadline_sets_the_alarm() -> None:
    async def main() -> None:
        loop = AsyncioLoop(VirtualClock(0), ImmediateSink())
        actor = Ringing(Group("empresa", loop.dispatcher), replace(ROW, offline_em=0))
        actor.arm_deadlines()
        await actor.rang.wait()
        assert actor.heard == [(0, "Leave")]
        loop.close()

    asyncio.run(main())


Deed = Until | str | bytes | int | tuple[str, int]
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Until, st.none() | st.integers(0, 5_000), st.none() | st.integers(1, 5_000)),
    st.sampled_from([1, "Ana", b""]),
    st.integers(1, 900).map(lambda ms: ("wait", ms)),
    st.integers(0, 5).map(lambda times: ("break", times)),
)


@given(st.lists(DEEDS, max_size=30))
def test_once_an_actor_works_again_nothing_is_past_its_deadline(deeds: list[Deed]) -> None:
    bench = Bench()
    for deed in deeds:
        match deed:
            case ("wait", int(ms)):
                bench.loop.advance_to(bench.loop.clock.now() + ms)
            case ("break", int(times)):
                bench.actor.broken = times
            case Until() | str() | bytes() | int():
                bench.tell(deed)
    bench.actor.broken = 0
    bench.loop.advance_to(bench.loop.clock.now() + REST)
    now = bench.loop.clock.now()
    assert [deadline for deadline, _ in bench.actor.deadlines() if deadline <= now] == []
    assert len(bench.loop.dispatcher.timers._held) == 0
