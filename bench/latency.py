"""How soon an agent who resolves a ticket has the next one on the screen, at 200 life cycles a second.

From the moment before the PATCH that resolves a ticket is sent, to ``ticket_atribuido`` for the next one read from
the WebSocket of that agent, on one clock: HTTP in, the commit, the rules, and the way out.

100 agents in 20 filas, all at their capacity of 5 and all connected, and ten tickets waiting in each fila. Life cycles
begin at random (Poisson) and do not wait for one another: in each a ticket is created, routed and assigned, the contact
and the agent write a message each, the agent resolves it, and the slot is used again. All five agents of the fila
and the connector are told of each step: about 4,000 events a second.

The baseline is the round trip of a message over an echo of bare Quart, at the same rate: that of network, loop and
client.
"""

from __future__ import annotations

import msgspec

from bench._load import Outcome, elsewhere
from bench._load_cycles import Cycles, PacedEcho, Person
from bench._servers import Empresa, balcao, bare, open_tickets, staffed, ticket_body
from bench.registry import Figure, Measured, Progress, Results, bench

RATE = 200.0
AGENTS = 100
FILAS = 20
CAPACITY = 5
WAITING = 10
SECONDS = 20.0
ECHO_SECONDS = 10.0
WARM_UP = 3.0


def cycles(port: int, empresa: Empresa) -> Outcome:
    people = [Person(agent.id, agent.token, empresa.fila_of[agent.id]) for agent in empresa.agents]
    bodies = {
        fila: msgspec.json.encode(ticket_body(n, fila)).decode() for n, fila in enumerate(empresa.fila_of.values())
    }
    return elsewhere(Cycles(port, SECONDS, WARM_UP, RATE, empresa.connector.token, people, bodies))


@bench(
    Figure("latency.freed_to_assigned_p50_ms", "ms"),
    Figure("latency.freed_to_assigned_p99_ms", "ms", 25, "at most"),
)
def freed_to_assigned(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("bringing agents online")
        empresa = staffed(server, agents=AGENTS, capacity=CAPACITY, filas=FILAS)
        progress("opening tickets")
        open_tickets(server, empresa, AGENTS * CAPACITY + FILAS * WAITING)
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
