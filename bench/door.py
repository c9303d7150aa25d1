"""Our own front door beside Hypercorn as it is shipped: the same Quart behind both, on the same uvloop.

``door.request_cpu_us`` is the CPU time of a hello-world, in rounds that alternate; ``door.websocket_kb``, how much the
process grows (resident memory) for each idle WebSocket of a room, each time in a process of its own. Our door does more
for that: it looks at each head before h11 does, counts who is connected, and keeps a timer for each connection
(``docs/decisions/0005-leaning-on-hypercorn.md``).
"""

from __future__ import annotations

from bench._cpu import seconds_of
from bench._load import elsewhere
from bench._load_http import Requests
from bench._servers import bare
from bench._wire import request
from bench.connections import room
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench

CONNECTIONS = 32
ROUNDS = 5
SECONDS = 2.0
CLIENTS = 2_000


def cost(port: int, pid: int) -> float:
    """Microseconds of CPU for each request."""
    before = seconds_of(pid)
    done = elsewhere(Requests(port, SECONDS, 0, [request("GET", "/").decode()] * CONNECTIONS, 200))
    return (seconds_of(pid) - before) * 1e6 / done.count


def kilobytes(*, shipped: bool) -> float:
    with bare() as base:
        return room(base.shipped if shipped else base.quart, base.pid, CLIENTS).bytes_each / 1024


@bench(
    Figure("door.request_cpu_us", "µs"),
    Figure("door.websocket_kb", "KB"),
)
def door(progress: Progress) -> Results:
    with bare() as base:
        costs = rounds(
            ROUNDS,
            progress,
            shipped=lambda: cost(base.shipped, base.pid),
            door=lambda: cost(base.quart, base.pid),
        )
    sizes = rounds(2, progress, shipped=lambda: kilobytes(shipped=True), door=lambda: kilobytes(shipped=False))
    return {
        "door.request_cpu_us": Measured(costs["door"], costs["shipped"]),
        "door.websocket_kb": Measured(sizes["door"], sizes["shipped"]),
    }
