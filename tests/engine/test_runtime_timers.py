"""Timers: in order, cancellable, on the virtual clock and on asyncio."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime import Actor, AsyncioLoop, Group, ImmediateSink, ManualLoop, Timer, Timers, handles
from engine.tempo import VirtualClock


class Set:
    def __init__(self, deadline: int, message: str) -> None:
        self.deadline = deadline
        self.message = message


class Alarms(Actor[Set | str | bytes]):
    """Sets timers and writes down what they said, and when."""

    __slots__ = ("heard", "rang", "timers")

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.rang = asyncio.Event()
        self.heard: list[tuple[int, str]] = []
        self.timers: dict[str, Timer] = {}

    @handles(Set)
    def set(self, m: Set) -> None:
        self.timers[m.message] = self.at(m.deadline, m.message)

    @handles(str)
    def hear(self, text: str) -> None:
        self.heard.append((self.now(), text))
        self.rang.set()

    @handles(bytes)
    def cancel(self, name: bytes) -> None:
        self.timers[name.decode()].cancel()


class Bench:
    def __init__(self) -> None:
        self.loop = ManualLoop(VirtualClock(0))
        self.group = Group("empresa", self.loop.dispatcher)
        self.actor = Alarms(self.group)

    def set(self, *deadlines: int) -> None:
        for deadline in deadlines:
            self.actor.ref.tell(Set(deadline, str(deadline)))
        self.loop.run_until_idle()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_timers_fire_at_their_deadlines_and_not_before(bench: Bench) -> None:
    bench.set(30, 10, 20)
    bench.loop.advance_to(9)
    assert bench.actor.heard == []
    bench.loop.advance_to(20)
    assert bench.actor.heard == [(10, "10"), (20, "20")]
    bench.loop.advance_to(1_000)
    assert bench.actor.heard[2:] == [(30, "30")]


def test_equal_deadlines_fire_in_the_order_they_were_set(bench: Bench) -> None:
    for name in "cab":
        bench.actor.ref.tell(Set(5, name))
    bench.loop.advance_to(5)
    assert bench.actor.heard == [(5, "c"), (5, "a"), (5, "b")]


def test_a_deadline_in_the_past_fires_at_the_next_opportunity(bench: Bench) -> None:
    bench.loop.advance_to(100)
    bench.set(50)
    bench.loop.advance_to(100)
    assert bench.actor.heard == [(100, "50")]


def test_mail_sent_before_time_passes_is_handled_before_it_passes(bench: Bench) -> None:
    bench.actor.ref.tell(Set(10, "armed by mail that was waiting"))
    bench.loop.advance_to(15)
    assert bench.actor.heard == [(10, "armed by mail that was waiting")]


def test_a_cancelled_timer_does_not_fire(bench: Bench) -> None:
    bench.set(10, 20)
    bench.actor.ref.tell(b"10")
    bench.loop.advance_to(30)
    assert bench.actor.heard == [(20, "20")]


def test_cancelling_twice_or_after_it_fired_is_harmless(bench: Bench) -> None:
    bench.set(10)
    bench.loop.advance_to(10)
    for _ in range(2):
        bench.actor.ref.tell(b"10")
    bench.loop.run_until_idle()
    assert bench.actor.heard == [(10, "10")]


def test_a_timer_set_and_cancelled_in_one_turn_does_not_fire() -> None:
    class Hasty(Alarms):
        __slots__ = ()

        def set(self, m: Set) -> None:
            self.at(m.deadline, m.message).cancel()

    loop = ManualLoop(VirtualClock(0))
    actor = Hasty(Group("empresa", loop.dispatcher))
    actor.ref.tell(Set(1, "no"))
    loop.run_until_idle()
    loop.advance_to(10)
    assert actor.heard == []


def test_a_timer_cancelled_by_mail_handled_before_its_message_does_not_reach_its_actor(bench: Bench) -> None:
    bench.set(10)
    bench.actor.ref.tell(b"10")
    bench.loop.clock.advance_to(10)
    bench.loop.dispatcher.fire_timers()
    bench.loop.run_until_idle()
    assert bench.actor.heard == []


def test_timers_of_a_stopped_actor_do_not_fire_and_leave_no_dead_letters(bench: Bench) -> None:
    bench.set(10)
    bench.loop.dispatcher.stop(bench.actor.ref)
    assert bench.loop.dispatcher.timers.next_deadline() is None
    bench.loop.advance_to(20)
    assert bench.loop.dispatcher.supervisor.dead_letters_total == 0


def test_timers_of_a_closed_group_do_not_fire(bench: Bench) -> None:
    bench.set(10)
    bench.loop.dispatcher.close(bench.group)
    assert bench.loop.dispatcher.timers.next_deadline() is None
    bench.loop.advance_to(20)
    assert bench.actor.heard == []
    assert bench.loop.dispatcher.supervisor.dead_letters_total == 0


def test_cancelled_timers_do_not_pile_up_until_their_deadline(bench: Bench) -> None:
    timers = Timers()
    timers.add(Timer(1, bench.actor.ref, "kept"))
    for n in range(10_000):
        timer = Timer(1_000_000 + n, bench.actor.ref, "cancelled")
        timers.add(timer)
        timer.cancel()
    assert len(timers) < 500
    assert [timer.message for timer in timers.due(2_000_000)] == ["kept"]


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=200))
def test_the_heap_gives_what_a_sorted_list_gives(wanted: list[tuple[int, bool]]) -> None:
    loop = ManualLoop(VirtualClock(0))
    ref = Alarms.start(Group("empresa", loop.dispatcher))
    timers = Timers()
    naive: list[tuple[int, int]] = []
    for n, (deadline, cancelled) in enumerate(wanted):
        timer = Timer(deadline, ref, n)
        timers.add(timer)
        if cancelled:
            timer.cancel()
        else:
            naive.append((deadline, n))
    fired = [(timer.deadline, timer.message) for now in range(0, 60, 7) for timer in timers.due(now)]
    assert fired == sorted(naive)


def test_on_asyncio_a_timer_fires_and_an_earlier_one_set_later_fires_first() -> None:
    async def main() -> None:
        clock = VirtualClock(0)
        loop = AsyncioLoop(clock, ImmediateSink())
        actor = Alarms(Group("empresa", loop.dispatcher))
        actor.ref.tell(Set(3_600_000, "an hour"))
        actor.ref.tell(Set(0, "now"))
        await actor.rang.wait()
        assert actor.heard == [(0, "now")]
        loop.close()

    asyncio.run(main())


def test_on_asyncio_an_alarm_that_rings_early_is_set_again() -> None:
    async def main() -> None:
        clock = VirtualClock(0)
        loop = AsyncioLoop(clock, ImmediateSink())
        actor = Alarms(Group("empresa", loop.dispatcher))
        actor.ref.tell(Set(1, "due"))
        for _ in range(3):
            await asyncio.sleep(0.002)  # the loop's own time passes, the clock's does not
        assert actor.heard == []
        clock.advance_to(1)
        await actor.rang.wait()
        loop.close()

    asyncio.run(main())


def test_on_asyncio_a_far_deadline_is_looked_at_again_within_a_minute() -> None:
    async def main() -> None:
        loop = AsyncioLoop(VirtualClock(0), ImmediateSink())
        actor = Alarms(Group("empresa", loop.dispatcher))
        actor.ref.tell(Set(10**15, "far beyond what an event loop can wait for"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert loop._alarm is not None
        assert loop._alarm.when() - asyncio.get_running_loop().time() <= 60
        loop.close()

    asyncio.run(main())


def test_after_close_no_alarm_is_set() -> None:
    async def main() -> None:
        loop = AsyncioLoop(VirtualClock(0), ImmediateSink())
        actor = Alarms(Group("empresa", loop.dispatcher))
        loop.close()
        actor.ref.tell(Set(0, "now"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert loop._alarm is None
        assert actor.heard == []

    asyncio.run(main())
