"""As many requests as the server answers."""

from __future__ import annotations

from collections.abc import Sequence

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
            assert status == self.status, f"{status} {body!r}"
            window.done(since)
        http.close()
