"""Very many deadlines at once: in slices, and groups take turns."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import AtendenteRow
from engine.runtime import Actor, AsyncioLoop, Deadline, Group, ImmediateSink, ManualLoop, handles
from engine.runtime._due import SHARE, SLICE
from engine.tempo import VirtualClock

ROW = AtendenteRow("E", "ana", "Ana", "", 1, (), True, "disponivel", None, True, None, 0, 0, 0, None)
HOUR = 3_600_000


class Leave(Struct, frozen=True):
    prazo: int


class Agent(Actor[Leave | str]):
    """Goes offline when its row says."""

    __slots__ = ("heard",)

    row: AtendenteRow

    def __init__(self, group: Group, heard: list[tuple[str, int]], offline_em: int) -> None:
        super().__init__(group, row=replace(ROW, offline_em=offline_em))
        self.heard = heard

    def deadlines(self) -> Iterable[Deadline]:
        if self.row.offline_em is not None:
            yield self.row.offline_em, Leave(self.row.offline_em)

    @handles(Leave)
    def leave(self, m: Leave) -> None:
        assert self.row.offline_em == m.prazo
        self.heard.append((self.group.name, m.prazo))
        self.become(replace(self.row, online=False, offline_em=None))

    @handles(str)
    def hear(self, text: str) -> None:
        self.heard.append((text, 0))


class Settable(ManualLoop):
    """A loop whose clock may be set, also back."""

    def set_to(self, now: int) -> None:
        self.clock = VirtualClock(now)
        self.dispatcher.now = self.clock.now


def armed(group: Group, heard: list[tuple[str, int]], *deadlines: int) -> list[Agent]:
    agents = [Agent(group, heard, deadline) for deadline in deadlines]
    for agent in agents:
        agent.arm_deadlines()
    return agents


def drain(loop: ManualLoop) -> Iterable[int]:
    """Slice by slice; each time, how many actors had mail after it was delivered."""
    timers = loop.dispatcher.timers
    while (deadline := timers.next_deadline()) is not None and deadline <= loop.clock.now():
        loop.dispatcher.fire_timers()
        yield loop.dispatcher.backlog()
        loop.run_until_idle()


def test_a_hundred_thousand_due_at_once_are_delivered_in_slices_each_once_and_in_order() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    many = 20_000
    armed(Group("A", loop.dispatcher), heard, *range(1, many + 1))
    loop.clock.advance_to(HOUR)
    assert max(drain(loop)) <= SHARE
    assert heard == [("A", n) for n in range(1, many + 1)]
    assert len(loop.dispatcher.timers) == 0


def test_one_deadline_of_a_quiet_group_does_not_wait_for_all_of_a_busy_one() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    armed(Group("busy", loop.dispatcher), heard, *[1] * 20_000)
    armed(Group("quiet", loop.dispatcher), heard, 2)
    loop.clock.advance_to(HOUR)
    list(drain(loop))
    assert heard.index(("quiet", 2)) < 2_000
    assert len(heard) == 20_001


def test_of_many_groups_each_has_had_its_share_when_half_is_done() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    for n in range(50):
        armed(Group(f"{n}", loop.dispatcher), heard, *[1] * 500)
    loop.clock.advance_to(HOUR)
    assert max(drain(loop)) <= SLICE + SHARE
    assert len(heard) == 25_000
    half = Counter(name for name, _ in heard[:12_500])
    assert min(half[f"{n}"] for n in range(50)) >= 100, "each has 500"


def test_a_group_that_has_enough_to_do_is_given_no_more_until_it_has_done_it() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    agents = armed(Group("A", loop.dispatcher), heard, *[1] * 1_000)
    loop.clock.advance_to(1)
    for _ in range(20):
        loop.dispatcher.fire_timers()
    assert loop.dispatcher.backlog() <= SHARE
    agents[-1].ref.tell("a command")
    loop.run_until_idle()
    assert heard.index(("a command", 0)) <= SHARE + 1  # and what had come for its own actor
    list(drain(loop))
    assert len(heard) == 1_001


def test_of_much_that_is_due_little_is_not_delivered_where_there_is_room_for_little_only() -> None:
    """Each delivery becomes a batch of the journal."""
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    group = Group("A", loop.dispatcher)
    armed(group, heard, *[1] * 1_000)
    loop.clock.advance_to(1)
    group.unsettled = SHARE - 10
    assert not loop.dispatcher.fire_timers()
    group.unsettled = SHARE // 2
    assert loop.dispatcher.fire_timers()
    assert loop.dispatcher.backlog() == SHARE // 2
    group.unsettled = 0
    loop.run_until_idle()
    few = Group("B", loop.dispatcher)
    armed(few, heard, *[1] * 3)
    few.unsettled = SHARE - 3
    loop.dispatcher.fire_timers()
    loop.run_until_idle()
    assert heard.count(("B", 1)) == 3, "all there is, though it is little"


def test_what_is_due_and_not_delivered_yet_can_be_cancelled_and_dropped() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    group = Group("A", loop.dispatcher)
    agents = armed(group, heard, *[1] * 1_000)
    gone = Group("gone", loop.dispatcher)
    armed(gone, heard, *[1] * 1_000)
    loop.clock.advance_to(1)
    loop.dispatcher.fire_timers()
    loop.run_until_idle()
    for agent in agents[500:]:
        loop.dispatcher.stop(agent.ref)
    loop.dispatcher.close(gone)
    list(drain(loop))
    assert sum(name == "A" for name, _ in heard) == 500
    assert sum(name == "gone" for name, _ in heard) <= SHARE
    assert loop.dispatcher.timers.next_deadline() is None
    assert loop.dispatcher.supervisor.dead_letters_total == 0


def test_a_clock_that_jumps_back_and_forth_by_an_hour_neither_loses_nor_doubles_a_deadline() -> None:
    loop, heard = Settable(VirtualClock(10 * HOUR)), list[tuple[str, int]]()
    deadlines = [10 * HOUR + n * 1_000 for n in range(0, 7_200, 3)]
    armed(Group("A", loop.dispatcher), heard, *deadlines)
    for now in (10 * HOUR, 11 * HOUR, 10 * HOUR, 9 * HOUR, 10 * HOUR + 5, 11 * HOUR + 1, 11 * HOUR, 12 * HOUR):
        loop.set_to(now)
        before = len(heard)
        list(drain(loop))
        assert all(deadline <= now for _, deadline in heard[before:]), "none before its time"
    assert [deadline for _, deadline in heard] == deadlines


def test_on_asyncio_the_loop_goes_round_between_slices() -> None:
    async def main() -> None:
        clock = VirtualClock(0)
        loop, heard = AsyncioLoop(clock, ImmediateSink()), list[tuple[str, int]]()
        armed(Group("A", loop.dispatcher), heard, *[0] * 10_000)
        rounds = 0
        while len(heard) < 10_000:
            rounds += 1
            await asyncio.sleep(0)
        assert rounds >= 10_000 // (2 * SLICE)
        loop.close()

    asyncio.run(main())


def test_what_is_not_durable_yet_counts_too_so_that_the_journal_is_not_filled_by_what_was_due() -> None:
    loop, heard = ManualLoop(VirtualClock(0)), list[tuple[str, int]]()
    busy, other = Group("busy", loop.dispatcher), Group("other", loop.dispatcher)
    armed(busy, heard, *[1] * 1_000)
    armed(other, heard, *[1] * 10)
    busy.unsettled = SHARE
    loop.advance_to(1)
    assert heard == [("other", 1)] * 10
    busy.unsettled = 0
    loop.advance_to(1)
    assert heard.count(("busy", 1)) == 1_000


def test_on_asyncio_who_can_take_none_of_what_is_due_is_looked_at_again_soon() -> None:
    async def main() -> None:
        loop, heard = AsyncioLoop(VirtualClock(0), ImmediateSink()), list[tuple[str, int]]()
        group = Group("A", loop.dispatcher)
        group.unsettled = SHARE
        armed(group, heard, 0, 0)
        for _ in range(3):
            await asyncio.sleep(0.005)
        assert heard == []
        group.unsettled = 0
        async with asyncio.timeout(60):
            while len(heard) < 2:  # noqa: ASYNC110  # what is awaited is that the loop looks again
                await asyncio.sleep(0.001)
        loop.close()

    asyncio.run(main())
