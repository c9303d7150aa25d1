"""What single clients ask of the realtime edges, and how soon another one hears of it.

- Acknowledged ``mensagem:enviar`` over Socket.IO, as ``ws.durable_messages_per_s`` measures them on the plain edge.
- ``usuario:digitando``, which is not durable: pairs of people in a room type and are told of each other. Each event is
  an ack and a delivery.
- From ``mensagem:enviar`` at one client to ``nova_mensagem`` at another, at 500 messages a second that come at random
  (Poisson) and do not wait for one another, on one clock.

The baseline is an echo of bare Quart on the same Hypercorn; that of the latency, its round trip at the same rate.
"""

from __future__ import annotations

import msgspec

from bench import ws
from bench._edges import EDGES, PATHS
from bench._load import elsewhere
from bench._load_cycles import PacedEcho
from bench._load_messages import Desk, PacedMessages
from bench._load_typing import Pair, Typing
from bench._load_ws import Frames
from bench._servers import balcao, bare, open_tickets, staffed
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench

ROUNDS = 3
SECONDS = 3.0
WARM_UP = 0.5
PAIRS = 32
"""So many that no connection reaches what one may send."""
IN_FLIGHT = 8

RATE = 500.0
DESKS = 20
TICKETS = 5
LATENCY_SECONDS = 20.0
ECHO_SECONDS = 10.0
LATENCY_WARM_UP = 3.0


def spelled(text: str) -> str:
    """A frame of the plain edge as Socket.IO has it."""
    frame = msgspec.json.decode(text.replace("#", "0"))
    return EDGES["sio"].event(frame["event"], msgspec.json.encode(frame["data"]).decode(), "#").decode()


@bench(Figure("sio.acks_per_s", "messages/s", 4_000))
def acks(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("opening tickets")
        empresas = [staffed(server, agents=ws.AGENTS, capacity=ws.CAPACITY) for _ in range(ws.EMPRESAS)]
        plain = [line for empresa in empresas for line in ws.lines(server, empresa)]
        lines = [(token, [spelled(text) for text in texts]) for token, texts in plain]
        anonymous: ws.Lines = [(None, texts) for _, texts in plain]
        load = Frames(
            server.porta, SECONDS, WARM_UP, PATHS["sio"], lines, IN_FLIGHT, EDGES["sio"].ok.decode(), edge="sio"
        )
        rates = rounds(
            ROUNDS,
            progress,
            bare_quart_echo=lambda: ws.rate(base.quart, "/", anonymous, '{"event"'),
            durable_messages=lambda: elsewhere(load).per_s,
        )
    return {"sio.acks_per_s": Measured(rates["durable_messages"], rates["bare_quart_echo"])}


@bench(Figure("ws.typing_per_s", "events/s", 8_000))
def typing(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("opening tickets")
        empresa = staffed(server, agents=PAIRS, capacity=1)
        tickets = open_tickets(server, empresa, PAIRS)
        pairs = [
            Pair(tickets[agent.id][0], agent.token, server.token(agent.empresa_id, "supervisor"))
            for agent in empresa.agents
        ]
        event = EDGES["ws"].event("usuario:digitando", f'{{"ticketId":"{pairs[0].ticket_id}"}}', "#").decode()
        anonymous: ws.Lines = [(None, [event])] * (2 * PAIRS)
        rates = rounds(
            ROUNDS,
            progress,
            bare_quart_echo=lambda: ws.rate(base.quart, "/", anonymous, '{"event"'),
            typing=lambda: elsewhere(Typing(server.porta, SECONDS, WARM_UP, pairs, IN_FLIGHT)).per_s,
        )
    return {"ws.typing_per_s": Measured(rates["typing"], rates["bare_quart_echo"])}


@bench(Figure("latency.message_p50_ms", "ms"), Figure("latency.message_p99_ms", "ms", 30, "at most"))
def latency(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("opening tickets")
        empresa = staffed(server, agents=DESKS, capacity=TICKETS)
        tickets = open_tickets(server, empresa, DESKS * TICKETS)
        desks = [
            Desk(agent.token, server.token(agent.empresa_id, "supervisor"), tickets[agent.id])
            for agent in empresa.agents
        ]
        progress("echoes")
        echo = elsewhere(PacedEcho(base.quart, ECHO_SECONDS, LATENCY_WARM_UP, RATE, DESKS, "x" * 150))
        progress("messages")
        news = elsewhere(PacedMessages(server.porta, LATENCY_SECONDS, LATENCY_WARM_UP, RATE, desks))
    assert news.per_s > RATE * 0.9, f"{news.per_s:.0f} messages a second: the client could not keep up"
    progress(f"{news.count} messages, the longest {news.longest:.1f} ms; echo {echo.p99:.1f} ms")
    return {
        "latency.message_p50_ms": Measured(news.p50, echo.p50),
        "latency.message_p99_ms": Measured(news.p99, echo.p99),
    }
