"""HTTP/1.1 and WebSocket on one connection: Hypercorn's protocol over h11, held to what can be read in one way only.

Cleartext speaks nothing else. Hypercorn's own door also takes HTTP/2 there (by prior knowledge, or ``Upgrade: h2c``),
whose streams stay for ever once their client has left.

A head is looked at (``guarda``) before h11 reads it. An application that refuses by the head alone leaves the body
where it is: ``100 Continue`` goes out when the application asks for the body, and what then still comes is dropped
while the connection ends.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Final, Protocol

import h11
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.protocol.events import Body, Data, EndBody, Request
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol, H11WSConnection
from hypercorn.protocol.http_stream import HTTPStream
from hypercorn.typing import ASGIFramework, ConnectionState, H11SendableEvent, WorkerContext

from balcao.porta import quadros
from balcao.porta.cabeca import AUTORIDADE, Cabeca, CabecaRecusada, conferir
from balcao.porta.pedacos import Pedacos
from balcao.porta.quadros import Fio, FluxoWebSocket
from balcao.porta.recebimento import ClienteSaiu, GrupoDeTarefas
from balcao.porta.recusas import MALFORMADA, resposta
from web.gateway import Sinal

DESPEDIDA_S: Final = 5.0
"""How long what a client still sends is taken after the last answer, so that it gets to read that (RFC 9112 §9.6)."""

_absoluta = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://(" + AUTORIDADE + rb")((?:[/?][^#]*)?)").fullmatch


class FioHttp(Fio, Protocol):
    """The connection, as the protocol sees it."""

    async def protocol_send(self, event: Event) -> None: ...

    def esperar_cabeca(self) -> None:
        """A head has begun to come, and is not whole yet."""
        ...

    def ocupar(self) -> None:
        """A request is under way."""
        ...

    def desocupar(self) -> None:
        """The request was answered; another may come."""
        ...


class Http11(H11Protocol):
    """The protocol of one connection."""

    connection: Any
    """h11's; Hypercorn's stand-in for it while WebSocket is agreed on; then ``_SO_QUADROS``."""
    app: Any
    connection_state: Any
    stream: Any

    def __init__(
        self,
        app: ASGIFramework,
        config: Config,
        contexto: WorkerContext,
        grupo: GrupoDeTarefas,
        estado: ConnectionState,
        cliente: tuple[str, int] | None,
        servidor: tuple[str, int] | None,
        fio: FioHttp,
    ) -> None:
        a_propria: Any = app  # where Hypercorn has its wrapper
        super().__init__(a_propria, config, contexto, grupo, estado, False, cliente, servidor, fio.protocol_send)
        self._fio = fio
        del self.can_read  # an asyncio.Event for each connection
        self._pode_ler = Sinal(dado=False)
        self._saiu = False
        self._cabeca: Cabeca | None = None

    def saiu(self) -> None:
        """The client is gone: whoever still sends it a body is told so."""
        self._saiu = True

    async def _send_h11_event(self, event: H11SendableEvent) -> None:
        if self._saiu and isinstance(event, h11.Data):
            raise ClienteSaiu
        try:
            dados = self.connection.send(event)
        except h11.LocalProtocolError:
            if self.connection.their_state is not h11.ERROR:
                raise
        else:
            if dados:  # the end of a body whose length was said is none
                await self.send(RawData(data=dados))

    async def continuar(self) -> None:
        """The body is wanted now (RFC 9110 §10.1.1)."""
        if self.connection.they_are_waiting_for_100_continue:
            await self._send_h11_event(h11.InformationalResponse(status_code=100, headers=[]))

    # -- reading -----------------------------------------------------------------------------------------------------

    async def handle(self, event: Event) -> None:
        if isinstance(event, Closed):
            if self.stream is not None:
                await self._close_stream()
        elif isinstance(event, RawData):
            if self.connection is not _SO_QUADROS:
                self.connection.receive_data(event.data)
                await self._handle_events()
            elif self.stream is not None and event.data:
                await self.stream.handle(Data(stream_id=STREAM_ID, data=event.data))

    async def _handle_events(self) -> None:
        try:
            while (evento := self._proximo()) is not h11.NEED_DATA:
                await self._tratar(evento)
        except CabecaRecusada as recusa:
            self._recusar(recusa.status, str(recusa))
        except h11.RemoteProtocolError as erro:
            respondida = self.connection.our_state not in {h11.IDLE, h11.SEND_RESPONSE}
            self._recusar(None if respondida else erro.error_status_hint, "não segue HTTP/1.1")
            await self._close_stream()

    def _proximo(self) -> Any:
        """The next event of the connection; NEED_DATA: more must come first. Raises CabecaRecusada."""
        conexao = self.connection
        estado = conexao.their_state
        if estado is h11.IDLE:
            recebido = conexao.trailing_data[0]
            if recebido.startswith(b"\r\n"):  # RFC 9112 §2.2: some send one after a body
                recebido = recebido[2:]
                _descartar(conexao, 2)
            self._cabeca = conferir(recebido) if recebido else None
            if recebido and self._cabeca is None:
                self._fio.esperar_cabeca()
                return h11.NEED_DATA
        elif estado is h11.MUST_CLOSE:  # what comes after the last request is none, and that one has its answer
            _descartar(conexao, sys.maxsize)
        evento = conexao.next_event()
        sem_dono = self.stream is None and type(evento) is not h11.Request and evento is not h11.PAUSED
        return h11.NEED_DATA if sem_dono or isinstance(evento, h11.ConnectionClosed) else evento

    async def _tratar(self, evento: Any) -> None:
        if isinstance(evento, h11.Request):
            assert self._cabeca is not None
            self._fio.ocupar()
            await self._comecar(evento, self._cabeca)
        elif evento is h11.PAUSED:
            self._pode_ler.clear()
            await self._pode_ler.wait()
        elif isinstance(evento, h11.Data):
            await self.stream.handle(Body(stream_id=STREAM_ID, data=bytes(evento.data)))
        elif isinstance(evento, h11.EndOfMessage):
            await self.stream.handle(EndBody(stream_id=STREAM_ID))
        else:  # of a WebSocket
            await self.stream.handle(evento)

    async def _comecar(self, pedido: h11.Request, cabeca: Cabeca) -> None:
        headers = list(pedido.headers)
        alvo = pedido.target
        if not alvo.startswith(b"/"):
            alvo, headers = _de_origem(pedido, headers)
        if cabeca.encaminhado_em_partes:
            headers = _em_uma_linha(headers, b"x-forwarded-for")
        if cabeca.em_pedacos:
            self.connection._reader = Pedacos()  # noqa: SLF001  # h11 has no way in for a stricter one
        self.stream = self._fluxo(pedido, cabeca)
        await self.stream.handle(
            Request(
                stream_id=STREAM_ID,
                headers=headers,
                http_version=pedido.http_version.decode(),
                method=pedido.method.decode("ascii").upper(),
                raw_path=alvo,
                state=self.connection_state,
            )
        )
        self.keep_alive_requests += 1

    def _fluxo(self, pedido: h11.Request, cabeca: Cabeca) -> HTTPStream | FluxoWebSocket:
        ws = cabeca.quer_outro_protocolo and _pede_websocket(pedido)
        if ws and cabeca.tem_corpo:
            raise CabecaRecusada(400, "um pedido de WebSocket não tem corpo")
        app: Any = self.app
        if self.connection.they_are_waiting_for_100_continue:
            app = _ComContinuacao(self.app, self)
        partes: tuple[Any, ...] = (
            app, self.config, self.context, self.task_group, False, self.client, self.server, self.stream_send,
            STREAM_ID,
        )  # fmt: skip
        if not ws:
            return HTTPStream(*partes)
        self.connection = H11WSConnection(self.connection)
        return FluxoWebSocket(*partes, self._fio, self._subiu)

    def _subiu(self) -> None:
        """WebSocket was agreed on, and nothing of HTTP comes on this connection any more: what read it is let go of."""
        self.connection = _SO_QUADROS
        self.connection_state = None
        self._cabeca = None

    # -- the end -----------------------------------------------------------------------------------------------------

    def _recusar(self, status: int | None, motivo: str) -> None:
        """Answer, unless something was answered already, and close: nobody knows where another request would begin."""
        if status is not None:
            self._fio.escrever(resposta(status, MALFORMADA, f"Requisição malformada: {motivo}"))
        self._fio.encerrar(DESPEDIDA_S)
        self._saiu = True

    async def _maybe_recycle(self) -> None:
        await self._close_stream()
        conexao = self.connection
        inteira = conexao.their_state is h11.DONE
        if inteira and conexao.our_state is h11.DONE and not self.context.terminated.is_set():
            conexao.start_next_cycle()
            self._fio.desocupar()
        elif inteira or conexao.their_state is h11.MUST_CLOSE:
            self._fio.encerrar()
        else:  # what it still sends is not read: a body, or frames
            ws = conexao is _SO_QUADROS or isinstance(conexao, H11WSConnection)
            self._fio.encerrar(quadros.DESPEDIDA_S if ws else DESPEDIDA_S)
        self._pode_ler.set()


class _SoQuadros:
    """In the place of h11, where only frames come. All connections have the same one."""

    our_state = None
    their_state = None
    they_are_waiting_for_100_continue = False


_SO_QUADROS: Final = _SoQuadros()


class _ComContinuacao:
    """The application, for a client that waits to be asked for its body."""

    def __init__(self, app: ASGIFramework, protocolo: Http11) -> None:
        self._app = app
        self._protocolo = protocolo

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def receber() -> Any:
            await self._protocolo.continuar()
            return await receive()

        await self._app(scope, receber, send)


def _descartar(conexao: Any, quantos: int) -> None:
    """Forget so many of the bytes that came."""
    conexao._receive_buffer.maybe_extract_at_most(quantos)  # noqa: SLF001  # h11 has no way to say so


def _pede_websocket(pedido: h11.Request) -> bool:
    campos = dict(pedido.headers)
    conexao = campos.get(b"connection", b"").lower().split(b",")
    return (
        pedido.method == b"GET"
        and campos[b"upgrade"].strip().lower() == b"websocket"
        and any(item.strip() == b"upgrade" for item in conexao)
    )


def _em_uma_linha(headers: list[tuple[bytes, bytes]], nome: bytes) -> list[tuple[bytes, bytes]]:
    """The values of a field that is a list, together in their order (RFC 9110 §5.3)."""
    valores = [valor for outro, valor in headers if outro == nome]
    return [*((outro, valor) for outro, valor in headers if outro != nome), (nome, b", ".join(valores))]


def _de_origem(pedido: h11.Request, headers: list[tuple[bytes, bytes]]) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The target and the fields of a request in absolute form, as if it were in origin form (RFC 9112 §3.2.2)."""
    if pedido.target == b"*" and pedido.method == b"OPTIONS":
        return pedido.target, headers
    achado = _absoluta(pedido.target)
    if achado is None:
        raise CabecaRecusada(400, "o alvo deve ser um caminho que comece por /")
    autoridade, caminho = achado.groups()
    if not caminho.startswith(b"/"):
        caminho = b"/" + caminho
    return caminho, [(b"host", autoridade), *((nome, valor) for nome, valor in headers if nome != b"host")]
