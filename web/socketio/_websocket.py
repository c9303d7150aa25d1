"""A session carried by a WebSocket: from the start, or moved to one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from engine.tarefas import Tarefas
from web.gateway import Fechamento
from web.socketio import _codec as codec
from web.socketio._fila_polling import FilaPolling
from web.socketio._sessao import Sessao
from web.soquetes.recusas import FALHA
from web.soquetes.saidas import CLIENTE_SAIU, MensagemAsgi, SaidaWebSocket

TEM_OUTRO: Final = Fechamento(1008, "esta sessão já tem um WebSocket")

Receive = Callable[[], Awaitable[MensagemAsgi]]


class PorWebSocket:
    """One WebSocket, from its acceptance to its end."""

    def __init__(self, receive: Receive, saida: SaidaWebSocket, tarefas: Tarefas, espera: float) -> None:
        """``espera``: seconds that the client has to answer our close."""
        self._tarefas = tarefas
        self._receive = receive
        self._saida = saida
        self._espera = espera

    async def atender(self, sessao: Sessao) -> None:
        """Serve a session that begins here."""
        await self._enquanto(sessao, self._ler(sessao))

    async def subir(self, sessao: Sessao, fila: FilaPolling, prazo_s: float) -> None:
        """Try this WebSocket out, and have the session move to it when the client says so. If it does not, the session
        goes on by polling.
        """
        tarefa = self._escrevendo()
        sessao.candidato = self._saida
        try:
            provou = await self._provou(fila, tarefa, prazo_s)
        finally:
            sessao.candidato = None
        if provou and sessao.transporte is fila:
            sessao.transporte = self._saida
            fila.decidir()
            for quadro in fila.restantes():
                self._saida.enviar(quadro)
            if fila.fechamento is not None:  # it was closed meanwhile: the client asks here now, to be told
                self._saida.fechar(fila.fechamento)
            await self._enquanto(sessao, self._ler(sessao), tarefa)
            return
        fila.decidir()
        await self._despedir(tarefa, CLIENTE_SAIU)

    async def dispensar(self) -> None:
        """Close: the session that this WebSocket is for has another."""
        await self._despedir(self._escrevendo(), TEM_OUTRO)

    def _escrevendo(self) -> asyncio.Task[None]:
        return self._tarefas.lancar("sio writing", self._saida.escrever())

    async def _provou(self, fila: FilaPolling, escrita: asyncio.Task[None], prazo_s: float) -> bool:
        """Whether the client means to move. It does not when ``escrita`` ends first: the session is over."""
        prova = self._tarefas.lancar("sio probe", self._provar(fila), esperados=(codec.PacoteInvalido,))
        try:
            tarefas: tuple[asyncio.Task[Any], ...] = (prova, escrita)
            await asyncio.wait(tarefas, timeout=prazo_s, return_when=asyncio.FIRST_COMPLETED)
            return prova.done() and prova.result()
        except codec.PacoteInvalido:
            return False
        finally:
            prova.cancel()
            await asyncio.gather(prova, return_exceptions=True)

    async def _provar(self, fila: FilaPolling) -> bool:
        """``2probe`` → ``3probe``, the pending GET is let go, ``5``."""
        if (texto := await self._texto()) is None or codec.ler(texto) != codec.Ping(sonda=True):
            return False
        self._saida.enviar(codec.PONG_DA_SONDA)
        fila.soltar()
        texto = await self._texto()
        return texto is not None and codec.ler(texto) == codec.Subir()

    async def _enquanto(
        self, sessao: Sessao, leitura: Coroutine[Any, Any, None], escrita: asyncio.Task[None] | None = None
    ) -> None:
        tarefas = {self._tarefas.lancar("sio reading", leitura), escrita or self._escrevendo()}
        try:
            await asyncio.wait(tarefas, return_when=asyncio.FIRST_COMPLETED)
            if self._saida.fechamento is not None:  # our close goes out, and the client may answer it
                await asyncio.wait(tarefas, timeout=3 * self._espera)
        finally:
            sessao.acabar()
            for tarefa in tarefas:
                tarefa.cancel()
            await asyncio.gather(*tarefas, return_exceptions=True)

    async def _ler(self, sessao: Sessao) -> None:
        """Handle what the client sends, one packet after the other, until it is gone."""
        try:
            while (mensagem := await self._receive())["type"] != "websocket.disconnect":
                if self._saida.fechamento is None:  # else it is read and dropped: its reader must come to our close
                    await self._tratar(sessao, mensagem)
        except Exception:
            sessao.fechar(FALHA)
            raise

    async def _tratar(self, sessao: Sessao, mensagem: MensagemAsgi) -> None:
        try:
            async with sessao.uma_por_vez:
                await sessao.receber(_texto_de(mensagem))
            if sessao.quem is not None:
                self._saida.identificar(sessao.quem.empresa_id)
        except codec.PacoteInvalido as problema:
            sessao.recusar(problema)

    async def _texto(self) -> str | None:
        """The next packet; None when the client is gone. Raises PacoteInvalido for a binary one."""
        mensagem = await self._receive()
        return None if mensagem["type"] == "websocket.disconnect" else _texto_de(mensagem)

    async def _despedir(self, escrita: asyncio.Task[None], fechamento: Fechamento) -> None:
        """Close, and read what still comes until the client has answered, but not for long."""
        self._saida.fechar(fechamento)
        tarefas = {escrita, self._tarefas.lancar("sio end", self._descartar())}
        await asyncio.wait(tarefas, timeout=2 * self._espera)
        for tarefa in tarefas:
            tarefa.cancel()
        await asyncio.gather(*tarefas, return_exceptions=True)

    async def _descartar(self) -> None:
        while (await self._receive())["type"] != "websocket.disconnect":
            pass


def _texto_de(mensagem: MensagemAsgi) -> str:
    texto = mensagem.get("text")
    if not isinstance(texto, str):
        raise codec.PacoteInvalido("binary data")
    return texto
