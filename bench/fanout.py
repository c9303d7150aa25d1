"""Messages to everybody in a ticket's room: what all the clients together receive.

Each message is a ``mensagem:enviar`` of an agent, committed with fsync before it leaves as ``nova_mensagem``. Four
clients have eight under way each, so it is the server that is the limit. What was committed together is due to a client
in the same turn of the loop and leaves in one write: with fewer messages under way, less is gained by that. In the end
each client must have got every message.

The baselines do the same without a database: for the plain edge a room in bare Quart on the same Hypercorn, for
Socket.IO the official server on Node. Their events are as long as ours. All are driven by the same client program,
which is one process and counts frames.

What is under way matters for the comparison with Node, which stores nothing: with one message at a time each of ours
waits for its own commit, and Node delivers more; from eight on ours does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain

import msgspec
import trio
from msgspec import Struct

from bench._edges import EDGES, PATHS, Name, ask, until
from bench._load import elsewhere
from bench._load_fanout import Fanout
from bench._node import NoNode, node
from bench._servers import balcao, bare, open_tickets, staffed
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor, Usuario

FEW = 200
MANY = 1_000
AGENTS = 20
SENDERS = 4
IN_FLIGHT = 8
ROUNDS = 3
SECONDS = 2.0
WARM_UP = 0.7
TEXT = "Bom dia! O seu pedido já saiu; chega amanhã. Posso ajudar?"
EMPTY = '{"conteudo":"","seq":1000}'

Rate = Callable[[], float]


class Room(Struct, frozen=True):
    """Where messages go to: the room of a ticket, and who may be in it."""

    server: Servidor
    agents: list[Usuario]
    ticket_id: str

    def rate(self, edge: Name, clients: int) -> float:
        """Deliveries per second."""
        tokens = [self.agents[n % len(self.agents)].token for n in range(clients)]
        return rate(self.server.porta, edge, PATHS[edge], tokens, "mensagem:enviar", self.message("#"), self.ticket_id)

    def message(self, number: str) -> str:
        return f'{{"ticketId":"{self.ticket_id}","conteudo":"{TEXT} {number}"}}'

    async def event_length(self) -> int:
        """Bytes of the data of one event."""
        edge = EDGES["ws"]
        ws = await edge.open(self.server.porta, PATHS["ws"], self.agents[0].token)
        await ask(edge, ws, "ticket:entrar", f'{{"ticketId":"{self.ticket_id}"}}')
        await ws.send([edge.event("mensagem:enviar", self.message("1000"), 1)])
        event = await until(ws, edge.begins("nova_mensagem"))
        ws.close()
        return len(msgspec.json.encode(msgspec.json.decode(event)["data"]))


def rate(
    port: int, edge: Name, path: str, tokens: Sequence[str | None], event: str, data: str, ticket_id: str | None
) -> float:
    return elsewhere(
        Fanout(port, SECONDS, WARM_UP, edge, path, tokens, ticket_id, SENDERS, event, data, IN_FLIGHT)
    ).per_s


@contextmanager
def ours(progress: Progress) -> Iterator[Room]:
    with balcao() as server:
        progress("opening a ticket")
        empresa = staffed(server, agents=AGENTS, capacity=1)
        (ticket_id,) = chain.from_iterable(open_tickets(server, empresa, 1).values())
        yield Room(server, empresa.agents, ticket_id)


@contextmanager
def others(room: Room, clients: int, progress: Progress) -> Iterator[tuple[Rate, Rate | None]]:
    """Bare Quart, and Node where it is there."""
    length = trio.run(room.event_length)
    data = f'{{"conteudo":"{"x" * (length - len(EMPTY))}","seq":#}}'
    anonymous = [None] * clients
    with ExitStack() as stack:
        quart = stack.enter_context(bare()).quart
        on_node: Rate | None = None
        try:
            port = stack.enter_context(node())
        except NoNode as missing:
            progress(f"nothing is compared with Node: {missing}")
        else:
            on_node = partial(rate, port, "sio", PATHS["sio"], anonymous, "mensagem", data, None)
        yield partial(rate, quart, "ws", "/sala", anonymous, "mensagem", data, None), on_node


def measured(clients: int, progress: Progress) -> dict[str, float]:
    with ours(progress) as room, others(room, clients, progress) as (quart, on_node):
        works = {"bare_quart_room": quart, **({} if on_node is None else {"official_server": on_node})}
        return rounds(
            ROUNDS,
            progress,
            plain=lambda: room.rate("ws", clients),
            socket_io=lambda: room.rate("sio", clients),
            **works,
        )


@bench(
    Figure("ws.fanout_per_s", "deliveries/s", 80_000),
    Figure("sio.fanout_per_s", "deliveries/s", 80_000),
    Figure("sio.fanout_vs_node", "×", 1.0, needs="node and npm"),
)
def to_few(progress: Progress) -> Results:
    rates = measured(FEW, progress)
    on_node = rates.get("official_server")
    results = {
        "ws.fanout_per_s": Measured(rates["plain"], rates["bare_quart_room"]),
        "sio.fanout_per_s": Measured(rates["socket_io"], on_node),
    }
    if on_node is not None:
        results["sio.fanout_vs_node"] = Measured(rates["socket_io"] / on_node, 1.0)
    return results


@bench(
    Figure("ws.fanout_1000_per_s", "deliveries/s", 70_000),
    Figure("sio.fanout_1000_per_s", "deliveries/s", 70_000),
)
def to_many(progress: Progress) -> Results:
    rates = measured(MANY, progress)
    return {
        "ws.fanout_1000_per_s": Measured(rates["plain"], rates["bare_quart_room"]),
        "sio.fanout_1000_per_s": Measured(rates["socket_io"], rates.get("official_server")),
    }
