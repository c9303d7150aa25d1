"""The engine alone, its journal writing to memory: all rules, events as JSON, rows, ``seq``, on one core.

A *life cycle* is: a contact's ticket is created, routed by its fila's strategy and assigned to an agent; the
contact and the agent write one message each; the agent resolves it; the slot is used again.

``engine.lifecycles_per_s``: 1,000 agents with 5 slots, 20 filas of all strategies, each agent in two; 5,000 contacts,
who come back. In half of the life cycles an agent with a free slot is offered the ticket; in the other half every slot
is taken and a line waits, so a ticket is assigned when a freed agent calls its filas for proposals. The figure counts
both together. The baseline is what pykka's stock ``ThreadingActor`` could carry if its handlers cost nothing: its
messages a second over 1,000 actors, divided by the messages of a life cycle.

``engine.turns_per_lifecycle``: how many turns the dispatcher runs for a whole life cycle where an agent has a free
slot. ``engine.turns_per_lifecycle_with_a_line``: the same where every slot is taken, so that a ticket is assigned when
an agent is freed. They are counted, so they do not depend on the machine.

``engine.lifecycles_of_strangers_per_s``: with free agents, and contacts who never wrote before, so that each is looked
for, and made.

``engine.scale_ratio``: what a life cycle costs with 7,500 agents and 200,000 tickets in line (the first and the longest
lists of the field: Twilio TaskRouter's limits are 7,500 workers and 500,000 tasks), over what it costs
with 1,000 agents and 1,000 tickets in line. In both all slots are taken.

``engine.bytes_per_ticket``: memory of an open ticket in line, with its actor, its row and its place, as the allocator
counts it (``tracemalloc``) over 100,000 tickets created by command. The baseline is the bare row.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable
from itertools import cycle

from actors.comandos import Comando
from actors.ticket.comandos import AtualizarTicket, CriarTicket, EnviarMensagem
from bench._memory import Node
from bench._people import CONECTOR, EMPRESA, image, waiting_tickets
from bench.measure import Stopwatch, one_core, rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from bench.runtime import pykkas
from engine import coletor
from engine.modelo import MensagemRow, Quem, TicketRow

FILAS = 20
SLOTS = 5
CONTACTS = 5_000
"""People who write, again and again."""
STRANGERS = 100_000_000
"""So many people that none comes back."""
WAVE = 200
"""Life cycles under way at a time."""
CYCLES = 10_000
ROUNDS = 5
TICKETS = 100_000
"""Of the measure of memory."""


class Service:
    """Contacts and agents who keep a node busy. ``contacts`` of them write in turn, and come back."""

    def __init__(self, node: Node, contacts: int = CONTACTS) -> None:
        self._node = node
        self._known = contacts
        self._filas = cycle(sorted(node.viva.diretorio.filas))
        self._contacts = 0

    def turns(self) -> int:
        """Of all actors, since the node was made."""
        return sum(self._node.loop.dispatcher.turns.values())

    def open_tickets(self, count: int) -> None:
        node = self._node
        replies = []
        for _ in range(count):
            self._contacts += 1
            n = self._contacts
            replies.append(
                node.ask(
                    CriarTicket(
                        quem=CONECTOR,
                        contato_nome=f"Contato {n % self._known}",
                        contato_telefone=f"55118{n % self._known:08}",
                        contato_email=f"c{n % self._known}@example.com",
                        assunto=f"Pedido {n} não chegou",
                        fila_id=next(self._filas),
                    )
                )
            )
        node.settle()
        for reply in replies:
            assert reply.get().status == "ABERTO"

    def wave(self) -> None:
        """One life cycle for each of ``WAVE`` tickets."""
        node = self._node
        self.open_tickets(WAVE)
        mine = [node.assigned.popleft() for _ in range(WAVE)]
        agents = [Quem(EMPRESA, agent, "atendente") for _, agent in mine]
        self._each(
            EnviarMensagem(quem=CONECTOR, ticket_id=t, conteudo="Olá, meu pedido não chegou.", direcao="recebida")
            for t, _ in mine
        )
        self._each(
            EnviarMensagem(quem=quem, ticket_id=t, conteudo="Bom dia! Vou verificar agora mesmo.")
            for quem, (t, _) in zip(agents, mine, strict=True)
        )
        self._each(
            AtualizarTicket(quem=quem, ticket_id=t, status="RESOLVIDO")
            for quem, (t, _) in zip(agents, mine, strict=True)
        )

    def _each(self, comandos: Iterable[Comando[MensagemRow] | Comando[TicketRow]]) -> None:
        replies = [self._node.ask(comando) for comando in comandos]
        self._node.settle()
        for reply in replies:
            assert reply.get() is not None


def serve(service: Service, cycles: int) -> float:
    """Seconds of CPU for so many life cycles."""
    watch = Stopwatch()
    for _ in range(cycles // WAVE):
        service.wave()
    return watch.seconds()


def free_agents(contacts: int = CONTACTS) -> Service:
    return Service(Node(image(filas=FILAS, agents=1_000, capacity=SLOTS)), contacts)


def full_house(agents: int, line: int) -> Service:
    """Every slot taken and a line of that length. Agents take what waits when they start."""
    node = Node(image(filas=FILAS, agents=agents, capacity=SLOTS, waiting=agents * SLOTS + line))
    assert len(node.assigned) == agents * SLOTS, f"{len(node.assigned)} of {agents * SLOTS} slots"
    return Service(node)


@bench(
    Figure("engine.lifecycles_per_s", "life cycles/s", 15_000),
    Figure("engine.lifecycles_of_strangers_per_s", "life cycles/s"),
    Figure("engine.turns_per_lifecycle", "turns"),
    Figure("engine.turns_per_lifecycle_with_a_line", "turns"),
)
def lifecycles(progress: Progress) -> Results:
    idle, full, strangers = free_agents(), full_house(1_000, 1_000), free_agents(STRANGERS)
    coletor.assentar()  # as the server does when it is ready
    for service in (idle, full):
        serve(service, CONTACTS)  # whoever comes for the first time costs a turn more
    before = idle.turns(), full.turns()
    with one_core():
        seconds = rounds(
            ROUNDS,
            progress,
            life_cycles_with_free_agents=lambda: serve(idle, CYCLES),
            life_cycles_with_a_line=lambda: serve(full, CYCLES),
            life_cycles_of_strangers=lambda: serve(strangers, CYCLES),
        )
        of_strangers = seconds.pop("life_cycles_of_strangers")
        progress("messages through pykka")
        pykka_per_s = pykkas(1_000, 20)
    free, line = ((now.turns() - then) / (CYCLES * ROUNDS) for now, then in zip((idle, full), before, strict=True))
    return {
        "engine.lifecycles_per_s": Measured(2 * CYCLES / sum(seconds.values()), pykka_per_s / ((free + line) / 2)),
        "engine.lifecycles_of_strangers_per_s": Measured(CYCLES / of_strangers),
        "engine.turns_per_lifecycle": Measured(free),
        "engine.turns_per_lifecycle_with_a_line": Measured(line),
    }


@bench(Figure("engine.scale_ratio", "×", 1.1, "at most"))
def scale(progress: Progress) -> Results:
    progress("building 200,000 tickets")
    small, large = full_house(1_000, 1_000), full_house(7_500, 200_000)
    coletor.assentar()
    with one_core():
        seconds = rounds(
            ROUNDS,
            progress,
            a_thousand_in_line=lambda: serve(small, CYCLES),
            two_hundred_thousand_in_line=lambda: serve(large, CYCLES),
        )
    return {"engine.scale_ratio": Measured(seconds["two_hundred_thousand_in_line"] / seconds["a_thousand_in_line"], 1)}


@bench(Figure("engine.bytes_per_ticket", "bytes", 1_400, "at most"))
def memory(progress: Progress) -> Results:
    progress(f"opening {TICKETS:,} tickets under tracemalloc")
    service = full_house(1_000, 1_000)

    def open_all() -> None:
        for _ in range(TICKETS // WAVE):
            service.open_tickets(WAVE)

    each = traced(open_all) / TICKETS
    rows: list[TicketRow] = []
    bare = traced(lambda: rows.extend(waiting_tickets(TICKETS))) / TICKETS
    return {"engine.bytes_per_ticket": Measured(each, bare)}


def traced(work: Callable[[], None]) -> int:
    """Bytes that are allocated by ``work`` and still in use after it."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used
