"""Messages to everybody in a room, as many as the server delivers."""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Final

import trio
from msgspec.structs import replace

from bench._ear import CHUNK, Ear
from bench._edges import EDGES, Edge, Name, ask
from bench._load import Load, Outcome, outcome
from bench._wire import Released, frame, frames

_EVENT: Final = "nova_mensagem"
_OPENING: Final = 32
"""Connections being opened at once."""
_DRAIN_S: Final = 10


class Fanout(Load, frozen=True):
    """A client for each of ``tokens`` (None where none is needed), all in the room of ``ticket_id`` (None: the server
    puts them there). The first ``senders`` keep ``in_flight`` messages under way each; ``#`` in ``data`` becomes the
    number of the message. What counts is what all the clients receive; the times are those of the acks.

    Receivers look at nothing but where a message begins, so that it is the server that is measured. In the end each of
    them must have got every message.
    """

    edge: Name
    path: str
    tokens: Sequence[str | None]
    ticket_id: str | None
    senders: int
    event: str
    data: str
    in_flight: int

    async def work(self) -> Outcome:
        edge = EDGES[self.edge]
        limiter = trio.CapacityLimiter(_OPENING)
        opened: list[Released] = []

        async def enter(token: str | None) -> None:
            async with limiter:
                ws = await edge.open(self.port, self.path, token)
                if self.ticket_id is not None:
                    await ask(edge, ws, "ticket:entrar", f'{{"ticketId":"{self.ticket_id}"}}')
                opened.append(ws.release())

        async with trio.open_nursery() as nursery:
            for token in self.tokens:
                nursery.start_soon(enter, token)
        return _Room(self, edge, opened).work()  # nothing else runs here: it may have the thread


class _Sender:
    """A client that hears, and sends as its messages are acknowledged."""

    def __init__(self, released: Released, load: Fanout, edge: Edge) -> None:
        self.connection, self._rest = released
        self.heard = 0
        self.under_way: deque[float] = deque()
        self.latencies: list[tuple[float, float]] = []
        self._edge = edge
        self._event = load.event
        self._parts = load.data.split("#")
        self._beginning = edge.begins(_EVENT)

    def send(self, numbers: range) -> None:
        before, after = self._parts
        payloads = [frame(self._edge.event(self._event, f"{before}{n}{after}", n)) for n in numbers]
        data = b"".join(payloads)
        assert self.connection.send(data) == len(data), "the server reads too slowly"
        self.under_way.extend([monotonic()] * len(payloads))

    def hear(self, buffer: bytearray, free: memoryview) -> int:
        """Count the messages that are there, and take note of the acks."""
        length = self.connection.recv_into(free)
        assert length, "the server closed a connection"
        parsed, self._rest = frames(self._rest + bytes(buffer[:length]))
        count, now = 0, monotonic()
        for _, payload in parsed:
            if payload.startswith(self._beginning):
                count += 1
            elif payload.startswith(self._edge.ack):
                assert self._edge.ok in payload, payload
                self.latencies.append((now, now - self.under_way.popleft()))
        self.heard += count
        return count


class _Room:
    """All the clients, and what they received together."""

    def __init__(self, load: Fanout, edge: Edge, opened: list[Released]) -> None:
        beginning = edge.begins(_EVENT)
        self._load = load
        self._senders = [_Sender(released, load, edge) for released in opened[: load.senders]]
        self._everybody: list[_Sender | Ear] = [
            *self._senders,
            *(Ear(released, beginning) for released in opened[load.senders :]),
        ]
        self._by_fd = {each.connection.fileno(): each for each in self._everybody}
        self._poll = select.epoll()
        for fd in self._by_fd:
            self._poll.register(fd, select.EPOLLIN)
        self._buffer = bytearray(2 * CHUNK)
        self._free = memoryview(self._buffer)[:CHUNK]
        self._received = 0
        self._sent = 0

    def work(self) -> Outcome:
        load = self._load
        self._until(monotonic() + load.warm_up)
        since, received = monotonic(), self._received
        self._until(since + load.seconds)
        until, received = monotonic(), self._received - received
        self._drain()
        latencies = [took for at, took in self._acks() if since <= at < until]
        return replace(outcome(until - since, latencies), count=received)

    def _acks(self) -> list[tuple[float, float]]:
        return [ack for sender in self._senders for ack in sender.latencies]

    def _until(self, end: float) -> None:
        while monotonic() < end:
            for sender in self._senders:
                free = self._load.in_flight - len(sender.under_way)
                if free:
                    sender.send(range(self._sent + 1, self._sent + free + 1))
                    self._sent += free
            self._turn()

    def _turn(self) -> None:
        for fd, _ in self._poll.poll(1):
            self._received += self._by_fd[fd].hear(self._buffer, self._free)

    def _drain(self) -> None:
        end = monotonic() + _DRAIN_S
        while monotonic() < end and not self._complete():
            self._turn()
        assert self._complete(), f"of {self._sent} messages a client got {min(each.heard for each in self._everybody)}"

    def _complete(self) -> bool:
        return all(each.heard == self._sent for each in self._everybody)
