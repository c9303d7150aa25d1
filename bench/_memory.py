"""A node whose journal writes to memory: the real actors, rules and journal, and no machine underneath.

It is driven by hand and without an event loop, so what is measured is the engine. Its store serves on a loop too.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final, TypeVar

from actors.canal.mensagens import EnviosAchados, EnviosLidos
from actors.comandos import Comando
from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.ajustes import Opcoes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import Inaugurar, TicketDoCanal
from actors.no.ativacao import TICKETS_POR_FATIA, despertar, povoar
from actors.no.entrega import enviar
from bench.registry import Progress
from engine.errors import NotFound
from engine.ids import UuidV7
from engine.journal import Journal
from engine.modelo import EmpresaImage, EnvioRow, EventoRow, IdempotenciaRow, Linha, MensagemRow, TicketRow
from engine.ports import Batch, ContatosAchados, DeOnde, Lease, PaginaDeEnvios
from engine.runtime import ManualLoop, Reply
from engine.tempo import VirtualClock

R = TypeVar("R")
_SLICES: Final = 100
"""After so many it is told how far it is."""


class MemoryStore:
    """Takes every batch, checks its fence, and keeps nothing but counts.

    ``pause`` is awaited in each commit: on an event loop, what a real store does while the database works.
    """

    def __init__(self, image: EmpresaImage, pause: Callable[[], Awaitable[None]] | None = None) -> None:
        self._image = image
        self._pause = pause
        self.seq = image.seq
        self.rows = 0

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:  # noqa: ARG002
        return self._image

    async def commit(self, batch: Batch) -> None:
        if self._pause is not None:
            await self._pause()
        for fence in batch.fences:
            assert fence.seq_before == self.seq, "a gap in seq"
            self.seq = fence.seq_after
        self.rows += sum(len(rows) for rows in batch.rows.values())

    async def outcome(self, batch: Batch) -> bool:  # noqa: ARG002
        return True

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:  # noqa: ARG002
        raise NotFound("ticket_nao_encontrado", "nothing is kept")

    async def contatos(
        self,
        empresa_id: str,  # noqa: ARG002
        chaves: Collection[str],  # noqa: ARG002
        ids: Collection[str],  # noqa: ARG002
    ) -> ContatosAchados:
        return ContatosAchados({}, [])

    async def conhecidas(self, empresa_id: str, ids: Collection[str]) -> set[str]:  # noqa: ARG002
        return set()

    async def janela_do_contato(self, empresa_id: str, ticket_id: str) -> int | None:  # noqa: ARG002
        return None

    async def ticket_do_canal(
        self,
        empresa_id: str,  # noqa: ARG002
        canal_id: str,  # noqa: ARG002
        contatos: Collection[str],  # noqa: ARG002
        desde: int,  # noqa: ARG002
    ) -> TicketRow | None:
        return None

    async def envios(
        self,
        empresa_id: str,  # noqa: ARG002
        canal_id: str,  # noqa: ARG002
        linha: Linha,  # noqa: ARG002
        depois: DeOnde,  # noqa: ARG002
        limite: int,  # noqa: ARG002
    ) -> PaginaDeEnvios:
        return PaginaDeEnvios([])

    async def procurados(
        self,
        empresa_id: str,  # noqa: ARG002
        canal_id: str,  # noqa: ARG002
        ids: Collection[str],  # noqa: ARG002
        externos: Collection[str],  # noqa: ARG002
    ) -> list[EnvioRow]:
        return []

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:  # noqa: ARG002
        return None

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:  # noqa: ARG002
        return None

    async def lost(self, posses: Mapping[str, Lease]) -> Sequence[str]:  # noqa: ARG002
        return ()

    async def release(self, empresa_ids: Sequence[str]) -> None: ...


class Node:
    """One active empresa. ``assigned`` are the tickets that agents were given, with the agent, in order."""

    def __init__(self, image: EmpresaImage, progress: Progress = lambda _: None) -> None:
        self.clock = VirtualClock()
        self.store = MemoryStore(image)
        self.journal = Journal(self.store, self, self.clock)
        self.loop = ManualLoop(self.clock, self.journal)
        self.events: Counter[str] = Counter()
        self.assigned: deque[tuple[str, str]] = deque()
        self.viva = EmpresaViva(image, self.loop.dispatcher, UuidV7(self.clock, seed=1), Opcoes(), self)
        for n, _ in enumerate(povoar(self.viva, image)):
            if n % _SLICES == 0:
                progress(f"{n * TICKETS_POR_FATIA:,} of {len(image.tickets):,} tickets have their actors")
        progress("giving out what waits")
        for _ in despertar(self.viva, image):
            pass
        self.viva.diretorio.empresa.tell(Inaugurar())
        self.settle()

    def ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        raise AssertionError(f"{ticket_id} of {viva.name} is not in memory")

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """Nothing is stored, so nothing is found."""
        viva.diretorio.empresa.tell(ContatosCarregados(pedido, ContatosAchados({}, []), None))

    def ler_ticket_do_canal(self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int) -> None:  # noqa: ARG002
        viva.diretorio.empresa.tell(TicketDoCanal(canal_id, contatos[0], None, None))

    def ler_envios(
        self,
        viva: EmpresaViva,
        canal_id: str,
        linha: Linha,
        depois: DeOnde,  # noqa: ARG002
        limite: int,  # noqa: ARG002
        leitura: int,
    ) -> None:
        viva.diretorio.canais[canal_id].tell(EnviosLidos(linha, leitura, PaginaDeEnvios([])))

    def procurar_envios(
        self,
        viva: EmpresaViva,
        canal_id: str,
        ids: tuple[str, ...],  # noqa: ARG002
        externos: tuple[str, ...],  # noqa: ARG002
        consulta: int,
    ) -> None:
        viva.diretorio.canais[canal_id].tell(EnviosAchados(consulta, [], None))

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        for evento in eventos:
            self.events[evento.tipo] += 1
            if evento.tipo == "ticket_atribuido" and evento.ticket_id and evento.atendente_id:
                self.assigned.append((evento.ticket_id, evento.atendente_id))

    def dropped(self, empresa_id: str) -> None:
        raise AssertionError(f"{empresa_id} was dropped")

    def ask(self, comando: Comando[R]) -> Reply[R]:
        self.journal.admit()
        return enviar(self.viva, comando)

    def settle(self) -> None:
        """Until all mail is handled and all turns are written."""
        while not self.loop.dispatcher.idle() or self.journal.pending:
            self.loop.run_until_idle()
            while self.journal.pending:
                _finish(self.journal)


def _finish(journal: Journal) -> None:
    """Write a batch. In memory nothing waits, so it ends at once."""
    try:
        journal.write().send(None)
    except StopIteration:
        return
    raise AssertionError("the journal waits for something")
