"""What is armed, in the order of its deadlines: half a million tickets with three deadlines each, nearly all of which
are moved or cancelled before they come.

The pending event set of a simulator, kept as the ladder queue does (Tang, Goh and Thng, "Ladder queue", ACM TOMACS
15(3), 2005): what is far off lies unsorted in buckets, each a stretch of time, and only the nearest bucket is kept
sorted. A bucket that grows too large is split in two, so that nothing ever looks at more than one bucket:

=========  =========================================================================================================
add        the bucket is found by bisection; O(log n), and now and then one bucket is sorted and split
cancel     O(1): the bucket counts it, and is swept when half of it is cancelled; one nearly empty joins the one before
take       off the front of the nearest bucket; once it is empty, the next one is sorted
=========  =========================================================================================================
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort_right
from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.runtime._timers import Timer

MOST: Final = 512
"""Timers in a bucket. Sorting so many takes a tenth of a millisecond."""
_SLACK: Final = 32
"""So few that are cancelled are not swept."""
_DEADLINE: Final = attrgetter("deadline")
_EVER: Final = float("-inf")


class Bucket:
    """What is due from ``start`` (ms) on, until the next bucket starts. ``dead``: how many of them are cancelled."""

    __slots__ = ("dead", "pending", "start", "timers")

    def __init__(self, pending: PendingSet, start: float, timers: list[Timer]) -> None:
        self.pending = pending
        self.start = start
        self.timers = timers
        self.dead = 0

    def one_cancelled(self) -> None:
        self.dead += 1
        if self.dead > _SLACK and 2 * self.dead > len(self.timers):
            self.pending.sweep(self)


class PendingSet:
    """Timers by deadline. Those of one deadline keep the order in which they were added.

    The first bucket is sorted, and begins at the beginning of time; of the others each holds, unsorted, what is due
    from its start on. A timer knows its ``bucket`` as long as it is here and not cancelled.
    """

    __slots__ = ("_buckets", "_most", "_starts")

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._starts: list[float] = [_EVER]
        self._buckets = [Bucket(self, _EVER, [])]

    def __len__(self) -> int:
        return sum(len(bucket.timers) - bucket.dead for bucket in self._buckets)

    def entries(self) -> int:
        """How many are kept, those included that were cancelled and not swept yet."""
        return sum(len(bucket.timers) for bucket in self._buckets)

    def add(self, timer: Timer) -> None:
        n = bisect_right(self._starts, timer.deadline) - 1
        timer.bucket = bucket = self._buckets[n]
        if n:
            bucket.timers.append(timer)
        else:
            insort_right(bucket.timers, timer, key=_DEADLINE)
        if len(bucket.timers) > self._most:
            self._split(n)

    def next_deadline(self) -> int | None:
        """When the first is due that somebody is still there to hear."""
        while True:
            first = self._buckets[0]
            for timer in self._front(first):
                return timer.deadline
            if len(self._buckets) == 1:
                return None
            del self._buckets[0], self._starts[0]
            first = self._buckets[0]
            first.timers.sort(key=_DEADLINE)
            first.start = self._starts[0] = _EVER

    def take(self, now: int, most: int) -> list[Timer]:
        """Take out what is due, the first first, at most so many."""
        taken: list[Timer] = []
        while len(taken) < most:
            deadline = self.next_deadline()
            if deadline is None or deadline > now:
                break
            first = self._buckets[0]
            come = min(bisect_right(first.timers, now, key=_DEADLINE), most - len(taken))
            taken += [timer for timer in self._cut(first, come) if timer.is_live()]
        return taken

    def sweep(self, bucket: Bucket) -> None:
        """Throw away what is cancelled."""
        bucket.timers = [timer for timer in bucket.timers if timer.bucket is bucket]
        bucket.dead = 0
        if len(bucket.timers) < self._most // 8:
            self._join(bucket)

    def _front(self, first: Bucket) -> Iterator[Timer]:
        """The first of a sorted bucket that is live, if there is one; those before it are thrown away."""
        for n, timer in enumerate(first.timers):
            if timer.is_live():
                self._cut(first, n)
                yield timer
                return
        self._cut(first, len(first.timers))

    def _cut(self, first: Bucket, count: int) -> list[Timer]:
        """The first timers of a bucket, which are not in it any more."""
        if not count:
            return []
        cut = first.timers[:count]
        del first.timers[:count]
        for timer in cut:
            if timer.bucket is None:
                first.dead -= 1
            else:
                timer.bucket = None
        return cut

    def _split(self, n: int) -> None:
        """The later half gets a bucket of its own."""
        bucket = self._buckets[n]
        if n:
            bucket.timers.sort(key=_DEADLINE)
        half = len(bucket.timers) // 2
        later = Bucket(self, bucket.timers[half].deadline, bucket.timers[half:])
        del bucket.timers[half:]
        for timer in later.timers:
            if timer.bucket is None:
                later.dead += 1
            else:
                timer.bucket = later
        bucket.dead -= later.dead
        self._starts.insert(n + 1, later.start)
        self._buckets.insert(n + 1, later)

    def _join(self, bucket: Bucket) -> None:
        """What is left of a bucket goes to the one before it, if that has room: time never reaches a bucket of which
        everything is moved again and again.
        """
        n = bisect_left(self._starts, bucket.start)
        while self._buckets[n] is not bucket:  # of one deadline there may be more than one
            n += 1
        before = self._buckets[n - 1]
        if not n or 2 * (len(before.timers) + len(bucket.timers)) > self._most:
            return
        bucket.timers.sort(key=_DEADLINE)  # the first one stays sorted
        for timer in bucket.timers:
            timer.bucket = before
        before.timers += bucket.timers
        del self._buckets[n], self._starts[n]
