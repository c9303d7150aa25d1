"""How soon an agent who resolves a ticket has the next one on the screen, at 500 life cycles a second.

From the moment before the PATCH that resolves a ticket is sent, to ``ticket_atribuido`` for the next one read from
the WebSocket of that agent, on one clock: HTTP in, the commit, the rules, and the way out.

100 agents in 20 filas, all at their capacity of 5 and all connected, and 250 tickets waiting in each fila, 5,000 in
all. Life cycles begin at random (Poisson) and do not wait for one another: in each a ticket is created and comes to the
end of its line, an agent resolves one, the slot is used again for the first of the line, and the contact and the agent
write a message each. All five agents of the fila and the connector are told of each step: about 10,000 events a second.

The baseline is the round trip of a message over an echo of bare Quart, at the same rate: that of network, loop and
client.

``latency.patch_to_assigned_p50_ms`` and ``…_p99_ms``: the same way, with nothing in front of it or beside it. Above,
the POST that keeps up the line leaves the client together with the PATCH, and the server may do it first. Here the line
is not kept up, 200 PATCHes a second are all that is sent, and the time is from before each is sent to
``ticket_atribuido`` on that agent's socket. The baseline is the answer of bare Quart to a GET at the same rate, at
random moments too. The two take turns; the figures are medians of the rounds.
"""

from __future__ import annotations

from statistics import median

import msgspec

from bench._load import Outcome, elsewhere
from bench._load_cycles import CONNECTIONS, Cycles, PacedEcho, PacedRequests, Person
from bench._servers import Empresa, balcao, bare, open_tickets, staffed, ticket_body
from bench._wire import request
from bench.registry import Figure, Measured, Progress, Results, bench

RATE = 500.0
AGENTS = 100
FILAS = 20
CAPACITY = 5
LINE = 250
"""Tickets before each fila, of both benches: 5,000 in all. Where they are only worked off, a fila loses some 180 in all
rounds, each time by chance.
"""
SECONDS = 20.0
ECHO_SECONDS = 10.0
WARM_UP = 3.0

PATCH_RATE = 200.0
PATCH_ROUNDS = 3
PATCH_SECONDS = 5.0
PATCH_WARM_UP = 1.0


def people(empresa: Empresa) -> list[Person]:
    return [Person(agent.id, agent.token, empresa.fila_of[agent.id]) for agent in empresa.agents]


def cycles(port: int, empresa: Empresa) -> Outcome:
    bodies = {
        fila: msgspec.json.encode(ticket_body(n, fila)).decode() for n, fila in enumerate(empresa.fila_of.values())
    }
    return elsewhere(Cycles(port, SECONDS, WARM_UP, RATE, empresa.connector.token, people(empresa), bodies))


@bench(
    Figure("latency.freed_to_assigned_p50_ms", "ms"),
    Figure("latency.freed_to_assigned_p99_ms", "ms", 10, "at most"),
)
def freed_to_assigned(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("bringing agents online")
        empresa = staffed(server, agents=AGENTS, capacity=CAPACITY, filas=FILAS)
        progress("opening 5,500 tickets")
        open_tickets(server, empresa, AGENTS * CAPACITY + FILAS * LINE)
        progress("echoes")
        echo = elsewhere(PacedEcho(base.quart, ECHO_SECONDS, WARM_UP, RATE, AGENTS, "x" * 300))
        progress("life cycles")
        freed = cycles(server.porta, empresa)
    begun = freed.per_s
    assert begun > RATE * 0.9, f"{begun:.0f} life cycles a second: the client could not keep up"
    progress(f"{freed.count} life cycles, the longest {freed.longest:.1f} ms; echo {echo.p99:.1f} ms")
    return {
        "latency.freed_to_assigned_p50_ms": Measured(freed.p50, echo.p50),
        "latency.freed_to_assigned_p99_ms": Measured(freed.p99, echo.p99),
    }


def patches(port: int, empresa: Empresa) -> Outcome:
    """Nothing but the PATCHes that free a slot."""
    load = Cycles(port, PATCH_SECONDS, PATCH_WARM_UP, PATCH_RATE, empresa.connector.token, people(empresa), {})
    return elsewhere(load)


def hellos(port: int) -> Outcome:
    hello = request("GET", "/").decode()
    return elsewhere(PacedRequests(port, PATCH_SECONDS, PATCH_WARM_UP, PATCH_RATE, CONNECTIONS, hello))


@bench(Figure("latency.patch_to_assigned_p50_ms", "ms"), Figure("latency.patch_to_assigned_p99_ms", "ms"))
def patch_to_assigned(progress: Progress) -> Results:
    freed: list[Outcome] = []
    answered: list[Outcome] = []
    with bare() as base, balcao() as server:
        progress("bringing agents online")
        empresa = staffed(server, agents=AGENTS, capacity=CAPACITY, filas=FILAS)
        progress("opening 5,500 tickets")
        open_tickets(server, empresa, AGENTS * CAPACITY + FILAS * LINE)
        for n in range(1, PATCH_ROUNDS + 1):
            progress(f"bare requests, round {n} of {PATCH_ROUNDS}")
            answered.append(hellos(base.quart))
            progress(f"PATCHes, round {n} of {PATCH_ROUNDS}")
            freed.append(patches(server.porta, empresa))
    slowest = min(each.per_s for each in freed)
    assert slowest > PATCH_RATE * 0.9, f"{slowest:.0f} PATCHes a second: the client could not keep up"
    return {
        "latency.patch_to_assigned_p50_ms": Measured(
            median(each.p50 for each in freed), median(each.p50 for each in answered)
        ),
        "latency.patch_to_assigned_p99_ms": Measured(
            median(each.p99 for each in freed), median(each.p99 for each in answered)
        ),
    }
