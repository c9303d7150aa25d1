"""The ASGI application of ``/conectores/ws``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import time
from typing import Final

from engine.errors import BalcaoError
from web.conectores._casa import Casa
from web.conectores._credencial import CredencialDeConector, Reconhecimento
from web.conectores._sessao import BATIDA_MS, Sessao
from web.gateway import AjustesGateway, Fechamento
from web.portaria.visitante import PorteiroDoTempoReal, token_de
from web.soquetes.recusas import recusar
from web.soquetes.saidas import CLIENTE_SAIU, MensagemAsgi, SaidaWebSocket, Send, saida_para

log = logging.getLogger(__name__)

CAMINHO: Final = "/conectores/ws"
QUADRO_MAXIMO: Final = 1_048_576
"""Characters of one frame of a connector."""
SEM_SINAL: Final = Fechamento(4408, "sem batida há tempo demais; conecte de novo")
REINICIO: Final = Fechamento(1012, "servidor reiniciando; conecte de novo")
EXPIRADO: Final = Fechamento(4401, "o token expirou; conecte com outro")
_SO_TEXTO: Final = Fechamento(1003, "só quadros de texto, com JSON")
_FALHA: Final = Fechamento(1011, "erro interno; conecte de novo")
_SAIDAS: Final = AjustesGateway(fila_quadros=4_096, fila_bytes=12_582_912)
"""Half of it, and one job on top, which may hold a webhook of 4 MB: jobs that a connector is too slow for wait
elsewhere (:class:`~web.conectores._remessa.Remessa`).
"""

Receive = Callable[[], Awaitable[MensagemAsgi]]
Scope = MensagemAsgi


class BordaConectores:
    """A connector shows its token with the handshake: nobody else is heard at all."""

    def __init__(self, casa: Casa, reconhecimento: Reconhecimento, porteiro: PorteiroDoTempoReal) -> None:
        self._casa = casa
        self._reconhecimento = reconhecimento
        self._porteiro = porteiro
        self._abertas: set[SaidaWebSocket] = set()
        casa.vigia.ao_parar.add(self.encerrar)

    def __len__(self) -> int:
        """Connectors that are here."""
        return len(self._abertas)

    def encerrar(self) -> None:
        """The server stops: connectors are told, and come back."""
        for saida in list(self._abertas):
            saida.fechar(REINICIO)

    async def parar(self) -> None:
        self.encerrar()
        await self._casa.tarefas.parar()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        cabecalhos = {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}
        try:
            self._porteiro.ver(scope, cabecalhos).chegar()
            credencial = self._reconhecimento.reconhecer(token_de(cabecalhos))
            if credencial.quem is not None:
                await self._casa.guarda.exigir(credencial.quem)
        except BalcaoError as erro:
            await recusar(scope, send, erro)
            return
        await self._atender(scope, receive, send, credencial)

    async def _atender(
        self, scope: Scope, receive: Receive, send: Send, credencial: CredencialDeConector
    ) -> None:  # fmt: skip
        saida = saida_para(scope, send, _SAIDAS)
        saida.identificar("" if credencial.quem is None else credencial.quem.empresa_id)
        sessao = Sessao(self._casa, credencial, saida)
        self._abertas.add(saida)
        lancar = self._casa.tarefas.lancar
        tarefas: set[asyncio.Task[None]] = set()
        prazo = None
        try:
            await send({"type": "websocket.accept"})
            if credencial.expira_em is not None:
                resta = max(0.0, credencial.expira_em / 1000 - time())
                prazo = asyncio.get_running_loop().call_later(resta, saida.fechar, EXPIRADO)
            tarefas = {lancar("reading", _ler(sessao, saida, receive)), lancar("writing", saida.escrever())}
            await asyncio.wait(tarefas, return_when=asyncio.FIRST_COMPLETED)
            if saida.fechamento is not None:
                await asyncio.wait(tarefas, timeout=3 * _SAIDAS.prazo_encerramento / 1000)
        finally:
            if prazo is not None:
                prazo.cancel()
            saida.fechar(CLIENTE_SAIU)
            self._abertas.discard(saida)
            for tarefa in tarefas:
                tarefa.cancel()
            await asyncio.gather(*tarefas, return_exceptions=True)
            await sessao.encerrar()


async def _ler(sessao: Sessao, saida: SaidaWebSocket, receive: Receive) -> None:
    """Handle what a connector sends, one frame after the other, until it is gone, or silent for too long."""
    try:
        while saida.fechamento is None:
            try:
                async with asyncio.timeout(3 * BATIDA_MS / 1000):
                    mensagem = await receive()
            except TimeoutError:
                saida.fechar(SEM_SINAL)
                return
            if mensagem["type"] == "websocket.disconnect":
                return
            texto = mensagem.get("text")
            if texto is None:
                saida.fechar(_SO_TEXTO)
            else:
                await sessao.receber(texto)
    except Exception:
        saida.fechar(_FALHA)
        raise
