"""``POST /atendimento/tickets`` beside a hello-world of bare Quart on Hypercorn as it is shipped.

Each answered POST is the whole job: token, validation, a ticket with its number, routed to an agent who is online and
has a slot, and committed with fsync before the answer leaves. Afterwards it is checked that no ticket was left without
an agent. ``GET /`` of the bare Quart does nothing and has no body. The same Quart behind our own front door, which
checks heads and counts connections, is measured too: ``rest.post_ticket_vs_front_door``.

Load: 32 keep-alive connections, each with one request at a time, by one trio process. The POSTs are spread over four
empresas and 32 users, because an empresa that is not alone is granted eight requests at a time (see
``web/portaria/admissao.py``).
A token is verified once and then remembered, as for any user who sends more than one request.

``rest.client_ceiling_per_s`` is what the same client reaches against a socket that answers a fixed text: where it is
near the others, they say more of the client than of the servers.

``…_cpu_us`` is what a POST costs the server, and ``…_pg_cpu_us`` all the processes of its PostgreSQL, in CPU time.
"""

from __future__ import annotations

from statistics import median

import msgspec

from bench._cpu import Cost, cost_of
from bench._load import elsewhere
from bench._load_http import Requests
from bench._servers import Empresa, balcao, bare, staffed, ticket_body, total
from bench._wire import request
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor

CONNECTIONS = 32
EMPRESAS = 4
AGENTS = 200
CAPACITY = 100
ROUNDS = 5
SECONDS = 2.0
WARM_UP = 0.5


def posts(empresas: list[Empresa]) -> list[str]:
    """One request for each connection, of different users in turn of all the empresas."""
    made = []
    for n in range(CONNECTIONS):
        empresa = empresas[n % len(empresas)]
        user = empresa.agents[n // len(empresas)]
        body = msgspec.json.encode(ticket_body(n))
        made.append(request("POST", "/atendimento/tickets", user.token, body).decode())
    return made


def rate(port: int, requests: list[str], status: int) -> float:
    """Requests per second."""
    return elsewhere(Requests(port, SECONDS, WARM_UP, requests, status)).per_s


def costs(server: Servidor, tickets: list[str], progress: Progress) -> Cost:
    """The medians of rounds."""

    def work() -> int:
        return elsewhere(Requests(server.porta, SECONDS, 0, tickets, 201)).count

    measured = []
    for n in range(1, ROUNDS + 1):
        progress(f"CPU time, round {n} of {ROUNDS}")
        measured.append(cost_of(server, work))
    return Cost(median(cost.server for cost in measured), median(cost.postgres for cost in measured))


@bench(
    Figure("rest.post_ticket_per_s", "requests/s"),
    Figure("rest.post_ticket_vs_bare_quart", "×", 0.6),
    Figure("rest.post_ticket_vs_front_door", "×"),
    Figure("rest.post_ticket_cpu_us", "µs"),
    Figure("rest.post_ticket_pg_cpu_us", "µs"),
    Figure("rest.client_ceiling_per_s", "requests/s"),
)
def post_ticket(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        progress("bringing agents online")
        empresas = [staffed(server, agents=AGENTS, capacity=CAPACITY) for _ in range(EMPRESAS)]
        tickets, hello = posts(empresas), [request("GET", "/").decode()] * CONNECTIONS
        rates = rounds(
            ROUNDS,
            progress,
            bare_quart=lambda: rate(base.shipped, hello, 200),
            front_door=lambda: rate(base.quart, hello, 200),
            post_ticket=lambda: rate(server.porta, tickets, 201),
        )
        cost = costs(server, tickets, progress)
        ceiling = rate(base.fixed, tickets, 200)
        waiting = sum(total(server, empresa, "ABERTO") for empresa in empresas)
        assert not waiting, f"{waiting} tickets found no agent: more agents are needed for so many"
    post, quart = rates["post_ticket"], rates["bare_quart"]
    return {
        "rest.post_ticket_per_s": Measured(post, quart),
        "rest.post_ticket_vs_bare_quart": Measured(post / quart, 1),
        "rest.post_ticket_vs_front_door": Measured(post / rates["front_door"], 1),
        "rest.post_ticket_cpu_us": Measured(cost.server),
        "rest.post_ticket_pg_cpu_us": Measured(cost.postgres),
        "rest.client_ceiling_per_s": Measured(ceiling),
    }
