"""One stay of a client in the namespace: from its CONNECT, or from waiting for it, to its leaving."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Protocol

from msgspec import Meta

from engine.errors import BalcaoError, Forbidden, Unauthenticated
from web.gateway import Autenticar, Fechamento, Quadro, Recepcao, objeto, responder
from web.pedido.campos import Uuid
from web.pedido.validacao import Dados, Esquema
from web.portaria.autenticacao import Autenticador
from web.portaria.visitante import Visitante
from web.resposta.erros import TooManyRequests
from web.socketio import _codec as codec
from web.soquetes.recusas import fechamento_de
from web.soquetes.saidas import CLIENTE_SAIU

SEM_VOLTA: Final = frozenset({4401, 4403})
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


class Caminho(Protocol):
    """What of the session its stay needs: the way out, which may change its carrier."""

    transporte: Transporte

    def fechar(self, fechamento: Fechamento) -> None: ...


class Soquete:
    """Implements :class:`web.gateway.Saida`. Once it has left, what is still said to it goes nowhere.

    Raises Unavailable if it is one connection too many.
    """

    __slots__ = (
        "_autenticador",
        "_caminho",
        "_conexao",
        "_flui",
        "_recepcao",
        "_saiu",
        "_sid",
        "_visitante",
        "dentro",
        "prazo",
    )

    def __init__(
        self, recepcao: Recepcao, autenticador: Autenticador, visitante: Visitante, sid: str, caminho: Caminho
    ) -> None:
        self.dentro = False
        """Whether the client was told that it is in."""
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._visitante = visitante
        self._sid = sid
        self._caminho = caminho
        self._saiu = False
        self._flui = False
        """Whether it is in, and has not left: what is said to it goes straight on."""
        self.prazo = asyncio.get_running_loop().time() + recepcao.gateway.ajustes.prazo_autenticacao / 1000
        """When it must be in (the loop's time)."""
        self._conexao = recepcao.chegou(codec.FORMATO, self, visitante.endereco, visitante.quem)

    @property
    def entrou(self) -> bool:
        """Whether it is in the namespace."""
        return self._conexao.plateia is not None

    def sair(self) -> None:
        """It leaves. Only the first time counts."""
        self._saiu = True
        self._flui = False
        self._recepcao.saiu(self._conexao)

    # -- the way out -------------------------------------------------------------------------------------------------

    def enviar(self, quadro: Quadro) -> None:
        if self._flui or self._comeca():
            self._caminho.transporte.enviar(quadro)

    def _comeca(self) -> bool:
        """The first thing that the gateway says is that the client is in; and nothing once it has left."""
        if self._saiu:
            return False
        self._flui = self.dentro = True
        self._transmitir(codec.entrou(self._sid))
        return True

    def _transmitir(self, quadro: Quadro) -> None:
        self._caminho.transporte.enviar(quadro)

    def fechar(self, fechamento: Fechamento) -> None:
        if not self._saiu:
            self._caminho.fechar(fechamento)

    def despedir(self, fechamento: Fechamento) -> None:
        """Say why it is closed, if it is in."""
        if self.dentro and fechamento is not CLIENTE_SAIU:
            sem_volta = fechamento.codigo in SEM_VOLTA
            self._transmitir(codec.SAIA if sem_volta else codec.fechamento(fechamento))

    def folgada(self) -> bool:
        return self._caminho.transporte.folgada()

    async def escoar(self) -> bool:
        return await self._caminho.transporte.escoar()

    # -- the way in --------------------------------------------------------------------------------------------------

    async def conectar(self, pedido: codec.Conectar) -> None:
        """Let it in, or refuse it. Raises PacoteInvalido if it is in already."""
        if pedido.namespace != codec.NAMESPACE:
            self._transmitir(
                codec.recusado(pedido.namespace, "namespace_desconhecido", f"Use o namespace {codec.NAMESPACE}")
            )
            return
        if self.entrou:
            raise codec.PacoteInvalido("the namespace was entered before")
        try:
            await self._entrar(pedido.auth)
        except BalcaoError as erro:
            self._nao_entrou(erro)

    async def evento(self, evento: codec.EventoDoCliente) -> None:
        """Handle an event. Raises PacoteInvalido if it is not in."""
        if not self.entrou:
            raise codec.PacoteInvalido("an event before the namespace was entered")
        if not self._recepcao.ritmo.cabe(self._conexao, evento.nome, evento.ack):
            return
        if evento.nome == "autenticar":
            await self._renovar(evento)
        else:
            await self._recepcao.receber(self._conexao, evento.nome, evento.dados, evento.ack)

    def _nao_entrou(self, erro: BalcaoError) -> None:
        """Refused, the client stays out until it is told to connect. Otherwise only its transport is closed, so that it
        comes back by itself.
        """
        self._recepcao.recusou(erro)
        fechamento = fechamento_de(erro)
        if fechamento.codigo in SEM_VOLTA or isinstance(erro, TooManyRequests):
            self._transmitir(codec.recusado(codec.NAMESPACE, erro.codigo, erro.message))
        self.fechar(fechamento)

    async def _entrar(self, dados: object) -> None:
        auth = _auth.ler(objeto(dados))
        token = auth.token or self._visitante.token
        if token is None:
            raise Unauthenticated("token_ausente", "Falta o token: io(url, {auth: {token}})")
        credencial = self._autenticador.autenticar(token)
        self._visitante.apresentar(credencial.na_api())
        resposta = await self._recepcao.identificar(
            self._conexao, credencial.quem, credencial.expira_em, auth.desde, auth.salas
        )
        recusadas = resposta.get("salasRecusadas")
        if recusadas:
            erro = Forbidden("salas_recusadas", f"Salas em que este usuário não entra: {recusadas}")
            responder(self._conexao, "connect", None, erro)

    async def _renovar(self, evento: codec.EventoDoCliente) -> None:
        try:
            pedido = _renovacao.ler(objeto(evento.dados))
            credencial = self._autenticador.autenticar(pedido.token)
            resposta = await self._recepcao.identificar(self._conexao, credencial.na_api(), credencial.expira_em)
        except BalcaoError as erro:
            responder(self._conexao, evento.nome, evento.ack, erro)
        else:
            responder(self._conexao, evento.nome, evento.ack, resposta)
