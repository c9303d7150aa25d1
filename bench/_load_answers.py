"""Agents answer contacts over REST: as fast as they are answered, or so many a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import cycle
from random import Random
from time import time

import msgspec
import trio
from msgspec import Struct

from bench._load import Load, Outcome, Window, outcome
from bench._load_cycles import at_random
from bench._wire import Http, request


class Answered(Struct, frozen=True):
    """``accepted``: when (s since the epoch) each message was acknowledged, by its id."""

    latency: Outcome
    accepted: dict[str, float]


class Answers(Load, frozen=True):
    """``each`` messages in each of ``tickets``, one round after the other, over ``connections``."""

    token: str
    tickets: Sequence[str]
    each: int
    connections: int

    async def work(self) -> Outcome:
        began = trio.current_time()
        latencies: list[float] = []

        async def write(tickets: Sequence[str]) -> None:
            http = await Http.open(self.port)
            for n in range(self.each):
                for ticket_id in tickets:
                    since = trio.current_time()
                    await accepted(http, self.token, ticket_id, n)
                    latencies.append(trio.current_time() - since)
            http.close()

        async with trio.open_nursery() as nursery:
            for n in range(self.connections):
                nursery.start_soon(write, self.tickets[n :: self.connections])
        return outcome(trio.current_time() - began, latencies)


class PacedAnswers(Load, frozen=True):
    """``rate`` a second at random moments, in turn in ``tickets``."""

    token: str
    tickets: Sequence[str]
    rate: float
    connections: int

    async def work(self) -> Answered:
        window = Window(self)
        idle = deque([await Http.open(self.port) for _ in range(self.connections)])
        free = trio.Semaphore(self.connections)
        turn = cycle(self.tickets)
        times: dict[str, float] = {}

        async def write(_: Random) -> None:
            since = trio.current_time()
            async with free:
                http = idle.popleft()
                message_id = await accepted(http, self.token, next(turn), 0)
                idle.append(http)
            if trio.current_time() >= window.begins:
                times[message_id] = time()
            window.done(since)

        await at_random(self.rate, window, 1, write)
        return Answered(outcome(self.seconds, window.latencies), times)


async def accepted(http: Http, token: str, ticket_id: str, n: int) -> str:
    """Write in a ticket; gives the message's id."""
    content = f'{{"ticketId":"{ticket_id}","conteudo":"O seu pedido saiu para entrega. {n}"}}'.encode()
    status, answer = await http.ask(request("POST", "/atendimento/mensagens", token, content))
    assert status == 201, f"{status} {answer!r}"
    message_id: str = msgspec.json.decode(answer)["id"]
    return message_id
