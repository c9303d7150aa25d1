"""The engine as large as the largest of the field: Twilio TaskRouter's default limits, 7,500 workers, 500,000 tasks.

7,500 agents with 5 slots, all taken, in 200 filas, each agent in two; 500,000 open tickets, of which 462,500 wait. As
in :mod:`bench.engine` tickets ask for a product and a language (12 signatures in each fila), the actors, rules and
journal are those of the server, decisions are written down, and neither sockets nor PostgreSQL are in it. The tickets
are those of an image, as one is read when a node takes an empresa over, and not opened one by one.

``engine.lifecycles_at_scale_per_s``: life cycles a second on one core; each ticket comes to the end of a line, and each
agent who is freed takes the first of its two lines that it may have. The baseline is the same with 1,000 agents, 20
filas and 1,000 tickets in line; the two take turns.

``engine.memory_at_scale_gb``: the most that the process ever had in memory (``VmHWM``, proc(5)), with the interpreter,
the image, and the small empresa beside it. The baseline is what the rows alone took.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench._people import image
from bench._service import AGENTS, SLOTS, Service, full_house, opened, serve
from bench._skills import SOME
from bench.measure import one_core, rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from engine import coletor

LARGE_AGENTS: Final = 7_500
LARGE_FILAS: Final = 200
TICKETS: Final = 500_000
LINE: Final = 1_000
WARM_UP: Final = 4_000
CYCLES: Final = 6_000
ROUNDS: Final = 5


@bench(
    Figure("engine.lifecycles_at_scale_per_s", "life cycles/s", 6_000),
    Figure("engine.memory_at_scale_gb", "GB", 4, "at most"),
)
def at_scale(progress: Progress) -> Results:
    large, rows_gb = the_large_one(progress)
    small = full_house(AGENTS, LINE, skills=SOME)
    coletor.assentar()  # as the server does when it is ready
    with one_core():
        progress("warming up")
        for service in (large, small):
            serve(service, WARM_UP)
        seconds = rounds(
            ROUNDS,
            progress,
            half_a_million_open=lambda: serve(large, CYCLES),
            six_thousand_open=lambda: serve(small, CYCLES),
        )
    return {
        "engine.lifecycles_at_scale_per_s": Measured(
            CYCLES / seconds["half_a_million_open"], CYCLES / seconds["six_thousand_open"]
        ),
        "engine.memory_at_scale_gb": Measured(memory_gb("VmHWM"), rows_gb),
    }


def the_large_one(progress: Progress) -> tuple[Service, float]:
    """It, and the memory of its rows alone (GB)."""
    progress(f"making {TICKETS:,} rows")
    before = memory_gb("VmRSS")
    made = image(filas=LARGE_FILAS, agents=LARGE_AGENTS, capacity=SLOTS, waiting=TICKETS, skills=SOME)
    rows = memory_gb("VmRSS") - before
    coletor.guardar()  # as the server does while it reads an empresa
    return opened(made, SOME, progress), rows


def memory_gb(what: str) -> float:
    """Of this process: ``VmRSS``, what it has in memory, or ``VmHWM``, the most that it ever had."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what)]
    return int(line.split()[1]) * 1024 / 1e9
