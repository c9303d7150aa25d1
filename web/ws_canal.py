"""The way out of the plain WebSocket edge: how frames are spelled, and the queue and task that write them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

import msgspec

from web.gateway import LENTO, AjustesGateway, Fechamento, FilaDeSaida, Quadro

MensagemAsgi = MutableMapping[str, Any]
Send = Callable[[MensagemAsgi], Awaitable[None]]

_MOTIVO_BYTES: Final = 123
"""What fits beside the code in a close frame (RFC 6455 §5.5)."""

_codificar = msgspec.json.Encoder().encode


class FormatoJson:
    """``{"event","data","seq"?}`` and ``{"ack","data"}``."""

    __slots__ = ()

    def evento(self, nome: str, dados: str, seq: int | None) -> Quadro:
        fim = "" if seq is None else f',"seq":{seq}'
        return _quadro(f'{{"event":"{nome}","data":{dados}{fim}}}')

    def resposta(self, ack: int | str, dados: str) -> Quadro:
        return _quadro(f'{{"ack":{_codificar(ack).decode()},"data":{dados}}}')


def _quadro(texto: str) -> Quadro:
    return Quadro(texto, len(texto) if texto.isascii() else len(texto.encode()))


class Canal:
    """A bounded queue to one client. ``fechamento`` is None while it is open."""

    __slots__ = ("_espera", "_fila", "_prazo", "_send", "fechamento")

    def __init__(self, send: Send, ajustes: AjustesGateway) -> None:
        self._send = send
        self._fila = FilaDeSaida(ajustes.fila_quadros, ajustes.fila_bytes)
        self._espera = ajustes.prazo_encerramento / 1000
        self._prazo: asyncio.Timeout | None = None
        self.fechamento: Fechamento | None = None

    def enviar(self, quadro: Quadro) -> None:
        if self.fechamento is None and not self._fila.por(quadro):
            self._fila.descartar()
            self.fechar(LENTO)

    def fechar(self, fechamento: Fechamento) -> None:
        """Close once what waits is written, but soon: a stalled client must not hold it. The first reason counts."""
        if self.fechamento is not None:
            return
        self.fechamento = fechamento
        self._fila.acordar()
        if self._prazo is not None:
            self._prazo.reschedule(asyncio.get_running_loop().time() + self._espera)

    def folgada(self) -> bool:
        return self._fila.folgada()

    async def escoar(self) -> bool:
        await self._fila.escoar()
        return self.fechamento is None

    async def escrever(self) -> None:
        """Write frames at the client's speed until the connection closes; then say why."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as self._prazo:
                await self._escrever_fila()
        assert self.fechamento is not None
        motivo = self.fechamento.motivo.encode()[:_MOTIVO_BYTES].decode(errors="ignore")
        with suppress(TimeoutError):
            async with asyncio.timeout(self._espera):
                await self._send({"type": "websocket.close", "code": self.fechamento.codigo, "reason": motivo})

    async def _escrever_fila(self) -> None:
        fila, send = self._fila, self._send
        while True:
            quadro = fila.tirar()
            if quadro is not None:
                await send({"type": "websocket.send", "text": quadro.corpo})
            elif self.fechamento is not None:
                return
            else:
                await fila.esperar()
