"""Timers: messages at a deadline."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.runtime._ref import Ref


class Timer:
    """A message due at ``deadline`` (milliseconds since the epoch). ``cancel()`` is idempotent."""

    __slots__ = ("cancelled", "deadline", "message", "ref")

    def __init__(self, deadline: int, ref: Ref, message: object) -> None:
        self.deadline = deadline
        self.ref = ref
        self.message = message
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Timers:
    """One heap for all actors. Equal deadlines fire in the order they were set."""

    __slots__ = ("_heap", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Timer]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, timer: Timer) -> None:
        heappush(self._heap, (timer.deadline, next(self._order), timer))

    def next_deadline(self) -> int | None:
        """When the next live timer is due."""
        heap = self._heap
        while heap and (heap[0][2].cancelled or not heap[0][2].ref.is_alive()):
            heappop(heap)
        return heap[0][0] if heap else None

    def due(self, now: int) -> list[Timer]:
        """Take out every live timer whose deadline has come, in order."""
        fired: list[Timer] = []
        deadline = self.next_deadline()
        while deadline is not None and deadline <= now:
            fired.append(heappop(self._heap)[2])
            deadline = self.next_deadline()
        return fired
