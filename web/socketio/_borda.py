"""The edge: which request is for which session, and what is refused before there is one.

The refusals in JSON are those of the official server (``engine.io``, ``Server.errors``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.errors import BalcaoError, Invalid
from web.gateway import LENTO, Recepcao
from web.portaria.autenticacao import Autenticador
from web.portaria.visitante import PorteiroDoTempoReal, Visitante
from web.resposta.erros import corpo_de, vista_de
from web.socketio import _codec as codec
from web.socketio import _pedido as pedido
from web.socketio._ajustes import AjustesSocketIO
from web.socketio._fila_polling import FilaPolling
from web.socketio._sessao import PACOTE_INVALIDO, Sessao
from web.socketio._soquete import Transporte
from web.socketio._websocket import PorWebSocket, Receive
from web.soquetes.recusas import recusar
from web.soquetes.saidas import CLIENTE_SAIU, MensagemAsgi, Send, identificar, saida_para

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
RespostaHttp = tuple[int, str, bytes]
"""Status, content type, body."""


class _Recusa(Exception):
    """Engine.IO's own way to refuse a request."""

    def __init__(self, codigo: int) -> None:
        super().__init__(_ERROS[codigo])
        self.resposta: RespostaHttp = (
            400,
            "application/json",
            msgspec.json.encode({"code": codigo, "message": _ERROS[codigo]}),
        )


class BordaSocketIO:
    """The ASGI application of ``/socket.io/``, for WebSockets and for HTTP."""

    def __init__(
        self,
        recepcao: Recepcao,
        autenticador: Autenticador,
        porteiro: PorteiroDoTempoReal,
        ajustes: AjustesSocketIO | None = None,
    ) -> None:
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._porteiro = porteiro
        self._ajustes = ajustes or AjustesSocketIO()
        self._sessoes: dict[str, Sessao] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def _nova(self, visitante: Visitante, transporte: Transporte) -> Sessao:
        """Raises Unavailable if it is one too many."""
        sessao = Sessao(self._recepcao, self._autenticador, self._ajustes, visitante, transporte, self._acabou)
        self._sessoes[sessao.sid] = sessao
        return sessao

    def _acabou(self, sessao: Sessao) -> None:
        self._sessoes.pop(sessao.sid, None)

    def _admitir(
        self, scope: Scope, cabecalhos: Mapping[bytes, str]
    ) -> tuple[dict[str, str], Sessao | None, Visitante]:
        """The query of a request, the session that it is for, and who makes it, counted.

        Raises TooManyRequests, Forbidden for a page of a foreign origin, or Invalid for a query that cannot be read.
        """
        try:
            consulta = pedido.consulta(scope)
        except Invalid:
            self._porteiro.receber(scope, cabecalhos)  # it counts all the same
            raise
        sessao = self._sessoes.get(consulta.get("sid", ""))
        if sessao is None:
            return consulta, None, self._porteiro.receber(scope, cabecalhos)
        sessao.visitante.contar()
        self._porteiro.exigir_origem(cabecalhos)
        if sessao.quem is not None:
            identificar(scope, sessao.quem.empresa_id)
        return consulta, sessao, sessao.visitante

    # -- WebSocket -----------------------------------------------------------------------------------------------------

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        gateway = self._recepcao.gateway.ajustes
        saida = saida_para(scope, send, gateway)
        por = PorWebSocket(receive, saida, self._recepcao.tarefas, gateway.prazo_encerramento / 1000)
        try:
            consulta, de_antes, visitante = self._admitir(scope, pedido.cabecalhos(scope))
            _exigir_websocket(consulta)
            if de_antes is None and "sid" in consulta:
                raise Invalid("sessao_desconhecida", "Não há sessão com este sid")
            sessao = de_antes or self._nova(visitante, saida)
        except BalcaoError as erro:
            self._recepcao.recusou(erro)
            await recusar(scope, send, erro)
            return
        scope["headers"] = ()  # nobody reads them again, and a client stays for long
        await send({"type": "websocket.accept"})
        if de_antes is None:
            sessao.abrir(sobe=False)
            await por.atender(sessao)
        elif isinstance(fila := sessao.transporte, FilaPolling) and sessao.candidato is None:
            await por.subir(sessao, fila, self._ajustes.subida / 1000)
        else:
            await por.dispensar()

    # -- long polling --------------------------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        cabecalhos = pedido.cabecalhos(scope)
        extras = pedido.cors(cabecalhos, self._porteiro.origens)
        try:
            status, tipo, corpo = await self._responder(scope, cabecalhos, receive, previo=bool(extras))
        except _Recusa as recusa:
            status, tipo, corpo = recusa.resposta
        except BalcaoError as erro:
            self._recepcao.recusou(erro)
            vista, mais = vista_de(erro)
            status, tipo, corpo = vista.status_code, "application/json", corpo_de(vista)
            extras += [(nome.encode(), valor.encode()) for nome, valor in mais]
        if status >= 400 and scope["method"] != "GET" and scope["http_version"].startswith("1"):
            extras.append((b"connection", b"close"))  # what is left of its body is not read
        headers = [
            (b"content-type", tipo.encode()),
            (b"content-length", str(len(corpo)).encode()),
            (b"cache-control", b"no-store"),
            *extras,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": corpo, "more_body": False})

    async def _responder(
        self, scope: Scope, cabecalhos: Mapping[bytes, str], receive: Receive, *, previo: bool
    ) -> RespostaHttp:
        """``previo``: a page that may connect asks; if it only asks whether it may, that is not counted."""
        metodo = scope["method"]
        if metodo == "OPTIONS" and previo:
            return 204, _TEXTO, b""
        consulta, sessao, visitante = self._admitir(scope, cabecalhos)
        if metodo == "OPTIONS":
            return 204, _TEXTO, b""
        if consulta.get("transport") != "polling":
            raise _Recusa(0)
        if consulta.get("EIO") != "4":
            raise _Recusa(5)
        if "sid" not in consulta:
            if metodo != "GET":
                raise _Recusa(2)
            return await self._apresentar(visitante)
        if sessao is None:
            raise _Recusa(1)
        if metodo == "GET":
            return await self._buscar(sessao, receive)
        if metodo == "POST":
            _por_polling(sessao)
            return await self._receber(sessao, receive)
        raise _Recusa(2)

    async def _apresentar(self, visitante: Visitante) -> RespostaHttp:
        """A new session."""
        fila = FilaPolling(self._recepcao.gateway.ajustes, self._ajustes.corpo_maximo)
        self._nova(visitante, fila).abrir(sobe=True)
        return _pacotes(await fila.tomar())

    async def _buscar(self, sessao: Sessao, receive: Receive) -> RespostaHttp:
        """What there is for the client, once there is something."""
        fila = _por_polling(sessao)
        if fila.tomando:  # it asks twice at once
            sessao.fechar(PACOTE_INVALIDO)
            raise _Recusa(3)
        fila.tomando = True
        try:
            textos = await pedido.tomar(fila, receive, self._recepcao.tarefas)
            if textos == []:
                await fila.esperar_mudanca()
        finally:
            fila.tomando = False
        if textos is None:  # the client hung up: nothing was taken
            return _pacotes([])
        if not textos:
            _por_polling(sessao)
        if fila.fechamento is not None and not len(fila):
            textos += [codec.fechamento(LENTO).texto] if fila.fechamento is LENTO else []
            textos.append((codec.NADA if fila.fechamento is CLIENTE_SAIU else codec.FIM).texto)
            sessao.acabar()
        return _pacotes(textos or [codec.NADA.texto])

    async def _receber(self, sessao: Sessao, receive: Receive) -> RespostaHttp:
        """What the client sends: one or more packets. A GET that is held is told why it ends; a later one is too late,
        as for a session that never was.
        """
        try:
            if sessao.recebendo:  # it sends before what it sent is answered
                raise codec.PacoteInvalido("two POSTs at once")
            await self._tratar(sessao, receive)
        except codec.PacoteInvalido as problema:
            sessao.recusar(problema)
            sessao.acabar()
            raise _Recusa(3) from None
        if sessao.transporte.fechamento is CLIENTE_SAIU:
            sessao.acabar()
        return 200, "text/html", b"ok"

    async def _tratar(self, sessao: Sessao, receive: Receive) -> None:
        ajustes = self._ajustes
        maximo = ajustes.corpo_de_estranho if sessao.visitante.quem is None else ajustes.corpo_maximo
        sessao.recebendo = True
        try:
            async with asyncio.timeout(ajustes.prazo_do_corpo / 1000):
                corpo = await pedido.corpo(receive, maximo)
            textos = codec.ler_corpo(corpo.decode())
            async with sessao.uma_por_vez:
                for texto in textos:
                    if sessao.transporte.fechamento is None:
                        await sessao.receber(texto)
        except (UnicodeDecodeError, TimeoutError) as erro:
            raise codec.PacoteInvalido(str(erro)) from None
        finally:
            sessao.recebendo = False


def _por_polling(sessao: Sessao) -> FilaPolling:
    """Its queue, if it has not moved: then it goes on by its WebSocket, whatever else comes in its name."""
    if not isinstance(sessao.transporte, FilaPolling):
        raise _Recusa(3)
    return sessao.transporte


def _exigir_websocket(consulta: Mapping[str, str]) -> None:
    """Raises Invalid."""
    if consulta.get("EIO") != "4" or consulta.get("transport") != "websocket":
        raise Invalid("protocolo", "Esta porta fala Engine.IO 4 (socket.io-client 4)")


def _pacotes(textos: list[str]) -> RespostaHttp:
    return 200, _TEXTO, codec.corpo(textos).encode()
