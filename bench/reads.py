"""``GET`` of a ticket and of a list, beside a hello-world of bare Quart on Hypercorn as it is shipped.

The empresa has 100,000 tickets, the table a million. Each connection asks for a ticket of its own (with six messages,
its fila and its agent), or for one of the first ten pages; the server remembers nothing of a request for the next.
Load: 32 keep-alive connections by one trio process, of 8 users.

Then pages 1 and 500 are asked for at a rate that keeps nobody waiting, so that what differs is what they cost: without
a filter, and with one of status. And words are searched for, by name, by phone and by e-mail, while tickets of new
contacts are opened, whose words PostgreSQL has still to sort in: ``rest.search_p99_ms``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from statistics import median
from urllib.parse import quote

import asyncpg

from bench._history import History, write_history
from bench._load import Outcome, elsewhere
from bench._load_http import Paced, Requests
from bench._load_tickets import NewTickets
from bench._servers import balcao, bare
from bench._wire import request
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from storage import PostgresEmbutido
from tests.servidor import Servidor, Usuario

CONNECTIONS = 32
USERS = 8
ROUNDS = 5
SECONDS = 2.0
WARM_UP = 0.5
DEEP = 500
SOUGHT = range(1_000, 100_000, 9_000)
"""The numbers of the tickets that are sought, each by its contact's name and its own number, by phone and by e-mail."""
RATE = 100
"""Searches a second."""
OPENED = 300
"""Tickets opened meanwhile."""
QUIET = 2
"""Connections that ask for one page over and over, when its cost is what is looked for."""


def load(port: int, requests: Sequence[str], seconds: float = SECONDS) -> Outcome:
    return elsewhere(Requests(port, seconds, WARM_UP, requests, 200))


async def _past(server: Servidor, progress: Progress) -> History:
    own = PostgresEmbutido(server.dados)
    dsn = own.iniciar()  # the one that runs already
    try:
        history = await write_history(dsn, progress)
        connection = await asyncpg.connect(dsn)
        await connection.execute("VACUUM (ANALYZE)")  # what autovacuum does to a table that was not written in one go
        await connection.close()
        return history
    finally:
        own.parar()  # we are not its last user: it goes on


def _get(user: Usuario, path: str) -> str:
    return request("GET", f"/atendimento{path}", user.token).decode()


def _gets(users: Sequence[Usuario], paths: Sequence[str]) -> list[str]:
    return [_get(users[n % len(users)], path) for n, path in enumerate(islice(paths, CONNECTIONS))]


def _depth(port: int, user: Usuario, filters: str) -> tuple[float, float]:
    """The p99, in ms, of the first page and of a deep one: the medians of rounds that take turns."""
    firsts: list[float] = []
    deeps: list[float] = []
    for _ in range(ROUNDS):
        for page, into in ((1, firsts), (DEEP, deeps)):
            asked = [_get(user, f"/tickets?page={page}{filters}")] * QUIET
            into.append(load(port, asked).p99)
    return sorted(firsts)[ROUNDS // 2], sorted(deeps)[ROUNDS // 2]


def _search(server: Servidor, users: Sequence[Usuario], progress: Progress) -> float:
    """The p99, in ms, of searches while tickets of new contacts are opened: the median of rounds."""
    words = [word for n in SOUGHT for word in (f"Gonçalves {n}", f"55119{n:08}", f"contato{n}@example.com")]
    asked = _gets(users, [f"/tickets?busca={quote(word)}" for word in words])
    found: list[float] = []
    with ThreadPoolExecutor(1) as beside:
        for n in range(ROUNDS):
            progress(f"searches, round {n + 1} of {ROUNDS}")
            new = NewTickets(server.porta, 0, 0, [users[0].token], n * OPENED, OPENED)
            writing = beside.submit(elsewhere, new)
            found.append(elsewhere(Paced(server.porta, SECONDS, WARM_UP, asked, 200, RATE)).p99)
            writing.result()
    return median(found)


@bench(
    Figure("rest.get_ticket_per_s", "requests/s"),
    Figure("rest.get_ticket_vs_bare_quart", "×", 0.6),
    Figure("rest.list_tickets_per_s", "requests/s"),
    Figure("rest.list_tickets_vs_bare_quart", "×", 0.45),
    Figure("rest.list_page_500_vs_1_p99", "×", 2, "at most"),
    Figure("rest.list_page_500_vs_1_p99_of_a_status", "×", 2, "at most"),
    Figure("rest.search_p99_ms", "ms"),
)
def reads(progress: Progress) -> Results:
    with bare() as base, balcao() as server:
        history = asyncio.run(_past(server, progress))
        users = [server.usuario(history.empresa_id, "admin") for _ in range(USERS)]
        step = len(history.tickets) // CONNECTIONS
        tickets = _gets(users, [f"/tickets/{id_}" for id_ in history.tickets[::step]])
        lists = _gets(users, [f"/tickets?page={1 + n % 10}" for n in range(CONNECTIONS)])
        hello = [request("GET", "/").decode()] * CONNECTIONS
        rates = rounds(
            ROUNDS,
            progress,
            bare_quart=lambda: load(base.shipped, hello).per_s,
            get_ticket=lambda: load(server.porta, tickets).per_s,
            list_tickets=lambda: load(server.porta, lists).per_s,
        )
        progress("the first page and a deep one")
        first, deep = _depth(server.porta, users[0], "")
        first_of, deep_of = _depth(server.porta, users[0], "&status=FECHADO")
        search = _search(server, users, progress)
    quart = rates["bare_quart"]
    return {
        "rest.get_ticket_per_s": Measured(rates["get_ticket"], quart),
        "rest.get_ticket_vs_bare_quart": Measured(rates["get_ticket"] / quart, 1),
        "rest.list_tickets_per_s": Measured(rates["list_tickets"], quart),
        "rest.list_tickets_vs_bare_quart": Measured(rates["list_tickets"] / quart, 1),
        "rest.list_page_500_vs_1_p99": Measured(deep / first, 1),
        "rest.list_page_500_vs_1_p99_of_a_status": Measured(deep_of / first_of, 1),
        "rest.search_p99_ms": Measured(search),
    }
