"""One kind of client for every edge, so that one script can be played on each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import trio
from trio_websocket import ConnectionClosed

from tests.web.js_apoio import PRAZO_S, ClienteJs, Node, node
from tests.web.ws_apoio import Tela, tela


class Cliente(Protocol):
    """Somebody's screen. Its events are in the plain edge's shape, whatever the edge."""

    async def entrar(self, token: str, desde: int | None = None, salas: tuple[str, ...] = ()) -> dict[str, Any] | None:
        """Connect, the first time or again. None, or the ``codigo`` and ``message`` of the refusal."""
        ...

    async def pedir(self, evento: str, dados: object) -> Any:
        """Send, and wait for the ack."""
        ...

    async def soltar(self, evento: str, dados: object) -> None:
        """Send, without an ack."""
        ...

    async def cair(self) -> None:
        """Lose the connection."""
        ...

    async def ate_ser_posto_fora(self) -> None:
        """Until the server put it out for its token."""
        ...

    def eventos(self, *nomes: str) -> list[dict[str, Any]]: ...

    async def ate(self, condicao: Callable[[], object]) -> None: ...


class Borda(Protocol):
    """Makes clients."""

    def cliente(self) -> Cliente: ...


async def evento(cliente: Cliente, nome: str, quantos: int = 1) -> Any:
    """The data of the event of that name, once that many have come."""
    await cliente.ate(lambda: len(cliente.eventos(nome)) >= quantos)
    return cliente.eventos(nome)[quantos - 1]["data"]


class _Plano:
    def __init__(self, bercario: trio.Nursery, url: str) -> None:
        self._bercario = bercario
        self._url = url
        self._recebidos: list[dict[str, Any]] = []
        self._mudou = trio.Event()
        self._tela: Tela
        self._conexao: trio.CancelScope
        self._caiu: trio.Event
        self._codigo = 0
        self._ack = 0

    async def entrar(self, token: str, desde: int | None = None, salas: tuple[str, ...] = ()) -> dict[str, Any] | None:
        await self._bercario.start(self._viver)
        entrada = {"token": token, "salas": list(salas)} | ({} if desde is None else {"desde": desde})
        resposta = await self.pedir("autenticar", entrada)
        if resposta["ok"]:
            return None
        await self.ate_ser_posto_fora()
        return {"codigo": resposta["codigo"], "message": resposta["message"]}

    async def _viver(self, task_status: trio.TaskStatus[None]) -> None:
        self._caiu = trio.Event()
        with trio.CancelScope() as self._conexao:
            async with tela(self._url) as self._tela:
                task_status.started()
                await self._ler(self._tela)
        self._caiu.set()
        self._avisar()

    async def _ler(self, t: Tela) -> None:
        try:
            while True:
                self._recebidos.append(await t._ler())
                self._avisar()
        except ConnectionClosed as fim:
            self._codigo = fim.reason.code if fim.reason else 0

    def _avisar(self) -> None:
        self._mudou.set()
        self._mudou = trio.Event()

    async def pedir(self, evento: str, dados: object) -> Any:
        self._ack += 1
        ack = self._ack
        await self._tela.mandar(evento, dados, ack)
        await self.ate(lambda: any(f.get("ack") == ack for f in self._recebidos))
        return next(f["data"] for f in self._recebidos if f.get("ack") == ack)

    async def soltar(self, evento: str, dados: object) -> None:
        await self._tela.mandar(evento, dados)

    async def cair(self) -> None:
        self._conexao.cancel()
        await self._caiu.wait()

    async def ate_ser_posto_fora(self) -> None:
        with trio.fail_after(PRAZO_S):
            await self._caiu.wait()
        assert self._codigo == 4401

    def eventos(self, *nomes: str) -> list[dict[str, Any]]:
        return [f for f in self._recebidos if "event" in f and (not nomes or f["event"] in nomes)]

    async def ate(self, condicao: Callable[[], object]) -> None:
        with trio.fail_after(PRAZO_S):
            while not condicao():
                await self._mudou.wait()


class _PorSocketIO:
    def __init__(self, node: Node, url: str, transportes: list[str]) -> None:
        self._node = node
        self._url = url
        self._transportes = transportes
        self.js: ClienteJs | None = None

    async def entrar(self, token: str, desde: int | None = None, salas: tuple[str, ...] = ()) -> dict[str, Any] | None:
        auth = {"token": token, "salas": list(salas)} | ({} if desde is None else {"desde": desde})
        if self.js is None:
            self.js = self._node.cliente(f"{self._url}/atendimento", transports=self._transportes, auth=auth)
            resposta = await self.js.conectar()
        else:
            resposta = await self.js.voltar(auth)
        if "erro" not in resposta:
            await self.ate(lambda: self.eventos("connect"))
            return None
        return {"codigo": resposta["data"]["codigo"], "message": resposta["erro"]}

    @property
    def _js(self) -> ClienteJs:
        assert self.js is not None, "it connects first"
        return self.js

    async def pedir(self, evento: str, dados: object) -> Any:
        return await self._js.emitir(evento, dados)

    async def soltar(self, evento: str, dados: object) -> None:
        await self._js.soltar(evento, dados)

    async def cair(self) -> None:
        await self._js.cair()

    async def ate_ser_posto_fora(self) -> None:
        await self._js.ate_fato("saiu", "io server disconnect")

    def eventos(self, *nomes: str) -> list[dict[str, Any]]:
        todos = [{**f, "event": "connect"} if f["event"] == "connected" else f for f in self._js.eventos()]
        return [f for f in todos if not nomes or f["event"] in nomes]

    async def ate(self, condicao: Callable[[], object]) -> None:
        await self._js.ate(condicao)


class _BordaPlana:
    def __init__(self, bercario: trio.Nursery, url: str) -> None:
        self._bercario = bercario
        self._url = url

    def cliente(self) -> Cliente:
        return _Plano(self._bercario, self._url)


class BordaJs:
    """``clientes`` are those made so far."""

    def __init__(self, node: Node, url: str, transportes: list[str]) -> None:
        self._node = node
        self._url = url
        self._transportes = transportes
        self.clientes: list[_PorSocketIO] = []

    def cliente(self) -> Cliente:
        self.clientes.append(_PorSocketIO(self._node, self._url, self._transportes))
        return self.clientes[-1]


@asynccontextmanager
async def plana(url_ws: str) -> AsyncIterator[Borda]:
    async with trio.open_nursery() as bercario:
        yield _BordaPlana(bercario, url_ws)
        bercario.cancel_scope.cancel()


def socketio(programa: Path, url: str, transportes: list[str]) -> AbstractAsyncContextManager[BordaJs]:
    @asynccontextmanager
    async def abrir() -> AsyncIterator[BordaJs]:
        async with node(programa) as rodando:
            yield BordaJs(rodando, url, transportes)

    return abrir()
