"""The journal and PostgreSQL together: group commit beside one transaction each.

One unit is what a contact's first message causes: a ticket, a message and their two events, released by the actors as
one turn. Units are handed to the journal as fast as it takes them, ``IN_FLIGHT`` at most being unanswered, and each
counts when its answer is given, which is after the commit. PostgreSQL is the embedded one with fsync on; seconds are of
the clock on the wall.

The baseline is the same units through the same journal and store, each in a transaction of its own.
"""

from __future__ import annotations

import asyncio
from statistics import median
from time import perf_counter

from msgspec.structs import replace

from actors.diretorio.ajustes import endereco_sem_assinatura
from bench._database import VAULT, Deaf, database
from bench._people import CONECTOR
from bench.registry import Figure, Measured, Progress, Results, bench
from engine.eventos import NovaMensagem, TicketCriado, do_ticket, envelope
from engine.ids import UuidV7
from engine.journal import DurableGroup, Journal, JournalLimits
from engine.modelo import EventoRow, MensagemRow, Row, TicketRow
from engine.ports import Store
from engine.runtime import AsyncioLoop, Dispatcher, ImmediateSink, Reply
from engine.tempo import SystemClock
from engine.vistas import mensagem_vista, ticket_vista
from storage import abrir

ROUNDS = 5
UNITS = 20_000
BASELINE_UNITS = 1_000
IN_FLIGHT = 4_000

CLOCK = SystemClock()
IDS = UuidV7(CLOCK)

Turn = tuple[list[Row], list[EventoRow]]


class Rows:
    """Turns of one empresa, ready to be released."""

    def __init__(self, empresa_id: str) -> None:
        self._empresa_id = empresa_id
        self._fila_id = IDS.novo()
        self._seq = 0
        self._numero = 0

    def take(self, count: int) -> list[Turn]:
        return [self._turn() for _ in range(count)]

    def _turn(self) -> Turn:
        self._numero += 1
        n, now = self._numero, CLOCK.now()
        ticket = TicketRow(
            self._empresa_id, IDS.novo(), n, "ABERTO", "NORMAL", f"Contato {n}", f"+55118{n:08}", None, f"Pedido {n}",
            self._fila_id, None, None, False, now, now, now, None, None, None,
        )  # fmt: skip
        mensagem = MensagemRow(
            self._empresa_id, IDS.novo(), ticket.id, self._seq + 2, "Olá, meu pedido não chegou. Podem verificar?",
            "texto", "recebida", None, None, False, "entregue", now,
        )  # fmt: skip
        who = replace(CONECTOR, empresa_id=self._empresa_id)
        where, said = do_ticket(ticket), NovaMensagem(mensagem_vista(mensagem, endereco_sem_assinatura))
        events: list[EventoRow] = [
            envelope(self._seq + 1, now, who, TicketCriado(ticket_vista(ticket)), where),
            envelope(self._seq + 2, now, who, said, where),
        ]
        self._seq += 2
        return [ticket, mensagem], events


class Writer:
    """A journal on a store, and an empresa that releases turns into it."""

    def __init__(self, store: Store, group: DurableGroup, limits: JournalLimits) -> None:
        self._journal = Journal(store, Deaf(), CLOCK, limits=limits)
        self._group = group
        self._rows = Rows(group.name)

    @classmethod
    async def open(cls, store: Store, dispatcher: Dispatcher, limits: JournalLimits) -> Writer:
        image = await store.activate(IDS.novo(), provision=True, now=CLOCK.now())
        return cls(store, DurableGroup(image.empresa.id, dispatcher, image.seq, image.epoch, image.token), limits)

    async def units_per_s(self, count: int) -> float:
        turns = self._rows.take(count)
        writing = asyncio.create_task(self._journal.run())
        await asyncio.sleep(0)
        started = perf_counter()
        answers: list[Reply[int]] = []
        for n, (rows, events) in enumerate(turns):
            answers.append(Reply())
            self._journal.release(self._group, rows, events, [(answers[n], n, None)])
            if n >= IN_FLIGHT:
                await answers[n - IN_FLIGHT]
        assert [await answer for answer in answers] == list(range(count))
        seconds = perf_counter() - started
        writing.cancel()
        return count / seconds


@bench(Figure("journal.durable_per_s", "pairs/s", 10_000), Figure("journal.vs_one_transaction_each", "×", 8))
async def durable(progress: Progress) -> Results:
    dispatcher = AsyncioLoop(CLOCK, ImmediateSink()).dispatcher
    progress("starting PostgreSQL")
    async with database() as dsn:
        banco = await abrir(dsn, no="bench", cofre=VAULT)
        try:
            together = await Writer.open(banco.store, dispatcher, JournalLimits())
            alone = await Writer.open(banco.store, dispatcher, JournalLimits(turns_per_batch=1))
            rates: list[float] = []
            baselines: list[float] = []
            for n in range(1, ROUNDS + 1):
                progress(f"group commit, round {n} of {ROUNDS}")
                rates.append(await together.units_per_s(UNITS))
                progress(f"one transaction each, round {n} of {ROUNDS}")
                baselines.append(await alone.units_per_s(BASELINE_UNITS))
        finally:
            await banco.fechar()
    rate, baseline = median(rates), median(baselines)
    return {
        "journal.durable_per_s": Measured(rate, baseline),
        "journal.vs_one_transaction_each": Measured(rate / baseline, 1),
    }
