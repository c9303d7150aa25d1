"""The writer: one batch at a time, until its fate is known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from math import inf
from time import perf_counter

from msgspec import Struct

from engine.errors import BalcaoError, InternalFailure, LeaseElsewhere, Overloaded, Unavailable
from engine.journal._buffer import Buffer, DurableGroup, Turno, formar
from engine.modelo import EventoRow, Row
from engine.ports import (
    Batch,
    Clock,
    CommitUnknown,
    EventSink,
    Fenced,
    JournalObserver,
    Rejected,
    Store,
    StoreAway,
)
from engine.runtime import Group, RecordedReply, Settled, settle
from engine.saude import CAIU, NAO_RESPONDE, Causa, Saude
from engine.tabelas import SALVAVEIS

log = logging.getLogger(__name__)


class Limites(Struct, frozen=True):
    """The bounds of a journal."""

    turnos: int = 20_000
    """Turns that may wait before new commands are refused. What a few seconds of full load produce."""
    turnos_por_lote: int = 1_000
    """Turns in one transaction: larger ones gain little and make everybody in them wait longer."""
    espera_inicial: float = 0.05
    """Seconds before the first retry; doubles up to ``espera_maxima``."""
    espera_maxima: float = 1.0
    paciencia: int = 5_000
    """Milliseconds after which those who wait for an answer are told that it is unknown. What they wrote is kept."""


class Journal:
    """Implements :class:`~engine.runtime.TurnSink`: makes turns durable, then lets their outputs go.

    ``ao_perder`` is called with each group that must leave this node (fenced, or refused by the database).

    What it lets go it tells of from memory, so it must know that the empresa is still this node's: by a commit that was
    sent just now, by the pulse (``saude``), or else by asking.
    """

    def __init__(
        self,
        store: Store,
        sink: EventSink,
        relogio: Clock,
        *,
        observador: JournalObserver | None = None,
        limites: Limites | None = None,
        saude: Saude | None = None,
        dormir: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._sink = sink
        self._relogio = relogio
        self._observador = observador
        self.limites = limites or Limites()
        self.saude = saude or Saude()
        self._dormir = dormir
        self._buffer = Buffer()
        self._em_voo: list[Turno] = []
        self._escreveu = asyncio.Event()
        self._fora_desde: int | None = None
        self._avisar: Callable[[], None] = lambda: None
        self.ao_perder: Callable[[DurableGroup], None] = lambda _: None

    # -- the way in ------------------------------------------------------------------------------------------------

    def release(
        self, group: Group, rows: Sequence[Row], events: Sequence[EventoRow], replies: Sequence[Settled]
    ) -> None:
        """Take what a turn produced. An answer that depends on nothing unwritten is given at once.

        Raises:
            TypeError: a row has no table (:mod:`engine.tabelas`). Nothing was taken: the turn fails, not the writer.
        """
        for reply, value, error in replies:
            if type(reply) is RecordedReply and error is None and not reply.is_set:
                rows = [*rows, reply.record(value)]
        for row in rows:
            if type(row) not in SALVAVEIS:
                raise TypeError(f"a {type(row).__name__} is not saved: it has no table")
        if group.closed:
            recusar(replies, perdida())
        elif not rows and not events and not group.unsettled:
            if self.saude.recente():
                for reply, value, error in replies:
                    settle(reply, value, error)
            else:
                recusar(replies, self.saude.recusa())
        else:
            assert isinstance(group, DurableGroup)
            self._buffer.juntar(Turno(group, rows, events, replies))
            self._avisar()

    @property
    def pendentes(self) -> int:
        """Turns accepted and not yet durable."""
        return len(self._buffer) + len(self._em_voo)

    @property
    def disponivel(self) -> bool:
        """Whether new commands are taken."""
        return self._fora_desde is None and self.pendentes < self.limites.turnos

    def admitir(self) -> None:
        """Raise Unavailable or Overloaded when a new command must not be taken now."""
        if self._fora_desde is not None:
            raise self.saude.recusa()
        if self.pendentes >= self.limites.turnos:
            raise Overloaded("sobrecarga", "Há gravações demais à espera do banco de dados; tente de novo em instantes")

    # -- the writer ------------------------------------------------------------------------------------------------

    async def rodar(self) -> None:
        """Write what comes, for ever. Cancel to stop; what is in the buffer then is lost, unacknowledged."""
        ha_trabalho = asyncio.Event()
        self._avisar = ha_trabalho.set
        laco = asyncio.get_running_loop()
        while True:
            if not self._buffer:
                ha_trabalho.clear()
                await ha_trabalho.wait()
            # a database that hangs answers nothing, not even that it failed
            cansar = laco.call_later(self.limites.paciencia / 1000, self._cansar)
            try:
                await self.gravar()
            finally:
                cansar.cancel()

    async def esvaziar(self) -> None:
        """Wait until nothing waits any more. The writer must be running."""
        while self.pendentes:
            self._escreveu.clear()
            await self._escreveu.wait()

    async def gravar(self) -> None:
        """Write one batch of what is there, and let its outputs go; returns when its fate is known."""
        self._em_voo = self._buffer.tomar(self.limites.turnos_por_lote)
        try:
            await self._gravar(self._em_voo)
        finally:
            self._em_voo = []
            self._escreveu.set()

    async def _gravar(self, turnos: list[Turno]) -> None:
        incerto = False
        espera = self.limites.espera_inicial
        inicio = self._relogio.now()
        gravado = nossos = False
        while turnos and not nossos:
            lote, enviado = formar(turnos), self.saude.agora()
            try:
                if not gravado:
                    await self._tentar(lote, len(turnos), incerto=incerto)
                    gravado = True
                    nossos = self.saude.recente(enviado if lote.fences else -inf)
                if not nossos:
                    turnos = await self._conferir(turnos)
                    nossos = self.saude.recente(enviado)
            except CommitUnknown as erro:
                incerto = True
                self._ficar_fora(inicio, CAIU, erro)
            except StoreAway as erro:
                self._ficar_fora(inicio, erro.causa, erro)
                if self._relogio.now() - inicio >= self.limites.paciencia:
                    self._cansar()
                await self._dormir(espera)
                espera = min(espera * 2, self.limites.espera_maxima)
            except Fenced as erro:
                turnos = self._perder(turnos, set(erro.empresa_ids), perdida())
            except Rejected as erro:
                turnos = await self._isolar(turnos, lote, erro)
        self._voltar()
        self._soltar(turnos)

    async def _tentar(self, lote: Batch, turnos: int, *, incerto: bool) -> None:
        """Have the batch written, once."""
        if not lote.fences or (incerto and await self._store.outcome(lote)):
            return
        inicio = perf_counter()
        await self._store.commit(lote)
        if self._observador is not None:
            linhas = sum(len(rows) for rows in lote.rows.values())
            self._observador.lote(turnos, linhas, perf_counter() - inicio)

    async def _conferir(self, turnos: list[Turno]) -> list[Turno]:
        """What is written took so long that another node may have taken an empresa since, and changed who may be told:
        find out which, and let those go. Returns the turns of the others.
        """
        grupos = {turno.group for turno in turnos}
        perdidas = await self._store.lost({group.name: (group.epoch, group.posse) for group in grupos})
        return self._perder(turnos, set(perdidas), _passou_depois()) if perdidas else turnos

    def _soltar(self, turnos: Iterable[Turno]) -> None:
        """The turns are durable: publish their events, then give their answers."""
        eventos: list[EventoRow] = []
        for turno in turnos:
            turno.group.unsettled -= 1
            if turno.events:
                turno.group.seq_duravel += len(turno.events)
                eventos.extend(turno.events)
        if eventos:
            self._sink.publish(eventos)
        for turno in turnos:
            for reply, value, error in turno.replies:
                settle(reply, value, error)

    # -- when it does not work -------------------------------------------------------------------------------------

    def _ficar_fora(self, inicio: int, causa: Causa, porque: object) -> None:
        """Nothing can be written, since the attempt that began at ``inicio``: new commands are refused."""
        if self._fora_desde is None:
            self._fora_desde = inicio
            log.debug("%d turns wait for the database: %s", self.pendentes, porque)
        self.saude.falhou("gravacoes", causa, self.saude.agora() - (self._relogio.now() - inicio) / 1000)

    def _cansar(self) -> None:
        """Whoever waits has waited long enough, and is told that the outcome is unknown. What they wrote stays."""
        if self._fora_desde is None:
            self._ficar_fora(self._relogio.now() - self.limites.paciencia, NAO_RESPONDE, "no answer")
        incerto = self.saude.incerto()
        recusar([resposta for turno in self._em_voo for resposta in turno.replies], incerto)
        recusar(self._buffer.sem_respostas(), incerto)

    def _voltar(self) -> None:
        if self._fora_desde is not None:
            self._fora_desde = None
            self.saude.respondeu("gravacoes")

    def _perder(self, turnos: list[Turno], empresa_ids: set[str], erro: BalcaoError) -> list[Turno]:
        """Some empresas leave this node: fail what they had in line. Returns the other turns."""
        grupos: set[Group] = {turno.group for turno in turnos if turno.group.name in empresa_ids}
        for group in grupos:
            group.closed = True
        for turno in [t for t in turnos if t.group in grupos] + self._buffer.separar(grupos):
            turno.group.unsettled -= 1
            recusar(turno.replies, erro)
        for group in sorted(grupos, key=lambda grupo: grupo.name):
            log.error("empresa %s leaves this node: %s", group.name, erro.codigo)
            assert isinstance(group, DurableGroup)
            self.ao_perder(group)
        return [turno for turno in turnos if turno.group not in grupos]

    async def _isolar(self, turnos: list[Turno], lote: Batch, erro: Rejected) -> list[Turno]:
        """The database refused the batch: find out whose data it is, and drop that empresa only."""
        if len(lote.fences) == 1:
            log.critical("the database refused a batch of empresa %s: %s", lote.fences[0].empresa_id, erro)
            falha = InternalFailure()
            falha.__cause__ = erro  # whoever asked tells, in the log, which request it was
            return self._perder(turnos, {lote.fences[0].empresa_id}, falha)
        grupos = {turno.group: None for turno in turnos}
        for group in grupos:
            await self._gravar([turno for turno in turnos if turno.group is group])
        return []


def perdida() -> LeaseElsewhere:
    return LeaseElsewhere("empresa_em_outro_no", "Esta empresa passou a ser atendida por outro nó; tente de novo", 2)


def _passou_depois() -> Unavailable:
    return Unavailable(
        "resultado_incerto", "Esta empresa passou a ser atendida por outro nó; confira se a operação foi feita", 2
    )


def recusar(respostas: Iterable[Settled], erro: BalcaoError) -> None:
    for reply, _, _ in respostas:
        settle(reply, None, erro)
