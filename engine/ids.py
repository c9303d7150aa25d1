"""UUIDv7 (RFC 9562 §5.7): time-ordered ids, so primary keys insert at the right edge of their index.

Layout: 48 bits of milliseconds, version, 12 bits of counter (method 1: a per-millisecond counter keeps order within
one node), variant, 62 random bits.
"""

from __future__ import annotations

import os
import re
from random import Random

from engine.ports import Clock

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RANDOM_BITS = (1 << 62) - 1


class UuidV7:
    """Fresh ids from a clock and a random source. Ids of one instance only ever increase."""

    __slots__ = ("_clock", "_last", "_random")

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        """``seed`` makes the ids repeatable (simulation); without it they come from the system's randomness."""
        self._clock = clock
        self._random = Random(int.from_bytes(os.urandom(16)) if seed is None else seed)  # noqa: S311  # ids are not secrets
        self._last = 0

    def novo(self) -> str:
        stamp = self._clock.now() << 12
        if stamp <= self._last:  # same millisecond, or the clock stepped back: keep counting
            stamp = self._last + 1
        self._last = stamp
        low = 0x8000_0000_0000_0000 | (self._random.getrandbits(62) & _RANDOM_BITS)
        high = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
        text = f"{high << 64 | low:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid(text: str) -> bool:
    """True for a UUID in its canonical lower-case form, of any version."""
    return _UUID.fullmatch(text) is not None
