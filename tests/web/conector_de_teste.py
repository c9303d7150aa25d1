"""A connector for tests: one WebSocket, frames as dictionaries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import trio
from trio_websocket import ConnectionClosed, WebSocketConnection

from connectors.fio import websocket
from tests.servidor import SEGREDO, Servidor, Usuario
from web.conectores import chave_da_instalacao

ESPERA_S = 10.0


class ConectorDeTeste:
    """``ola`` is the engine's first word."""

    def __init__(self, ws: WebSocketConnection) -> None:
        self._ws = ws
        self._refs = 0
        self._guardados: list[dict[str, Any]] = []
        self.ola: dict[str, Any] = {}

    async def mandar(self, tipo: str, **campos: Any) -> None:
        await self._ws.send_message(json.dumps({"tipo": tipo, **campos}))

    async def cru(self, texto: str) -> None:
        await self._ws.send_message(texto)

    async def receber(self, tipo: str) -> dict[str, Any]:
        """The next frame of this kind; the others wait for whoever asks."""
        for n, guardado in enumerate(self._guardados):
            if guardado["tipo"] == tipo:
                return self._guardados.pop(n)
        with trio.fail_after(ESPERA_S):
            while True:
                quadro: dict[str, Any] = json.loads(await self._ws.get_message())
                if quadro["tipo"] == tipo:
                    return quadro
                self._guardados.append(quadro)

    async def nada(self, tipo: str, segundos: float = 0.3) -> bool:
        """Whether no frame of this kind comes for a moment."""
        with trio.move_on_after(segundos):
            await self.receber(tipo)
            return False
        return True

    async def assinar(self, canal_id: str, credito: int = 10) -> None:
        await self.mandar("assinar", canalId=canal_id, credito=credito)

    async def trabalho(self) -> dict[str, Any]:
        return await self.receber("trabalho")

    async def responder(self, trabalho: dict[str, Any], desfecho: str = "aceito", **campos: Any) -> dict[str, Any]:
        await self.mandar(
            "resultado", id=trabalho["id"], tentativa=trabalho["tentativa"], desfecho=desfecho, **campos
        )  # fmt: skip
        return await self.receber("anotado")

    async def entregar(self, canal_id: str, **campos: Any) -> dict[str, Any]:
        self._refs += 1
        await self.mandar("entrada", ref=self._refs, canalId=canal_id, **campos)
        return await self.receber("ack")

    async def fechar(self) -> None:
        await self._ws.aclose()

    async def fechada(self) -> int:
        """The code with which the engine closes it."""
        with trio.fail_after(ESPERA_S), suppress(ConnectionClosed):
            while True:
                await self._ws.get_message()
        assert self._ws.closed is not None
        return int(self._ws.closed.code)


def mensagem(id_: str, texto: str = "oi", **campos: Any) -> dict[str, Any]:
    return {"id": id_, "de": {"tipo": "codigo", "valor": "1"}, "em": 1_700_000_000_500, "conteudo": texto, **campos}


@asynccontextmanager
async def conectado(
    servidor: Servidor, token: str, nome: str = "teste", *, ola: bool = True, **campos: Any
) -> AsyncIterator[ConectorDeTeste]:
    url = servidor.url.replace("http", "ws", 1) + "/conectores/ws"
    async with websocket(url, [(b"Authorization", b"Bearer " + token.encode())], 2**25) as ws:
        conector = ConectorDeTeste(ws)
        if ola:
            await conector.mandar("ola", **({"versao": 1, "conector": nome} | campos))
            conector.ola = await conector.receber("bemvindo")
        yield conector


def token_de_conector(servidor: Servidor, empresa: Usuario) -> str:
    return servidor.token(empresa.empresa_id, "conector")


def chave_do_servidor() -> str:
    return chave_da_instalacao(SEGREDO)
