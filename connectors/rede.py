"""HTTP to addresses that somebody else named: never to the inside, and never without bounds.

The name is resolved here, the addresses that it has are judged (``engine/conector/redes.py``), and one that was found
good is what is connected to: nobody resolves the name a second time, so it cannot have changed in between (DNS
rebinding). Redirects are not followed, proxies and ``.netrc`` of the environment not heeded, cookies not kept. TLS
checks the certificate against the name.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpcore2
import httpx2
import trio
from msgspec import Struct

from engine.conector.redes import TUDO, RegrasDeRede, permitido

ENDERECOS_MAXIMO: Final = 8
"""Addresses of one name that are tried."""
CONEXAO_S: Final = 10.0
"""Seconds for connecting, and for a place among the connections; but in :func:`buscar` also for reading and writing."""
LIMITES: Final = httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=15.0)

for _nome in ("httpx2", "httpcore2"):
    # They tell every address they call, and what came back; either may have a key in it.
    logging.getLogger(_nome).setLevel(logging.WARNING)

_PROCURAS: Final = trio.CapacityLimiter(64)
_DA_CONFIGURACAO: Final = "balcao_da_configuracao"
"""Marks a request, among httpx's extensions."""

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host. Raises OSError if it has none."""
_Opcao = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class EnderecoRecusado(httpx2.ConnectError):
    """It is not called: it is no address of the public internet, or not a port that may be called. Nothing was sent.

    The message, in Portuguese, does not say what the name stands for: that is for those inside to know.
    """


async def resolver_do_sistema(host: str, porta: int) -> Sequence[str]:
    """As the machine resolves names, whatever form of a number the host has (``0x7f.1``). In threads of its own: names
    whose servers do not answer keep nobody else waiting.
    """
    procurar = partial(socket.getaddrinfo, host, porta, type=socket.SOCK_STREAM)
    achados = await trio.to_thread.run_sync(procurar, limiter=_PROCURAS, abandon_on_cancel=True)
    return [str(destino[0]) for *_, destino in achados]


class RedeGuardada(httpcore2.AsyncNetworkBackend):
    """Opens connections, to what :class:`RegrasDeRede` allow and to nothing else."""

    def __init__(self, regras: RegrasDeRede, resolver: Resolver = resolver_do_sistema) -> None:
        self._regras = regras
        self._resolver = resolver
        self._rede = httpcore2.TrioBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[_Opcao] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raises EnderecoRecusado, or what httpcore raises."""
        if self._regras.portas is not None and port not in self._regras.portas:
            raise EnderecoRecusado(f"a porta {port} não está entre as que podem ser chamadas")
        prazo = trio.current_time() + (float("inf") if timeout is None else timeout)
        enderecos = await self._bons(host, port, prazo)
        for posicao, endereco in enumerate(enderecos, 1):
            resta = max(0.0, prazo - trio.current_time()) / (len(enderecos) - posicao + 1)
            try:
                return await self._rede.connect_tcp(endereco, port, resta, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if posicao == len(enderecos):
                    raise
        raise EnderecoRecusado(f"{host} não fica na internet pública; só o que fica nela pode ser chamado")

    async def _bons(self, host: str, porta: int, prazo: float) -> list[str]:
        """The addresses of a host that may be connected to, each once."""
        achados: Sequence[str] | None = None
        with trio.move_on_at(prazo):
            try:
                achados = await self._resolver(host, porta)
            except (OSError, UnicodeError) as erro:  # UnicodeError: no host can have such a name
                raise httpcore2.ConnectError(f"{host} has no address") from erro
        if achados is None:
            raise httpcore2.ConnectTimeout(f"the addresses of {host} were not to be had in time")
        return [um for um in dict.fromkeys(achados) if permitido(um, self._regras)][:ENDERECOS_MAXIMO]

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002  httpcore's interface
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
        socket_options: Iterable[_Opcao] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        """Raises EnderecoRecusado."""
        raise EnderecoRecusado("um socket desta máquina não pode ser chamado")

    async def sleep(self, seconds: float) -> None:
        """Of httpcore's retries, of which there are none here."""
        await trio.sleep(seconds)


class TransporteGuardado(httpx2.AsyncBaseTransport):
    """httpx's transport over two :class:`RedeGuardada`: one for what anybody named, and one for what the configuration
    of a canal names (:func:`buscar`). They share no connection.
    """

    def __init__(
        self,
        alheia: RedeGuardada,
        da_configuracao: RedeGuardada,
        tls: ssl.SSLContext | None = None,
        limites: httpx2.Limits = LIMITES,
    ) -> None:
        tls = tls or httpx2.create_ssl_context()
        self._alheias = _conexoes(alheia, tls, limites)
        self._da_configuracao = _conexoes(da_configuracao, tls, limites)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises EnderecoRecusado, or what httpx's own transport raises."""
        if request.url.scheme not in {"http", "https"}:
            raise EnderecoRecusado(f"{request.url.scheme}: não pode ser chamado; use https")
        assert isinstance(request.stream, AsyncIterable)
        pedido = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            # Of these httpx makes only the timeouts; another name for TLS to check is nobody's to choose.
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        conexoes = self._da_configuracao if request.extensions.get(_DA_CONFIGURACAO) is True else self._alheias
        with _erros_de_httpx():
            resposta = await conexoes.handle_async_request(pedido)
        assert isinstance(resposta.stream, AsyncIterable)
        return httpx2.Response(
            status_code=resposta.status,
            headers=resposta.headers,
            stream=_Corrente(resposta),
            extensions=resposta.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._alheias.aclose()
        await self._da_configuracao.aclose()


def _conexoes(rede: RedeGuardada, tls: ssl.SSLContext, limites: httpx2.Limits) -> httpcore2.AsyncConnectionPool:
    return httpcore2.AsyncConnectionPool(
        ssl_context=tls,
        max_connections=limites.max_connections,
        max_keepalive_connections=limites.max_keepalive_connections,
        keepalive_expiry=limites.keepalive_expiry,
        network_backend=rede,
    )


class _Corrente(httpx2.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, resposta: httpcore2.Response) -> None:
        self._resposta = resposta

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _erros_de_httpx():
            async with aclosing(self._resposta.aiter_stream()) as partes:
                async for parte in partes:
                    yield parte

    async def aclose(self) -> None:
        await self._resposta.aclose()


_ERROS: Final[Mapping[type[Exception], type[httpx2.TransportError]]] = {
    httpcore2.ConnectTimeout: httpx2.ConnectTimeout,
    httpcore2.ReadTimeout: httpx2.ReadTimeout,
    httpcore2.WriteTimeout: httpx2.WriteTimeout,
    httpcore2.PoolTimeout: httpx2.PoolTimeout,
    httpcore2.ConnectError: httpx2.ConnectError,
    httpcore2.ReadError: httpx2.ReadError,
    httpcore2.WriteError: httpx2.WriteError,
    httpcore2.RemoteProtocolError: httpx2.RemoteProtocolError,
    httpcore2.LocalProtocolError: httpx2.LocalProtocolError,
    httpcore2.UnsupportedProtocol: httpx2.UnsupportedProtocol,
}


@contextmanager
def _erros_de_httpx() -> Iterator[None]:
    """What httpcore raises becomes what httpx raises for it."""
    try:
        yield
    except tuple(_ERROS) as erro:
        raise _ERROS[type(erro)](str(erro)) from erro


class ClienteGuardado(httpx2.AsyncClient):
    """A client that many may share: it reaches no inside, follows no redirect and keeps no cookie.

    ``regras`` are for what anybody named; ``da_configuracao`` for what a canal's own configuration names, which is
    everything unless it is said otherwise: who lets strangers configure canais gives ``RegrasDeRede()``.
    """

    def __init__(
        self,
        regras: RegrasDeRede | None = None,
        *,
        da_configuracao: RegrasDeRede = TUDO,
        resolver: Resolver = resolver_do_sistema,
        tls: ssl.SSLContext | None = None,
        limites: httpx2.Limits = LIMITES,
    ) -> None:
        alheia = RedeGuardada(regras or RegrasDeRede(), resolver)
        super().__init__(
            transport=TransporteGuardado(alheia, RedeGuardada(da_configuracao, resolver), tls, limites),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            timeout=httpx2.Timeout(CONEXAO_S),
            trust_env=False,
        )


def exigir_guarda(http: httpx2.AsyncClient) -> ClienteGuardado:
    """The client, if it is guarded. Raises TypeError: whoever wired it would call whatever it is told to."""
    if not isinstance(http, ClienteGuardado):
        raise TypeError("addresses that others name are called by a connectors.rede.ClienteGuardado only")
    return http


class Lida(Struct, frozen=True):
    """An answer. Names of ``cabecalhos`` in lower case. ``cortado``: there is more of ``corpo`` than was read."""

    status: int
    cabecalhos: Mapping[str, str]
    corpo: bytes
    cortado: bool = False


async def buscar(
    http: httpx2.AsyncClient,
    metodo: str,
    url: str,
    *,
    cabecalhos: Mapping[str, str] | None = None,
    corpo: bytes = b"",
    maximo: int,
    segundos: float,
    da_configuracao: bool = False,
) -> Lida:
    """One request and its answer, of whose body at most ``maximo`` bytes are read, as they came: nothing is unpacked.
    ``da_configuracao``: the address is one that the canal's configuration names.

    Raises:
        httpx2.HTTPError, httpx2.InvalidURL: as httpx does. ConnectError, ConnectTimeout and PoolTimeout: nothing was
            sent. ReadTimeout also when all of it took longer than ``segundos``.
    """
    todos = {"accept-encoding": "identity", **(cabecalhos or {})}
    mais = {_DA_CONFIGURACAO: True} if da_configuracao else {}
    espera = httpx2.Timeout(segundos, connect=min(CONEXAO_S, segundos), pool=min(CONEXAO_S, segundos))
    with trio.move_on_after(segundos):
        async with http.stream(metodo, url, headers=todos, content=corpo, extensions=mais, timeout=espera) as resposta:
            lido = await _ate(resposta, maximo + 1)
            return Lida(resposta.status_code, dict(resposta.headers), bytes(lido[:maximo]), len(lido) > maximo)
    raise httpx2.ReadTimeout(f"no whole answer within {segundos:g} s")


async def _ate(resposta: httpx2.Response, bastam: int) -> bytearray:
    """Of a body so many bytes, or a little more; or all."""
    lido = bytearray()
    async with aclosing(resposta.aiter_raw()) as partes:
        async for parte in partes:
            lido += parte
            if len(lido) >= bastam:
                break
    return lido
