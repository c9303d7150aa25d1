"""Time as the engine keeps it (integer milliseconds, UTC) and as the wire shows it (ISO 8601, milliseconds, ``Z``)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_EPOCA: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILISSEGUNDO: Final = timedelta(milliseconds=1)


class SystemClock:
    """The machine's clock."""

    __slots__ = ()

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class VirtualClock:
    """A clock that moves only when told to: tests and simulation."""

    __slots__ = ("_now",)

    def __init__(self, now: int = 1_767_225_600_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance_to(self, now: int) -> None:
        if now < self._now:
            raise ValueError(f"the clock cannot go back from {self._now} to {now}")
        self._now = now


@lru_cache(maxsize=4096)
def _second(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat()[:19]


@lru_cache(maxsize=4096)  # the events of one ticket show its times again and again
def iso(ms: int) -> str:
    """``1765447200123`` → ``"2025-12-11T10:00:00.123Z"``."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}Z"


def ms_de(texto: str) -> int:
    """``"2025-12-11T10:00:00.123Z"`` → ``1765447200123``. Raises ValueError for a day that does not exist."""
    return (datetime.fromisoformat(texto) - _EPOCA) // _MILISSEGUNDO


def iso_or_none(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)
