"""The sign of life of this node: a session advisory lock on its number, held by a connection of its own.

While the lock is held the node is alive and its leases are its own. The kernel closes the connection of a process that
is killed, so another node takes over at once, with no time to wait for. Of one that is stopped, swapped out or stuck it
keeps the connection open: there PostgreSQL is the watchdog, which ends a connection that was silent for four seconds
(``idle_session_timeout``), and every second a pulse goes over it.

The pulse also tells this node itself that it lives (:mod:`engine.saude`): what it has in memory it tells only for three
seconds after it. Fencing (``store``) does not depend on any of this: a node that lost its lock without noticing cannot
commit for an empresa that somebody else has taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from engine.ports import StoreAway
from engine.saude import NAO_RESPONDE, Saude
from engine.tarefas import Tarefas
from storage.conexao import FALHAS, VIVER, Conexao, conectar, fechar, motivo
from storage.consultas import sql
from storage.erros import causa
from storage.migrar import CLASSE_DO_NO, conferir

log = logging.getLogger(__name__)

_NUMERO: Final = sql("no_numero")
_VIVER: Final = sql("no_viver")
_PULSO: Final = sql("no_pulso")
_PULSO_S: Final = 1.0
_RESPOSTA_S: Final = 3.0
"""How long a pulse may go unanswered before the server counts as hung."""
_RELIGAR_S: Final = 3.0
"""How long it may take to find out what was lost: the new connection is silent meanwhile."""
_PAUSA_S: Final = (0.1, 1.0)
"""The first and the longest pause between two tries to take the lock again."""


class TravaOcupada(ConnectionError):
    """Our number is locked for a moment: by a node that looks whether we live, or by our own connection's remains."""


async def _nada() -> None:
    """What a node does that has nothing to lose."""


class TravaDoNo:
    """The lock of one node. ``nome`` is what people call the node; its ``numero`` is new at each start.

    ``ao_religar`` is awaited when the lock was lost and is held again: what was ours may have been taken in between.
    Until it returns, ``saude`` lets nothing be told from memory.
    """

    numero: int

    def __init__(self, dsn: str, nome: str, saude: Saude) -> None:
        self._dsn = dsn
        self.nome = nome
        self._saude = saude
        self._con: Conexao | None = None
        self._uma_por_vez = asyncio.Lock()
        self._perdida = asyncio.Event()
        self._tarefas = Tarefas("trava do nó", saude)
        self._sonda: asyncio.Task[None] | None = None
        self.ao_religar: Callable[[], Awaitable[None]] = _nada

    @property
    def viva(self) -> bool:
        """Whether the lock is held, as far as we know."""
        return self._con is not None and not self._con.is_closed()

    async def iniciar(self) -> None:
        """Get a number, lock it, and keep it locked until :meth:`fechar`. Checks the schema on the way.

        Raises:
            MigracaoRecusada: the database is not at this version's schema.
            OSError, asyncpg errors: it cannot be reached.
        """
        con = await conectar(self._dsn, VIVER, no=self.nome)
        try:
            await conferir(con)
            self.numero = await con.fetchval(_NUMERO)
            await self._trancar(con)
        except BaseException:
            con.terminate()
            raise
        self._tarefas.manter("pulso", self._vigiar())

    async def garantir(self) -> None:
        """Return with the lock held, and known what was lost while it was not. Raises OSError, StoreAway or an asyncpg
        error when it cannot be had now.
        """
        async with self._uma_por_vez:
            if self.viva:
                return
            self._saude.calou()
            con = await conectar(self._dsn, VIVER, no=self.nome)
            try:
                await self._trancar(con, self.ao_religar)
            except BaseException:
                con.terminate()
                raise
            log.info("node lock %d taken again", self.numero)

    async def fechar(self) -> None:
        """Let the lock go: other nodes may take what is ours."""
        await self._tarefas.parar()
        if self._con is not None:
            await fechar(self._con)

    async def _trancar(self, con: Conexao, antes_de_valer: Callable[[], Awaitable[None]] = _nada) -> None:
        enviado = self._saude.agora()
        if not await con.fetchval(_VIVER, CLASSE_DO_NO, self.numero):
            raise TravaOcupada(f"node number {self.numero} is locked")
        async with asyncio.timeout(_RELIGAR_S):
            await antes_de_valer()
        self._perdida.clear()
        con.add_termination_listener(self._caiu)
        self._con = con
        self._saude.bateu(enviado)
        self._saude.respondeu("pulso")

    def _caiu(self, con: object) -> None:
        if con is self._con:
            self._saude.calou()
            self._perdida.set()

    async def _vigiar(self) -> None:
        pausa, maior = _PAUSA_S
        while True:
            inicio = self._saude.agora()
            try:
                await self.garantir()
                await self._pulsar()
                pausa = _PAUSA_S[0]
            except (*FALHAS, StoreAway) as exc:
                self._perdeu(exc, inicio)
                await asyncio.sleep(pausa)
                pausa = min(pausa * 2, maior)

    def _perdeu(self, exc: Exception, inicio: float) -> None:
        """The lock is not to be had now."""
        log.info("node lock %d lost: %s", self.numero, motivo(exc))
        if self._con is not None:
            self._con.terminate()
        if not isinstance(exc, TravaOcupada):
            self._saude.falhou("pulso", exc.cause if isinstance(exc, StoreAway) else causa(exc), inicio)

    async def _pulsar(self) -> None:
        """Say that we live, until the connection is lost; raise when it turns out to be."""
        con = self._con
        assert con is not None
        while not self._perdida.is_set():
            enviado = self._saude.agora()
            try:
                async with asyncio.timeout(_RESPOSTA_S):
                    await con.execute(_PULSO)
            except TimeoutError:
                self._saude.falhou("pulso", NAO_RESPONDE, enviado)
                raise
            self._saude.bateu(enviado)
            if self._saude.falha("conexoes") and (self._sonda is None or self._sonda.done()):
                self._sonda = self._tarefas.lancar("sonda", self._sondar())
            with suppress(TimeoutError):
                async with asyncio.timeout(enviado + _PULSO_S - self._saude.agora()):
                    await self._perdida.wait()

    async def _sondar(self) -> None:
        """New connections were refused: find out whether they still are, beside the pulse, which must not wait."""
        with suppress(*FALHAS):
            await fechar(await conectar(self._dsn, VIVER, no=self.nome))
            self._saude.respondeu("conexoes")
