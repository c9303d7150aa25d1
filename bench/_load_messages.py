"""Messages at a given rate, whatever the server does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Final

import trio
from msgspec import Struct

from bench._edges import EDGES, PATHS, ask
from bench._load import Load, Outcome, Window
from bench._load_cycles import at_random
from bench._wire import WebSocket

_EDGE: Final = EDGES["ws"]
_NEWS: Final = _EDGE.begins("nova_mensagem")
_NUMBER: Final = re.compile(rb" n(\d+)\"")
_TEXT: Final = "Bom dia! O seu pedido já saiu; chega amanhã. Posso ajudar em mais algo?"
_DRAIN_S: Final = 10


class Desk(Struct, frozen=True):
    """An agent who writes, somebody else who reads along, and the tickets."""

    writer: str
    reader: str
    tickets: Sequence[str]


class PacedMessages(Load, frozen=True):
    """At random moments, ``rate`` a second on average, some agent writes in one of its tickets. What is measured is the
    time until the reader, who is in the ticket's room, has ``nova_mensagem``.
    """

    rate: float
    desks: Sequence[Desk]

    async def work(self) -> Outcome:
        return await _Office(self).work()


class _Office:
    """All the desks, in one process and on one clock. ``_sent`` holds when each message that is under way was sent."""

    def __init__(self, load: PacedMessages) -> None:
        self._load = load
        self._window = Window(load)
        self._numbers = count(1)
        self._sent: dict[int, float] = {}
        self._writers: list[tuple[WebSocket, Sequence[str]]] = []
        self._all_read = trio.Event()

    async def work(self) -> Outcome:
        async with trio.open_nursery() as nursery:
            for desk in self._load.desks:
                reader = await _EDGE.open(self._load.port, PATHS["ws"], desk.reader)
                for ticket_id in desk.tickets:
                    await ask(_EDGE, reader, "ticket:entrar", f'{{"ticketId":"{ticket_id}"}}')
                writer = await _EDGE.open(self._load.port, PATHS["ws"], desk.writer)
                self._writers.append((writer, desk.tickets))
                nursery.start_soon(self._read, reader)
                nursery.start_soon(self._see_acks, writer)
            self._window = Window(self._load)
            await at_random(self._load.rate, self._window, 1, self._write)
            await self._until_all_read()
            nursery.cancel_scope.cancel()
        return self._window.outcome()

    async def _write(self, luck: Random) -> None:
        writer, tickets = luck.choice(self._writers)
        number = next(self._numbers)
        data = f'{{"ticketId":"{luck.choice(tickets)}","conteudo":"{_TEXT} n{number}"}}'
        self._sent[number] = trio.current_time()
        await writer.send([_EDGE.event("mensagem:enviar", data, number)])

    async def _read(self, reader: WebSocket) -> None:
        while True:
            for frame in await reader.receive():
                if frame.startswith(_NEWS):
                    number = _NUMBER.search(frame)
                    assert number is not None, frame
                    self._window.done(self._sent.pop(int(number[1])))
                    if not self._sent:
                        self._all_read.set()

    async def _see_acks(self, writer: WebSocket) -> None:
        while True:
            for frame in await writer.receive():
                assert _EDGE.ok in frame or not frame.startswith(_EDGE.ack), frame

    async def _until_all_read(self) -> None:
        self._all_read = trio.Event()
        if self._sent:
            with trio.fail_after(_DRAIN_S):
                await self._all_read.wait()
