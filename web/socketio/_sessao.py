"""One client, from its handshake to its end, whatever carries it."""

from __future__ import annotations

import asyncio
import secrets
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Annotated, Final, Protocol

from msgspec import Meta

from engine.errors import BalcaoError, Forbidden, Unauthenticated
from web.autenticacao import Autenticador
from web.campos import Uuid
from web.canal import CLIENTE_SAIU
from web.gateway import Autenticar, Balde, Fechamento, Quadro, Recepcao, objeto
from web.handshake import fechamento_de
from web.socketio import _codec as codec
from web.socketio._ajustes import AjustesSocketIO
from web.validacao import Dados, Esquema

SEM_PULSO: Final = Fechamento(1001, "o cliente não responde")
PACOTE_INVALIDO: Final = Fechamento(1008, "pacote inválido")
_PACOTE_GRANDE: Final = Fechamento(1009, "pacote grande demais")
_SEM_VOLTA: Final = frozenset({4401, 4403})
"""The close codes after which the client must not come back by itself: it needs another token first."""


class Auth(Dados, frozen=True, kw_only=True):
    """The ``auth`` option of a client. Without ``token``, that of the Authorization header counts."""

    token: Annotated[str, Meta(max_length=8192)] | None = None
    desde: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    salas: tuple[Uuid, ...] = ()


_auth = Esquema(Auth)
_renovacao = Esquema(Autenticar)


class Transporte(Protocol):
    """What carries a session now: a WebSocket, or a queue that is polled."""

    fechamento: Fechamento | None

    def enviar(self, quadro: Quadro) -> None: ...
    def fechar(self, fechamento: Fechamento) -> None: ...
    def folgada(self) -> bool: ...
    async def escoar(self) -> bool: ...


class Sessao:
    """Implements :class:`web.gateway.Saida`. ``ao_acabar`` is called once, at its end.

    Raises Unavailable if it is one connection too many.
    """

    def __init__(
        self,
        recepcao: Recepcao,
        autenticador: Autenticador,
        ajustes: AjustesSocketIO,
        token: str | None,
        transporte: Transporte,
        ao_acabar: Callable[[Sessao], None],
    ) -> None:
        gateway = recepcao.gateway.ajustes
        self.sid = secrets.token_urlsafe(15)
        self.transporte = transporte
        self.acabada = False
        self.uma_por_vez = asyncio.Lock()
        """Held while what the client sent is handled, so that its packets keep their order over several POSTs."""
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._ajustes = ajustes
        self._token = token
        self._ao_acabar = ao_acabar
        self._dentro = False
        self._balde = Balde(gateway.quadros_por_segundo, gateway.rajada, asyncio.get_running_loop().time())
        self._max_quadro = gateway.max_quadro
        self._conexao = recepcao.chegou(codec.FORMATO, self)
        self._pulso: TimerHandle | None = None
        self._marcar_pulso()

    def abrir(self, *, sobe: bool) -> None:
        """Say the first word. ``sobe``: the client may move to a WebSocket."""
        ajustes = self._ajustes
        self.transporte.enviar(
            codec.aberto(
                self.sid, ping_ms=ajustes.ping, pong_ms=ajustes.pong, corpo_maximo=ajustes.corpo_maximo, sobe=sobe
            )
        )

    # -- the way out -------------------------------------------------------------------------------------------------

    def enviar(self, quadro: Quadro) -> None:
        if not self._dentro:  # the first thing the gateway says is that the client is in
            self._dentro = True
            self.transporte.enviar(codec.entrou(self.sid))
        self.transporte.enviar(quadro)

    def fechar(self, fechamento: Fechamento) -> None:
        if self.transporte.fechamento is not None:
            return
        if self._dentro and fechamento is not CLIENTE_SAIU:
            sem_volta = fechamento.codigo in _SEM_VOLTA
            self.transporte.enviar(codec.SAIA if sem_volta else codec.fechamento(fechamento))
        self.transporte.fechar(fechamento)
        if self._pulso is not None:  # should nobody come for what is left, it ends all the same
            self._pulso.cancel()
            laco = asyncio.get_running_loop()
            self._pulso = laco.call_later(self._ajustes.pong / 1000, self.acabar)

    def recusar(self, problema: codec.PacoteInvalido) -> None:
        """Close, because of what the client sent."""
        self.fechar(_PACOTE_GRANDE if isinstance(problema, codec.PacoteGrande) else PACOTE_INVALIDO)

    def folgada(self) -> bool:
        return self.transporte.folgada()

    async def escoar(self) -> bool:
        return await self.transporte.escoar()

    def acabar(self) -> None:
        """The client is gone, or was told to go."""
        if self.acabada:
            return
        self.acabada = True
        if self._pulso is not None:
            self._pulso.cancel()
        self.transporte.fechar(CLIENTE_SAIU)
        self._recepcao.saiu(self._conexao)
        self._ao_acabar(self)

    # -- the heartbeat -----------------------------------------------------------------------------------------------

    def _marcar_pulso(self) -> None:
        laco = asyncio.get_running_loop()
        self._pulso = laco.call_later(self._ajustes.ping / 1000, self._bater)

    def _bater(self) -> None:
        self.transporte.enviar(codec.PING)
        laco = asyncio.get_running_loop()
        self._pulso = laco.call_later(self._ajustes.pong / 1000, self._sem_pulso)

    def _sem_pulso(self) -> None:
        self.fechar(SEM_PULSO)
        self.acabar()

    def _bateu(self) -> None:
        if self._pulso is not None and not self.acabada:
            self._pulso.cancel()
            self._marcar_pulso()

    # -- the way in --------------------------------------------------------------------------------------------------

    async def receber(self, texto: str) -> None:
        """Handle one packet of the client. Raises PacoteInvalido; the connection is then to be closed."""
        if len(texto) > self._max_quadro:
            raise codec.PacoteGrande("packet too large")
        espera = self._balde.tomar(asyncio.get_running_loop().time())
        if espera > 0:  # it sends too much: it is read more slowly
            await asyncio.sleep(espera)
        entrada = codec.ler(texto)
        match entrada:
            case codec.Evento():
                await self._evento(entrada)
            case codec.Pong():
                self._bateu()
            case codec.Conectar():
                await self._conectar(entrada)
            case codec.Desconectar() | codec.Fechar():
                self.fechar(CLIENTE_SAIU)
            case codec.Nada():
                pass
            case _:
                raise codec.PacoteInvalido("not now")

    async def _evento(self, evento: codec.Evento) -> None:
        if self._conexao.plateia is None:
            raise codec.PacoteInvalido("an event before the namespace was entered")
        if evento.nome == "autenticar":
            await self._renovar(evento)
        else:
            await self._recepcao.receber(self._conexao, evento.nome, evento.dados, evento.ack)

    async def _conectar(self, pedido: codec.Conectar) -> None:
        if pedido.namespace != codec.NAMESPACE:
            self.transporte.enviar(
                codec.recusado(pedido.namespace, "namespace_desconhecido", f"Use o namespace {codec.NAMESPACE}")
            )
            return
        if self._conexao.plateia is not None:
            raise codec.PacoteInvalido("the namespace was entered before")
        try:
            await self._entrar(pedido.auth)
        except BalcaoError as erro:
            self._nao_entrou(erro)

    def _nao_entrou(self, erro: BalcaoError) -> None:
        """Refused, the client stays out until it is told to connect. Otherwise only its transport is closed, so that it
        comes back by itself.
        """
        fechamento = fechamento_de(erro)
        if fechamento.codigo in _SEM_VOLTA:
            self.transporte.enviar(codec.recusado(codec.NAMESPACE, erro.codigo, erro.message))
        self.fechar(fechamento)

    async def _entrar(self, dados: object) -> None:
        auth = _auth.ler(objeto(dados))
        token = auth.token or self._token
        if token is None:
            raise Unauthenticated("token_ausente", "Falta o token: io(url, {auth: {token}})")
        sessao = self._autenticador.autenticar(token)
        resposta = await self._recepcao.identificar(
            self._conexao, sessao.quem, sessao.expira_em, auth.desde, auth.salas
        )
        recusadas = resposta.get("salasRecusadas")
        if recusadas:
            erro = Forbidden("salas_recusadas", f"Salas em que este usuário não entra: {recusadas}")
            self._recepcao.responder(self._conexao, "connect", None, erro)

    async def _renovar(self, evento: codec.Evento) -> None:
        try:
            pedido = _renovacao.ler(objeto(evento.dados))
            sessao = self._autenticador.autenticar(pedido.token)
            resposta = await self._recepcao.identificar(self._conexao, sessao.quem, sessao.expira_em)
        except BalcaoError as erro:
            self._recepcao.responder(self._conexao, evento.nome, evento.ack, erro)
        else:
            self._recepcao.responder(self._conexao, evento.nome, evento.ack, resposta)
