"""The edge: which request is for which session, and what is refused before there is one.

The refusals in JSON are those of the official server (``engine.io``, ``Server.errors``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.errors import BalcaoError, Invalid
from web.autenticacao import Autenticador
from web.canal import CLIENTE_SAIU, MensagemAsgi, Send, canal_para
from web.erros import corpo_de, vista_de
from web.gateway import LENTO, Recepcao
from web.handshake import exigir_origem, origem_de, recusar, token_de
from web.socketio import _codec as codec
from web.socketio._ajustes import AjustesSocketIO
from web.socketio._fila_polling import FilaPolling
from web.socketio._sessao import PACOTE_INVALIDO, Sessao, Transporte
from web.socketio._websocket import PorWebSocket, Receive
from web.validacao import parametros

CAMINHO: Final = "/socket.io/"
_TEXTO: Final = "text/plain; charset=UTF-8"
_ERROS: Final = {
    0: "Transport unknown",
    1: "Session ID unknown",
    2: "Bad handshake method",
    3: "Bad request",
    5: "Unsupported protocol version",
}

Scope = MensagemAsgi
Resposta = tuple[int, str, bytes]
"""Status, content type, body."""


class _Recusa(Exception):
    """Engine.IO's own way to refuse a request."""

    def __init__(self, codigo: int) -> None:
        super().__init__(_ERROS[codigo])
        self.resposta: Resposta = (
            400,
            "application/json",
            msgspec.json.encode({"code": codigo, "message": _ERROS[codigo]}),
        )


class BordaSocketIO:
    """The ASGI application of ``/socket.io/``, for WebSockets and for HTTP.

    ``origens`` are the browser origins that may connect. The server's own may too, and so may clients that send no
    Origin: they are not browsers.
    """

    def __init__(
        self,
        recepcao: Recepcao,
        autenticador: Autenticador,
        origens: frozenset[str],
        ajustes: AjustesSocketIO | None = None,
    ) -> None:
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._origens = origens
        self._ajustes = ajustes or AjustesSocketIO()
        self._sessoes: dict[str, Sessao] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def _nova(self, token: str | None, transporte: Transporte) -> Sessao:
        """Raises Unavailable if it is one too many."""
        sessao = Sessao(self._recepcao, self._autenticador, self._ajustes, token, transporte, self._acabou)
        self._sessoes[sessao.sid] = sessao
        return sessao

    def _acabou(self, sessao: Sessao) -> None:
        self._sessoes.pop(sessao.sid, None)

    # -- WebSocket -----------------------------------------------------------------------------------------------------

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        cabecalhos = _cabecalhos(scope)
        await receive()  # websocket.connect
        gateway = self._recepcao.gateway.ajustes
        canal = canal_para(scope, send, gateway)
        por = PorWebSocket(receive, canal, gateway.prazo_encerramento / 1000)
        try:
            exigir_origem(cabecalhos, self._origens)
            sid = _sid_do_websocket(scope)
            sessao = self._nova(token_de(cabecalhos), canal) if sid is None else self._que_sobe(sid)
        except BalcaoError as erro:
            await recusar(scope, send, erro)
            return
        await send({"type": "websocket.accept"})
        if sid is None:
            sessao.abrir(sobe=False)
            await por.atender(sessao)
        elif isinstance(fila := sessao.transporte, FilaPolling):
            await por.subir(sessao, fila, self._ajustes.subida / 1000)

    def _que_sobe(self, sid: str) -> Sessao:
        """The session of that id, which goes by polling so far. Raises Invalid."""
        sessao = self._sessoes.get(sid)
        if sessao is None or not isinstance(sessao.transporte, FilaPolling):
            raise Invalid("sessao_desconhecida", "Não há sessão com este sid que possa mudar para WebSocket")
        return sessao

    # -- long polling --------------------------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        cabecalhos = _cabecalhos(scope)
        extras: list[tuple[bytes, bytes]] = []
        try:
            exigir_origem(cabecalhos, self._origens)
            extras = _cors(cabecalhos, self._origens)
            status, tipo, corpo = await self._responder(scope, cabecalhos, receive)
        except _Recusa as recusa:
            status, tipo, corpo = recusa.resposta
        except BalcaoError as erro:
            vista, mais = vista_de(erro)
            status, tipo, corpo = vista.status_code, "application/json", corpo_de(vista)
            extras += [(nome.encode(), valor.encode()) for nome, valor in mais]
        headers = [
            (b"content-type", tipo.encode()),
            (b"content-length", str(len(corpo)).encode()),
            (b"cache-control", b"no-store"),
            *extras,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": corpo, "more_body": False})

    async def _responder(self, scope: Scope, cabecalhos: Mapping[bytes, str], receive: Receive) -> Resposta:
        if scope["method"] == "OPTIONS":
            return 204, _TEXTO, b""
        consulta = _consulta(scope)
        if consulta.get("transport") != "polling":
            raise _Recusa(0)
        if consulta.get("EIO") != "4":
            raise _Recusa(5)
        sid = consulta.get("sid")
        if sid is None:
            if scope["method"] != "GET":
                raise _Recusa(2)
            return await self._apresentar(cabecalhos)
        sessao = self._sessoes.get(sid)
        if sessao is None:
            raise _Recusa(1)
        if scope["method"] == "GET":
            return await self._buscar(sessao, receive)
        if scope["method"] == "POST":
            return await self._receber(sessao, receive)
        raise _Recusa(2)

    async def _apresentar(self, cabecalhos: Mapping[bytes, str]) -> Resposta:
        """A new session."""
        fila = FilaPolling(self._recepcao.gateway.ajustes, self._ajustes.corpo_maximo)
        self._nova(token_de(cabecalhos), fila).abrir(sobe=True)
        return _pacotes(await fila.tomar())

    async def _buscar(self, sessao: Sessao, receive: Receive) -> Resposta:
        """What there is for the client, once there is something."""
        fila = sessao.transporte
        if not isinstance(fila, FilaPolling) or fila.tomando:  # it moved, or asks twice at once
            sessao.fechar(PACOTE_INVALIDO)
            raise _Recusa(3)
        fila.tomando = True
        try:
            textos = await _tomar(fila, receive)
        finally:
            fila.tomando = False
        if textos is None:  # the client hung up: nothing was taken
            return _pacotes([])
        if fila.fechamento is not None and not len(fila):
            textos += [codec.fechamento(LENTO).texto] if fila.fechamento is LENTO else []
            textos.append(codec.FIM.texto)
            sessao.acabar()
        return _pacotes(textos or [codec.NADA.texto])

    async def _receber(self, sessao: Sessao, receive: Receive) -> Resposta:
        """What the client sends: one or more packets."""
        try:
            async with asyncio.timeout(self._ajustes.prazo_do_corpo / 1000):
                corpo = await _corpo(receive, self._ajustes.corpo_maximo)
            textos = codec.ler_corpo(corpo.decode())
            async with sessao.uma_por_vez:
                for texto in textos:
                    if sessao.transporte.fechamento is None:
                        await sessao.receber(texto)
        except codec.PacoteInvalido as problema:
            sessao.recusar(problema)
            raise _Recusa(3) from None
        except (UnicodeDecodeError, TimeoutError):
            sessao.fechar(PACOTE_INVALIDO)
            raise _Recusa(3) from None
        if sessao.transporte.fechamento is CLIENTE_SAIU:
            sessao.acabar()
        return 200, "text/html", b"ok"


def _cabecalhos(scope: Scope) -> dict[bytes, str]:
    return {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}


def _consulta(scope: Scope) -> dict[str, str]:
    """The query, which holds also what is not looked at here (``t``, against caches)."""
    return {nome: str(valor) for nome, valor in parametros(scope["query_string"]).items()}


def _sid_do_websocket(scope: Scope) -> str | None:
    """The session that a WebSocket is for; None for a new one. Raises Invalid."""
    consulta = _consulta(scope)
    if consulta.get("EIO") != "4" or consulta.get("transport") != "websocket":
        raise Invalid("protocolo", "Esta porta fala Engine.IO 4 (socket.io-client 4)")
    return consulta.get("sid")


async def _tomar(fila: FilaPolling, receive: Receive) -> list[str] | None:
    """What there is, once there is something; None if the client of the GET hangs up before."""
    partiu, tomada = asyncio.ensure_future(_ate_partir(receive)), asyncio.ensure_future(fila.tomar())
    try:
        await asyncio.wait({partiu, tomada}, return_when=asyncio.FIRST_COMPLETED)
        return tomada.result() if tomada.done() else None
    finally:
        partiu.cancel()
        tomada.cancel()
        await asyncio.gather(partiu, tomada, return_exceptions=True)


def _pacotes(textos: list[str]) -> Resposta:
    return 200, _TEXTO, codec.corpo(textos).encode()


def _cors(cabecalhos: Mapping[bytes, str], origens: frozenset[str]) -> list[tuple[bytes, bytes]]:
    texto = cabecalhos.get(b"origin")
    if texto is None or origem_de(texto) not in origens:
        return []
    return [
        (b"access-control-allow-origin", texto.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-headers", b"authorization, content-type"),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"vary", b"origin"),
    ]


async def _corpo(receive: Receive, maximo: int) -> bytes:
    """The body of a request. Raises PacoteInvalido when it is too large, or the client gave up."""
    partes: list[bytes] = []
    tamanho = 0
    while True:
        mensagem = await receive()
        if mensagem["type"] != "http.request":
            raise codec.PacoteInvalido("gone")
        parte: bytes = mensagem.get("body", b"")
        tamanho += len(parte)
        if tamanho <= maximo:
            partes.append(parte)
        if not mensagem.get("more_body", False):
            break
    if tamanho > maximo:
        raise codec.PacoteGrande("body too large")
    return b"".join(partes)


async def _ate_partir(receive: Receive) -> None:
    """Until the client of a GET has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
