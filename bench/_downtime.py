"""A node that was down for a day: what was due meanwhile is told, while another empresa is being served."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import quantiles
from time import perf_counter
from typing import Final
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from actors.diretorio.ajustes import Opcoes
from actors.no.despertador import Despertador
from actors.no.no import No
from actors.ticket.comandos import CriarTicket
from bench._database import VAULT
from bench._people import EMPRESA, image
from engine.calendario.agenda import SEMPRE
from engine.documentos.especies import POLITICA_SLA
from engine.ids import UuidV7
from engine.journal import Journal
from engine.modelo import DocumentoRow, EmpresaImage, EventoRow, FilaRow, Quem, Row, TicketRow
from engine.ports import Batch, Fence, Store
from engine.runtime import AsyncioLoop
from engine.sla.estado import Sla
from engine.sla.modelo import PoliticaSla
from engine.sla.regra import Regra
from engine.sla.relogio import abrir as promised
from engine.tempo import SystemClock
from engine.vistas import json_text
from storage import abrir

DUE: Final = 100_000
DAY: Final = 86_400_000
PAUSE_S: Final = 0.02
"""Of the quiet one, between two requests."""
ALONE_S: Final = 4.0
_CHUNK: Final = 5_000
_CLOCK: Final = SystemClock()
_QUIET: Final = Quem("01980000-0000-7000-8000-0000000000aa", "01980000-0000-7000-8000-0000000000ab", "conector")
_FIRST_S: Final = 1_800
_WHOLE_S: Final = 30 * 86_400
_POLICY: Final = PoliticaSla(primeira_resposta_segundos=_FIRST_S, resolucao_segundos=_WHOLE_S)
_POLICY_ID: Final = "00000000-0000-7000-9000-000000000001"


class Told(Struct, frozen=True):
    """``seconds`` until all was told; p99 (ms) of the quiet empresa's requests meanwhile, and before."""

    seconds: float
    quiet: float
    alone: float


class Ear:
    """Counts of each ticket how often it was told that a promise is broken."""

    def __init__(self) -> None:
        self.told: Counter[str | None] = Counter()
        self.all = asyncio.Event()

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        for evento in eventos:
            if evento.tipo == "sla_violado":
                self.told[evento.ticket_id] += 1
        if len(self.told) == DUE:
            self.all.set()

    def dropped(self, empresa_id: str) -> None: ...


async def prepare(dsn: str) -> None:
    """Open tickets, each with a first response that was due within an hour of 24 h ago."""
    made = image(filas=20, agents=0, waiting=DUE)
    opened = _CLOCK.now() - DAY
    tickets = [_promised(ticket, opened + n * 3_600_000 // DUE) for n, ticket in enumerate(made.tickets)]
    policy = DocumentoRow(EMPRESA, POLITICA_SLA.tipo, _POLICY_ID, "Geral", json_text(_POLICY), 1, opened, opened)
    banco = await abrir(dsn, no="bench", cofre=VAULT)
    lease = await banco.store.activate(EMPRESA, provision=True, now=_CLOCK.now())
    await _write(banco.store, lease, FilaRow, made.filas)
    await _write(banco.store, lease, DocumentoRow, [policy])
    for start in range(0, DUE, _CHUNK):
        await _write(banco.store, lease, TicketRow, tickets[start : start + _CHUNK])
    await banco.store.release([EMPRESA])
    await banco.fechar()


def _promised(ticket: TicketRow, opened: int) -> TicketRow:
    mark = crc32(json_text(_POLICY).encode())  # as the node works it out: what was promised holds
    rule = Regra(_POLICY_ID, mark, SEMPRE, 1_000 * _FIRST_S, None, 1_000 * _WHOLE_S, (), pausa=True)
    sla: Sla = promised(rule, opened, opened)
    return replace(ticket, criado_em=opened, atualizado_em=opened, aguardando_desde=opened, sla=sla)


async def _write(store: Store, lease: EmpresaImage, kind: type[Row], rows: Sequence[Row]) -> None:
    await store.commit(Batch([Fence(EMPRESA, lease.epoch, lease.seq, lease.seq, DUE, lease.token)], {kind: list(rows)}))


@asynccontextmanager
async def node(dsn: str, ear: Ear) -> AsyncIterator[tuple[No, Despertador]]:
    banco = await abrir(dsn, no="bench", cofre=VAULT)
    journal = Journal(banco.store, ear, _CLOCK)
    loop = AsyncioLoop(_CLOCK, journal)
    writing = asyncio.create_task(journal.run())
    made = No(banco.store, journal, ear, loop.dispatcher, _CLOCK, UuidV7(_CLOCK), Opcoes(), provisionar=True)
    yield made, Despertador(banco.store, made.ativas, made.ativar)
    await journal.drain()
    await made.parar()
    writing.cancel()
    loop.close()
    await banco.fechar()


async def _quiet(made: No, until: asyncio.Event) -> list[float]:
    """Durations (ms) of requests, one after the other, until then."""
    took: list[float] = []
    while not until.is_set():
        await asyncio.sleep(PAUSE_S)
        n = len(took)
        started = perf_counter()
        await made.pedir(CriarTicket(quem=_QUIET, contato_nome=f"Contato {n}", contato_telefone=f"55119{n:08}"))
        took.append((perf_counter() - started) * 1_000)
    return took


async def after_a_day(dsn: str) -> Told:
    """From the start of a node until everything that was due is told, and durable, once."""
    await prepare(dsn)
    ear, calm = Ear(), asyncio.Event()
    async with node(dsn, ear) as (made, waking):
        await made.ativar(_QUIET.empresa_id)
        asyncio.get_running_loop().call_later(ALONE_S, calm.set)
        alone = await _quiet(made, calm)
        started = perf_counter()
        asking = asyncio.create_task(_quiet(made, ear.all))
        await waking.ronda()
        await ear.all.wait()
        seconds = perf_counter() - started
        meanwhile = await asking
    assert set(ear.told.values()) == {1}
    return Told(seconds, quantiles(meanwhile, n=100)[-1], quantiles(alone, n=100)[-1])
