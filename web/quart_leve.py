"""Quart, without what a JSON API does not use.

Quart's own extension points (``asgi_http_class``, ``request_context``, ``create_url_adapter``) are where its cost
is cut to less than half: no second task per request to read the body, no session, no host matching, one ASGI message
for the body of an answer. Routing, contexts and error handlers stay Quart's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, ClassVar, Final, Protocol

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from quart import Quart, Request, request
from quart.ctx import RequestContext
from quart.routing import QuartRule
from quart.sessions import NullSession
from quart.typing import ResponseTypes
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, RequestTimeout
from werkzeug.routing import MapAdapter

from engine.errors import BalcaoError
from engine.saude import Saude
from web.acabamento import acabar
from web.correlacao import CABECALHO, identificar
from web.entrada import Entrada
from web.prazo import Prazo
from web.resposta import Resposta, cabecalhos, erro
from web.tempo_de_resposta import TempoDeResposta

ASGI = Callable[[Any, Any, Any], Awaitable[None]]

Cabecalhos = dict[bytes, bytes]
"""The headers of a request as they came, by lower-case name; of one given twice, the last."""

ENTRADA: Final = "balcao.entrada"
"""The key of the ASGI scope under which a route that reads its own body finds it."""

_CABECALHOS: Final = "balcao.cabecalhos"
"""The key of the ASGI scope under which the headers are, by name."""

_SESSAO_NULA = NullSession()
_SO_LEEM: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Porteiro(Protocol):
    """What stands before the routes: a request enters when its turn comes, and leaves."""

    async def entrar(self, scope: HTTPScope, cabecalhos: Cabecalhos, *, com_vez: bool = True) -> str | None:
        """Wait for a turn; gives what :meth:`sair` is called with. ``com_vez`` False: only find out who it is, for a
        request that would hold its turn too long. Raises BalcaoError to refuse.
        """
        ...

    def sair(self, vez: str | None) -> None: ...

    def extras(self, scope: HTTPScope, cabecalhos: Cabecalhos) -> list[tuple[bytes, bytes]]:
        """What every answer to this request carries."""
        ...


class Requisicao(Request):
    """A request of an application without blueprints, which Quart would look for at each step."""

    blueprints: ClassVar[list[str]] = []

    @property
    def content_length(self) -> int | None:
        valor = dict(self.scope["headers"]).get(b"content-length", b"")
        return int(valor) if valor.isdigit() else None


class Contexto(RequestContext):
    """A request context that matches its path with the application's one adapter."""

    app: QuartLeve

    def match_request(self) -> None:
        pedido = self.request
        fixas = self.app.regras_fixas.get(pedido.path)
        if fixas is not None:
            regra = fixas.get(pedido.method)
            if regra is None:
                pedido.routing_exception = MethodNotAllowed(valid_methods=sorted(fixas))
            else:
                pedido.url_rule, pedido.view_args = regra, {}
            return
        assert self.url_adapter is not None
        try:
            pedido.url_rule, pedido.view_args = self.url_adapter.match(  # type: ignore[assignment]
                pedido.path, pedido.method, return_rule=True
            )
        except HTTPException as problema:
            pedido.routing_exception = problema


class ConexaoHTTP:
    """One request and its answer, in one task. The body is read first, so that a slow client holds nobody's turn."""

    def __init__(self, app: QuartLeve, scope: HTTPScope) -> None:
        self.app = app
        self.scope = scope
        self.cabecalhos: Cabecalhos = dict(scope["headers"])
        scope[_CABECALHOS] = self.cabecalhos  # type: ignore[typeddict-unknown-key]
        self.entrada: Entrada | None = None
        self.comecou = False
        self.identidade = identificar(self.cabecalhos.get(CABECALHO))

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        le_sozinha = (self.scope["method"], self.scope["path"]) in self.app.fluxos
        if le_sozinha:
            self.entrada = Entrada(receive, self.app.silencio)
            self.scope[ENTRADA] = self.entrada  # type: ignore[typeddict-unknown-key]
        corpo = b"" if le_sozinha else await self._corpo(receive)
        if corpo is not None:  # else the client left before it had asked
            await self._enviar(send, await self._responder(corpo, com_vez=not le_sozinha))

    async def _responder(self, corpo: bytes | HTTPException, *, com_vez: bool) -> ResponseTypes:
        """The answer, in time. A route that reads its own body keeps the time itself: its client may be slow."""
        if not com_vez:
            return await self._atender(corpo, com_vez=False)
        tempo = self.app.tempo
        try:
            return await tempo.cumprir(self._atender(corpo, com_vez=True))
        except TimeoutError:
            return erro(tempo.atrasado(muda=self.scope["method"] not in _SO_LEEM, comecou=self.comecou))

    async def _atender(self, corpo: bytes | HTTPException, *, com_vez: bool) -> ResponseTypes:
        porteiro = self.app.porteiro
        try:
            vez = await porteiro.entrar(self.scope, self.cabecalhos, com_vez=com_vez)
        except BalcaoError as recusa:
            return erro(recusa)
        self.comecou = True
        try:
            return await self.app.handle_request(self._pedido(corpo))
        finally:
            porteiro.sair(vez)

    async def _corpo(self, receive: ASGIReceiveCallable) -> bytes | HTTPException | None:
        """The body; what is wrong with it; None if the client is gone."""
        if self._sem_corpo():
            return b""
        try:
            return await self.app.prazo.cumprir(_ler(receive, self.app.corpo_maximo))
        except TimeoutError:
            return RequestTimeout()

    def _sem_corpo(self) -> bool:
        """In HTTP/1 a body is announced (RFC 9112 §6.3). Later versions need no header for it."""
        anunciado = b"content-length" in self.cabecalhos or b"transfer-encoding" in self.cabecalhos
        return not anunciado and self.scope["http_version"].startswith("1")

    def _pedido(self, corpo: bytes | HTTPException) -> Requisicao:
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
        if isinstance(corpo, HTTPException):
            pedido.body._must_raise = corpo  # noqa: SLF001  # how Quart's own connection hands an error to the route
        else:
            pedido.body.append(corpo)
        pedido.body.set_complete()
        return pedido

    async def _enviar(self, send: ASGISendCallable, resposta: ResponseTypes) -> None:
        metodo = self.scope["method"]
        extras = self.app.porteiro.extras(self.scope, self.cabecalhos)
        extras.append((CABECALHO, self.identidade))
        headers, corpo = await acabar(resposta, metodo, self.cabecalhos.get(b"accept-encoding", b""), extras)
        await send({"type": "http.response.start", "status": resposta.status_code, "headers": headers})
        if isinstance(resposta, Resposta) and resposta.fluxo is not None and metodo != "HEAD":
            async for parte in resposta.fluxo:
                await send({"type": "http.response.body", "body": parte, "more_body": True})
        if self.entrada is not None:
            await send({"type": "http.response.body", "body": corpo, "more_body": True})
            await self.entrada.escoar()
            corpo = b""
        await send({"type": "http.response.body", "body": corpo, "more_body": False})


class QuartLeve(Quart):
    """The application. ``bordas`` are ASGI applications by scope type and path, beside the routes; ``fluxos`` are the
    routes (method and path) that read their own body, as it comes.
    """

    asgi_http_class = ConexaoHTTP
    request_class = Requisicao

    def __init__(
        self,
        nome: str,
        porteiro: Porteiro,
        *,
        corpo_maximo: int,
        prazo_do_corpo: float,
        tempo: TempoDeResposta | None = None,
    ) -> None:
        super().__init__(nome, static_folder=None, template_folder=None)
        self.porteiro = porteiro
        self.corpo_maximo = corpo_maximo
        self.prazo = Prazo(prazo_do_corpo)
        self.bordas: dict[tuple[str, str], ASGI] = {}
        self.fluxos: set[tuple[str, str]] = set()
        self.silencio = prazo_do_corpo
        self.tempo = tempo or TempoDeResposta(Saude())
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        self._adaptador = self.url_map.bind("localhost")

    @cached_property
    def regras_fixas(self) -> dict[str, dict[str, QuartRule]]:
        """The routes without parameters, by path and method: these need no matching, and such a path is never taken
        for an id of another route. Read at the first request.
        """
        fixas: dict[str, dict[str, QuartRule]] = {}
        for regra in self.url_map.iter_rules():
            if not regra.arguments:
                fixas.setdefault(regra.rule, {}).update(dict.fromkeys(regra.methods or (), regra))  # type: ignore[arg-type]
        return fixas

    async def asgi_app(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        borda = None if scope["type"] == "lifespan" else self.bordas.get((scope["type"], scope["path"]))
        if borda is not None:
            await borda(scope, receive, send)
        else:
            await super().asgi_app(scope, receive, send)

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        return None if request is None else self._adaptador

    def request_context(self, request: Request) -> RequestContext:
        return Contexto(self, request, _SESSAO_NULA)

    async def make_default_options_response(self) -> Resposta:
        metodos = self.regras_fixas.get(request.path) or self._adaptador.allowed_methods(request.path)
        return Resposta(b"", 204, None, [("allow", ", ".join(sorted(metodos)))])


def cabecalhos_de(scope: Any) -> Cabecalhos:
    """The headers of the request that this is the scope of."""
    todos: Cabecalhos = scope[_CABECALHOS]
    return todos


def cabecalho(scope: Any, nome: bytes) -> str | None:
    """A header of a request that this application serves, by its lower-case name: Quart's own looking up costs more
    than the rest of what is done with it.
    """
    valor: bytes | None = scope[_CABECALHOS].get(nome)
    return None if valor is None else valor.decode("latin1")


async def _ler(receive: ASGIReceiveCallable, maximo: int) -> bytes | HTTPException | None:
    """Read to the end also what is too large: the server waits for its messages to be taken."""
    partes: list[bytes] = []
    tamanho = 0
    while True:
        mensagem = await receive()
        if mensagem["type"] != "http.request":
            return None
        parte = mensagem.get("body", b"")
        tamanho += len(parte)
        if parte and tamanho <= maximo:
            partes.append(parte)
        if not mensagem.get("more_body", False):
            break
    return RequestEntityTooLarge() if tamanho > maximo else b"".join(partes)


async def _sem_push(caminho: str, cabecalhos: Headers) -> None:
    """HTTP/2 push: no browser takes it any more."""
