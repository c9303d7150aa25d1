"""What a server and its PostgreSQL have cost, by the CPU time that the kernel has counted for them.

It does not depend on who else is on the machine as rates do: these tell how long somebody waited, and that is also for
others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.postgres import pid_do_servidor
from tests.servidor import Servidor

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM, _CHILDREN = 1, 11, 12, slice(13, 15)
"""Where the fields are behind the name of the program, which is in parentheses. (proc_pid_stat(5).)"""


class Cost(Struct, frozen=True):
    """Microseconds of CPU for one request."""

    server: float
    postgres: float

    @property
    def total(self) -> float:
        return self.server + self.postgres


def cost_of(server: Servidor, work: Callable[[], int]) -> Cost:
    """What each request has cost, of the many that ``work`` makes; it says how many those were."""
    server_before, postgres_before = _seconds(server)
    requests = work()
    server_after, postgres_after = _seconds(server)
    to_each = 1e6 / requests
    return Cost((server_after - server_before) * to_each, (postgres_after - postgres_before) * to_each)


def seconds_of(pid: int) -> float:
    """CPU time of one process, so far."""
    return _ticks(dict(_stats())[pid]) / _TICKS_PER_S


def _seconds(server: Servidor) -> tuple[float, float]:
    """Of the server, and of all the processes of its PostgreSQL, those too that have ended."""
    postmaster = pid_do_servidor(server.dados)
    stats = dict(_stats())
    own = _ticks(stats[server.pid])
    theirs = sum(_ticks(stat) for stat in stats.values() if int(stat[_PARENT]) == postmaster)
    ended = sum(map(int, stats[postmaster][_CHILDREN]))
    return own / _TICKS_PER_S, (_ticks(stats[postmaster]) + theirs + ended) / _TICKS_PER_S


def _ticks(stat: list[str]) -> int:
    return int(stat[_USER]) + int(stat[_SYSTEM])


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has just ended
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
