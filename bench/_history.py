"""A table with a past: a million tickets of many empresas, written the way the journal writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import asyncpg
from msgspec import Struct

from bench._database import VAULT
from bench.registry import Progress
from engine.busca import ticket_busca
from engine.ids import UuidV7
from engine.modelo import AtendenteRow, FilaRow, MensagemRow, Prioridade, Row, Status, TicketBuscaRow, TicketRow
from engine.ports import Batch, Fence, Store
from engine.tempo import SystemClock
from storage import abrir

TABLE: Final = 1_000_000
EMPRESA: Final = 100_000
OTHERS: Final = 90
WITH_MESSAGES: Final = 2_000
MESSAGES: Final = 6
FILAS: Final = 20
AGENTS: Final = 100
_BATCH: Final = 5_000
_DAY: Final = 86_400_000
_NAMES: Final = (
    "Ana",
    "Bruno",
    "Carla",
    "Davi",
    "Elisa",
    "Fábio",
    "Gabriela",
    "Heitor",
    "Íris",
    "João",
    "Lúcia",
    "Otávio",
)
_SURNAMES: Final = ("Silva", "Souza", "Santos", "Oliveira", "Pereira", "Lima", "Araújo", "Gonçalves", "Ávila", "Prado")
_SUBJECTS: Final = ("Pedido não chegou", "Segunda via do boleto", "Troca de produto", "Dúvida sobre o plano", "Elogio")


class History(Struct, frozen=True):
    """The large empresa, and those of its tickets that have messages."""

    empresa_id: str
    tickets: list[str]
    filas: list[str]
    agents: list[str]


class _Writer:
    """One empresa's rows, gathered into batches."""

    def __init__(self, store: Store, clock: SystemClock, ids: UuidV7) -> None:
        self.store, self.clock, self.ids = store, clock, ids
        self.empresa_id = ids.novo()
        self.random = Random(1)
        now = clock.now()
        self.filas = [
            FilaRow(
                self.empresa_id,
                ids.novo(),
                f"Fila {n}",
                None,
                "MENOS_OCUPADO",
                True,
                "devolver",
                5,
                n == 0,
                now,
                now,
                None,
            )
            for n in range(FILAS)
        ]
        self.agents = [
            AtendenteRow(
                self.empresa_id, ids.novo(), f"Atendente {n}", f"a{n}@bench.invalid", 5, (), False, "offline", None,
                False, None, now, now, now, None,
            )
            for n in range(AGENTS)
        ]  # fmt: skip

    async def write(self, count: int, *, messages: int) -> list[str]:
        """``count`` tickets, the newest ``messages`` of which have messages; gives the ids of those."""
        image = await self.store.activate(self.empresa_id, provision=True, now=self.clock.now())
        spoken: list[str] = []
        for first in range(1, count + 1, _BATCH):
            last = min(first + _BATCH - 1, count)
            rows: dict[type[Row], list[Row]] = {TicketRow: [], TicketBuscaRow: [], MensagemRow: []}
            if first == 1:
                rows |= {FilaRow: [*self.filas], AtendenteRow: [*self.agents]}
            for numero in range(first, last + 1):
                ticket = self._ticket(numero, count)
                rows[TicketRow].append(ticket)
                rows[TicketBuscaRow].append(ticket_busca(ticket))
                if numero > count - messages:
                    rows[MensagemRow] += self._messages(ticket)
                    spoken.append(ticket.id)
            fence = Fence(self.empresa_id, image.epoch, image.seq, image.seq, last, image.token)
            await self.store.commit(Batch([fence], {kind: some for kind, some in rows.items() if some}))
        await self.store.release([self.empresa_id])
        return spoken

    def _ticket(self, numero: int, count: int) -> TicketRow:
        chance, at = self.random.random(), self.clock.now() - _DAY + numero * (_DAY // count)
        status: Status = "FECHADO" if chance < 0.9 else "RESOLVIDO" if chance < 0.99 else "PENDENTE"
        priority: Prioridade = "NORMAL" if chance < 0.6 else "ALTA" if chance < 0.8 else "BAIXA"
        name = f"{self.random.choice(_NAMES)} {self.random.choice(_SURNAMES)}"
        return TicketRow(
            self.empresa_id, self.ids.novo(), numero, status, priority, name, f"55119{numero:08}",
            f"contato{numero}@example.com", self.random.choice(_SUBJECTS), self.random.choice(self.filas).id,
            None if status == "PENDENTE" else self.random.choice(self.agents).id, None, False, at, at, at, at,
            at if status != "PENDENTE" else None, at if status == "FECHADO" else None,
        )  # fmt: skip

    def _messages(self, ticket: TicketRow) -> Iterator[MensagemRow]:
        for n in range(MESSAGES):
            yield MensagemRow(
                self.empresa_id, self.ids.novo(), ticket.id, n + 1, f"Mensagem {n} da conversa sobre o pedido.",
                "texto", "enviada" if n % 2 else "recebida", ticket.atendente_id if n % 2 else None, None, True, "lido",
                ticket.criado_em + n,
            )  # fmt: skip


_COPIED: Final = ("empresas", "leases", "filas", "atendentes", "tickets", "tickets_busca", "contagens")
_COLUMNS: Final = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FILTER (WHERE column_name <> 'empresa_id')
FROM information_schema.columns WHERE table_name = $1
"""


async def write_history(dsn: str, progress: Progress) -> History:
    """Fill the database: :data:`EMPRESA` tickets of one empresa, the rest of :data:`TABLE` shared by others.

    One of the others is written, and copied in the database to make the rest.
    """
    banco = await abrir(dsn, no="bench", cofre=VAULT)
    clock = SystemClock()
    ids = UuidV7(clock, seed=3)
    each = (TABLE - EMPRESA) // OTHERS
    try:
        large, other = _Writer(banco.store, clock, ids), _Writer(banco.store, clock, ids)
        progress("writing the past of another empresa")
        await other.write(each, messages=0)
        await _copy(dsn, other.empresa_id, [ids.novo() for _ in range(OTHERS // 2)], progress)
        progress(f"writing the past of an empresa with {EMPRESA:,} tickets")
        spoken = await large.write(EMPRESA, messages=WITH_MESSAGES)
        await _copy(dsn, other.empresa_id, [ids.novo() for _ in range(OTHERS // 2 - 1)], progress)
    finally:
        await banco.fechar()
    return History(large.empresa_id, spoken, [f.id for f in large.filas], [a.id for a in large.agents])


async def _copy(dsn: str, source: str, targets: Sequence[str], progress: Progress) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for n, target in enumerate(targets, 1):
            progress(f"copying it, {n} of {len(targets)}")
            for name in _COPIED:
                table = f"atendimento_{name}"
                columns = await connection.fetchval(_COLUMNS, table)
                copy = f"INSERT INTO {table} (empresa_id, {columns}) SELECT $2, {columns} FROM {table}"  # noqa: S608
                await connection.execute(f"{copy} WHERE empresa_id = $1", source, target)
    finally:
        await connection.close()
