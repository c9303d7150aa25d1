"""The ways out to one WebSocket client, the same for every edge that speaks WebSocket.

:class:`CanalDireto` writes ready frames straight to the connection's transport, which costs a fifth of what ASGI's
``send`` does and knows how far behind its reader is, in bytes. It needs a server that offers itself in the scope
(``balcao/conexao.py``); behind any other, and on HTTP/2, frames go by :class:`CanalAsgi`, through a queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Final, Protocol

from web.gateway import LENTO, AjustesGateway, Fechamento, FilaDeSaida, Quadro, Saida

MensagemAsgi = MutableMapping[str, Any]
Send = Callable[[MensagemAsgi], Awaitable[None]]

ESCRITA: Final = "balcao.escrita"
"""The key of ``scope["state"]`` under which the server offers its :class:`Escrita`."""
_MOTIVO_BYTES: Final = 123
"""What fits beside the code in a close frame (RFC 6455 §5.5)."""


class Escrita(Protocol):
    """A connection that takes bytes as they are. What is written in one turn of the loop leaves in one piece."""

    def escrever(self, dados: bytes) -> None:
        """Never blocks."""
        ...

    def pendentes(self) -> int:
        """Bytes that the kernel has not taken yet."""
        ...

    async def escoar(self) -> None:
        """Wait until little is pending. Raises ConnectionError when the client is gone."""
        ...

    def abortar(self) -> None:
        """Drop the connection, with all that is pending."""
        ...


class Canal(Saida, Protocol):
    """A way out, and the work that closes it in the end. ``fechamento`` is None while it is open."""

    fechamento: Fechamento | None

    async def escrever(self) -> None:
        """Write until it is closed, and say why."""
        ...


def canal_para(scope: Mapping[str, Any], send: Send, ajustes: AjustesGateway) -> Canal:
    """The fastest way out to the client of this connection."""
    escrita = (scope.get("state") or {}).get(ESCRITA)
    if escrita is None or scope.get("http_version") != "1.1":
        return CanalAsgi(send, ajustes)
    return CanalDireto(send, escrita, ajustes)


class CanalDireto:
    """Frames go into the transport at once. Behind by more than the bounds, in frames or bytes, the client is cut."""

    __slots__ = (
        "_escrita",
        "_espera",
        "_fechar",
        "_limite_bytes",
        "_limite_quadros",
        "_quadros",
        "_send",
        "fechamento",
    )

    def __init__(self, send: Send, escrita: Escrita, ajustes: AjustesGateway) -> None:
        self._send = send
        self._escrita = escrita
        self._espera = ajustes.prazo_encerramento / 1000
        self._limite_bytes = ajustes.fila_bytes
        self._limite_quadros = ajustes.fila_quadros
        self._quadros = 0
        self._fechar = asyncio.Event()
        self.fechamento: Fechamento | None = None

    def enviar(self, quadro: Quadro) -> None:
        if self.fechamento is not None:
            return
        pendentes = self._escrita.pendentes()
        if not pendentes:
            self._quadros = 0
        self._quadros += 1
        if pendentes and (pendentes + quadro.tamanho > self._limite_bytes or self._quadros > self._limite_quadros):
            self.fechar(LENTO)
        else:
            self._escrita.escrever(quadro.pronto)

    def fechar(self, fechamento: Fechamento) -> None:
        """Close once what is pending has left, but soon: a stalled client must not hold it. The first reason counts."""
        if self.fechamento is None:
            self.fechamento = fechamento
            self._fechar.set()

    def folgada(self) -> bool:
        return self._escrita.pendentes() * 2 < self._limite_bytes and self._quadros * 2 < self._limite_quadros

    async def escoar(self) -> bool:
        with suppress(ConnectionError):
            await self._escrita.escoar()
        if not self._escrita.pendentes():
            self._quadros = 0
        return self.fechamento is None

    async def escrever(self) -> None:
        await self._fechar.wait()
        assert self.fechamento is not None
        try:
            async with asyncio.timeout(self._espera):
                await self._send(_despedida(self.fechamento))
        except TimeoutError:
            self._escrita.abortar()


class CanalAsgi:
    """A bounded queue to one client, written by a task through ASGI."""

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
        with suppress(TimeoutError):
            async with asyncio.timeout(self._espera):
                await self._send(_despedida(self.fechamento))

    async def _escrever_fila(self) -> None:
        fila, send = self._fila, self._send
        while True:
            quadro = fila.tirar()
            if quadro is not None:
                await send({"type": "websocket.send", "text": quadro.texto})
            elif self.fechamento is not None:
                return
            else:
                await fila.esperar()


def _despedida(fechamento: Fechamento) -> MensagemAsgi:
    motivo = fechamento.motivo.encode()[:_MOTIVO_BYTES].decode(errors="ignore")
    return {"type": "websocket.close", "code": fechamento.codigo, "reason": motivo}
