"""As many WebSocket messages as the server acknowledges."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count

import trio

from bench._edges import EDGES, Name
from bench._load import Load, Outcome, Window


class Frames(Load, frozen=True):
    """A connection for each of ``lines``, with ``in_flight`` messages under way on each at any time.

    A line is a token (None where none is needed) and the texts to send, in turn; ``#`` in a text becomes the number of
    the message. What counts is a frame with ``answer`` in it; they come in the order of the messages. Every other ack
    is a refusal, which nothing here provokes. The texts are spelled as the ``edge`` has them.
    """

    path: str
    lines: Sequence[tuple[str | None, Sequence[str]]]
    in_flight: int
    answer: str
    edge: Name = "ws"

    async def work(self) -> Outcome:
        window = Window(self)
        async with trio.open_nursery() as nursery:
            for token, texts in self.lines:
                nursery.start_soon(self._talk, token, _numbered(texts), window)
        return window.outcome()

    async def _talk(self, token: str | None, texts: Iterator[bytes], window: Window) -> None:
        edge = EDGES[self.edge]
        ws = await edge.open(self.port, self.path, token)
        answer = self.answer.encode()
        sent: deque[float] = deque()
        free = self.in_flight
        while window.open():
            if free:
                sent.extend([trio.current_time()] * free)
                await ws.send(next(texts) for _ in range(free))
            free = 0
            for frame in await ws.receive():
                if answer in frame:
                    window.done(sent.popleft())
                    free += 1
                else:
                    assert not frame.startswith(edge.ack), frame
        ws.close()


def _numbered(texts: Sequence[str]) -> Iterator[bytes]:
    parts = [text.encode().split(b"#") for text in texts]
    for n in count(1):
        before, after = parts[n % len(parts)]
        yield b"%b%d%b" % (before, n, after)
