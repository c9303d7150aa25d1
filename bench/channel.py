"""Channels: what comes in by webhook, and what goes out through a provider.

In: signed webhooks of one message, each durable before its 200, beside a POST to a bare Quart that does nothing; then
so many a second to ten numbers, with the connectors at work on what they bring; and how fast these put what waits into
tickets. Out: what waits for 200 contacts goes through the connectors' process to a fake Graph API in a process of its
own, which has no limits; ours are on (80 a second for each of 40 numbers). Its book says when each came, and that each
contact got its messages in order.

On a machine that is busy with other things rates say little: ``…_cpu_us`` is what a webhook, or a message, costs each
process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import asyncpg
import httpx2

from bench._cpu import cost_of, seconds_of
from bench._load import Outcome, elsewhere, elsewhere_as
from bench._load_answers import Answered, Answers, PacedAnswers
from bench._load_http import Requests
from bench._load_webhooks import CONTACTS, Number, PacedWebhooks, Taken, Webhooks, body, signed
from bench._provider import Provider, provider
from bench._servers import balcao, bare
from bench._wire import request
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor, Usuario
from tests.sistema.banco import dsn_embutido

CONNECTIONS: Final = 32
ROUNDS: Final = 5
SECONDS: Final = 2.0
WARM_UP: Final = 0.5
BATCH: Final = 100
NUMBERS_IN: Final = 10
RATE_IN: Final = 800.0
PACED_S: Final = 20.0
NUMBERS_OUT: Final = 40
EACH: Final = 40
"""Messages to each contact: as many as the pair limit lets through at once, but a few."""
RATE_OUT: Final = 100.0
_PATIENCE_S: Final = 120.0
_COUNT: Final = "SELECT count(*) FROM atendimento_mensagens WHERE empresa_id = $1"

_messages = count(1, 1_000_000)
"""Where the numbers of a load's messages begin."""


# -- in ----------------------------------------------------------------------------------------------------------------


@bench(
    Figure("channel.inbound_per_s", "webhooks/s"),
    Figure("channel.inbound_vs_bare_quart", "×", 0.5),
    Figure("channel.inbound_cpu_us", "µs"),
    Figure("channel.inbound_batch_per_s", "messages/s", 5_000),
)
def inbound(progress: Progress) -> Results:
    """Without connectors: what is taken waits."""
    with bare() as base, balcao() as server:
        number = _number(server, server.nova_empresa(), 0)
        size = len(body(number, [1]))
        hello = [request("POST", "/", None, b"x" * size).decode()] * CONNECTIONS

        def hooks(per_webhook: int) -> Outcome:
            first = next(_messages)
            return elsewhere(Webhooks(server.porta, SECONDS, WARM_UP, [number], per_webhook, CONNECTIONS, first))

        rates = rounds(
            ROUNDS,
            progress,
            bare_quart=lambda: elsewhere(Requests(base.shipped, SECONDS, WARM_UP, hello, 200)).per_s,
            one=lambda: hooks(1).per_s,
            batch=lambda: BATCH * hooks(BATCH).per_s,
        )
        progress("CPU time")
        cost = cost_of(server, lambda: hooks(1).count)
    one, quart = rates["one"], rates["bare_quart"]
    return {
        "channel.inbound_per_s": Measured(one, quart),
        "channel.inbound_vs_bare_quart": Measured(one / quart, 1),
        "channel.inbound_cpu_us": Measured(cost.total),
        "channel.inbound_batch_per_s": Measured(rates["batch"], quart),
    }


def _number(server: Servidor, admin: Usuario, n: int) -> Number:
    """A number that only receives."""
    config = {"phoneNumberId": f"1000000000000{n:02}", "appSecret": f"segredo {n}"}
    corpo = {"nome": f"Zap {n}", "tipo": "whatsapp", "config": config}
    created = httpx2.post(f"{server.url}/atendimento/canais", json=corpo, headers=admin.cabecalhos)
    assert created.is_success, created.text
    return Number(f"/webhooks/whatsapp/{created.json()['id']}", config["phoneNumberId"], config["appSecret"])


@bench(
    Figure("channel.inbound_p50_ms", "ms", 250, "at most"),
    Figure("channel.inbound_over_1s_percent", "%", 1, "at most"),
)
def paced(progress: Progress) -> Results:
    """80 messages a second to each of ten numbers, which the connectors read meanwhile. The baseline is a bare Quart's
    POST at the same rate.
    """
    with bare() as base, balcao() as server, connectors(server):
        admin = server.nova_empresa()
        numbers = [_number(server, admin, n) for n in range(NUMBERS_IN)]
        progress(f"{RATE_IN:.0f} messages a second")
        load = PacedWebhooks(server.porta, PACED_S, 2.0, numbers, RATE_IN, 256, next(_messages))
        taken = elsewhere_as(load, Taken)
        hello = [Number("/", "0", "0")]
        alone = elsewhere_as(PacedWebhooks(base.shipped, PACED_S / 4, 2.0, hello, RATE_IN, 256, 0), Taken)
    return {
        "channel.inbound_p50_ms": Measured(taken.latency.p50, alone.latency.p50),
        "channel.inbound_over_1s_percent": Measured(taken.over_1s * 100, alone.over_1s * 100, ratio=0),
    }


@bench(Figure("channel.handled_per_s", "messages/s"), Figure("channel.handled_connector_cpu_us", "µs"))
def handled(progress: Progress) -> Results:
    """From webhooks that wait, of 100 messages each, into 200 tickets. The baseline is how fast they were taken."""
    with balcao() as server:
        admin = server.nova_empresa()
        number = _number(server, admin, 0)
        progress("webhooks are taken, and wait")
        load = Webhooks(server.porta, 0.5, 0, [number], BATCH, 4, next(_messages))
        began = time.monotonic()
        taken = BATCH * elsewhere(load).count
        taken_per_s = taken / (time.monotonic() - began)
        progress(f"{taken} messages are read")
        with connectors(server) as host:
            _until(lambda: _messages_of(server, admin) > 0)
            first, began = _messages_of(server, admin), time.monotonic()
            _until(lambda: _messages_of(server, admin) >= taken)
            seconds, used = time.monotonic() - began, seconds_of(host)
    return {
        "channel.handled_per_s": Measured((taken - first) / seconds, taken_per_s),
        "channel.handled_connector_cpu_us": Measured(used * 1e6 / taken),
    }


def _messages_of(server: Servidor, admin: Usuario) -> int:
    """How many there are in the tickets of an empresa."""
    return asyncio.run(_count(server, admin))


async def _count(server: Servidor, admin: Usuario) -> int:
    connection = await asyncpg.connect(dsn_embutido(server))
    try:
        count: int = await connection.fetchval(_COUNT, admin.empresa_id)
    finally:
        await connection.close()
    return count


# -- out ---------------------------------------------------------------------------------------------------------------


@contextmanager
def connectors(server: Servidor) -> Iterator[int]:
    """``balcao connectors`` beside a server; gives its pid."""
    process = subprocess.Popen(
        [sys.executable, "-m", "balcao", "connectors"], env=server.variaveis(), cwd=server.pasta,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


@bench(
    Figure("channel.outbound_per_s", "messages/s", 1_500),
    Figure("channel.outbound_engine_cpu_us", "µs"),
    Figure("channel.outbound_connector_cpu_us", "µs"),
    Figure("channel.sent_p99_ms", "ms", 100, "at most"),
)
def outbound(progress: Progress) -> Results:
    with balcao() as server, provider() as graph:
        admin = server.nova_empresa()
        numbers = [graph.number(server, admin, n) for n in range(NUMBERS_OUT)]
        with connectors(server):
            progress("contacts write")
            tickets = _written(server, admin, numbers)
            progress(f"{RATE_OUT:.0f} messages a second")
            sent = _sent(server, graph, admin, tickets)
        progress("answers are written, and wait")
        already = graph.accepted()
        load = Answers(server.porta, 0, 0, admin.token, tickets, EACH, CONNECTIONS)
        written = elsewhere(load)
        progress("and go out")
        used = 0.0

        def go() -> int:
            nonlocal used
            with connectors(server) as host:
                _until(lambda: graph.accepted() - already >= written.count)
                used = seconds_of(host)
            return written.count

        cost = cost_of(server, go)
        book = graph.book(already)
    _in_order(book)
    span = book[-1]["em"] - book[0]["em"]
    return {
        "channel.outbound_per_s": Measured((len(book) - 1) / span, written.per_s),
        "channel.outbound_engine_cpu_us": Measured(cost.total),
        "channel.outbound_connector_cpu_us": Measured(used * 1e6 / written.count),
        "channel.sent_p99_ms": Measured(*sent),
    }


def _written(server: Servidor, admin: Usuario, numbers: Sequence[Number]) -> list[str]:
    """Each of 200 contacts has written, to one of the numbers; gives their tickets."""
    with httpx2.Client(base_url=server.url, timeout=30) as http:
        for n in range(CONTACTS):
            number = numbers[n % len(numbers)]
            head, _, content = signed(number, body(number, [n])).partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            assert http.post(number.path, content=content, headers=fields).is_success
        tickets: list[Any] = []

        def all_there() -> bool:
            tickets.clear()
            for page in range(1, 1 + -(-CONTACTS // 100)):
                query = {"limit": 100, "page": page}
                answer = http.get("/atendimento/tickets", params=query, headers=admin.cabecalhos).json()
                tickets.extend(answer["data"])
            return len(tickets) >= CONTACTS

        _until(all_there)
    return [ticket["id"] for ticket in tickets]


def _sent(server: Servidor, graph: Provider, admin: Usuario, tickets: Sequence[str]) -> tuple[float, float]:
    """From the acknowledgement until the provider was called, and how long that itself took (p99, ms)."""
    answered = elsewhere_as(PacedAnswers(server.porta, 10.0, 1.0, admin.token, tickets, RATE_OUT, 64), Answered)
    _until(lambda: answered.accepted.keys() <= {one["trabalho"] for one in graph.book(0)})
    called = {one["trabalho"]: one["em"] for one in reversed(graph.book(0))}
    waits = sorted(max(0.0, called[id_] - at) for id_, at in answered.accepted.items())
    return waits[int(len(waits) * 0.99)] * 1000, answered.latency.p99


def _in_order(book: Sequence[dict[str, Any]]) -> None:
    """Each contact got its messages as they were written, each once."""
    got = defaultdict(list)
    for one in book:
        got[one["para"]].append(int(one["corpo"]["text"]["body"].rpartition(" ")[2]))
    assert len(got) == CONTACTS
    assert all(texts == list(range(EACH)) for texts in got.values()), "order"


def _until(true: Any) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < _PATIENCE_S, "it does not come"
        time.sleep(0.05)
