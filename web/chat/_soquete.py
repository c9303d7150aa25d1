"""``WS /webchat/ws``: the first frame shows the visitor's session; what follows is small, for messages go by POST."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from engine.errors import BalcaoError, Forbidden, Invalid, NotFound, Unauthenticated
from engine.vistas import json_text
from web.chat._ajustes import QUADRO_MAXIMO, SAIDAS
from web.chat._casa import Casa
from web.chat._entradas import APERTO, AUTENTICAR, LIDA, NADA, Quadro, ler_quadro
from web.chat._origens import exigir_origem
from web.chat._presenca import Presenca
from web.chat._sessoes import canal_do_token
from web.gateway import Fechamento
from web.gateway import Quadro as Pronto
from web.pedido.validacao import parametros
from web.resposta.erros import TooManyRequests
from web.soquetes.recusas import FALHA, fechamento_de, recusar
from web.soquetes.saidas import CLIENTE_SAIU, MensagemAsgi, Send, saida_para

SEM_SESSAO: Final = Fechamento(4401, "nenhuma sessão chegou a tempo")
REINICIO: Final = Fechamento(1012, "servidor reiniciando; conecte de novo")
INSISTENTE: Final = Fechamento(1013, "quadros demais; espere e conecte de novo")
_SO_TEXTO: Final = Fechamento(1003, "só quadros de texto, com JSON")
_GRANDE: Final = Fechamento(1009, "quadro grande demais")

Receive = Callable[[], Awaitable[MensagemAsgi]]
Scope = MensagemAsgi


class BordaDoSoquete:
    def __init__(self, casa: Casa) -> None:
        self._casa = casa

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        cabecalhos = {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}
        try:
            visitante = self._casa.porteiro.ver(scope, cabecalhos)
            visitante.chegar()
            await self._olhar_origem(scope, cabecalhos)
            atendido = Atendido(self._casa, cabecalhos, scope, receive, send)
            self._casa.lugares.chegou(atendido, visitante.endereco)
        except BalcaoError as erro:
            await recusar(scope, send, erro)
        else:
            scope["headers"] = ()
            await atendido.atender()

    async def _olhar_origem(self, scope: Scope, cabecalhos: dict[bytes, str]) -> None:
        """Where the address says for which canal it comes, a foreign page is not even let in. (Else the session says
        it, and the page is looked at then.)
        """
        canal_id = APERTO.ler(parametros(scope["query_string"])).canal
        if canal_id is not None:
            canal = await self._casa.canais.de(canal_id)
            exigir_origem(cabecalhos, canal.origens, self._casa.nossa_origem)


class Atendido:
    """One connection, from its acceptance to its end. Implements :class:`web.chat._lugares.Soquete`."""

    def __init__(
        self, casa: Casa, cabecalhos: dict[bytes, str], scope: Scope, receive: Receive, send: Send
    ) -> None:  # fmt: skip
        self._casa = casa
        self._cabecalhos = cabecalhos
        self._receive = receive
        self._send = send
        self._saida = saida_para(scope, send, SAIDAS)
        self._presenca: Presenca | None = None
        self._tarefas: set[asyncio.Task[None]] = set()

    def fechar(self, fechamento: Fechamento) -> None:
        self._saida.fechar(fechamento)

    async def atender(self) -> None:
        encerramento_s = SAIDAS.prazo_encerramento / 1000
        try:
            await self._send({"type": "websocket.accept"})
            fim = {self._lancar("reading", self._ler()), self._lancar("writing", self._saida.escrever())}
            await asyncio.wait(fim, return_when=asyncio.FIRST_COMPLETED)
            if self._saida.fechamento is not None:  # our close goes out, and the client may answer it
                await asyncio.wait(fim, timeout=3 * encerramento_s)
        finally:
            self._saida.fechar(CLIENTE_SAIU)
            self._casa.lugares.saiu(self)
            if self._presenca is not None:
                self._casa.conversas.saiu(self._presenca)
            for tarefa in self._tarefas:
                tarefa.cancel()
            await asyncio.gather(*self._tarefas, return_exceptions=True)

    def _lancar(self, nome: str, trabalho: Any) -> asyncio.Task[None]:
        tarefa: asyncio.Task[None] = self._casa.tarefas.lancar(nome, trabalho)
        self._tarefas.add(tarefa)
        return tarefa

    # -- reading -------------------------------------------------------------------------------------------------------

    async def _ler(self) -> None:
        prazo_s = self._casa.ajustes.prazo_autenticacao / 1000
        alarme = asyncio.get_running_loop().call_later(prazo_s, self._sem_sessao)
        try:
            while True:
                mensagem = await self._receive()
                if mensagem["type"] == "websocket.disconnect":
                    return
                if self._saida.fechamento is None:
                    await self._receber(mensagem.get("text"))
        except Exception:
            self._saida.fechar(FALHA)
            raise
        finally:
            alarme.cancel()

    def _sem_sessao(self) -> None:
        if self._presenca is None:
            self._saida.fechar(SEM_SESSAO)

    async def _receber(self, texto: str | None) -> None:
        if texto is None:
            self._saida.fechar(_SO_TEXTO)
        elif len(texto) > QUADRO_MAXIMO:
            self._saida.fechar(_GRANDE)
        elif self._presenca is None:
            await self._apresentar(texto)
        else:
            await self._tratar(self._presenca, texto)

    async def _apresentar(self, texto: str) -> None:
        """Whatever is wrong with the first frame is the end."""
        try:
            quadro = ler_quadro(texto)
            if quadro.event != "autenticar":
                raise Unauthenticated("nao_autenticado", "Mande antes autenticar, com o token da conversa")
            self._presenca = await self._entrar(quadro)
        except BalcaoError as erro:
            self._recusar(erro, None)
            self._saida.fechar(_fechamento_de(erro))
        else:
            self._lancar("presence", self._presenca.correr())
            self._responder(quadro.ack, {"ok": True})

    async def _entrar(self, quadro: Quadro) -> Presenca:
        casa = self._casa
        pedido = AUTENTICAR.ler(quadro.data)
        canal_id = canal_do_token(pedido.token)
        if canal_id is None or pedido.canal not in {None, canal_id}:
            raise Unauthenticated("sessao_invalida", "Este token não é de uma conversa deste canal")
        canal = await casa.canais.de(canal_id)
        origem = exigir_origem(self._cabecalhos, canal.origens, casa.nossa_origem)
        sessao = casa.atendimento.sessoes.ler(pedido.token, canal_id, origem)
        presenca = Presenca(
            casa.atendimento, casa.conversas, casa.gateway, canal, sessao, self._saida, pedido.cursor
        )  # fmt: skip
        casa.lugares.apresentou(self, canal_id, sessao.id)
        return presenca

    async def _tratar(self, presenca: Presenca, texto: str) -> None:
        ack: int | None = None
        try:
            self._casa.limites.quadro(presenca.sessao_id)
            quadro = ler_quadro(texto)
            ack = quadro.ack
            await self._fazer(presenca, quadro)
        except TooManyRequests:
            self._saida.fechar(INSISTENTE)
        except BalcaoError as erro:
            self._recusar(erro, ack)
        else:
            self._responder(ack, {"ok": True})

    @staticmethod
    async def _fazer(presenca: Presenca, quadro: Quadro) -> None:
        if quadro.event == "digitando":
            NADA.ler(quadro.data)
            presenca.escreve()
        elif quadro.event == "lida":
            await presenca.leu(LIDA.ler(quadro.data).cursor)
        else:
            raise Invalid("evento_desconhecido", "Evento desconhecido; os que existem: digitando, lida")

    def _recusar(self, erro: BalcaoError, ack: int | None) -> None:
        dados = {"ok": False, "codigo": erro.codigo, "message": erro.message}
        if ack is None:
            self._saida.enviar(Pronto(f'{{"event":"erro","data":{json_text(dados)}}}'))
        else:
            self._responder(ack, dados)

    def _responder(self, ack: int | None, dados: object) -> None:
        if ack is not None:
            self._saida.enviar(Pronto(f'{{"ack":{ack},"data":{json_text(dados)}}}'))


def _fechamento_de(erro: BalcaoError) -> Fechamento:
    """4401 asks for another session; 4403 for nothing: it would be refused again."""
    if isinstance(erro, Invalid):
        return Fechamento(4400, erro.message)
    if isinstance(erro, NotFound | Forbidden):
        return Fechamento(4403, erro.message)
    return fechamento_de(erro)
