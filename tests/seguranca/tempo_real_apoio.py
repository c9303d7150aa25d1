"""Strangers and customers at the door of the realtime edges, as bytes on TCP: many of them, and none that behaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import trio

from tests.web.gateway_apoio import Servidor
from tests.web.ws_apoio import NaThread

PLANA = "/atendimento/ws"
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"
_SUBIR = (
    "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)
_PRAZO_S = 120


class Fio:
    """One TCP connection."""

    def __init__(self, corrente: trio.SocketStream) -> None:
        self.corrente = corrente
        self._resto = b""

    async def pedir(
        self, caminho: str, *, metodo: str = "GET", token: str | None = None, de: str | None = None, corpo: bytes = b""
    ) -> tuple[int, bytes]:
        """A request, and its answer: the status and the body. ``de``: whom a proxy says it is passed on for."""
        await self.mandar(caminho, metodo=metodo, token=token, de=de, corpo=corpo)
        return await self.resposta()

    async def mandar(
        self, caminho: str, *, metodo: str = "GET", token: str | None = None, de: str | None = None, corpo: bytes = b""
    ) -> None:
        cabeca = f"{metodo} {caminho} HTTP/1.1\r\nhost: a\r\n"
        cabeca += "" if token is None else f"authorization: Bearer {token}\r\n"
        cabeca += "" if de is None else f"x-forwarded-for: {de}\r\n"
        cabeca += f"content-length: {len(corpo)}\r\n" if corpo else ""
        cabeca += "" if "polling" in caminho else _SUBIR
        await self.corrente.send_all(cabeca.encode() + b"\r\n" + corpo)

    async def resposta(self) -> tuple[int, bytes]:
        with trio.fail_after(_PRAZO_S):
            while b"\r\n\r\n" not in self._resto:
                await self._ler()
            cabeca, _, self._resto = self._resto.partition(b"\r\n\r\n")
            linhas = dict(linha.lower().split(b": ", 1) for linha in cabeca.split(b"\r\n")[1:])
            tamanho = int(linhas.get(b"content-length", b"0"))
            while len(self._resto) < tamanho:
                await self._ler()
            corpo, self._resto = self._resto[:tamanho], self._resto[tamanho:]
            return int(cabeca.split()[1]), corpo

    async def _ler(self) -> None:
        dados = await self.corrente.receive_some()
        if not dados:
            raise trio.BrokenResourceError("closed")
        self._resto += dados

    async def ate_fechar(self) -> bytes:
        """Everything that comes until the server closes."""
        dados = self._resto
        with trio.fail_after(_PRAZO_S):
            try:
                while pedaco := await self.corrente.receive_some():
                    dados += pedaco
            except trio.BrokenResourceError:
                pass
        return dados


@asynccontextmanager
async def fio(servidor: NaThread) -> AsyncIterator[Fio]:
    async with await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
        yield Fio(corrente)


@asynccontextmanager
async def chegarem(
    servidor: NaThread, caminho: str, tokens: list[str | None], enderecos: list[str] | None = None
) -> AsyncIterator[Counter[int]]:
    """A connection for each of ``tokens``, which stays; how often each status was answered."""
    status: Counter[int] = Counter()
    limite = trio.CapacityLimiter(50)
    async with AsyncExitStack() as pilha:

        async def chegar(n: int) -> None:
            async with limite:
                um = await pilha.enter_async_context(fio(servidor))
                de = None if enderecos is None else enderecos[n % len(enderecos)]
                status[(await um.pedir(caminho, token=tokens[n], de=de))[0]] += 1

        async with trio.open_nursery() as bercario:
            for n in range(len(tokens)):
                bercario.start_soon(chegar, n)
        yield status


async def contar(servidor: NaThread) -> tuple[int, int, int]:
    """Sessions of Socket.IO, connections of the gateway, and how many of these are strangers."""

    async def ver(s: Servidor) -> tuple[int, int, int]:
        return len(servidor.sio._sessoes), s.gateway.conexoes, s.gateway.anonimas

    return await servidor.fazer(ver)


async def ate_contar(servidor: NaThread, esperado: tuple[int, int, int]) -> None:
    with trio.fail_after(_PRAZO_S):
        while await contar(servidor) != esperado:
            pass
