"""What is armed: always the first, whatever is added, cancelled, moved and taken out; and no more than is live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime import Actor, Group, ManualLoop, Ref, Timer, handles
from engine.runtime._pending import MOST, PendingSet
from engine.tempo import VirtualClock

DAY = 86_400_000
A_FEW = 8
"""Timers in a bucket: few, so that a short history splits, sweeps and joins them."""


class Mute(Actor[object]):
    __slots__ = ()

    @handles(object)
    def hear(self, _: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def ref() -> Ref:
    return Mute.start(Group("empresa", ManualLoop(VirtualClock(0)).dispatcher))


def numbered(ref: Ref, pending: PendingSet, *deadlines: int) -> list[Timer]:
    timers = [Timer(deadline, ref, n) for n, deadline in enumerate(deadlines)]
    for timer in timers:
        pending.add(timer)
    return timers


def all_of(pending: PendingSet, now: int = 10 * DAY, most: int = 100) -> Iterator[Timer]:
    while taken := pending.take(now, most):
        yield from taken


Deed = tuple[str, int]
DEEDS: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "cancel", "move", "take"]), st.integers(0, 60)), max_size=400
)


@given(DEEDS, st.integers(1, 20))
def test_it_gives_what_a_sorted_list_gives(deeds: list[Deed], most: int) -> None:
    ref = Mute.start(Group("empresa", ManualLoop(VirtualClock(0)).dispatcher))
    pending, naive = PendingSet(A_FEW), list[Timer]()

    def add(deadline: int) -> None:
        timer = Timer(deadline, ref, None)
        pending.add(timer)
        naive.append(timer)
        naive.sort(key=lambda one: one.deadline)  # stable: equal ones in the order in which they were set

    for deed, number in deeds:
        if deed == "add":
            add(number)
        elif deed == "take":
            due = [timer for timer in naive if timer.deadline <= number][:most]
            assert pending.take(number, most) == due
            del naive[: len(due)]
        elif naive:
            naive.pop(number % len(naive)).cancel()
            if deed == "move":
                add(number)
        assert pending.next_deadline() == (naive[0].deadline if naive else None)
        assert len(pending) == len(naive)
    assert list(all_of(pending)) == naive


def test_ten_thousand_of_one_deadline_come_in_the_order_in_which_they_were_set(ref: Ref) -> None:
    pending = PendingSet()
    numbered(ref, pending, *[DAY] * 10_000)
    assert [timer.message for timer in all_of(pending)] == list(range(10_000))


@pytest.mark.parametrize("step", [1, -1, 7_919], ids=["later and later", "earlier and earlier", "all over the place"])
def test_no_bucket_ever_holds_more_than_its_share_so_that_nothing_looks_at_more(ref: Ref, step: int) -> None:
    pending = PendingSet()
    numbered(ref, pending, *[(n * step) % 20_000 for n in range(20_000)])
    assert max(len(bucket.timers) for bucket in pending._buckets) <= MOST
    assert [timer.deadline for timer in all_of(pending)] == list(range(20_000))


def test_what_is_moved_again_and_again_leaves_nothing_behind(ref: Ref) -> None:
    """Each message of a contact moves the deadline of the next response, which never comes."""
    pending = PendingSet()
    timers = numbered(ref, pending, *range(1_000))
    for n in range(100_000):
        timers[n % 1_000].cancel()
        timers[n % 1_000] = Timer(n, ref, n)
        pending.add(timers[n % 1_000])
        assert pending.entries() <= 3 * 1_000 + MOST
    assert len(pending._buckets) < 100
    assert len(pending) == 1_000
    assert [timer.message for timer in all_of(pending)] == list(range(99_000, 100_000))


def test_all_but_one_in_a_thousand_cancelled_leaves_few_buckets(ref: Ref) -> None:
    pending = PendingSet()
    timers = numbered(ref, pending, *range(50_000))
    for timer in timers:
        if timer.deadline % 1_000:
            timer.cancel()
    assert pending.entries() < 5_000
    assert len(pending._buckets) < 60
    assert [timer.deadline for timer in all_of(pending)] == list(range(0, 50_000, 1_000))


def test_what_is_cancelled_twice_counts_once(ref: Ref) -> None:
    pending = PendingSet()
    first, *others = numbered(ref, pending, *range(100))
    for _ in range(3):
        first.cancel()
    assert len(pending) == len(others)
    assert list(all_of(pending)) == others


def test_one_set_before_all_others_is_the_next(ref: Ref) -> None:
    pending = PendingSet(A_FEW)
    numbered(ref, pending, *range(100, 200))
    assert [timer.deadline for timer in pending.take(150, 10)] == list(range(100, 110))
    numbered(ref, pending, 5, 108, -3)
    assert [timer.deadline for timer in pending.take(150, 5)] == [-3, 5, 108, 110, 111]
