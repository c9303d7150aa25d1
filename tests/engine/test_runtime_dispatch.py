"""The dispatcher: fair between groups and actors, bounded passes, mail from any thread. Measured in turns, not time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from itertools import pairwise

import pykka
import pytest

from engine.runtime import Actor, AsyncioLoop, Group, ImmediateSink, ManualLoop, Ref, handles
from engine.runtime._dispatcher import ACTOR_QUANTUM, GROUP_QUANTUM, PASS_BUDGET
from engine.tempo import SystemClock


class Logger(Actor[int | str]):
    """Writes its name into a shared list, once for each message; a message may be another thing to do."""

    __slots__ = ("log", "name")

    def __init__(self, group: Group, name: str, log: list[str]) -> None:
        super().__init__(group)
        self.name = name
        self.log = log

    @handles(int)
    def write(self, _: int) -> None:
        self.log.append(self.name)

    @handles(str)
    def forever(self, text: str) -> None:
        self.log.append(self.name)
        self.ref.tell(text)


class Bench:
    def __init__(self) -> None:
        self.loop = ManualLoop()
        self.log: list[str] = []

    def group(self, name: str) -> Group:
        return Group(name, self.loop.dispatcher)

    def actor(self, group: Group, name: str | None = None) -> Ref:
        return Logger.start(group, name or group.name, self.log)

    def flood(self, group: Group, actors: int, each: int) -> None:
        for ref in [self.actor(group) for _ in range(actors)]:
            for n in range(each):
                ref.tell(n)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("actors", "each"),
    [(1, 10 * GROUP_QUANTUM), (10 * GROUP_QUANTUM, 1), (100, ACTOR_QUANTUM - 1), (100, ACTOR_QUANTUM + 1), (7, 200)],
)
def test_a_flooding_group_delays_a_quiet_groups_message_by_at_most_one_quantum(
    bench: Bench, actors: int, each: int
) -> None:
    bench.flood(bench.group("flood"), actors, each)
    bench.actor(bench.group("quiet")).tell(1)
    bench.loop.run_until_idle()
    assert bench.log.index("quiet") <= GROUP_QUANTUM


def test_a_quiet_group_waits_one_quantum_for_each_flooding_group_at_any_time(bench: Bench) -> None:
    floods = 5
    for n in range(floods):
        bench.actor(bench.group(f"flood {n}")).tell("for ever")
    quiet = bench.actor(bench.group("quiet"))
    for _ in range(50):
        bench.loop.dispatcher.run_pass()
        sent_at = len(bench.log)
        quiet.tell(1)
        while "quiet" not in bench.log[sent_at:]:
            bench.loop.dispatcher.run_pass()
        assert bench.log.index("quiet", sent_at) - sent_at <= floods * GROUP_QUANTUM


def test_an_actor_with_much_mail_lets_its_neighbours_work_after_a_quantum(bench: Bench) -> None:
    group = bench.group("empresa")
    busy, idle = bench.actor(group, "busy"), bench.actor(group, "idle")
    for n in range(10 * ACTOR_QUANTUM):
        busy.tell(n)
    idle.tell(1)
    bench.loop.run_until_idle()
    assert bench.log.index("idle") == ACTOR_QUANTUM


def test_a_pass_ends_when_its_budget_is_spent(bench: Bench) -> None:
    for n in range(20):
        bench.flood(bench.group(f"group {n}"), 10, 100)
    while not bench.loop.dispatcher.idle():
        before = len(bench.log)
        bench.loop.dispatcher.run_pass()
        assert len(bench.log) - before < PASS_BUDGET + GROUP_QUANTUM
    assert len(bench.log) == 20_000


def test_actors_that_tell_each_other_for_ever_do_not_hold_the_loop(bench: Bench) -> None:
    bench.actor(bench.group("empresa")).tell("for ever")
    bench.loop.dispatcher.run_pass()
    assert len(bench.log) == PASS_BUDGET
    with pytest.raises(RuntimeError, match="still busy"):
        bench.loop.run_until_idle(max_passes=3)


def test_an_actor_handles_its_mail_in_the_order_it_was_sent() -> None:
    class Keeps(Actor[int]):
        __slots__ = ("seen",)

        def __init__(self, group: Group) -> None:
            super().__init__(group)
            self.seen: list[int] = []

        @handles(int)
        def see(self, n: int) -> None:
            self.seen.append(n)

    loop = ManualLoop()
    actor = Keeps(Group("empresa", loop.dispatcher))
    for n in range(1_000):
        actor.ref.tell(n)
    loop.run_until_idle()
    assert actor.seen == list(range(1_000))


def test_turns_and_their_time_are_counted_by_class(bench: Bench) -> None:
    bench.flood(bench.group("empresa"), 3, 40)
    bench.loop.run_until_idle()
    assert bench.loop.dispatcher.turns == {"Logger": 120}
    assert 0 < bench.loop.dispatcher.turn_seconds["Logger"] < 10


def test_the_backlog_is_the_mail_that_waits(bench: Bench) -> None:
    bench.flood(bench.group("a"), 3, 4)
    bench.flood(bench.group("b"), 1, 5)
    assert bench.loop.dispatcher.backlog() == 17
    bench.loop.run_until_idle()
    assert bench.loop.dispatcher.backlog() == 0


def test_a_loop_callback_runs_between_two_passes_under_a_flood() -> None:
    async def main() -> None:
        loop = AsyncioLoop(SystemClock(), ImmediateSink())
        log: list[str] = []
        Logger.start(Group("empresa", loop.dispatcher), "flood", log).tell("for ever")
        seen = []
        for _ in range(20):
            await asyncio.sleep(0)
            seen.append(len(log))
        assert all(after - before <= PASS_BUDGET for before, after in pairwise(seen))
        assert seen[-1] > PASS_BUDGET

    asyncio.run(main())


# -- threads


def in_threads(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_tells_from_other_threads_all_arrive_each_threads_in_order_on_the_loops_thread() -> None:
    all_came = asyncio.Event()

    class Keeps(Actor[tuple[int, int]]):
        __slots__ = ("seen", "threads")

        def __init__(self, group: Group) -> None:
            super().__init__(group)
            self.seen: list[tuple[int, int]] = []
            self.threads: set[int] = set()

        @handles(tuple)
        def see(self, pair: tuple[int, int]) -> None:
            self.seen.append(pair)
            self.threads.add(threading.get_ident())
            if len(self.seen) == 800:
                all_came.set()

    async def main() -> None:
        loop = AsyncioLoop(SystemClock(), ImmediateSink())
        actor = Keeps(Group("empresa", loop.dispatcher))

        def send(thread: int) -> None:
            for n in range(200):
                actor.ref.tell((thread, n))

        await asyncio.to_thread(in_threads, 4, send)
        await all_came.wait()
        assert sorted(actor.seen) == [(thread, n) for thread in range(4) for n in range(200)]
        for thread in range(4):
            assert [n for t, n in actor.seen if t == thread] == list(range(200))
        assert actor.threads == {threading.get_ident()}

    asyncio.run(main())


def test_tells_from_other_threads_reach_actors_that_are_driven_by_hand(bench: Bench) -> None:
    ref = bench.actor(bench.group("empresa"))

    def send(_: int) -> None:
        for n in range(100):
            ref.tell(n)

    in_threads(3, send)
    bench.loop.run_until_idle()
    assert bench.log == ["empresa"] * 300


# -- pykka's vocabulary


def test_a_ref_is_pykkas_actor_ref(bench: Bench) -> None:
    ref = bench.actor(bench.group("empresa"))
    assert isinstance(ref, pykka.ActorRef)
    assert isinstance(ref.actor, pykka.Actor)
    assert ref.actor_class is Logger
    assert ref.actor_urn == "Logger:empresa"
    assert ref.is_alive()
    assert not ref.actor_stopped.is_set()
    assert "Logger:empresa" in str(ref)


def test_stopping_through_the_ref_handles_earlier_mail_first_and_answers(bench: Bench) -> None:
    ref = bench.actor(bench.group("empresa"))
    ref.tell(1)
    stopped = ref.stop(block=False)
    ref.tell(2)
    bench.loop.run_until_idle()
    assert stopped.get() is True
    assert bench.log == ["empresa"]
    assert not ref.is_alive()
    assert ref.actor_stopped.is_set()


def test_stopping_a_stopped_actor_answers_false(bench: Bench) -> None:
    ref = bench.actor(bench.group("empresa"))
    bench.loop.dispatcher.stop(ref)
    stopped = ref.stop(block=False)
    bench.loop.run_until_idle()
    assert stopped.get() is False


def test_a_stopped_actor_has_no_class_and_still_a_name(bench: Bench) -> None:
    ref = bench.actor(bench.group("empresa"))
    bench.loop.dispatcher.stop(ref)
    with pytest.raises(pykka.ActorDeadError):
        _ = ref.actor_class
    assert ref.actor_urn == "stopped actor"
    assert "stopped" in repr(ref)


def test_our_actors_are_not_in_pykkas_registry(bench: Bench) -> None:
    bench.actor(bench.group("empresa"))
    assert pykka.ActorRegistry.get_all() == []
