"""A small HTTP/1.1 server for the fakes, on trio and h11 (RFC 9112).

It does what a fake needs and a real server must not do: a handler may let a connection drop after it did the work
(:data:`CAIR`), or in the middle of an answer (``cortada_em``). What a handler raises ends the server: a fault of a fake
must not look like one of a provider.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import h11
import trio
from msgspec import Struct, json

CORPO_MAXIMO: Final = 128 * 1024 * 1024
"""Bytes of a request's body: more than the largest file that any provider takes."""
LIGACOES_MAXIMO: Final = 2_000
OCIOSA_S: Final = 120.0
"""How long a connection may stay without a request."""
_LEITURA: Final = 65_536


class Pedido(Struct, frozen=True):
    """A request: ``caminho`` without its query and decoded; names of ``cabecalhos`` in lower case, the last of a name
    counts; ``consulta`` likewise.
    """

    metodo: str
    caminho: str
    consulta: Mapping[str, str]
    cabecalhos: Mapping[str, str]
    corpo: bytes

    @property
    def tipo(self) -> str:
        """The media type of the body in lower case, without parameters."""
        return self.cabecalhos.get("content-type", "").partition(";")[0].strip().lower()


class Resposta(Struct, frozen=True, kw_only=True):
    """An answer. ``cortada_em``: the connection is closed after that many bytes of the body."""

    status: int = 200
    corpo: bytes = b""
    cabecalhos: Mapping[str, str] = {}
    cortada_em: int | None = None


class Cair(Struct, frozen=True):
    """No answer: the connection is closed."""


CAIR: Final = Cair()
Atender = Callable[[Pedido], Awaitable[Resposta | Cair]]


def resposta_json(dados: object, status: int = 200, cabecalhos: Mapping[str, str] | None = None) -> Resposta:
    """An answer in JSON."""
    tipo = {"content-type": "application/json; charset=utf-8"}
    return Resposta(status=status, corpo=json.encode(dados), cabecalhos=tipo | dict(cabecalhos or {}))


class ServidorHttp:
    """One listening socket, whose requests ``atender`` answers; those of one connection come one after another."""

    def __init__(self, atender: Atender, *, host: str = "127.0.0.1", porta: int = 0) -> None:
        self._atender = atender
        self._host = host
        self._porta = porta
        self._ligacoes = 0

    @property
    def porta(self) -> int:
        """Where it listens, once :meth:`servir` has started."""
        return self._porta

    @property
    def base(self) -> str:
        """Its address, without a final slash."""
        return f"http://{self._host}:{self._porta}"

    async def servir(self, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled. ``nursery.start`` gives the port. Raises OSError if it cannot be had."""
        escutas = await trio.open_tcp_listeners(self._porta, host=self._host)
        self._porta = escutas[0].socket.getsockname()[1]
        async with trio.open_nursery() as grupo:
            await grupo.start(partial(trio.serve_listeners, self._ligacao, escutas, handler_nursery=grupo))
            task_status.started(self._porta)

    async def _ligacao(self, corrente: trio.SocketStream) -> None:
        self._ligacoes += 1
        try:
            async with corrente:
                if self._ligacoes <= LIGACOES_MAXIMO:
                    await _Conversa(corrente, self._atender).seguir()
        except trio.BrokenResourceError:
            return  # whoever asked is gone
        finally:
            self._ligacoes -= 1


class _Conversa:
    """One connection: request, answer, request…"""

    def __init__(self, corrente: trio.SocketStream, atender: Atender) -> None:
        self._corrente = corrente
        self._atender = atender
        self._h11 = h11.Connection(h11.SERVER)

    async def seguir(self) -> None:
        """Until either side closes, or nothing comes."""
        while True:
            try:
                pedido = await self._pedido()
                if pedido is None:
                    return
                if isinstance(pedido, Resposta):
                    await self._responder(pedido, sem_corpo=False)
                    return
                resposta = await self._atender(pedido)
                if isinstance(resposta, Cair) or not await self._responder(resposta, pedido.metodo == "HEAD"):
                    return
            except h11.RemoteProtocolError as erro:
                await self._recusar(erro)
                return
            if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
                return
            self._h11.start_next_cycle()

    async def _pedido(self) -> Pedido | Resposta | None:
        """The next request; None if there is none; the answer if its body is too large."""
        cabeca = None
        with trio.move_on_after(OCIOSA_S):
            cabeca = await self._evento()
        if not isinstance(cabeca, h11.Request):
            return None
        if self._h11.they_are_waiting_for_100_continue:
            await self._corrente.send_all(self._enviavel(h11.InformationalResponse(status_code=100, headers=[])))
        corpo = bytearray()
        while isinstance(parte := await self._evento(), h11.Data):
            corpo += parte.data
            if len(corpo) > CORPO_MAXIMO:
                return Resposta(status=413)
        return _pedido_de(cabeca, bytes(corpo)) if isinstance(parte, h11.EndOfMessage) else None

    async def _evento(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (evento := self._h11.next_event()) is h11.NEED_DATA:
            self._h11.receive_data(await self._corrente.receive_some(_LEITURA))
        return evento

    async def _responder(self, resposta: Resposta, sem_corpo: bool) -> bool:
        """Whether the connection is good for more."""
        corpo = b"" if sem_corpo or resposta.status in {204, 304} else resposta.corpo
        cabecalhos = list({"content-length": str(len(resposta.corpo)), **resposta.cabecalhos}.items())
        saida = self._enviavel(h11.Response(status_code=resposta.status, headers=cabecalhos))
        if resposta.cortada_em is not None:
            await self._corrente.send_all(saida + corpo[: resposta.cortada_em])
            return False
        await self._corrente.send_all(saida + self._enviavel(h11.Data(data=corpo)) + self._enviavel(h11.EndOfMessage()))
        return True

    async def _recusar(self, erro: h11.RemoteProtocolError) -> None:
        """It was not HTTP."""
        if self._h11.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            await self._responder(Resposta(status=erro.error_status_hint), sem_corpo=False)

    def _enviavel(self, evento: h11.Event) -> bytes:
        return self._h11.send(evento) or b""


def _pedido_de(cabeca: h11.Request, corpo: bytes) -> Pedido:
    alvo = urlsplit(cabeca.target.decode("ascii", "replace"))
    return Pedido(
        metodo=cabeca.method.decode("ascii"),
        caminho=unquote(alvo.path),
        consulta=dict(parse_qsl(alvo.query, keep_blank_values=True)),
        cabecalhos={nome.decode("ascii"): valor.decode("latin-1") for nome, valor in cabeca.headers},
        corpo=corpo,
    )


@asynccontextmanager
async def servindo(atender: Atender, *, host: str = "127.0.0.1", porta: int = 0) -> AsyncIterator[ServidorHttp]:
    """A server for as long as the block runs; what is in hand at its end is cut off."""
    servidor = ServidorHttp(atender, host=host, porta=porta)
    async with trio.open_nursery() as grupo:
        await grupo.start(servidor.servir)
        try:
            yield servidor
        finally:
            grupo.cancel_scope.cancel()
