"""Supervision: what happens after a handler raised.

The actor is rebuilt and goes on. An actor that keeps failing is quarantined: its mail is refused, its parent is told,
and after a rest it is rebuilt and tried again (Erlang/OTP supervisors, "restart intensity").
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from engine.runtime._ref import Ref

_KEPT_LETTERS = 1000


class Undelivered(Struct, frozen=True):
    """To the parent: ``item`` (a message or an Ask) was sent to ``ref``, which has stopped or is quarantined."""

    ref: Ref
    item: object


class Quarantined(Struct, frozen=True):
    """To the parent: ``ref`` failed too often and takes no mail until it is released."""

    ref: Ref


class Released(Struct, frozen=True):
    """To the parent: the quarantine of ``ref`` is over."""

    ref: Ref


class DeadLetter(Struct, frozen=True):
    """A message nobody could handle. Only its type is kept: messages hold what customers wrote."""

    at: int
    group: str
    actor: str
    message: str
    reason: str


class Supervisor:
    """Counts failures, decides between restart and quarantine, keeps the last dead letters.

    ``max_failures`` within ``window`` ms are forgiven; the next one quarantines the actor for ``rest`` ms.
    """

    __slots__ = ("_failures", "dead_letters", "dead_letters_total", "max_failures", "quarantined", "rest", "restarts",
                 "window")  # fmt: skip

    def __init__(self, max_failures: int = 5, window: int = 60_000, rest: int = 60_000) -> None:
        self.max_failures = max_failures
        self.window = window
        self.rest = rest
        self._failures: dict[Ref, deque[int]] = {}
        self.restarts: Counter[str] = Counter()
        self.quarantined: set[Ref] = set()
        self.dead_letters: deque[DeadLetter] = deque(maxlen=_KEPT_LETTERS)
        self.dead_letters_total = 0

    def may_restart(self, ref: Ref, now: int) -> bool:
        """Record a failure of ``ref``; False when its budget is spent."""
        horizon = now - self.window
        recent = self._failures
        failures = recent.pop(ref, None) or deque(maxlen=self.max_failures + 1)
        while failures and failures[0] < horizon:
            failures.popleft()
        failures.append(now)
        recent[ref] = failures  # who failed last comes last, so the ones to forget come first
        while recent[oldest := next(iter(recent))][-1] < horizon:
            del recent[oldest]
        return len(failures) <= self.max_failures

    def forgive(self, ref: Ref) -> None:
        self._failures.pop(ref, None)
        self.quarantined.discard(ref)

    def bury(self, letter: DeadLetter) -> None:
        self.dead_letters_total += 1
        self.dead_letters.append(letter)
