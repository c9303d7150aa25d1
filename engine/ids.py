"""UUIDv7 (RFC 9562 §5.7): time-ordered ids, so primary keys insert at the right edge of their index.

Layout: 48 bits of milliseconds, version, 12 bits of counter (method 1: a per-millisecond counter keeps order within
one node), variant, 62 random bits.
"""

from __future__ import annotations

import os
import re
from random import Random
from typing import Final

from engine.ports import Clock

NINGUEM: Final = "00000000-0000-0000-0000-000000000000"
"""The nil UUID (RFC 9562 §5.9): nobody's id."""
_DRAWN: Final = 256
_VARIANT: Final = {digit: "89ab"[n % 4] for n, digit in enumerate("0123456789abcdef")}
"""The digit that says that an id is of the RFC, by a random one: two bits of it stay random."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UuidV7:
    """Fresh ids from a clock and a random source. Ids of one instance only ever increase."""

    __slots__ = ("_bytes", "_clock", "_last", "_ms", "_prefix", "_tails")

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        """``seed`` makes the ids repeatable (simulation); without it they come from the system's randomness."""
        self._clock = clock
        self._bytes = os.urandom if seed is None else Random(seed).randbytes  # noqa: S311  # a simulation has no secrets
        self._tails: list[str] = []
        self._last = 0
        self._ms = -1
        self._prefix = ""

    def novo(self) -> str:
        stamp = self._clock.now() << 12
        if stamp <= self._last:  # same millisecond, or the clock stepped back: keep counting
            stamp = self._last + 1
        self._last = stamp
        ms = stamp >> 12
        if ms != self._ms:  # many ids share a millisecond, and with it their first half
            self._ms = ms
            self._prefix = f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7"
        if not self._tails:
            self._tails = self._draw()
        return f"{self._prefix}{stamp & 0xFFF:03x}{self._tails.pop()}"

    def _draw(self) -> list[str]:
        """The random halves of many ids, ready to be written: one by one they cost twice as much."""
        digits = self._bytes(8 * _DRAWN).hex()
        halves = [digits[i : i + 16] for i in range(0, len(digits), 16)]
        return [f"-{_VARIANT[half[0]]}{half[1:4]}-{half[4:]}" for half in halves]


def menor_id(ms: int) -> str:
    """Not above any id that :class:`UuidV7` gives from this instant on."""
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7000-8000-000000000000"


def is_uuid(text: str) -> bool:
    """True for a UUID in its canonical lower-case form, of any version."""
    return _UUID.fullmatch(text) is not None
