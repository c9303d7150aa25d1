"""A session carried by a WebSocket: from the start, or moved to one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from web.canal import Canal, MensagemAsgi
from web.gateway import Fechamento
from web.socketio import _codec as codec
from web.socketio._fila_polling import FilaPolling
from web.socketio._sessao import CLIENTE_SAIU, PACOTE_INVALIDO, Sessao

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[MensagemAsgi]]

_FALHA: Final = Fechamento(1011, "erro interno; conecte de novo e retome com desde")


class PorWebSocket:
    """One WebSocket, from its acceptance to its end."""

    def __init__(self, receive: Receive, canal: Canal, espera: float) -> None:
        """``espera``: seconds that the client has to answer our close."""
        self._receive = receive
        self._canal = canal
        self._espera = espera

    async def atender(self, sessao: Sessao) -> None:
        """Serve a session that begins here."""
        await self._enquanto(sessao, self._ler(sessao))

    async def subir(self, sessao: Sessao, fila: FilaPolling, prazo_s: float) -> None:
        """Try this WebSocket out, and have the session move to it when the client says so. If it does not, the session
        goes on by polling.
        """
        tarefa = asyncio.ensure_future(self._canal.escrever())
        try:
            async with asyncio.timeout(prazo_s):
                subiu = await self._provar(fila)
        except TimeoutError:
            subiu = False
        if not subiu or sessao.acabada or fila.fechamento is not None:
            self._canal.fechar(CLIENTE_SAIU)
            await asyncio.wait({tarefa}, timeout=2 * self._espera)
            tarefa.cancel()
            await asyncio.gather(tarefa, return_exceptions=True)
            return
        sessao.transporte = self._canal
        for quadro in fila.restantes():
            self._canal.enviar(quadro)
        await self._enquanto(sessao, self._ler(sessao), tarefa)

    async def _provar(self, fila: FilaPolling) -> bool:
        """``2probe`` → ``3probe``, the pending GET is let go, ``5``."""
        if (texto := await self._texto()) is None or codec.ler(texto) != codec.Ping(sonda=True):
            return False
        self._canal.enviar(codec.PONG_DA_SONDA)
        fila.soltar()
        texto = await self._texto()
        return texto is not None and codec.ler(texto) == codec.Subir()

    async def _enquanto(
        self, sessao: Sessao, leitura: Awaitable[None], escrita: asyncio.Future[None] | None = None
    ) -> None:
        tarefas = {asyncio.ensure_future(leitura), escrita or asyncio.ensure_future(self._canal.escrever())}
        try:
            await asyncio.wait(tarefas, return_when=asyncio.FIRST_COMPLETED)
            if self._canal.fechamento is not None:  # our close goes out, and the client may answer it
                await asyncio.wait(tarefas, timeout=3 * self._espera)
        finally:
            sessao.acabar()
            for tarefa in tarefas:
                tarefa.cancel()
            for fim in await asyncio.gather(*tarefas, return_exceptions=True):
                if isinstance(fim, Exception):
                    log.error("crash in a connection", exc_info=fim)

    async def _ler(self, sessao: Sessao) -> None:
        """Handle what the client sends, one packet after the other, until it is gone."""
        try:
            while (texto := await self._texto()) is not None:
                if self._canal.fechamento is None:
                    async with sessao.uma_por_vez:
                        await sessao.receber(texto)
        except codec.PacoteInvalido:
            sessao.fechar(PACOTE_INVALIDO)
        except Exception:
            sessao.fechar(_FALHA)
            raise

    async def _texto(self) -> str | None:
        """The next packet; None when the client is gone. Raises PacoteInvalido for a binary one."""
        mensagem: dict[str, Any] = dict(await self._receive())
        if mensagem["type"] == "websocket.disconnect":
            return None
        texto = mensagem.get("text")
        if not isinstance(texto, str):
            raise codec.PacoteInvalido("binary data")
        return texto
