"""As many ``usuario:digitando`` as the server takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import trio
from msgspec import Struct

from bench._edges import EDGES, PATHS, ask
from bench._load import Load, Outcome, Window
from bench._wire import WebSocket

_TYPING: Final = "usuario:digitando"
_EDGE: Final = EDGES["ws"]
_HEARD: Final = _EDGE.begins("usuario_digitando")
_DRAIN_S: Final = 10


class Pair(Struct, frozen=True):
    """Two people who work on a ticket together: their tokens."""

    ticket_id: str
    first: str
    second: str


class Typing(Load, frozen=True):
    """Both of each pair type, with ``in_flight`` events under way each. What counts is the acks; in the end each must
    have been told of all that the other did.
    """

    pairs: Sequence[Pair]
    in_flight: int

    async def work(self) -> Outcome:
        people: list[tuple[_Person, _Person]] = []
        for pair in self.pairs:
            first, second = [await _Person.sit_down(self, pair.ticket_id, t) for t in (pair.first, pair.second)]
            people.append((first, second))
        window = Window(self)
        with trio.fail_at(window.ends + _DRAIN_S):
            async with trio.open_nursery() as nursery:
                for first, second in people:
                    nursery.start_soon(first.type, second, window)
                    nursery.start_soon(second.type, first, window)
        return window.outcome()


class _Person:
    def __init__(self, load: Typing, ticket_id: str, ws: WebSocket) -> None:
        self.typed = 0
        self._load = load
        self._data = f'{{"ticketId":"{ticket_id}","nome":"Ana Souza"}}'
        self._ws = ws
        self._heard = 0

    @classmethod
    async def sit_down(cls, load: Typing, ticket_id: str, token: str) -> _Person:
        ws = await _EDGE.open(load.port, PATHS["ws"], token)
        await ask(_EDGE, ws, "ticket:entrar", f'{{"ticketId":"{ticket_id}"}}')
        return cls(load, ticket_id, ws)

    async def type(self, other: _Person, window: Window) -> None:
        """Until the window closes, all is acknowledged, and all that the other typed is here."""
        free = self._load.in_flight
        under_way: deque[float] = deque()
        while window.open() or under_way or self._heard < other.typed:
            if free and window.open():
                under_way.extend([trio.current_time()] * free)
                await self._ws.send(_EDGE.event(_TYPING, self._data, self.typed + n) for n in range(free))
                self.typed += free
                free = 0
            for frame in await self._ws.receive():
                if frame.startswith(_HEARD):
                    self._heard += 1
                else:
                    assert _EDGE.ok in frame, frame
                    window.done(under_way.popleft())
                    free += 1
