"""One connection: Hypercorn's, with less to do for each request and each frame.

- What is written in one turn of the loop leaves in one piece: the head and the body of an answer, all the frames that
  are due to a client. A system call for each costs more than making it.
- The application may write frames itself, past the protocol: the connection is in the scope's state (``web.canal``).
- One task watches for idleness as long as the connection lives. Hypercorn starts and cancels one around each request.
- A connection whose client is gone ends at once: not when it would have been idle for long enough, nor when its next
  ping is due.

What of Hypercorn this is built on is listed, and looked at when the server starts, in ``balcao/encaixe.py``.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import AppWrapper, LifespanState

from web.canal import ESCRITA

_JUNTAR_ATE: Final = 65_536
"""Bytes that may gather before they leave: what is written in one turn goes out meanwhile, if its reader takes it, and
whoever sends much in one is held up by a slow one.
"""


class _Contexto(WorkerContext):
    """The server's, with pauses (between pings) that last no longer than the connection."""

    def __init__(self, do_servidor: WorkerContext) -> None:
        super().__init__(None)
        self.terminate = do_servidor.terminate
        self.terminated = do_servidor.terminated
        self.fim = asyncio.Event()

    async def sleep(self, wait: float) -> None:  # type: ignore[override]  # of one connection, so not static
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self.fim.wait()


class Conexao(TCPServer):
    """A client's connection. Await it, as Hypercorn's. Implements :class:`web.canal.Escrita`."""

    def __init__(
        self,
        app: AppWrapper,
        laco: asyncio.AbstractEventLoop,
        config: Config,
        contexto: WorkerContext,
        estado: LifespanState,
        entrada: asyncio.StreamReader,
        saida: asyncio.StreamWriter,
    ) -> None:
        self._contexto = _Contexto(contexto)
        super().__init__(app, laco, config, self._contexto, {**estado, ESCRITA: self}, entrada, saida)
        self._prontos: list[bytes] = []
        self._tamanho = 0
        self._ociosa_desde: float | None = laco.time()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, RawData):
            await self._juntar(event.data)
        elif isinstance(event, Updated):
            self._ociosa_desde = self.loop.time() if event.idle else None
        else:
            await super().protocol_send(event)

    # -- writing -----------------------------------------------------------------------------------------------------

    def escrever(self, dados: bytes) -> None:
        if not self._prontos:
            self.loop.call_soon(self._despachar)
        self._prontos.append(dados)
        self._tamanho += len(dados)
        if self._tamanho >= _JUNTAR_ATE:
            self._despachar()

    def pendentes(self) -> int:
        return self._tamanho + self.writer.transport.get_write_buffer_size()

    async def escoar(self) -> None:
        await asyncio.sleep(0)  # what was written in this turn of the loop is on its way only in the next
        await self.writer.drain()

    def abortar(self) -> None:
        self.writer.transport.abort()

    async def _juntar(self, dados: bytes) -> None:
        """Have it written soon. Then waits while the reader is behind."""
        if dados:
            self.escrever(dados)
        try:
            await self.writer.drain()
        except (OSError, RuntimeError):
            await self.protocol.handle(Closed())

    def _despachar(self) -> None:
        prontos, self._prontos, self._tamanho = self._prontos, [], 0
        if prontos and not self.writer.is_closing():
            self.writer.write(prontos[0] if len(prontos) == 1 else b"".join(prontos))

    # -- the end -----------------------------------------------------------------------------------------------------

    async def _read_data(self) -> None:
        await super()._read_data()
        self._contexto.fim.set()
        await self.idle_task.stop()

    async def _idle_timeout(self) -> None:
        """Close once it was idle for long enough, or is when the server stops."""
        prazo = self.config.keep_alive_timeout
        falta = prazo
        while falta > 0:
            try:
                async with asyncio.timeout(falta):
                    await self.context.terminated.wait()
            except TimeoutError:
                falta = prazo if self._ociosa_desde is None else self._ociosa_desde + prazo - self.loop.time()
            else:
                break
        if self._ociosa_desde is not None:  # else it closes by itself when the request is answered
            await asyncio.shield(self._initiate_server_close())

    async def _initiate_server_close(self) -> None:
        self._despachar()
        await super()._initiate_server_close()

    async def _close(self) -> None:
        self._despachar()
        with suppress(OSError):  # the kernel gave it up: its reader had stalled
            await super()._close()
