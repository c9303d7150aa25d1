"""The ways out to one WebSocket client, the same for every edge that speaks WebSocket.

:class:`SaidaDireta` writes ready frames straight to the connection's transport, which costs a fifth of what ASGI's
``send`` does and knows how far behind its reader is, in bytes. It needs a server that offers itself in the scope
(``balcao/porta/conexao.py``); behind any other, frames go by :class:`SaidaAsgi`, through a queue.
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
CLIENTE_SAIU: Final = Fechamento(1000, "")
ADIANTADOS: Final = 131_072
"""Bytes that the transport may hold for a reader: enough for a burst, little enough for a close to come soon after."""
ULTIMAS_PALAVRAS_S: Final = 10.0
"""How long a client may take to read what was written before its connection closed."""
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
        """Wait until little is pending. Raises OSError when the client is gone."""
        ...

    def abortar(self) -> None:
        """Drop the connection, with all that is pending."""
        ...

    def identificar(self, empresa_id: str) -> None:
        """Its client is no stranger any more, but of this empresa."""
        ...


class SaidaWebSocket(Saida, Protocol):
    """A way out, and the work that closes it in the end. ``fechamento`` is None while it is open."""

    fechamento: Fechamento | None

    def identificar(self, empresa_id: str) -> None:
        """Its client has shown a valid token of this empresa."""
        ...

    async def escrever(self) -> None:
        """Write until it is closed, and say why."""
        ...


def saida_para(scope: Mapping[str, Any], send: Send, ajustes: AjustesGateway) -> SaidaWebSocket:
    """The fastest way out to the client of this connection."""
    escrita = (scope.get("state") or {}).get(ESCRITA)
    return SaidaAsgi(send, ajustes) if escrita is None else SaidaDireta(send, escrita, ajustes)


def identificar(scope: Mapping[str, Any], empresa_id: str) -> None:
    """Tell the server, if it cares, that the client of this connection has shown a valid token of this empresa."""
    escrita = (scope.get("state") or {}).get(ESCRITA)
    if escrita is not None:
        escrita.identificar(empresa_id)


class SaidaDireta:
    """Frames go into the transport at once while its reader keeps up; else they wait in a bounded queue, which a reader
    that is cut loses, so that its close is not behind all it missed.
    """

    __slots__ = ("_atrasado", "_encerramento_s", "_escrita", "_fila", "_prazo", "_send", "fechamento")

    def __init__(self, send: Send, escrita: Escrita, ajustes: AjustesGateway) -> None:
        self._send = send
        self._escrita = escrita
        self._encerramento_s = ajustes.prazo_encerramento / 1000
        self._fila = FilaDeSaida(ajustes.fila_quadros, ajustes.fila_bytes)
        self._atrasado = False
        self._prazo: asyncio.Timeout | None = None
        self.fechamento: Fechamento | None = None

    def enviar(self, quadro: Quadro) -> None:
        if self.fechamento is not None:
            return
        if not self._atrasado and self._escrita.pendentes() < ADIANTADOS:
            self._escrita.escrever(quadro.pronto)
        elif self._fila.por(quadro):
            self._atrasado = True
        else:
            self._fila.descartar()
            self.fechar(LENTO)

    def fechar(self, fechamento: Fechamento) -> None:
        """Close once what is pending has left, but soon: a stalled client must not hold it. The first reason counts."""
        if self.fechamento is not None:
            return
        self.fechamento = fechamento
        self._fila.acordar()
        if self._prazo is not None:
            self._prazo.reschedule(0)

    def identificar(self, empresa_id: str) -> None:
        self._escrita.identificar(empresa_id)

    def folgada(self) -> bool:
        return self._fila.folgada()

    async def escoar(self) -> bool:
        await self._fila.escoar()
        return self.fechamento is None

    async def escrever(self) -> None:
        """Write what waits, at the client's speed, until the connection closes; then the rest, and why."""
        with suppress(OSError):  # the client is gone; or (TimeoutError) the connection closes
            async with asyncio.timeout(None) as self._prazo:
                await self._escrever_fila()
        self.fechamento = self.fechamento or CLIENTE_SAIU
        self._passar(None)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._encerramento_s):
                await self._send(_despedida(self.fechamento))
        if self._escrita.pendentes():
            asyncio.get_running_loop().call_later(ULTIMAS_PALAVRAS_S, self._escrita.abortar)

    async def _escrever_fila(self) -> None:
        while self.fechamento is None:
            await self._fila.esperar()
            await self._escrita.escoar()
            self._passar(ADIANTADOS)

    def _passar(self, ate: int | None) -> None:
        """Have the transport take what waits, while it holds less than ``ate`` bytes."""
        while ate is None or self._escrita.pendentes() < ate:
            quadro = self._fila.tirar()
            if quadro is None:
                self._atrasado = False
                return
            self._escrita.escrever(quadro.pronto)


class SaidaAsgi:
    """A bounded queue to one client, written by a task through ASGI."""

    __slots__ = ("_encerramento_s", "_fila", "_prazo", "_send", "fechamento")

    def __init__(self, send: Send, ajustes: AjustesGateway) -> None:
        self._send = send
        self._fila = FilaDeSaida(ajustes.fila_quadros, ajustes.fila_bytes)
        self._encerramento_s = ajustes.prazo_encerramento / 1000
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
            self._prazo.reschedule(asyncio.get_running_loop().time() + self._encerramento_s)

    def identificar(self, empresa_id: str) -> None:
        """Whoever serves it does not ask."""

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
            async with asyncio.timeout(self._encerramento_s):
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
