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
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UuidV7:
    """Fresh ids from a clock and a random source. Ids of one instance only ever increase."""

    __slots__ = ("_bits", "_clock", "_last", "_ms", "_prefix")

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        """``seed`` makes the ids repeatable (simulation); without it they come from the system's randomness."""
        self._clock = clock
        self._bits = Random(int.from_bytes(os.urandom(16)) if seed is None else seed).getrandbits  # noqa: S311  # ids are not secrets
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
        low = self._bits(62)
        return f"{self._prefix}{stamp & 0xFFF:03x}-{0x8000 | low >> 48:04x}-{low & 0xFFFF_FFFF_FFFF:012x}"


def is_uuid(text: str) -> bool:
    """True for a UUID in its canonical lower-case form, of any version."""
    return _UUID.fullmatch(text) is not None
