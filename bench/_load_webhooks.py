"""Webhooks of WhatsApp, signed, each with messages of its own: as many as are taken, or so many a second."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from random import Random
from time import time

import trio
from msgspec import Struct

from bench._load import Load, Outcome, Window, outcome
from bench._load_cycles import at_random
from bench._wire import Http

CONTACTS = 200
"""Who write to each number, in turn."""


class Number(Struct, frozen=True):
    """A business number, and where its webhooks go."""

    path: str
    phone_number_id: str
    secret: str


class Taken(Struct, frozen=True):
    """``over_1s`` is a share of 1."""

    latency: Outcome
    over_1s: float


class Webhooks(Load, frozen=True):
    """``per_webhook`` messages in each. ``first`` is the number of the first message: none comes twice."""

    numbers: Sequence[Number]
    per_webhook: int
    connections: int
    first: int

    async def work(self) -> Outcome:
        window = Window(self)
        messages = count(self.first)

        async def repeat() -> None:
            http = await Http.open(self.port)
            while window.open():
                ready = self.ready(messages)
                since = trio.current_time()
                await taken(http, ready)
                window.done(since)
            http.close()

        async with trio.open_nursery() as nursery:
            for _ in range(self.connections):
                nursery.start_soon(repeat)
        return window.outcome()

    def ready(self, messages: count[int]) -> bytes:
        """The next request."""
        n = next(messages)
        number = self.numbers[n % len(self.numbers)]
        inside = [n, *(next(messages) for _ in range(self.per_webhook - 1))]
        return signed(number, body(number, inside))


class PacedWebhooks(Load, frozen=True):
    """One message each, ``rate`` a second at random moments, over any idle one of ``connections``."""

    numbers: Sequence[Number]
    rate: float
    connections: int
    first: int

    async def work(self) -> Taken:
        window = Window(self)
        idle = deque([await Http.open(self.port) for _ in range(self.connections)])
        free = trio.Semaphore(self.connections)
        messages = count(self.first)

        async def send(_: Random) -> None:
            since = trio.current_time()
            n = next(messages)
            number = self.numbers[n % len(self.numbers)]
            async with free:
                http = idle.popleft()
                await taken(http, signed(number, body(number, [n])))
                idle.append(http)
            window.done(since)

        await at_random(self.rate, window, 1, send)
        late = sum(latency > 1 for latency in window.latencies) / len(window.latencies)
        return Taken(outcome(self.seconds, window.latencies), late)


async def taken(http: Http, ready: bytes) -> None:
    status, answer = await http.ask(ready)
    assert status == 200, f"{status} {answer!r}"


def phone(number: Number, n: int) -> str:
    """Who wrote the message ``n``."""
    return f"55{number.phone_number_id[-2:]}9{n % CONTACTS:08}"


def body(number: Number, messages: Sequence[int]) -> bytes:
    """As Meta writes it."""
    contacts = ",".join(
        f'{{"profile":{{"name":"Contato {n % CONTACTS}"}},"wa_id":"{phone(number, n)}"}}' for n in messages
    )
    said = ",".join(
        f'{{"from":"{phone(number, n)}","id":"wamid.{number.phone_number_id}.{n}","timestamp":"{int(time())}",'
        f'"type":"text","text":{{"body":"Bom dia! O meu pedido {n} ainda n\\u00e3o chegou."}}}}'
        for n in messages
    )
    return (
        '{"object":"whatsapp_business_account","entry":[{"id":"200000000000001","changes":[{"field":"messages","value":'
        '{"messaging_product":"whatsapp","metadata":{"display_phone_number":"551130000000","phone_number_id":"'
        f'{number.phone_number_id}"}},"contacts":[{contacts}],"messages":[{said}]}}}}]}}]}}'
    ).encode()


def signed(number: Number, content: bytes) -> bytes:
    signature = hmac.new(number.secret.encode(), content, sha256).hexdigest()
    head = (
        f"POST {number.path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        f"x-hub-signature-256: sha256={signature}\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
