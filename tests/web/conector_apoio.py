"""A connector, played by a test: it speaks the frames of :mod:`engine.conector.protocolo` by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from tests.servidor import Servidor

ESPERA_S = 30


class ConectorDeTeste:
    def __init__(self, ws: WebSocketConnection) -> None:
        self._ws = ws
        self._ouvidos: list[dict[str, Any]] = []

    async def dizer(self, tipo: str, **campos: Any) -> None:
        await self._ws.send_message(json.dumps({"tipo": tipo} | campos))

    async def ouvir(self, tipo: str) -> dict[str, Any]:
        """The next frame of this kind; those of others stay to be heard."""
        with trio.fail_after(ESPERA_S):
            while True:
                quadro = next((um for um in self._ouvidos if um["tipo"] == tipo), None)
                if quadro is not None:
                    self._ouvidos.remove(quadro)
                    return quadro
                self._ouvidos.append(json.loads(await self._ws.get_message()))

    async def assinar(self, canal_id: str, credito: int = 10) -> None:
        """Take jobs of a canal. (What is said before it is refused would come after this answer.)"""
        await self.dizer("assinar", canalId=canal_id, credito=credito)
        await self.dizer("batida")
        await self.ouvir("batida")

    async def trabalho(self) -> dict[str, Any]:
        return await self.ouvir("trabalho")

    async def resultado(self, trabalho: dict[str, Any], desfecho: str, **campos: Any) -> None:
        """Say what became of a job, and wait until that is durable."""
        await self.dizer("resultado", id=trabalho["id"], tentativa=trabalho["tentativa"], desfecho=desfecho, **campos)
        assert (await self.ouvir("anotado")).get("ok", True)

    async def matar(self, quantos: int) -> list[str]:
        """Have the next jobs fail for good; gives their ids."""
        mortos = []
        for _ in range(quantos):
            trabalho = await self.trabalho()
            await self.resultado(trabalho, "falhou", classe="final", codigo="131026", erro="Não tem WhatsApp")
            mortos.append(trabalho["id"])
        return mortos


@asynccontextmanager
async def conector(servidor: Servidor, empresa_id: str, nome: str = "teste") -> AsyncIterator[ConectorDeTeste]:
    """One that is in, and knows the canais of the empresa."""
    url = servidor.url.replace("http", "ws", 1) + "/conectores/ws"
    cabecalhos = [(b"Authorization", b"Bearer " + servidor.token(empresa_id, "conector").encode())]
    async with open_websocket_url(url, extra_headers=cabecalhos) as ws:
        este = ConectorDeTeste(ws)
        await este.dizer("ola", versao=1, conector=nome)
        await este.ouvir("bemvindo")
        yield este
