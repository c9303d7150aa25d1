"""A real server on a thread (our door, both edges, a node in memory), and clients on trio-websocket."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from socket import socket
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
import trio
import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework
from trio_websocket import ConnectionClosed, ConnectionRejected, WebSocketConnection, wrap_client_stream

from balcao.porta.escuta import abrir
from balcao.porta.porta import Porta
from engine.modelo import Quem
from engine.tempo import SystemClock, VirtualClock
from tests.web.gateway_apoio import SEM_LIMITES, Servidor, pessoa, sem_posicoes, servidor
from web.gateway import AjustesGateway
from web.portaria.autenticacao import Autenticador, emitir
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.portaria.visitante import PorteiroDoTempoReal
from web.socketio import CAMINHO, AjustesSocketIO, BordaSocketIO
from web.websocket import BordaWebSocket

SEGREDO = "um segredo de teste com mais de 32 bytes"
ADMIN = pessoa(0, "admin")
FRONTEND = "http://localhost:3000"
AGORA = SystemClock().now() // 1_000 * 1_000 + 900
"""What servers on a thread believe is the time, always; a token expires on a whole second."""
T = TypeVar("T")


def token(quem: Quem, validade_ms: int = 3_600_000) -> str:
    return emitir(SEGREDO, quem.empresa_id, quem.id or "", quem.email, quem.papel, validade_ms, AGORA)


class NaThread:
    """A server on its own thread and loop. :meth:`fazer` runs something there and waits for it.

    ``direto``: it is served by our own door, else by Hypercorn's, which takes frames by ASGI only.
    """

    def __init__(
        self,
        ajustes: AjustesGateway,
        socketio: AjustesSocketIO | None,
        *,
        provisionar: bool,
        direto: bool,
        limites: LimitesDeRitmo,
        proxies: Sequence[str],
    ) -> None:
        self._ajustes = ajustes
        self._socketio = socketio
        self._limites = limites
        self._proxies = proxies
        self._provisionar = provisionar
        self._direto = direto
        self._pronto = threading.Event()
        self._parar: asyncio.Event
        self._laco: asyncio.AbstractEventLoop
        self.s: Servidor
        self.sio: BordaSocketIO
        self.porteira: Porta
        self.porta = 0

    def correr(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._servir())

    async def _servir(self) -> None:
        self._laco = asyncio.get_running_loop()
        self._parar = asyncio.Event()
        soquete: socket = abrir("127.0.0.1", 0)
        self.porta = soquete.getsockname()[1]
        relogio = VirtualClock(AGORA)
        autenticador = Autenticador(SEGREDO, relogio)
        limitador = Limitador(self._limites)
        async with servidor(self._ajustes, relogio, provisionar=self._provisionar, limitador=limitador) as self.s:
            porteiro = PorteiroDoTempoReal(autenticador, limitador, EnderecoDoCliente(self._proxies), [FRONTEND])
            ws = BordaWebSocket(self.s.recepcao, autenticador, porteiro)
            self.sio = BordaSocketIO(self.s.recepcao, autenticador, porteiro, self._socketio)
            config = Config()
            config.bind = [f"fd://{soquete.detach()}"]
            config.graceful_timeout = config.shutdown_timeout = 2
            await self._atender(_app(ws, self.sio), config)

    async def _atender(self, app: ASGIFramework, config: Config) -> None:
        if not self._direto:
            self._pronto.set()
            await serve(app, config, shutdown_trigger=self._parar.wait)
            return
        porta = self.porteira = Porta(app, config)
        await porta.abrir()
        self._pronto.set()
        await self._parar.wait()
        await porta.recusar()
        await self.s.gateway.encerrar()
        await porta.fechar(2)

    def esperar(self) -> None:
        assert self._pronto.wait(10)

    async def fazer(self, trabalho: Callable[[Servidor], Coroutine[Any, Any, T]]) -> T:
        futuro = asyncio.run_coroutine_threadsafe(trabalho(self.s), self._laco)
        return await trio.to_thread.run_sync(lambda: futuro.result(10))

    def parar(self) -> None:
        self._laco.call_soon_threadsafe(self._parar.set)

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.porta}"

    @property
    def url(self) -> str:
        """The plain edge."""
        return f"ws://127.0.0.1:{self.porta}/atendimento/ws"


def _app(ws: BordaWebSocket, sio: BordaSocketIO) -> ASGIFramework:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _vida(receive, send)
        elif scope["path"] == CAMINHO:
            await sio(scope, receive, send)
        else:
            await ws(scope, receive, send)

    return app


async def _vida(receive: Any, send: Any) -> None:
    while (tipo := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{tipo}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def na_thread(
    ajustes: AjustesGateway | None = None,
    socketio: AjustesSocketIO | None = None,
    *,
    provisionar: bool = True,
    direto: bool = True,
    limites: LimitesDeRitmo = SEM_LIMITES,
    proxies: Sequence[str] = (),
) -> Iterator[NaThread]:
    servidor_na_thread = NaThread(
        sem_posicoes(ajustes or AjustesGateway(prazo_encerramento=200)),
        socketio,
        provisionar=provisionar,
        direto=direto,
        limites=limites,
        proxies=proxies,
    )
    thread = threading.Thread(target=servidor_na_thread.correr)
    thread.start()
    try:
        servidor_na_thread.esperar()
        yield servidor_na_thread
    finally:
        servidor_na_thread.parar()
        thread.join(15)
        assert not thread.is_alive()


class Tela:
    """A client: it numbers its acks and keeps what arrives."""

    def __init__(self, ws: WebSocketConnection) -> None:
        self.ws = ws
        self.recebidos: list[dict[str, Any]] = []
        self._proximo = 0
        self._lidos = 0

    async def mandar(self, evento: str, dados: object = None, ack: int | str | None = None) -> None:
        quadro: dict[str, object] = {"event": evento, "data": dados}
        if ack is not None:
            quadro["ack"] = ack
        await self.ws.send_message(json.dumps(quadro))

    async def pedir(self, evento: str, dados: object = None) -> Any:
        """Send, and wait for the ack."""
        self._proximo += 1
        await self.mandar(evento, dados, self._proximo)
        return (await self.resposta(self._proximo))["data"]

    async def resposta(self, ack: int | str) -> dict[str, Any]:
        """The answer with that id; events that come before it are kept for :meth:`evento`."""
        with trio.fail_after(20):
            quadro = await self._ler()
            while quadro.get("ack") != ack:
                quadro = await self._ler()
            return quadro

    async def evento(self, nome: str) -> dict[str, Any]:
        """The next event of that name, after the last frame that was waited for."""
        return await self.ate(lambda f: f.get("event") == nome)

    async def ate(self, condicao: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        with trio.fail_after(20):
            while True:
                quadro = self.recebidos[self._lidos] if self._lidos < len(self.recebidos) else await self._ler()
                self._lidos += 1
                if condicao(quadro):
                    return quadro

    async def _ler(self) -> dict[str, Any]:
        quadro: dict[str, Any] = json.loads(await self.ws.get_message())
        self.recebidos.append(quadro)
        return quadro

    async def ate_fechar(self) -> tuple[int, str]:
        """Read everything until the server closes; the code and the reason."""
        with trio.fail_after(20):
            with pytest.raises(ConnectionClosed) as fim:
                await self._ler_sem_fim()
        motivo = fim.value.reason
        assert motivo is not None
        return motivo.code, motivo.reason or ""

    async def _ler_sem_fim(self) -> None:
        while True:
            await self._ler()


@asynccontextmanager
async def tela(
    url: str, com_token: str | None = None, desde: int | None = None, origem: str | None = None
) -> AsyncIterator[Tela]:
    """Connect. The stream is ours: trio-websocket leaves it open when the server closes first."""
    partes = urlsplit(url if desde is None else f"{url}?desde={desde}")
    assert partes.hostname is not None
    assert partes.port is not None
    cabecalhos = [] if com_token is None else [(b"authorization", f"Bearer {com_token}".encode())]
    if origem is not None:
        cabecalhos.append((b"origin", origem.encode()))
    caminho = f"{partes.path}?{partes.query}" if partes.query else partes.path
    async with await trio.open_tcp_stream(partes.hostname, partes.port) as corrente, trio.open_nursery() as bercario:
        ws = await wrap_client_stream(bercario, corrente, partes.netloc, caminho, extra_headers=cabecalhos)
        yield Tela(ws)
        with trio.move_on_after(2):
            await ws.aclose()
        bercario.cancel_scope.cancel()


async def recusa(url: str, origem: str | None = None, *, estranha: bool = False) -> tuple[int, Any]:
    """Connect where the handshake is refused: the status and the body. ``estranha``: without a token."""
    try:
        async with tela(url, None if estranha else token(ADMIN), origem=origem):
            pass
    except ExceptionGroup as grupo:
        (erro,) = grupo.exceptions
        assert isinstance(erro, ConnectionRejected)
        return erro.status_code, json.loads(erro.body or b"null")
    raise AssertionError("it connected")
