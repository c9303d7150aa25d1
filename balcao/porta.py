"""The front door: Hypercorn's protocols on our socket, with a stop that nobody can hold up.

Hypercorn's own server waits for every connection, also for one whose reader has stalled, and cancelling it does not
help: a cancelled connection still waits until what it wrote has left. So the accepting is ours. It knows every
connection, and when time is up it cuts those that are left.
"""

from __future__ import annotations

import asyncio
from typing import Final

from hypercorn.asyncio.lifespan import Lifespan
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework, LifespanState
from hypercorn.utils import wrap_app

from balcao import encaixe
from balcao.conexao import Conexao

CORTADAS_S: Final = 1.0
"""How long connections that were cut may take to notice."""


class Porta:
    """Serves an ASGI application on the socket that ``config`` is bound to (``fd://N``)."""

    def __init__(self, app: ASGIFramework, config: Config) -> None:
        self._app = wrap_app(app, config.wsgi_max_body_size, "asgi")
        self._config = config
        self._contexto = WorkerContext(None)
        self._estado: LifespanState = {}
        self._conexoes: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def abrir(self) -> None:
        """Start the application, then accept.

        Raises:
            ErroDeUso: this Hypercorn is not one that we fit.
        """
        encaixe.conferir()
        laco = asyncio.get_running_loop()
        self._vida = Lifespan(self._app, self._config, laco, self._estado)
        self._vivendo = laco.create_task(self._vida.handle_lifespan())
        await self._vida.wait_for_startup()
        if self._vivendo.done():
            self._vivendo.result()
        (soquete,) = self._config.create_sockets().insecure_sockets
        self._servidor = await asyncio.start_server(self._atender, sock=soquete, backlog=self._config.backlog)

    async def _atender(self, entrada: asyncio.StreamReader, saida: asyncio.StreamWriter) -> None:
        tarefa = asyncio.current_task()
        assert tarefa is not None
        self._conexoes[tarefa] = saida
        laco = asyncio.get_running_loop()
        try:
            await Conexao(self._app, laco, self._config, self._contexto, self._estado, entrada, saida)
        finally:
            del self._conexoes[tarefa]

    async def recusar(self) -> None:
        """Accept no more; connections without a request under way are closed."""
        self._servidor.close()
        await self._contexto.terminated.set()

    async def fechar(self, prazo_s: float) -> int:
        """Wait for the requests under way, then stop the application. Answers how many connections had to be cut."""
        if self._conexoes:
            await asyncio.wait(list(self._conexoes), timeout=prazo_s)
        restantes = dict(self._conexoes)
        for saida in restantes.values():
            saida.transport.abort()
        if restantes:
            await asyncio.wait(list(restantes), timeout=CORTADAS_S)
        await self._vida.wait_for_shutdown()
        self._vivendo.cancel()
        await asyncio.wait({self._vivendo})
        return len(restantes)
