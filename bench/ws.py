"""Acknowledged ``mensagem:enviar`` through one server process, beside an echo of bare Quart on the same Hypercorn.

Each ack leaves after the message is committed with fsync. The senders are the agents who own the tickets, so for
every message the server also sends ``nova_mensagem`` to its owner; the echo sends one frame for one.

Load: 16 connections of four empresas with 8 messages under way on each, by one trio process; the same with the echo.
"""

from __future__ import annotations

import msgspec

from bench._load import elsewhere
from bench._load_ws import Frames
from bench._servers import Empresa, balcao, bare, open_tickets, staffed
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor

EMPRESAS = 4
AGENTS = 4
CAPACITY = 5
IN_FLIGHT = 8
ROUNDS = 5
SECONDS = 3.0
WARM_UP = 0.5

Lines = list[tuple[str | None, list[str]]]


def lines(server: Servidor, empresa: Empresa) -> Lines:
    """A line for each agent, with a message to each of its tickets."""
    mine = open_tickets(server, empresa, AGENTS * CAPACITY)
    return [(agent.token, [message(ticket_id) for ticket_id in mine[agent.id]]) for agent in empresa.agents]


def message(ticket_id: str) -> str:
    data = {
        "ticketId": ticket_id,
        "conteudo": "Bom dia! O seu pedido já saiu; chega amanhã. Posso ajudar em mais algo?",
    }
    text = msgspec.json.encode({"event": "mensagem:enviar", "data": data}).decode()
    return f'{text[:-1]},"ack":#}}'


def rate(port: int, path: str, lines: Lines, answer: str) -> float:
    """Answers per second."""
    return elsewhere(Frames(port, SECONDS, WARM_UP, path, lines, IN_FLIGHT, answer)).per_s


@bench(Figure("ws.durable_messages_per_s", "messages/s", 4_000))
def messages(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("opening tickets")
        empresas = [staffed(server, agents=AGENTS, capacity=CAPACITY) for _ in range(EMPRESAS)]
        senders = [line for empresa in empresas for line in lines(server, empresa)]
        anonymous: Lines = [(None, texts) for _, texts in senders]
        rates = rounds(
            ROUNDS,
            progress,
            bare_quart_echo=lambda: rate(base.quart, "/", anonymous, '{"event"'),
            durable_messages=lambda: rate(server.porta, "/atendimento/ws", senders, '"data":{"ok":true'),
        )
    return {"ws.durable_messages_per_s": Measured(rates["durable_messages"], rates["bare_quart_echo"])}
