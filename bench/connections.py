"""Ten thousand screens that are open and idle, in one process: what each costs, and how soon all hear of something.

Plain connections of one empresa, each of a user of its own with a token of its own, opened 64 at a time. Then tickets
are created one after the other, and everybody is told of each: the time is from the POST to ``ticket_criado`` at each
of the clients, which are one process and read in the order the server wrote.

``ws.connection_kb`` is how much the server's process grows (resident memory) for each connection; the kernel's buffers
are not in it. The baseline is a room in bare Quart on the same Hypercorn, without tokens and without a database: as
many clients, one of whom says something to all.
"""

from __future__ import annotations

import msgspec

from bench._edges import EDGES, PATHS
from bench._load import elsewhere_as
from bench._load_crowd import Announcement, Crowd, Crowded
from bench._servers import balcao, bare, ticket_body
from bench._wire import request
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor

CLIENTS = 10_000
TIMES = 10
EVENT = 500
"""Bytes of what the baseline tells, about as many as of a ticket."""


def crowd(server: Servidor) -> Crowded:
    admin = server.nova_empresa()
    tokens = [server.token(admin.empresa_id, "supervisor") for _ in range(CLIENTS)]
    http = request("POST", "/atendimento/tickets", admin.token, msgspec.json.encode(ticket_body(1))).decode()
    announcement = Announcement("ticket_criado", TIMES, http=http)
    return elsewhere_as(Crowd(server.porta, 0, 0, "ws", PATHS["ws"], tokens, server.pid, announcement), Crowded)


def room(port: int, pid: int, clients: int = CLIENTS) -> Crowded:
    said = EDGES["ws"].event("mensagem", f'{{"conteudo":"{"x" * EVENT}"}}', 1).decode()
    announcement = Announcement("nova_mensagem", TIMES, said=said)
    return elsewhere_as(Crowd(port, 0, 0, "ws", "/sala", [None] * clients, pid, announcement), Crowded)


@bench(
    Figure("ws.connections", "connections", 10_000),
    Figure("ws.connection_kb", "KB", 34, "at most"),
    Figure("ws.connects_per_s", "connections/s", 400),
    Figure("ws.broadcast_to_all_p99_ms", "ms", 1_000, "at most"),
)
def connections(progress: Progress) -> Results:
    with bare() as base:
        progress("bare Quart")
        plain = room(base.quart, base.pid)
    with balcao() as server:
        progress("opening connections")
        crowded = crowd(server)
    return {
        "ws.connections": Measured(crowded.open, plain.open),
        "ws.connection_kb": Measured(crowded.bytes_each / 1024, plain.bytes_each / 1024),
        "ws.connects_per_s": Measured(crowded.opening.per_s, plain.opening.per_s),
        "ws.broadcast_to_all_p99_ms": Measured(crowded.telling.p99, plain.telling.p99),
    }
