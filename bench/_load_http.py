"""Requests over HTTP: as many as the server answers, or so many a second."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import cycle

import trio

from bench._load import Load, Outcome, Window
from bench._wire import Http


class Requests(Load, frozen=True):
    """A connection for each of ``requests``, which it sends over and over, waiting for each answer."""

    requests: Sequence[str]
    status: int

    async def work(self) -> Outcome:
        window = Window(self)
        async with trio.open_nursery() as nursery:
            for ready in self.requests:
                nursery.start_soon(self._repeat, ready.encode(), window)
        return window.outcome()

    async def _repeat(self, ready: bytes, window: Window) -> None:
        http = await Http.open(self.port)
        while window.open():
            since = trio.current_time()
            status, body = await http.ask(ready)
            assert self.expected(status), f"{status} {body!r}"
            window.done(since)
        http.close()

    def expected(self, status: int) -> bool:
        return status == self.status


class Paced(Load, frozen=True):
    """``rate`` requests a second, in turn of ``requests``, on one connection: each waits for the answer before it."""

    requests: Sequence[str]
    status: int
    rate: float

    async def work(self) -> Outcome:
        window = Window(self)
        http = await Http.open(self.port)
        since = trio.current_time()
        for ready in cycle(self.requests):
            if not window.open():
                break
            await trio.sleep_until(since)
            began = trio.current_time()
            status, body = await http.ask(ready.encode())
            assert status == self.status, f"{status} {body!r}"
            window.done(began)
            since = max(since + 1 / self.rate, began)
        http.close()
        return window.outcome()


class Flood(Requests, frozen=True):
    """The same as fast as it can, refusals and all, out of the way of whoever measures beside it."""

    async def work(self) -> Outcome:
        os.nice(19)  # it comes from elsewhere: it must not take the core of the client that measures
        return await super().work()

    def expected(self, status: int) -> bool:
        return status in {self.status, 429}
