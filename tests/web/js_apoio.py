"""The official JavaScript client as a trio object: one Node.js process, many clients in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import trio

PRAZO_S = 60


class Node:
    """The process. :meth:`cliente` makes a client, which connects when told to."""

    def __init__(self, processo: trio.Process) -> None:
        self._processo = processo
        self._ids = count(1)
        self._respostas: dict[int, dict[str, Any]] = {}
        self._clientes: dict[str, ClienteJs] = {}
        self._mudou = trio.Event()

    def cliente(self, url: str, **opcoes: Any) -> ClienteJs:
        nome = f"cliente {len(self._clientes)}"
        self._clientes[nome] = cliente = ClienteJs(self, nome, url, opcoes)
        return cliente

    async def pedir(self, quem: str, **comando: Any) -> dict[str, Any]:
        numero = next(self._ids)
        assert self._processo.stdin is not None
        await self._processo.stdin.send_all(json.dumps({"id": numero, "quem": quem, **comando}).encode() + b"\n")
        await self.ate(lambda: numero in self._respostas)
        return self._respostas.pop(numero)

    async def ate(self, condicao: Callable[[], object]) -> None:
        with trio.fail_after(PRAZO_S):
            while not condicao():
                await self._mudou.wait()

    async def ler(self) -> None:
        """Take what the process says until it ends."""
        assert self._processo.stdout is not None
        resto = b""
        async for pedaco in self._processo.stdout:
            *linhas, resto = (resto + pedaco).split(b"\n")
            for linha in linhas:
                self._tomar(json.loads(linha))
            self._mudou.set()
            self._mudou = trio.Event()

    def _tomar(self, fato: dict[str, Any]) -> None:
        if "id" in fato:
            self._respostas[fato["id"]] = fato
        else:
            self._clientes[fato["quem"]].fatos.append(fato)


class ClienteJs:
    """One socket of it. ``fatos`` is what it told, oldest first."""

    def __init__(self, node: Node, nome: str, url: str, opcoes: dict[str, Any]) -> None:
        self._node = node
        self._nome = nome
        self._url = url
        self._opcoes = opcoes
        self.fatos: list[dict[str, Any]] = []

    async def conectar(self) -> dict[str, Any]:
        return await self._node.pedir(self._nome, do="conectar", url=self._url, opcoes=self._opcoes)

    async def emitir(self, evento: str, dados: object) -> Any:
        """Send, and wait for the ack."""
        return (await self._node.pedir(self._nome, do="emitir", evento=evento, dados=dados))["ack"]

    async def soltar(self, evento: str, dados: object) -> None:
        await self._node.pedir(self._nome, do="soltar", evento=evento, dados=dados)

    async def cair(self) -> None:
        await self._node.pedir(self._nome, do="cair")

    async def voltar(self, auth: dict[str, Any]) -> dict[str, Any]:
        return await self._node.pedir(self._nome, do="voltar", auth=auth)

    async def desconectar(self) -> None:
        await self._node.pedir(self._nome, do="desconectar")

    def contados(self, chave: str) -> list[Any]:
        return [fato[chave] for fato in self.fatos if chave in fato]

    def eventos(self) -> list[dict[str, Any]]:
        """In the shape of the plain edge's frames."""
        return [
            {"event": f["evento"], "data": f["args"][0], **({"seq": f["args"][1]} if len(f["args"]) > 1 else {})}
            for f in self.fatos
            if "evento" in f
        ]

    async def ate(self, condicao: Callable[[], object]) -> None:
        await self._node.ate(condicao)

    async def ate_fato(self, chave: str, valor: object) -> None:
        await self.ate(lambda: valor in self.contados(chave))


@asynccontextmanager
async def node(programa: Path) -> AsyncIterator[Node]:
    async with trio.open_nursery() as bercario:
        processo = await trio.lowlevel.open_process(
            ["node", str(programa)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            rodando = Node(processo)
            bercario.start_soon(rodando.ler)
            yield rodando
        finally:
            with trio.CancelScope(shield=True):
                processo.kill()
                await processo.wait()
            bercario.cancel_scope.cancel()
