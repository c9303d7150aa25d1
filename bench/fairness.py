"""How long a quiet empresa waits beside one that floods.

The quiet one asks for 50 tickets and messages a second, by turns, on one connection; the other has 64 connections with
a request under way all the time, from a process of its own. The baseline is the quiet one alone, in rounds by turns.
"""

from __future__ import annotations

import statistics
import threading

import msgspec

from bench._load import Outcome, elsewhere
from bench._load_http import Flood, Paced
from bench._servers import Empresa, balcao, open_tickets, staffed, ticket_body
from bench._wire import request
from bench.registry import Figure, Measured, Progress, Results, bench

RATE = 50.0
CONNECTIONS = 64
ROUNDS = 4
SECONDS = 3.0
WARM_UP = 0.5


def asks(empresa: Empresa, ticket_id: str) -> list[str]:
    """A new ticket, and a message of one that is there."""
    message = msgspec.json.encode({"ticketId": ticket_id, "conteudo": "olá"})
    token = empresa.connector.token
    return [
        request("POST", "/atendimento/tickets", token, msgspec.json.encode(ticket_body(1))).decode(),
        request("POST", "/atendimento/mensagens", token, message).decode(),
    ]


@bench(Figure("fairness.quiet_p50_ms", "ms"), Figure("fairness.quiet_p99_ms", "ms"))
def quiet(progress: Progress) -> Results:
    alone: list[Outcome] = []
    beside: list[Outcome] = []
    with balcao() as server:
        progress("two empresas")
        one, other = staffed(server, agents=1, capacity=1), staffed(server, agents=1, capacity=1)
        (ticket, *_), (of_other, *_) = (next(iter(open_tickets(server, each, 1).values())) for each in (one, other))
        paced = Paced(server.porta, SECONDS, WARM_UP, asks(one, ticket), 201, RATE)
        flood = Flood(server.porta, SECONDS + WARM_UP, WARM_UP, asks(other, of_other) * (CONNECTIONS // 2), 201)
        for n in range(ROUNDS):
            progress(f"alone, round {n + 1} of {ROUNDS}")
            alone.append(elsewhere(paced))
            progress(f"beside the flood, round {n + 1} of {ROUNDS}")
            flooding = threading.Thread(target=elsewhere, args=(flood,))
            flooding.start()
            beside.append(elsewhere(paced))
            flooding.join()
    return {
        "fairness.quiet_p50_ms": Measured(
            statistics.median(each.p50 for each in beside), statistics.median(each.p50 for each in alone)
        ),
        "fairness.quiet_p99_ms": Measured(
            statistics.median(each.p99 for each in beside), statistics.median(each.p99 for each in alone)
        ),
    }
