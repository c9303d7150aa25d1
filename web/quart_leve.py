"""Quart, without what a JSON API does not use.

Quart's own extension points (``request_context``, ``create_url_adapter``) are where its cost is cut to less than half:
no second task per request to read the body, no session, no host matching, one ASGI message for the body of an answer.
Contexts and error handlers stay Quart's; where a request goes is found by ``web/pedido/caminhos.py``.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any, ClassVar, Final, Protocol, cast

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from quart import Quart, Request, request
from quart.ctx import RequestContext
from quart.routing import QuartMap
from quart.sessions import NullSession
from quart.typing import ResponseTypes
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.routing import MapAdapter

from engine.errors import BalcaoError, NotFound
from engine.saude import Saude
from web.pedido.caminhos import DESTINO, Caminhos, CorpoAnunciado, Destino
from web.pedido.correlacao import CABECALHO, identificar
from web.pedido.entrada import POUCO, Entrada
from web.pedido.escopo import CABECALHOS, EMPRESA, ENTRADA, Cabecalhos
from web.pedido.prazo import Prazo
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.resposta.acabamento import acabar
from web.resposta.pronta import Resposta, cabecalhos, erro
from web.soquetes.recusas import recusar
from web.soquetes.saidas import identificar as identificar_conexao

_SEM_USO_DE_CORPO: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
"""Methods of which no route reads a body. What comes all the same is dropped."""

NENHUMA: Final = "nenhuma"
"""Instead of the method and the route of what is at no path of ours: what strangers ask for is no name of anything."""

_SESSAO_NULA = NullSession()
_SO_LEEM: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Porteiro(Protocol):
    """What stands before the routes: a request is let in by its head, and waits for its turn once it is whole."""

    async def entrar(self, scope: HTTPScope, cabecalhos: Cabecalhos) -> str | None:
        """Who it is, and whether it may come now. Gives the empresa whose turns it takes; None: it takes none. Raises
        BalcaoError to refuse.
        """
        ...

    async def esperar_vez(self, empresa_id: str) -> None:
        """Wait for a turn, which :meth:`sair` ends. Raises TooManyRequests."""
        ...

    def sair(self, empresa_id: str) -> None: ...

    def extras(self, scope: HTTPScope, cabecalhos: Cabecalhos) -> list[tuple[bytes, bytes]]:
        """What every answer to this request carries."""
        ...


class ObservadorDePedidos(Protocol):
    """Told of every answer. ``metodo`` and ``rota`` are NENHUMA where it went nowhere; ``causa``: its error."""

    def pedido(
        self, metodo: str, rota: str, status: int, segundos: float, empresa_id: str | None, causa: Exception | None
    ) -> None: ...


class Requisicao(Request):
    """A request of an application without blueprints, which Quart would look for at each step."""

    blueprints: ClassVar[list[str]] = []

    @property
    def content_length(self) -> int | None:
        return _tamanho(dict(self.scope["headers"]).get(b"content-length", b""))


class Contexto(RequestContext):
    """A request context whose path was looked up before."""

    def match_request(self) -> None:
        destino: Destino = self.request.scope[DESTINO]  # type: ignore[typeddict-item]
        self.request.url_rule, self.request.view_args = destino.regra, destino.ids


class ConexaoHTTP:
    """One request and its answer, in one task.

    First its head: who asks, for what, whether it may, and how much it would send; whoever is refused has nothing of
    its body kept. Then the body, before its turn, so that a slow client holds nobody's.
    """

    def __init__(self, app: QuartLeve, scope: HTTPScope, destino: Destino) -> None:
        self.app = app
        self.scope = scope
        self.destino = destino
        self.cabecalhos: Cabecalhos = dict(scope["headers"])
        scope[CABECALHOS] = self.cabecalhos  # type: ignore[typeddict-unknown-key]
        scope[DESTINO] = destino  # type: ignore[typeddict-unknown-key]
        self.tamanho = _anunciado(self.cabecalhos)
        self.por_ler = self.tamanho != 0
        self.entrada: Entrada | None = None
        self.comecou = False
        self.identidade = identificar(self.cabecalhos.get(CABECALHO))

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        inicio = perf_counter()
        try:
            empresa_id = await self._passar()
            corpo = await self._corpo(receive)
            if corpo is None:  # the client left before it had asked
                return
            resposta = await self._responder(corpo, empresa_id)
        except (BalcaoError, HTTPException) as recusa:
            resposta = erro(recusa)
        self._contar(resposta, perf_counter() - inicio)
        await self._enviar(receive, send, resposta)

    def _contar(self, resposta: ResponseTypes, segundos: float) -> None:
        regra, observador = self.destino.regra, self.app.observador
        if observador is not None:
            metodo, rota = (NENHUMA, NENHUMA) if regra is None else (self.scope["method"], regra.rule)
            causa = resposta.causa if isinstance(resposta, Resposta) else None
            empresa_id = cast("str | None", self.scope.get(EMPRESA))
            observador.pedido(metodo, rota, resposta.status_code, segundos, empresa_id, causa)

    async def _passar(self) -> str | None:
        """Let it in by its head alone. Raises what it is refused for."""
        destino = self.destino
        empresa_id = await self.app.porteiro.entrar(self.scope, self.cabecalhos)
        if empresa_id is not None:
            identificar_conexao(self.scope, empresa_id)
        if destino.problema is not None:
            raise destino.problema
        if destino.exigir is not None:
            destino.exigir(
                self.scope, CorpoAnunciado(self.cabecalhos.get(b"content-type", b"").decode("latin1"), self.tamanho)
            )
        if self._le_corpo() and (self.tamanho or 0) > self.app.corpo_maximo:
            raise RequestEntityTooLarge
        return empresa_id

    def _le_corpo(self) -> bool:
        return not self.destino.le_sozinha and self.scope["method"] not in _SEM_USO_DE_CORPO

    async def _corpo(self, receive: ASGIReceiveCallable) -> bytes | None:
        """The body; None if the client is gone. Raises what is wrong with it."""
        if self.destino.le_sozinha:
            self.entrada = Entrada(receive, self.app.silencio)
            self.scope[ENTRADA] = self.entrada  # type: ignore[typeddict-unknown-key]
            return b""
        if not self.por_ler or not self._le_corpo():
            return b""
        try:
            corpo = await self.app.prazo.cumprir(_ler(receive, self.app.corpo_maximo))
        except TimeoutError:
            raise RequestTimeout from None
        self.por_ler = False
        return corpo

    async def _responder(self, corpo: bytes, empresa_id: str | None) -> ResponseTypes:
        """The answer, in time. A route that reads its own body keeps the time itself, since its client may be slow, and
        so does one that waits for what is outside: they take no turn, which they would hold for too long.
        """
        if self.destino.le_sozinha or self.destino.demora:
            return await self.app.handle_request(self._pedido(corpo))
        tempo = self.app.tempo
        try:
            return await tempo.cumprir(self._atender(corpo, empresa_id))
        except TimeoutError:
            return erro(tempo.atrasado(muda=self.scope["method"] not in _SO_LEEM, comecou=self.comecou))

    async def _atender(self, corpo: bytes, empresa_id: str | None) -> ResponseTypes:
        if empresa_id is None:
            self.comecou = True
            return await self.app.handle_request(self._pedido(corpo))
        await self.app.porteiro.esperar_vez(empresa_id)
        self.comecou = True
        try:
            return await self.app.handle_request(self._pedido(corpo))
        finally:
            self.app.porteiro.sair(empresa_id)

    def _pedido(self, corpo: bytes) -> Requisicao:
        scope = self.scope
        cliente = scope.get("client")
        recebidos = [(nome.decode("latin1"), valor.decode("latin1")) for nome, valor in scope["headers"]]
        pedido = Requisicao(
            scope["method"],
            scope["scheme"],
            scope["path"],
            scope["query_string"],
            cabecalhos([("remote-addr", cliente[0] if cliente else ""), *recebidos]),
            scope.get("root_path", ""),
            scope["http_version"],
            scope,
            send_push_promise=_sem_push,
        )
        pedido.body.append(corpo)
        pedido.body.set_complete()
        return pedido

    async def _enviar(self, receive: ASGIReceiveCallable, send: ASGISendCallable, resposta: ResponseTypes) -> None:
        metodo = self.scope["method"]
        extras = self.app.porteiro.extras(self.scope, self.cabecalhos)
        extras.append((CABECALHO, self.identidade))
        resto = self._resto(receive)
        if self.por_ler and resto is None:
            extras.append((b"connection", b"close"))
        headers, corpo = await acabar(resposta, metodo, self.cabecalhos.get(b"accept-encoding", b""), extras)
        await send({"type": "http.response.start", "status": resposta.status_code, "headers": headers})
        if isinstance(resposta, Resposta) and resposta.fluxo is not None and metodo != "HEAD":
            async for parte in resposta.fluxo:
                await send({"type": "http.response.body", "body": parte, "more_body": True})
        if resto is not None:
            await send({"type": "http.response.body", "body": corpo, "more_body": True})
            await resto.escoar()
            corpo = b""
        await send({"type": "http.response.body", "body": corpo, "more_body": False})

    def _resto(self, receive: ASGIReceiveCallable) -> Entrada | None:
        """What is left of the body and taken before the answer ends, so that the connection serves on. None: nothing
        is, or so much may come that the connection rather ends with the answer.
        """
        if self.entrada is not None or not self.por_ler:
            return self.entrada
        pouco = self.tamanho is not None and self.tamanho <= POUCO and b"expect" not in self.cabecalhos
        return Entrada(receive, self.app.silencio) if pouco else None


class QuartLeve(Quart):
    """The application. What is beside its routes, and what they ask of a head, is said to ``caminhos``."""

    request_class = Requisicao

    def __init__(
        self,
        nome: str,
        porteiro: Porteiro,
        *,
        corpo_maximo: int,
        prazo_do_corpo: float,
        tempo: TempoDeResposta | None = None,
        observador: ObservadorDePedidos | None = None,
    ) -> None:
        super().__init__(nome, static_folder=None, template_folder=None)
        self.porteiro = porteiro
        self.corpo_maximo = corpo_maximo
        self.prazo = Prazo(prazo_do_corpo)
        self.silencio = prazo_do_corpo
        self.tempo = tempo or TempoDeResposta(Saude())
        self.observador = observador
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        assert isinstance(self.url_map, QuartMap)
        self.caminhos = Caminhos(self.url_map)
        self._adaptador = self.url_map.bind("localhost")

    async def asgi_app(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await super().asgi_app(scope, receive, send)
            return
        destino = self.caminhos.achar(scope["type"], str(scope.get("method", "")), scope["path"])
        if destino.borda is not None:
            await destino.borda(scope, receive, send)
        elif scope["type"] == "http":
            await ConexaoHTTP(self, scope, destino)(receive, send)
        else:
            await _sem_websocket(scope, receive, send)

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        return None if request is None else self._adaptador

    def request_context(self, request: Request) -> RequestContext:
        return Contexto(self, request, _SESSAO_NULA)

    async def make_default_options_response(self) -> Resposta:
        return Resposta(b"", 204, None, [("allow", ", ".join(self.caminhos.metodos(request.path)))])


def _anunciado(campos: Cabecalhos) -> int | None:
    """How long the head says the body is; None: it does not say how long (RFC 9112 §6.3)."""
    if b"transfer-encoding" in campos:
        return None
    tamanho = campos.get(b"content-length")
    return 0 if tamanho is None else _tamanho(tamanho)


def _tamanho(valor: bytes) -> int | None:
    return int(valor) if valor.isdigit() else None


async def _ler(receive: ASGIReceiveCallable, maximo: int) -> bytes | None:
    """A whole body; None if the client is gone. Raises RequestEntityTooLarge as soon as it is."""
    partes: list[bytes] = []
    tamanho = 0
    while True:
        mensagem = await receive()
        if mensagem["type"] != "http.request":
            return None
        parte = mensagem.get("body", b"")
        tamanho += len(parte)
        if tamanho > maximo:
            raise RequestEntityTooLarge
        if parte:
            partes.append(parte)
        if not mensagem.get("more_body", False):
            return b"".join(partes)


async def _sem_websocket(scope: Any, receive: Any, send: Any) -> None:
    await receive()  # websocket.connect
    await recusar(scope, send, NotFound("rota_nao_encontrada", "Não existe nada neste caminho"))


async def _sem_push(caminho: str, cabecalhos: Headers) -> None:
    """Only HTTP/2 has a push."""
