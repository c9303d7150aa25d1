"""The front door: accepts connections on our socket, knows each of them, and stops without anybody holding it up.

Hypercorn's own server waits for every connection, also for one whose reader has stalled, and cancelling it does not
help: a cancelled connection still waits until what it wrote has left. And an event loop's own accepting may end for
good when the process is out of descriptors. So the accepting is ours: it refuses whom there is no room for before
anything is made for it, waits for a descriptor when there is none, and when time is up it cuts those that are left.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from hypercorn.asyncio.lifespan import Lifespan
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework, LifespanState
from hypercorn.utils import wrap_app

from balcao.porta import encaixe
from balcao.porta.catraca import Catraca, Falta, Lugares
from balcao.porta.conexao import Conexao
from balcao.porta.descritores import quantos
from balcao.porta.log_contido import LogContido
from balcao.porta.recusas import SERVIDOR_CHEIO
from engine.saude import Saude
from engine.tarefas import Tarefas
from web.portaria.endereco_do_cliente import EnderecoDoCliente

log = logging.getLogger(__name__)

CORTADAS_S: Final = 1.0
"""How long connections that were cut may take to notice."""
_DE_UMA_VEZ: Final = 64
"""Connections accepted before those that are there are served on."""
_TENTAR_EM_S: Final = 1.0
"""How long, at most, until a descriptor is looked for again where there was none."""
_SEM_DESCRITOR: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_AVISOS: Final[dict[Falta, str]] = {
    "endereco": "too many connections of %s without a valid token (LIMITE_CONEXOES_ENDERECO): the oldest are cut; "
    "if it is a proxy of yours, name it in PROXY_CONFIAVEL",
    "empresa": "empresa %s has all the connections that it may keep (LIMITE_CONEXOES_EMPRESA): its others are "
    "cut where there is no room",
    "lotacao": "all %d connections are in use (LIMITE_CONEXOES_TOTAL): those without a valid token are cut, then new "
    "ones refused",
    "descritores": "out of file descriptors (%d): connections without a valid token are cut, then new ones wait or are "
    "refused; raise the limit of open files (ulimit -n, or LimitNOFILE= of the service)",
}


class Porta:
    """Serves an ASGI application on the socket that ``config`` is bound to (``fd://N``).

    ``ao_recusar`` is told of every connection for which there was no room; ``saude``, of every one that crashed.
    """

    def __init__(
        self,
        app: ASGIFramework,
        config: Config,
        lugares: Lugares | None = None,
        enderecos: EnderecoDoCliente | None = None,
        ao_recusar: Callable[[Falta], None] = lambda _: None,
        saude: Saude | None = None,
    ) -> None:
        self._app = app
        self._config = config
        self._contexto = WorkerContext(None)
        self._estado: LifespanState = {}
        self._conexoes: dict[asyncio.Task[None], Conexao] = {}
        self.catraca = Catraca(lugares or Lugares(), enderecos or EnderecoDoCliente(), self._faltou)
        self._ao_recusar = ao_recusar
        saude = saude or Saude()
        self._tarefas = Tarefas("door", saude)
        self._da_aplicacao = Tarefas("application", saude)
        self._avisos = LogContido(log)
        self._pausa: asyncio.TimerHandle | None = None

    async def abrir(self) -> None:
        """Start the application, then accept.

        Raises:
            ErroDeUso: this Hypercorn is not one that we fit.
        """
        encaixe.conferir()
        self._laco = asyncio.get_running_loop()
        embrulhado = wrap_app(self._app, self._config.wsgi_max_body_size, "asgi")
        self._vida = Lifespan(embrulhado, self._config, self._laco, self._estado)
        vivendo = self._da_aplicacao.lancar("lifespan", self._vida.handle_lifespan())
        await self._vida.wait_for_startup()
        if vivendo.done():
            vivendo.result()
        (self._soquete,) = self._config.create_sockets().insecure_sockets
        self._soquete.set_inheritable(False)  # Hypercorn's workers need it; a child of ours would keep the port
        self._soquete.setblocking(False)
        self._soquete.listen(self._config.backlog)
        self._laco.add_reader(self._soquete, self._aceitar)

    # -- accepting ---------------------------------------------------------------------------------------------------

    def _aceitar(self) -> None:
        for _ in range(_DE_UMA_VEZ):
            try:
                cliente, endereco = self._soquete.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:  # it left before its turn
                continue
            except OSError as erro:
                if erro.errno not in _SEM_DESCRITOR:
                    raise
                self._sem_descritor()
                return
            self._receber(cliente, str(endereco[0]))

    def _receber(self, cliente: socket.socket, endereco: str) -> None:
        cliente.setblocking(False)
        if not self.catraca.abrir_lugar(endereco):
            _recusar(cliente)
            return
        conexao = Conexao(self._app, self._config, self._contexto, self._estado, self.catraca.identificar)
        self.catraca.ocupar(conexao, endereco)
        tarefa = self._tarefas.lancar("connection", self._atender(conexao, cliente))
        self._conexoes[tarefa] = conexao

    async def _atender(self, conexao: Conexao, cliente: socket.socket) -> None:
        tarefa = asyncio.current_task()
        assert tarefa is not None
        entrada = asyncio.StreamReader(loop=self._laco)
        protocolo = asyncio.StreamReaderProtocol(entrada, loop=self._laco)
        try:
            transporte, _ = await self._laco.connect_accepted_socket(lambda: protocolo, cliente)
            await conexao.atender(entrada, asyncio.StreamWriter(transporte, protocolo, entrada, self._laco))
        except OSError:
            cliente.close()  # it left before it was looked at
        finally:
            del self._conexoes[tarefa]
            self.catraca.desocupar(conexao)
            self._voltar()

    # -- no room -----------------------------------------------------------------------------------------------------

    def _faltou(self, motivo: Falta, de_quem: str) -> None:
        self._ao_recusar(motivo)
        valores = {
            "endereco": (de_quem,), "empresa": (de_quem,), "lotacao": (len(self.catraca),), "descritores": (quantos(),)
        }[motivo]  # fmt: skip
        self._avisos.avisar(motivo, _AVISOS[motivo], *valores)

    def _sem_descritor(self) -> None:
        """Leave who comes in the kernel's line until there is a descriptor: a stranger's, or of whoever ends."""
        self._laco.remove_reader(self._soquete)
        self._pausa = self._laco.call_later(_TENTAR_EM_S, self._voltar)
        self.catraca.sem_descritor()

    def _voltar(self) -> None:
        """Go on accepting, if that was paused."""
        if self._pausa is not None:
            self._pausa.cancel()
            self._pausa = None
            self._laco.add_reader(self._soquete, self._aceitar)

    # -- the end -----------------------------------------------------------------------------------------------------

    async def recusar(self) -> None:
        """Accept no more; connections without a request under way are closed."""
        if self._pausa is not None:
            self._pausa.cancel()
            self._pausa = None
        if not self._contexto.terminated.is_set():
            self._laco.remove_reader(self._soquete)
            self._soquete.close()
        await self._contexto.terminated.set()
        for conexao in list(self._conexoes.values()):
            conexao.parar()

    async def fechar(self, prazo_s: float) -> int:
        """Wait for the requests under way, then stop the application. Answers how many connections had to be cut."""
        if self._conexoes:
            await asyncio.wait(list(self._conexoes), timeout=prazo_s)
        restantes = dict(self._conexoes)
        for conexao in restantes.values():
            conexao.abortar()
        if restantes:
            await asyncio.wait(list(restantes), timeout=CORTADAS_S)
        await self._vida.wait_for_shutdown()
        await self._da_aplicacao.parar()
        return len(restantes)


def _recusar(cliente: socket.socket) -> None:
    """Say so, as far as that takes no waiting."""
    with suppress(OSError), cliente:
        with suppress(BlockingIOError):
            cliente.recv(4_096)  # closed with something unread, TCP resets
        cliente.send(SERVIDOR_CHEIO)
