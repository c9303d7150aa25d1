"""A server that holds 200,000 open tickets beside one that has just begun: what a request costs each.

Both run at the same time, each with a PostgreSQL of its own, four empresas and as many agents. The full one was filled
over the API, each ticket of a contact who had never written before, and goes on as it is: what was planned, cached and
counted while it was small is what it works with. Then each in turn is asked for the same: tickets, messages, lists.

A ratio is what a request costs the fresh one over what it costs the full one, in CPU time of the server and all the
processes of its PostgreSQL: 1 is flat. ``rest.full_ratio`` is the least of the three.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from typing import Final

import httpx2
import msgspec
from msgspec import Struct

from bench._cpu import cost_of
from bench._load import elsewhere
from bench._load_http import Requests
from bench._load_tickets import NewTickets
from bench._servers import Empresa, balcao, staffed, ticket_body
from bench._wire import request
from bench.registry import Figure, Measured, Progress, Results, bench
from bench.rest import CONNECTIONS, EMPRESAS, posts
from tests.servidor import Servidor

TICKETS: Final = 200_000
AGENTS: Final = 600
CAPACITY: Final = 100
"""Room for them all, and for those of the measurement."""
STEP: Final = 10_000
ROUNDS: Final = 11
SECONDS: Final = 1.0


class Side(Struct, frozen=True, eq=False):
    """A server and what it is asked for."""

    server: Servidor
    empresas: list[Empresa]

    def cost(self, requests: Sequence[str], status: int) -> float:
        """Microseconds of CPU for one of these."""
        return cost_of(self.server, lambda: self._ask(requests, status)).total

    def _ask(self, requests: Sequence[str], status: int) -> int:
        return elsewhere(Requests(self.server.porta, SECONDS, 0, requests, status)).count

    def fill(self, progress: Progress) -> None:
        """Open tickets, each of a new contact."""
        tokens = [self.empresas[n % EMPRESAS].agents[n // EMPRESAS].token for n in range(CONNECTIONS)]
        for first in range(0, TICKETS, STEP):
            progress(f"{first:,} of {TICKETS:,} tickets opened")
            elsewhere(NewTickets(self.server.porta, 0, 0, tokens, first, min(STEP, TICKETS - first)))

    def messages(self) -> list[str]:
        """One for each connection, into a ticket of its own."""
        made = []
        with httpx2.Client(base_url=f"{self.server.url}/atendimento") as http:
            for n in range(CONNECTIONS):
                empresa = self.empresas[n % EMPRESAS]
                opened = http.post("/tickets", json=ticket_body(n), headers=empresa.connector.cabecalhos)
                body = {"ticketId": opened.raise_for_status().json()["id"], "conteudo": "Olá!", "direcao": "enviada"}
                ready = msgspec.json.encode({**body, "tipo": "texto"})
                made.append(request("POST", "/atendimento/mensagens", empresa.admin.token, ready).decode())
        return made

    def lists(self) -> list[str]:
        """The first pages of all the tickets of an empresa."""
        return [
            request("GET", f"/atendimento/tickets?page={1 + n % 10}", self.empresas[n % EMPRESAS].admin.token).decode()
            for n in range(CONNECTIONS)
        ]


def compare(fresh: Side, full: Side, progress: Progress) -> dict[str, float]:
    """By kind of request, how the cost of a fresh server stands to that of a full one."""
    asked = {
        side: {"post": (posts(side.empresas), 201), "message": (side.messages(), 201), "list": (side.lists(), 200)}
        for side in (fresh, full)
    }
    costs: dict[tuple[str, Side], list[float]] = {}
    for n in range(1, ROUNDS + 1):
        progress(f"fresh and full in turn, round {n} of {ROUNDS}")
        for kind in ("post", "message", "list"):
            for side in (fresh, full) if n % 2 else (full, fresh):
                costs.setdefault((kind, side), []).append(side.cost(*asked[side][kind]))
    return {kind: median(costs[kind, fresh]) / median(costs[kind, full]) for kind in ("post", "message", "list")}


@bench(
    Figure("rest.full_ratio", "×", 0.95),
    Figure("rest.full_ratio_post", "×"),
    Figure("rest.full_ratio_message", "×"),
    Figure("rest.full_ratio_list", "×"),
)
def full_ratio(progress: Progress) -> Results:
    with ExitStack() as stack:
        sides: list[Side] = []
        for _ in range(2):
            server = stack.enter_context(balcao())
            progress("bringing agents online")
            sides.append(Side(server, [staffed(server, agents=AGENTS, capacity=CAPACITY) for _ in range(EMPRESAS)]))
        fresh, full = sides
        full.fill(progress)
        ratios = compare(fresh, full, progress)
    each = {f"rest.full_ratio_{kind}": Measured(ratio) for kind, ratio in ratios.items()}
    return {"rest.full_ratio": Measured(min(ratios.values())), **each}
