"""One connection of the plain WebSocket edge: what it sends is read here, and handed to the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from engine.errors import BalcaoError, Invalid, Unauthenticated
from web.gateway import Autenticar, Fechamento, Quadro, Recepcao, objeto, responder
from web.pedido.validacao import Dados, Esquema, parametros
from web.portaria.autenticacao import Autenticador
from web.portaria.visitante import PorteiroDoTempoReal, Visitante
from web.soquetes.recusas import FALHA, fechamento_de, recusar
from web.soquetes.saidas import CLIENTE_SAIU, MensagemAsgi, Send, saida_para

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[MensagemAsgi]]
Scope = MensagemAsgi
Ack = Annotated[int, Meta(ge=-(2**53), le=2**53)] | Annotated[str, Meta(max_length=128)] | None

_SO_TEXTO: Final = Fechamento(1003, "só quadros de texto, com JSON")
_GRANDE: Final = Fechamento(1009, "quadro grande demais")


class FormatoJson:
    """How the gateway's frames are spelled here: ``{"event","data","seq"?}`` and ``{"ack","data"}``."""

    __slots__ = ()

    def evento(self, nome: str, dados: str, seq: int | None) -> Quadro:
        fim = "" if seq is None else f',"seq":{seq}'
        return Quadro(f'{{"event":"{nome}","data":{dados}{fim}}}')

    def resposta(self, ack: int | str, dados: str) -> Quadro:
        return Quadro(f'{{"ack":{_codificar(ack).decode()},"data":{dados}}}')


class _QuadroRecebido(Struct):
    """A frame from a client."""

    event: str
    data: object = None
    ack: Ack = None


class _SoAck(Struct):
    """What is still read of a frame that is otherwise wrong, so that the error reaches whoever waits for it."""

    ack: Ack = None


class _Consulta(Dados, frozen=True, kw_only=True):
    """The query of the URL."""

    desde: Annotated[int, Meta(ge=0, le=2**53)] | None = None


_FORMATO: Final = FormatoJson()
_codificar = msgspec.json.Encoder().encode
_ler_quadro = msgspec.json.Decoder(_QuadroRecebido).decode
_ler_ack = msgspec.json.Decoder(_SoAck).decode
_consulta = Esquema(_Consulta, de_texto=True)
_autenticar = Esquema(Autenticar)
_NAO_DECODIFICA: Final = (msgspec.DecodeError, UnicodeError, RecursionError)


class BordaWebSocket:
    """The ASGI application for the ``websocket`` scope of ``/atendimento/ws``."""

    def __init__(self, recepcao: Recepcao, autenticador: Autenticador, porteiro: PorteiroDoTempoReal) -> None:
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._porteiro = porteiro

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        try:
            visitante = self._porteiro.receber(scope, _cabecalhos(scope))
            desde = _consulta.ler(parametros(scope["query_string"])).desde
            atendida = _Atendida(self._recepcao, self._autenticador, visitante, scope, receive, send)
        except BalcaoError as erro:
            self._recepcao.recusou(erro)
            await recusar(scope, send, erro)
        else:
            scope["headers"] = ()  # 2 KB that nobody reads again
            await atendida.atender(desde)


class _Atendida:
    """One connection, from its acceptance to its end. Raises Unavailable if it is one too many."""

    def __init__(
        self,
        recepcao: Recepcao,
        autenticador: Autenticador,
        visitante: Visitante,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        ajustes = recepcao.gateway.ajustes
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._visitante = visitante
        self._receive = receive
        self._send = send
        self._max_quadro = ajustes.max_quadro
        self._encerramento_s = ajustes.prazo_encerramento / 1000
        self._saida = saida_para(scope, send, ajustes)
        self._conexao = recepcao.chegou(_FORMATO, self._saida, visitante.endereco, visitante.quem)

    async def atender(self, desde: int | None) -> None:
        tarefas: set[asyncio.Task[None]] = set()
        lancar = self._recepcao.tarefas.lancar
        try:
            await self._send({"type": "websocket.accept"})
            tarefas.add(lancar("ws reading", self._ler(desde)))
            tarefas.add(lancar("ws writing", self._saida.escrever()))
            await asyncio.wait(tarefas, return_when=asyncio.FIRST_COMPLETED)
            if self._saida.fechamento is not None:  # our close goes out, and the client may answer it
                await asyncio.wait(tarefas, timeout=3 * self._encerramento_s)
        finally:
            self._saida.fechar(CLIENTE_SAIU)
            self._recepcao.saiu(self._conexao)
            self._recepcao.fechou(self._saida.fechamento or CLIENTE_SAIU)
            for tarefa in tarefas:
                tarefa.cancel()
            await asyncio.gather(*tarefas, return_exceptions=True)

    # -- reading -----------------------------------------------------------------------------------------------------

    async def _ler(self, desde: int | None) -> None:
        """Handle what the client sends, one frame after the other, until it is gone."""
        try:
            if self._visitante.token is not None:
                await self._identificar(self._visitante.token, desde, (), None)
            while True:
                mensagem = await self._receive()
                if mensagem["type"] == "websocket.disconnect":
                    return
                if self._saida.fechamento is None:
                    await self._receber(mensagem.get("text"))
        except Exception:
            self._saida.fechar(FALHA)
            raise

    async def _receber(self, texto: str | None) -> None:
        if texto is None:
            self._saida.fechar(_SO_TEXTO)
        elif len(texto) > self._max_quadro:
            self._saida.fechar(_GRANDE)
        else:
            await self._tratar(texto)

    async def _tratar(self, texto: str) -> None:
        conexao = self._conexao
        if conexao.plateia is None and not self._contou():
            return
        try:
            quadro = _ler_quadro(texto)
        except _NAO_DECODIFICA:
            ack = _ack_de(texto)
            if self._cabe(None, ack):
                problema = Invalid("quadro_invalido", 'Quadro inválido: deve ser {"event":"…","data":{…},"ack":1}')
                responder(conexao, None, ack, problema)
            return
        if not self._cabe(quadro.event, quadro.ack):
            return
        if quadro.event == "autenticar":
            await self._autenticar(quadro)
        elif conexao.plateia is None:
            problema_de_token = Unauthenticated("nao_autenticado", "Envie antes autenticar, com um token")
            responder(conexao, quadro.event, quadro.ack, problema_de_token)
        else:
            await self._recepcao.receber(conexao, quadro.event, quadro.data, quadro.ack)

    def _cabe(self, evento: str | None, ack: Ack) -> bool:
        """Whether it is not one frame too many of a user; a stranger's were counted before they were read."""
        return self._conexao.plateia is None or self._recepcao.ritmo.cabe(self._conexao, evento, ack)

    def _contou(self) -> bool:
        """What comes before a token counts for its address, as requests do; too much of it closes."""
        try:
            self._visitante.contar()
        except BalcaoError as erro:
            self._recepcao.recusou(erro)
            self._saida.fechar(fechamento_de(erro))
            return False
        return True

    async def _autenticar(self, quadro: _QuadroRecebido) -> None:
        try:
            pedido = _autenticar.ler(objeto(quadro.data))
        except Invalid as erro:
            responder(self._conexao, quadro.event, quadro.ack, erro)
        else:
            await self._identificar(pedido.token, pedido.desde, pedido.salas, quadro.ack)

    async def _identificar(self, token: str, desde: int | None, salas: tuple[str, ...], ack: Ack) -> None:
        """Let the client in, or close. A token that cannot renew a session leaves it as it is."""
        recepcao, conexao = self._recepcao, self._conexao
        entrava = conexao.plateia is None
        try:
            credencial = self._autenticador.autenticar(token)
            quem = credencial.na_api()
            if entrava:
                self._visitante.apresentar(quem)
            resposta = await recepcao.identificar(conexao, quem, credencial.expira_em, desde, salas)
        except BalcaoError as erro:
            if ack is not None or not entrava:
                responder(conexao, "autenticar", ack, erro)
            if entrava:
                recepcao.recusou(erro)
                self._saida.fechar(fechamento_de(erro))
        else:
            self._saida.identificar(credencial.quem.empresa_id)
            responder(conexao, "autenticar", ack, resposta)


def _cabecalhos(scope: Scope) -> dict[bytes, str]:
    return {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}


def _ack_de(texto: str) -> Ack:
    try:
        return _ler_ack(texto).ack
    except _NAO_DECODIFICA:
        return None
