"""What is due and not delivered yet: after a long downtime that may be a hundred thousand deadlines of one group, and
one of another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.runtime._group import Group
    from engine.runtime._timers import Timer

SLICE: Final = 512
"""Timers delivered at a stretch: as many as a pass handles messages."""
SHARE: Final = 128
"""Actors of one group that have mail, and turns of it that are not durable yet, up to which more of its timers are
delivered: so its commands wait for few of them, and those of others, in the same batch of the journal, for as few.
"""
_AT_ONCE: Final = 64
"""Timers of one group in a slice, at most: half its share, so that these are handled while those before them are being
written.
"""
_WORTH: Final = 32
"""So much room is waited for, where more is due: each batch of the journal costs something, however little is in it."""
_LEAST: Final = 16
"""Of one group in a slice, however many groups there are."""


class Due:
    """Timers whose deadline has come, by group. Groups take turns; within one the first deadline is the first."""

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues: dict[Group, deque[Timer]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def __bool__(self) -> bool:
        return bool(self._queues)

    def put(self, timers: Iterable[Timer]) -> None:
        for timer in timers:
            queue = self._queues.get(timer.ref.group)
            if queue is None:
                queue = self._queues[timer.ref.group] = deque()
            queue.append(timer)

    def first(self) -> Timer | None:
        """One that somebody is still there to hear."""
        while self._queues:
            group, queue = next(iter(self._queues.items()))
            while queue:
                if queue[0].is_live():
                    return queue[0]
                queue.popleft()
            del self._queues[group]
        return None

    def take(self) -> list[Timer]:
        """The next slice: of each group as many as it can well take now. Nothing, if they have all enough to do."""
        taken: list[Timer] = []
        fair = max(_LEAST, SLICE // max(1, len(self._queues)))
        for group in list(islice(self._queues, SLICE)):
            queue = self._queues.pop(group)
            if (place := room(group)) >= min(_WORTH, len(queue)):
                taken += _share(queue, min(fair, place, _AT_ONCE))
            if queue:
                self._queues[group] = queue  # at the end of the round
            if len(taken) >= SLICE:
                break
        return taken


def room(group: Group) -> int:
    """How many of its timers a group can take now."""
    return SHARE - len(group.ready) - group.unsettled


def _share(queue: deque[Timer], most: int) -> list[Timer]:
    share: list[Timer] = []
    while queue and len(share) < most:
        timer = queue.popleft()
        if timer.is_live():
            share.append(timer)
    return share
