"""Recovery: an empresa with 100,000 open tickets, from its first command on a fresh node to the answer.

1,000 agents are online, each with its 5 slots taken; 95,000 tickets wait in 20 filas. The clock on the wall runs from
``No.pedir`` on a node that has just opened the database until it answers: taking the lease, reading the rows, making
the actors, filling the lines, waking the agents.

The baseline is reading the same rows with asyncpg and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from time import perf_counter
from typing import Final

import asyncpg
from msgspec.structs import replace

from actors.diretorio.ajustes import Opcoes
from actors.fila.comandos import ListarFilas
from actors.no.no import No
from bench._database import VAULT, Deaf, database
from bench._people import CONECTOR, EMPRESA, image
from bench.registry import Figure, Measured, Progress, Results, bench
from engine.ids import UuidV7
from engine.journal import Journal
from engine.modelo import AtendenteRow, EmpresaImage, FilaRow, MembroRow, Row, TicketRow
from engine.ports import Batch, Fence, Store
from engine.runtime import AsyncioLoop
from engine.tempo import SystemClock
from storage import abrir

AGENTS: Final = 1_000
SLOTS: Final = 5
TICKETS: Final = 100_000
ROUNDS: Final = 5
CHUNK: Final = 5_000

CLOCK: Final = SystemClock()


def with_owners(made: EmpresaImage) -> EmpresaImage:
    """The oldest tickets belong to the agents, until every slot is taken."""
    tickets = made.tickets
    for n in range(AGENTS * SLOTS):
        owner = made.atendentes[n % AGENTS].id
        tickets[n] = replace(tickets[n], status="EM_ANDAMENTO", atendente_id=owner)
    return made


async def save(store: Store, made: EmpresaImage) -> None:
    lease = await store.activate(EMPRESA, provision=True, now=CLOCK.now())
    await _write(store, lease, FilaRow, made.filas)
    await _write(store, lease, AtendenteRow, made.atendentes)
    await _write(store, lease, MembroRow, made.membros)
    for start in range(0, len(made.tickets), CHUNK):
        await _write(store, lease, TicketRow, made.tickets[start : start + CHUNK])
    await store.release([EMPRESA])


async def _write(store: Store, lease: EmpresaImage, kind: type[Row], rows: Sequence[Row]) -> None:
    await store.commit(Batch([Fence(EMPRESA, lease.epoch, 0, 0, TICKETS, lease.token)], {kind: list(rows)}))


async def tickets_per_s(dsn: str) -> float:
    """A fresh node answers its first command."""
    banco = await abrir(dsn, no="bench", cofre=VAULT)
    journal = Journal(banco.store, Deaf(), CLOCK)
    loop = AsyncioLoop(CLOCK, journal)
    writing = asyncio.create_task(journal.run())
    node = No(
        banco.store, journal, Deaf(), loop.dispatcher, CLOCK, UuidV7(CLOCK), Opcoes(), provisionar=False
    )  # fmt: skip
    started = perf_counter()
    filas = await node.pedir(ListarFilas(quem=CONECTOR))
    seconds = perf_counter() - started
    assert sum(fila.aguardando for fila in filas) == TICKETS - AGENTS * SLOTS
    await journal.drain()
    await node.parar()
    writing.cancel()
    loop.close()
    await banco.fechar()
    return TICKETS / seconds


async def rows_per_s(dsn: str) -> float:
    con = await asyncpg.connect(dsn)
    started = perf_counter()
    rows = await con.fetch("SELECT * FROM atendimento_tickets WHERE empresa_id = $1", EMPRESA)
    seconds = perf_counter() - started
    await con.close()
    assert len(rows) == TICKETS
    return TICKETS / seconds


@bench(Figure("recovery.open_tickets_per_s", "tickets/s", 20_000))
async def open_tickets(progress: Progress) -> Results:
    progress(f"writing {TICKETS:,} tickets")
    async with database() as dsn:
        banco = await abrir(dsn, no="bench", cofre=VAULT)
        await save(banco.store, with_owners(image(filas=20, agents=AGENTS, capacity=SLOTS, waiting=TICKETS)))
        await banco.fechar()
        rates: list[float] = []
        baselines: list[float] = []
        for n in range(1, ROUNDS + 1):
            progress(f"recovery, round {n} of {ROUNDS}")
            rates.append(await tickets_per_s(dsn))
            baselines.append(await rows_per_s(dsn))
    return {"recovery.open_tickets_per_s": Measured(median(rates), median(baselines))}
