"""Timers: messages at a deadline.

There are two kinds. What an actor sets with :meth:`Actor.at` is said once: if its handler crashes, it is lost like any
message. A deadline that must come is a field of the actor's row, and declared (:meth:`Actor.deadlines`): it is armed as
long as the row says so. Neither is lost to a quarantine: what falls due in it is held until it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from engine.runtime._due import SHARE, Due, room
from engine.runtime._pending import PendingSet

if TYPE_CHECKING:
    from engine.runtime._pending import Bucket
    from engine.runtime._ref import Ref


Deadline = tuple[int, object]
"""When (ms since the epoch), and the message that is then due."""

_COLLECTED: Final = 4_096
"""Timers that are found to be due at a stretch: about a millisecond. What is due to a group that is not the first to be
found waits for as many of these as others have due.
"""


class Timer:
    """A message due at ``deadline`` (milliseconds since the epoch)."""

    __slots__ = ("bucket", "cancelled", "deadline", "message", "ref")

    def __init__(self, deadline: int, ref: Ref, message: object) -> None:
        self.deadline = deadline
        self.ref = ref
        self.message = message
        self.cancelled = False
        self.bucket: Bucket | None = None

    def cancel(self) -> None:
        """Do not deliver the message, even if the deadline has come and it is already in the mailbox. Idempotent.

        Inside a turn it is held until the turn succeeds, like every effect.
        """
        dispatcher = self.ref.group.dispatcher
        if dispatcher.in_turn:
            dispatcher.turn.touched = True
            dispatcher.turn.callbacks.append(self.disarm)
        else:
            self.disarm()

    def disarm(self) -> None:
        """Cancel it now, whatever becomes of the turn."""
        self.cancelled = True
        bucket, self.bucket = self.bucket, None
        if bucket is not None:
            bucket.one_cancelled()

    def is_live(self) -> bool:
        """Whether anybody is still there to hear it."""
        return not self.cancelled and self.ref.is_alive() and not self.ref.group.closed


class Timers:
    """The timers of all actors. Equal deadlines fire in the order they were set.

    What is armed is a :class:`~engine.runtime._pending.PendingSet`: no call looks at more than a part of it. What is
    due is handed out in slices (:class:`~engine.runtime._due.Due`), so that however much of it there is, neither the
    loop is held nor does one group make the others wait.
    """

    __slots__ = ("_declared", "_due", "_held", "_pending")

    def __init__(self) -> None:
        self._pending = PendingSet()
        self._due = Due()
        self._declared: dict[Ref, tuple[Timer, ...]] = {}
        self._held: dict[Ref, list[Timer]] = {}

    def __len__(self) -> int:
        """How many are armed, or due and not delivered."""
        return len(self._pending) + len(self._due)

    def add(self, timer: Timer) -> None:
        self._pending.add(timer)

    def declare(self, ref: Ref, deadlines: Sequence[Deadline]) -> bool:
        """Have exactly these armed as what the row of ``ref`` says; True if any was not. One that was declared before
        is left alone, also if it has come: its handler is to change the row.
        """
        before = self._declared.get(ref, ())
        if len(before) <= 1 and len(deadlines) <= 1:
            return self._declare_one(ref, before[0] if before else None, deadlines[0] if deadlines else None)
        left, after = list(before), []
        added = False
        for deadline, message in deadlines:
            for n, timer in enumerate(left):
                if timer.deadline == deadline and timer.message == message:
                    del left[n]
                    break
            else:
                timer = Timer(deadline, ref, message)
                self._pending.add(timer)
                added = True
            after.append(timer)
        for timer in left:
            timer.disarm()
        self._have(ref, tuple(after), min((deadline for deadline, _ in deadlines), default=0))
        return added

    def _declare_one(self, ref: Ref, before: Timer | None, deadline: Deadline | None) -> bool:
        """The same where there was one at the most, and is: as mostly."""
        if before is not None:
            if deadline is not None and deadline[0] == before.deadline and deadline[1] == before.message:
                return False
            before.disarm()
        if deadline is None:
            self._have(ref, (), 0)
            return False
        timer = Timer(deadline[0], ref, deadline[1])
        self._pending.add(timer)
        self._have(ref, (timer,), deadline[0])
        return True

    def _have(self, ref: Ref, timers: tuple[Timer, ...], first: int) -> None:
        if ref.actor is not None:
            ref.actor.due = first
        if timers:
            self._declared[ref] = timers
        else:
            self._declared.pop(ref, None)

    def overdue(self, ref: Ref, now: int) -> list[Timer]:
        """What its row says that has come, the first first, whether it was delivered or not."""
        come = [timer for timer in self._declared.get(ref, ()) if timer.deadline <= now]
        return sorted(come, key=lambda timer: timer.deadline)

    def declares(self, ref: Ref) -> bool:
        """Whether anything is armed as what its row says."""
        return ref in self._declared

    def forget(self, ref: Ref) -> None:
        """What is declared is not armed any more: the actor is rebuilt."""
        for timer in self._declared.pop(ref, ()):
            timer.disarm()

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
        """When the next live timer is due, or was: of what was found to be due some may be left."""
        waiting = self._due.first()
        return self._pending.next_deadline() if waiting is None else waiting.deadline

    def due(self, now: int) -> list[Timer]:
        """Take out live timers whose deadline has come: all of them, in order, or of many a slice, in which groups take
        turns. As long as :meth:`next_deadline` says that there are more, ask again once others have had their turn; if
        none was given, once there may be room.
        """
        come = self._pending.take(now, _COLLECTED)
        if len(come) <= SHARE and not self._due and all(room(timer.ref.group) > 0 for timer in come):
            return come
        self._due.put(come)
        return self._due.take()
