"""HTTP/1.1 for httpx2, straight on trio: what all connectors speak to providers by.

httpx2's own transport goes through anyio and a pool that is made for everything: a small request costs nearly twice the
CPU. Here is what a connector needs: connections that are kept, limits, timeouts, TLS (RFC 9112), and a say in where
each connection goes. There is no HTTP/2 and no proxy.
"""

from __future__ import annotations

import select
import ssl
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Final

import h11
import httpx2
import trio

LIGACOES_MAXIMO: Final = 200
"""To one origin."""
OCIOSA_S: Final = 4.0
"""Servers close after five seconds and more; what is in flight then would be of unknown outcome."""
_LEITURA: Final = 65_536
_PARTE: Final = 65_536
"""Bytes of a body that are sent at once, each within the timeout."""

Origem = tuple[str, str, int]
Ligar = Callable[[str, int], Awaitable[trio.SocketStream]]
"""Connects to a host and port. Raises OSError, UnicodeError, or httpx2.ConnectError."""


class _Ligacao:
    """One connection, used by one request at a time."""

    def __init__(self, destino: _Destino, corrente: trio.abc.Stream, descritor: int) -> None:
        self.destino = destino
        self.corrente = corrente
        self.h11 = h11.Connection(h11.CLIENT)
        self.livre_em = 0.0
        self._poll = select.poll()
        self._poll.register(descritor, select.POLLIN)

    def serve(self, agora: float) -> bool:
        """Whether it can be used again: it has not been idle for long, and the other side neither closed nor spoke."""
        return agora - self.livre_em < OCIOSA_S and not self._poll.poll(0)

    async def fechar(self) -> None:
        """At once, also where all is being cancelled: it waits for nothing."""
        with trio.CancelScope(shield=True):
            await trio.aclose_forcefully(self.corrente)


class _Destino:
    """The connections to one origin: how many more there may be, and those that nobody uses, oldest first."""

    def __init__(self, origem: Origem, ligacoes: int) -> None:
        self.origem = origem
        self.vagas = trio.Semaphore(ligacoes, max_value=ligacoes)
        self.ociosas: deque[_Ligacao] = deque()

    @property
    def abandonado(self) -> bool:
        return not self.ociosas and self.vagas.value == self.vagas.max_value


class Transporte(httpx2.AsyncBaseTransport):
    """A pool of connections. ``ligar`` opens one; ``ligacoes``: to each origin, so that one that hangs holds up no
    other.
    """

    def __init__(
        self,
        ligar: Ligar = trio.open_tcp_stream,
        ligacoes: int = LIGACOES_MAXIMO,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._abrir = ligar
        self._ligacoes = ligacoes
        self._tls = tls
        self._destinos: dict[Origem, _Destino] = {}
        self._por_idade: deque[tuple[float, _Ligacao]] = deque()
        """Every connection that became idle, and when; it may have been used since."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises httpx2.TransportError."""
        prazos = request.extensions.get("timeout", {})
        origem = _origem(request.url)
        destino = self._destinos.get(origem)
        if destino is None:
            destino = self._destinos[origem] = _Destino(origem, self._ligacoes)
        with _no_prazo(prazos.get("pool"), httpx2.PoolTimeout):
            await destino.vagas.acquire()
        try:
            ligacao = await self._tomar(destino, prazos.get("connect"))
        except BaseException:
            self._devolver(destino)
            raise
        try:
            await _enviar(ligacao, request, prazos.get("write"))
            cabeca = await _cabeca(ligacao, prazos.get("read"))
        except BaseException:
            await self._largar(ligacao, inteira=False)
            raise
        corpo = _Corpo(ligacao, prazos.get("read"), self._largar)
        return httpx2.Response(cabeca.status_code, headers=cabeca.headers.raw_items(), stream=corpo)

    async def aclose(self) -> None:
        """Close what is idle."""
        for destino in self._destinos.values():
            while destino.ociosas:
                await destino.ociosas.pop().fechar()

    async def _tomar(self, destino: _Destino, prazo_s: float | None) -> _Ligacao:
        while destino.ociosas:
            ligacao = destino.ociosas.pop()
            if ligacao.serve(trio.current_time()):
                return ligacao
            await ligacao.fechar()
        with _no_prazo(prazo_s, httpx2.ConnectTimeout), _como(httpx2.ConnectError):
            return await self._ligar(destino)

    async def _ligar(self, destino: _Destino) -> _Ligacao:
        esquema, host, porta = destino.origem
        tcp = await self._abrir(host, porta)
        if esquema == "http":
            return _Ligacao(destino, tcp, tcp.socket.fileno())
        self._tls = self._tls or httpx2.create_ssl_context()
        corrente = trio.SSLStream(tcp, self._tls, server_hostname=host, https_compatible=True)
        try:
            await corrente.do_handshake()
        except BaseException:
            await trio.aclose_forcefully(tcp)
            raise
        return _Ligacao(destino, corrente, tcp.socket.fileno())

    async def _largar(self, ligacao: _Ligacao, inteira: bool) -> None:
        """``inteira``: its request and its answer are over, and it may serve for others."""
        destino = ligacao.destino
        if not inteira or ligacao.h11.our_state is not h11.DONE or ligacao.h11.their_state is not h11.DONE:
            self._devolver(destino)
            await ligacao.fechar()
            return
        ligacao.h11.start_next_cycle()
        ligacao.livre_em = trio.current_time()
        destino.ociosas.append(ligacao)
        self._devolver(destino)
        self._por_idade.append((ligacao.livre_em, ligacao))
        await self._fechar_antigas(ligacao.livre_em - OCIOSA_S)

    def _devolver(self, destino: _Destino) -> None:
        """A place among its connections."""
        destino.vagas.release()
        self._esquecer(destino)

    def _esquecer(self, destino: _Destino) -> None:
        """Of an origin that nobody speaks to any more nothing is remembered."""
        if destino.abandonado and self._destinos.get(destino.origem) is destino:
            del self._destinos[destino.origem]

    async def _fechar_antigas(self, ate: float) -> None:
        """Those that nobody has used since. The oldest of its destination is the first there."""
        while self._por_idade and self._por_idade[0][0] <= ate:
            livre_em, ligacao = self._por_idade.popleft()
            ociosas = ligacao.destino.ociosas
            if ociosas and ociosas[0] is ligacao and ligacao.livre_em == livre_em:
                ociosas.popleft()
                self._esquecer(ligacao.destino)
                await ligacao.fechar()


class _Corpo(httpx2.AsyncByteStream):
    """The body of an answer. It is an iterator and no generator: it may be left at any point."""

    def __init__(
        self, ligacao: _Ligacao, prazo_s: float | None, largar: Callable[[_Ligacao, bool], Awaitable[None]]
    ) -> None:
        self._ligacao: _Ligacao | None = ligacao
        self._prazo_s = prazo_s
        self._largar = largar

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._ligacao is None:
            raise StopAsyncIteration
        try:
            evento = await _evento(self._ligacao, self._prazo_s)
        except BaseException:
            await self._soltar(inteira=False)
            raise
        if isinstance(evento, h11.Data):
            return bytes(evento.data)
        await self._soltar(inteira=isinstance(evento, h11.EndOfMessage))
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """What was not read is not read any more."""
        await self._soltar(inteira=False)

    async def _soltar(self, inteira: bool) -> None:
        ligacao, self._ligacao = self._ligacao, None
        if ligacao is not None:
            await self._largar(ligacao, inteira)


def _origem(url: httpx2.URL) -> Origem:
    padrao = {"http": 80, "https": 443}.get(url.scheme)
    if padrao is None or not url.host:
        raise httpx2.UnsupportedProtocol("the address has to begin with http:// or https://")
    return url.scheme, url.raw_host.decode("ascii"), url.port or padrao


async def _enviar(ligacao: _Ligacao, pedido: httpx2.Request, prazo_s: float | None) -> None:
    with _como(httpx2.WriteError):
        cabeca = h11.Request(method=pedido.method, target=pedido.url.raw_path, headers=pedido.headers.raw)
        saida = bytearray(ligacao.h11.send(cabeca) or b"")
        async with aclosing(_pedacos(pedido)) as pedacos:
            async for pedaco in pedacos:
                saida += ligacao.h11.send(h11.Data(data=pedaco)) or b""
                if len(saida) > _PARTE:
                    await _escrever(ligacao, saida, prazo_s)
                    saida.clear()
        saida += ligacao.h11.send(h11.EndOfMessage()) or b""
        await _escrever(ligacao, saida, prazo_s)


async def _pedacos(pedido: httpx2.Request) -> AsyncGenerator[bytes, None]:
    """The body, in parts that are not too large. What is in memory is not iterated over by generators of httpx2's."""
    if isinstance(pedido.stream, httpx2.SyncByteStream):
        for grande in pedido.stream:
            for i in range(0, len(grande), _PARTE):
                yield grande[i : i + _PARTE]
        return
    async for pedaco in pedido.stream:
        yield pedaco


async def _escrever(ligacao: _Ligacao, saida: bytearray, prazo_s: float | None) -> None:
    with _no_prazo(prazo_s, httpx2.WriteTimeout):
        await ligacao.corrente.send_all(bytes(saida))


async def _cabeca(ligacao: _Ligacao, prazo_s: float | None) -> h11.Response:
    while not isinstance(evento := await _evento(ligacao, prazo_s), h11.Response):
        if not isinstance(evento, h11.InformationalResponse):
            raise httpx2.RemoteProtocolError("the server closed without an answer")
    return evento


async def _evento(ligacao: _Ligacao, prazo_s: float | None) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
    with _como(httpx2.ReadError):
        while (evento := ligacao.h11.next_event()) is h11.NEED_DATA:
            with _no_prazo(prazo_s, httpx2.ReadTimeout):
                ligacao.h11.receive_data(bytes(await ligacao.corrente.receive_some(_LEITURA)))
        return evento


@contextmanager
def _no_prazo(segundos: float | None, erro: type[httpx2.TimeoutException]) -> Iterator[None]:
    """Raises ``erro`` if it takes longer."""
    if segundos is None:
        yield
        return
    with trio.move_on_after(segundos) as prazo:
        yield
    if prazo.cancelled_caught:
        raise erro("it took too long")


@contextmanager
def _como(erro: type[httpx2.NetworkError]) -> Iterator[None]:
    """What may go wrong on a connection, as httpx2 names it."""
    try:
        yield
    except (OSError, UnicodeError, trio.BrokenResourceError, trio.ClosedResourceError) as motivo:
        raise erro(f"{motivo.__cause__ or motivo}") from motivo
    except h11.LocalProtocolError as motivo:
        raise httpx2.LocalProtocolError(f"{motivo}") from motivo
    except h11.RemoteProtocolError as motivo:
        raise httpx2.RemoteProtocolError(f"{motivo}") from motivo
