"""The engine alone, its journal writing to memory: all rules, events as JSON, rows, ``seq``, on one core.

A *life cycle* is: a contact's ticket is created, routed by its fila's strategy and assigned to an agent, and it is
written down why; the contact and the agent write one message each; the agent resolves it; the slot is used again. The
actors, rules and journal are those of the server. What is not in it: sockets, HTTP and tokens, PostgreSQL.

``engine.lifecycles_per_s``: 1,000 agents with 5 slots, 20 filas of four strategies, each agent in two; 5,000 contacts,
who come back. Rules of the filas ask of each ticket that its agent knows the product of its tag, and speaks its
language: 4 products and 3 languages, of which each agent has a third (:mod:`bench._skills`). In half of the life cycles
an agent with a free slot is offered the ticket; in the other half every slot is taken and a line waits, so a ticket is
assigned when a freed agent calls its filas for proposals. The figure counts both together. The baseline is the same
where no ticket asks for any skill.

``engine.lifecycles_without_skills_per_s`` is that one. Its baseline is what pykka's stock ``ThreadingActor`` could
carry if its handlers cost nothing: its messages a second over 1,000 actors, divided by the messages of a life cycle.

``engine.turns_per_lifecycle``: how many turns the dispatcher runs for a whole life cycle where an agent has a free
slot. ``engine.turns_per_lifecycle_with_a_line``: the same where every slot is taken, so that a ticket is assigned when
an agent is freed. They are counted, so they do not depend on the machine.

``engine.lifecycles_of_strangers_per_s``: with free agents, no skills, and contacts who never wrote before, so that each
is looked for, and made.

``engine.signatures_ratio``: what a life cycle costs where 300 kinds of tickets ask each for something else (60
products, 5 languages, 65 rules in each fila), over what it costs where all ask for the same (one product, one language,
two rules). Free agents and full ones together; windows of the two take turns, and each is compared with its neighbour.

``engine.sla_ratio``: life cycles a second where each ticket is promised a first answer, a next one and its resolution
(:mod:`bench._promises`), over those of the same where nothing is. Without skills, free agents and full ones together;
windows of the two take turns, and each is compared with its neighbour.

``engine.scale_ratio``: what a life cycle costs with 7,500 agents and 200,000 tickets in line (the first and the longest
lists of the field: Twilio TaskRouter's limits are 7,500 workers and 500,000 tasks), over what it costs
with 1,000 agents and 1,000 tickets in line. In both all slots are taken, and nothing asks for skills.

``engine.bytes_per_ticket``: memory of an open ticket in line, with its actor, its row and its place, as the allocator
counts it (``tracemalloc``) over 100,000 tickets created by command. The baseline is the bare row.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Sequence

from bench._people import waiting_tickets
from bench._promises import promises
from bench._service import AGENTS, CONTACTS, FILAS, STRANGERS, WAVE, Service, free_agents, full_house, serve
from bench._skills import MANY, ONE, SOME, Skills
from bench.measure import one_core, paired, rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from bench.runtime import pykkas
from engine import coletor
from engine.modelo import DocumentoRow, TicketRow

LINE = 1_000
CYCLES = 10_000
ROUNDS = 5
WINDOW = 2_000
"""Life cycles of each kind in a window of what is compared in pairs."""
PAIRS = 11
TICKETS = 100_000
"""Of the measure of memory."""


@bench(
    Figure("engine.lifecycles_per_s", "life cycles/s", 12_000),
    Figure("engine.lifecycles_without_skills_per_s", "life cycles/s"),
    Figure("engine.lifecycles_of_strangers_per_s", "life cycles/s"),
    Figure("engine.turns_per_lifecycle", "turns"),
    Figure("engine.turns_per_lifecycle_with_a_line", "turns"),
)
def lifecycles(progress: Progress) -> Results:
    skilled, skilled_full = free_agents(skills=SOME), full_house(AGENTS, LINE, skills=SOME)
    plain, plain_full = free_agents(), full_house(AGENTS, LINE)
    strangers = free_agents(STRANGERS)
    coletor.assentar()  # as the server does when it is ready
    for service in (skilled, skilled_full, plain, plain_full):
        serve(service, CONTACTS)  # whoever comes for the first time costs a turn more
    before = skilled.turns(), skilled_full.turns()
    with one_core():
        seconds = rounds(
            ROUNDS,
            progress,
            life_cycles_with_free_agents=lambda: serve(skilled, CYCLES),
            life_cycles_with_a_line=lambda: serve(skilled_full, CYCLES),
            life_cycles_without_skills_with_free_agents=lambda: serve(plain, CYCLES),
            life_cycles_without_skills_with_a_line=lambda: serve(plain_full, CYCLES),
            life_cycles_of_strangers=lambda: serve(strangers, CYCLES),
        )
        progress("messages through pykka")
        pykka_per_s = pykkas(1_000, 20)
    free, line = (
        (now.turns() - then) / (CYCLES * ROUNDS) for now, then in zip((skilled, skilled_full), before, strict=True)
    )
    with_skills, with_skills_in_line, without, without_in_line, of_strangers = seconds.values()
    per_s, plain_per_s = 2 * CYCLES / (with_skills + with_skills_in_line), 2 * CYCLES / (without + without_in_line)
    return {
        "engine.lifecycles_per_s": Measured(per_s, plain_per_s),
        "engine.lifecycles_without_skills_per_s": Measured(plain_per_s, pykka_per_s / ((free + line) / 2)),
        "engine.lifecycles_of_strangers_per_s": Measured(CYCLES / of_strangers),
        "engine.turns_per_lifecycle": Measured(free),
        "engine.turns_per_lifecycle_with_a_line": Measured(line),
    }


@bench(Figure("engine.signatures_ratio", "×", 1.3, "at most"))
def signatures(progress: Progress) -> Results:
    progress("warming up")
    many, one = both_halves(MANY), both_halves(ONE)
    coletor.assentar()
    for services in (many, one):
        for service in services:
            serve(service, FILAS * MANY.signatures)  # every fila has seen all that is asked for
    with one_core():
        ratio = paired(PAIRS, progress, lambda: serve_all(many), lambda: serve_all(one))
    return {"engine.signatures_ratio": Measured(ratio, 1)}


@bench(Figure("engine.sla_ratio", "×", 0.85))
def promised(progress: Progress) -> Results:
    progress("warming up")
    with_sla, without = promising(promises()), promising(())
    coletor.assentar()
    for services in (with_sla, without):
        for service in services:
            serve(service, CONTACTS)
    with one_core():
        ratio = paired(PAIRS, progress, lambda: serve_all(without), lambda: serve_all(with_sla))
    return {"engine.sla_ratio": Measured(ratio, 1)}


def promising(documents: Sequence[DocumentoRow]) -> tuple[Service, Service]:
    return free_agents(documents=documents), full_house(AGENTS, LINE, documents=documents)


def both_halves(skills: Skills) -> tuple[Service, Service]:
    return free_agents(skills=skills), full_house(AGENTS, LINE, skills=skills)


def serve_all(services: tuple[Service, ...]) -> float:
    """Seconds of CPU for a window of life cycles in each."""
    return sum(serve(service, WINDOW) for service in services)


@bench(Figure("engine.scale_ratio", "×", 1.1, "at most"))
def scale(progress: Progress) -> Results:
    progress("building 200,000 tickets")
    small, large = full_house(AGENTS, LINE), full_house(7_500, 200_000)
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
    service = full_house(AGENTS, LINE)

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
