"""Timers: messages at a deadline.

There are two kinds. What an actor sets with :meth:`Actor.at` is said once: if its handler crashes, it is lost like any
message. A deadline that must come is a field of the actor's row, and declared (:meth:`Actor.deadlines`): it is armed as
long as the row says so. Neither is lost to a quarantine: what falls due in it is held until it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.runtime._ref import Ref


Deadline = tuple[int, object]
"""When (ms since the epoch), and the message that is then due."""

_SLACK = 64


class Timer:
    """A message due at ``deadline`` (milliseconds since the epoch)."""

    __slots__ = ("cancelled", "deadline", "message", "ref")

    def __init__(self, deadline: int, ref: Ref, message: object) -> None:
        self.deadline = deadline
        self.ref = ref
        self.message = message
        self.cancelled = False

    def cancel(self) -> None:
        """Do not deliver the message, even if the deadline has come and it is already in the mailbox. Idempotent.

        Inside a turn it is held until the turn succeeds, like every effect.
        """
        dispatcher = self.ref.group.dispatcher
        if dispatcher.in_turn:
            dispatcher.turn.touched = True
            dispatcher.turn.callbacks.append(self._cancel)
        else:
            self._cancel()

    def _cancel(self) -> None:
        self.cancelled = True

    def is_live(self) -> bool:
        """Whether anybody is still there to hear it."""
        return not self.cancelled and self.ref.is_alive() and not self.ref.group.closed


class Timers:
    """One heap for all actors. Equal deadlines fire in the order they were set.

    A timer that was cancelled stays in the heap until it reaches the top, or until the heap has doubled since it was
    last cleared of such timers: so memory stays proportional to the live ones.
    """

    __slots__ = ("_clear_at", "_declared", "_heap", "_held", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Timer]] = []
        self._declared: dict[Ref, list[Timer]] = {}
        self._held: dict[Ref, list[Timer]] = {}
        self._order = count()
        self._clear_at = _SLACK

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, timer: Timer) -> None:
        heappush(self._heap, (timer.deadline, next(self._order), timer))
        if len(self._heap) > self._clear_at:
            self._heap = [entry for entry in self._heap if entry[2].is_live()]
            heapify(self._heap)
            self._clear_at = 2 * len(self._heap) + _SLACK

    def declare(self, ref: Ref, deadlines: Sequence[Deadline]) -> bool:
        """Have exactly these armed as what the row of ``ref`` says; True if any was not. One that was declared before
        is left alone, also if it has come: its handler is to change the row.
        """
        before = self._declared.pop(ref, [])
        added = False
        after: list[Timer] = []
        for deadline, message in deadlines:
            same = next((t for t in before if t.deadline == deadline and t.message == message), None)
            if same is None:
                self.add(same := Timer(deadline, ref, message))
                added = True
            else:
                before.remove(same)
            after.append(same)
        for timer in before:
            timer.cancelled = True
        if after:
            self._declared[ref] = after
        return added

    def declares(self, ref: Ref) -> bool:
        """Whether anything is armed as what its row says."""
        return ref in self._declared

    def forget(self, ref: Ref) -> None:
        """What is declared is not armed any more: the actor is rebuilt."""
        for timer in self._declared.pop(ref, ()):
            timer.cancelled = True

    def drop(self, ref: Ref) -> None:
        """The actor has stopped: nothing is declared or held for it any more."""
        if ref in self._declared:
            self.forget(ref)
        if ref in self._held:
            del self._held[ref]

    def hold(self, timer: Timer) -> None:
        """Keep a timer that fell due while its actor takes no mail."""
        self._held.setdefault(timer.ref, []).append(timer)

    def let_go(self, ref: Ref) -> list[Timer]:
        """Take out what was held for an actor, in the order it fell due."""
        return self._held.pop(ref, [])

    def next_deadline(self) -> int | None:
        """When the next live timer is due."""
        heap = self._heap
        while heap and not heap[0][2].is_live():
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
