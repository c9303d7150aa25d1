"""The sign of life of this node: a session advisory lock on its number, held by a connection of its own.

While the lock is held the node is alive and its leases are its own. The kernel closes the connection of a process that
is killed, so another node takes over at once, with no time to wait for. Fencing (``store``) does not depend on it: a
node that lost its lock without noticing cannot commit for an empresa that somebody else has taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from storage.conexao import FALHAS, VIVER, Conexao, conectar, fechar, motivo
from storage.consultas import sql
from storage.migrar import CLASSE_DO_NO, conferir

log = logging.getLogger(__name__)

_NUMERO: Final = sql("no_numero")
_VIVER: Final = sql("no_viver")
_PULSO: Final = sql("no_pulso")
_PULSO_S: Final = 5.0
"""How often an idle lock connection is used, to find out that the other end is gone when nothing said so."""
_PAUSA_S: Final = (0.1, 2.0)
"""The first and the longest pause between two tries to take the lock again."""


class TravaOcupada(ConnectionError):
    """Our number is locked for a moment: by a node that looks whether we live, or by our own connection's remains."""


class TravaDoNo:
    """The lock of one node. ``nome`` is what people call the node; its ``numero`` is new at each start.

    ``ao_religar`` is called when the lock was lost and is held again: what was ours may have been taken in between.
    """

    numero: int

    def __init__(self, dsn: str, nome: str) -> None:
        self._dsn = dsn
        self.nome = nome
        self._con: Conexao | None = None
        self._uma_por_vez = asyncio.Lock()
        self._perdida = asyncio.Event()
        self._vigia: asyncio.Task[None] | None = None
        self.ao_religar: Callable[[], None] = lambda: None

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
        self._vigia = asyncio.create_task(self._vigiar(), name="trava do nó")

    async def garantir(self) -> None:
        """Return with the lock held. Raises OSError or an asyncpg error when it cannot be had now."""
        async with self._uma_por_vez:
            if self.viva:
                return
            con = await conectar(self._dsn, VIVER, no=self.nome)
            try:
                await self._trancar(con)
            except BaseException:
                con.terminate()
                raise
            log.warning("node lock %d taken again", self.numero)
            self.ao_religar()

    async def fechar(self) -> None:
        """Let the lock go: other nodes may take what is ours."""
        if self._vigia is not None:
            self._vigia.cancel()
            await asyncio.wait({self._vigia})
        if self._con is not None:
            await fechar(self._con)

    async def _trancar(self, con: Conexao) -> None:
        if not await con.fetchval(_VIVER, CLASSE_DO_NO, self.numero):
            raise TravaOcupada(f"node number {self.numero} is locked")
        self._perdida.clear()
        con.add_termination_listener(lambda _: self._perdida.set())
        self._con = con

    async def _vigiar(self) -> None:
        pausa, maior = _PAUSA_S
        while True:
            try:
                await self.garantir()
                await self._esperar()
                pausa = _PAUSA_S[0]
            except FALHAS as exc:
                nivel = logging.WARNING if pausa == _PAUSA_S[0] else logging.DEBUG  # said once, not at every try
                log.log(nivel, "node lock %d lost: %s", self.numero, motivo(exc))
                if self._con is not None:
                    self._con.terminate()
                await asyncio.sleep(pausa)
                pausa = min(pausa * 2, maior)

    async def _esperar(self) -> None:
        """Return when the connection is lost; raise when it turns out to be."""
        assert self._con is not None
        while not self._perdida.is_set():
            try:
                async with asyncio.timeout(_PULSO_S):
                    await self._perdida.wait()
            except TimeoutError:
                await self._con.execute(_PULSO)
