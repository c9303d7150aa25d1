"""Many clients who wait and say nothing."""

from __future__ import annotations

import resource
import select
import socket
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Final

import trio
from msgspec import Struct

from balcao.porta.descritores import abrir_ate_o_limite
from bench._ear import CHUNK, Ear
from bench._edges import EDGES, Edge, Name
from bench._load import Load, Outcome, outcome
from bench._wire import Released, frame

_OPENING: Final = 64
"""Connections being opened at once."""
_FIRST: Final = 100
"""Connections opened before the server's memory is looked at, so that what it needs for any at all is there."""
_SOURCES: Final = [f"127.0.0.{n}" for n in range(2, 10)]
_TELL_S: Final = 10
_SPARE: Final = 100
"""Open files of this process that are no connections."""


class Announcement(Struct, frozen=True):
    """What has the server say ``event`` to everybody: an HTTP request, or else what one of them says. It is done
    ``times`` times, one after the other.
    """

    event: str
    times: int
    http: str | None = None
    said: str | None = None


class Crowded(Struct, frozen=True):
    """``open`` connections; how they were opened; how everybody was told; and how much larger the server's process is
    for each.
    """

    open: int
    opening: Outcome
    telling: Outcome
    bytes_each: float


class Crowd(Load, frozen=True):
    """A client for each of ``tokens``, from several addresses. Of an announcement, the time is measured from the
    request until each of them has it. How long all this takes is up to the server: ``seconds`` is not looked at.
    """

    edge: Name
    path: str
    tokens: Sequence[str | None]
    server_pid: int
    announcement: Announcement

    async def work(self) -> Crowded:
        limit = abrir_ate_o_limite()
        assert limit == resource.RLIM_INFINITY or limit >= len(self.tokens) + _SPARE, f"ulimit -n is {limit}"
        crowd = _Gathering(self, EDGES[self.edge])
        await crowd.gather(self.tokens[:_FIRST])
        before = self._memory()
        since = monotonic()
        took = await crowd.gather(self.tokens[_FIRST:])
        opening = outcome(monotonic() - since, took)
        bytes_each = (self._memory() - before) / len(took)
        telling = crowd.tell(self.announcement)
        return Crowded(crowd.alive(), opening, telling, bytes_each)

    def _memory(self) -> int:
        """Bytes of the server's process that are in memory."""
        status = Path(f"/proc/{self.server_pid}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) * 1024


class _Gathering:
    def __init__(self, load: Crowd, edge: Edge) -> None:
        self._load = load
        self._edge = edge
        self._sources = cycle(_SOURCES)
        self._limiter = trio.CapacityLimiter(_OPENING)
        self._released: list[Released] = []

    async def gather(self, tokens: Sequence[str | None]) -> list[float]:
        """Have a client come in for each, and give how long each took, in seconds."""
        took: list[float] = []
        async with trio.open_nursery() as nursery:
            for token in tokens:
                nursery.start_soon(self._come, token, took)
        return took

    async def _come(self, token: str | None, took: list[float]) -> None:
        async with self._limiter:
            since = monotonic()
            ws = await self._edge.open(self._load.port, self._load.path, token, next(self._sources))
            took.append(monotonic() - since)
            self._released.append(ws.release())

    def alive(self) -> int:
        """How many the server has not closed. What it has said is left unread."""
        alive = 0
        for connection, _ in self._released:
            try:
                alive += connection.recv(1, socket.MSG_PEEK) != b""
            except BlockingIOError:
                alive += 1
        return alive

    def tell(self, announcement: Announcement) -> Outcome:
        """Announce, and wait until everybody has it; as often as it says."""
        ears = [Ear(released, self._edge.begins(announcement.event)) for released in self._released]
        latencies: list[float] = []
        begun = monotonic()
        with select.epoll() as poll, socket.create_connection(("127.0.0.1", self._load.port)) as http:
            for ear in ears:
                poll.register(ear.connection, select.EPOLLIN)
            by_fd = {ear.connection.fileno(): ear for ear in ears}
            for _ in range(announcement.times):
                if announcement.said is not None:
                    ears[0].connection.sendall(frame(announcement.said.encode()))
                if announcement.http is not None:
                    http.sendall(announcement.http.encode())
                latencies += _heard_by_all(poll, by_fd)
                if announcement.http is not None:
                    answer = http.recv(CHUNK)
                    assert answer.startswith(b"HTTP/1.1 201"), answer
        return outcome(monotonic() - begun, latencies)


def _heard_by_all(poll: select.epoll, by_fd: dict[int, Ear]) -> list[float]:
    """Wait until each has heard once; gives how long each took, in seconds."""
    since, latencies = monotonic(), list[float]()
    buffer = bytearray(2 * CHUNK)
    free = memoryview(buffer)[:CHUNK]
    while len(latencies) < len(by_fd):
        assert monotonic() < since + _TELL_S, f"only {len(latencies)} of {len(by_fd)} were told"
        for fd, _ in poll.poll(1):
            heard = by_fd[fd].hear(buffer, free)
            latencies += [monotonic() - since] * heard
    return latencies
