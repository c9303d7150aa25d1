"""One client of Engine.IO, from its handshake to its end, whatever carries it."""

from __future__ import annotations

import asyncio
import secrets
from asyncio import TimerHandle
from collections.abc import Callable
from time import monotonic_ns
from typing import Final

from engine.balde import SEGUNDO, Balde, taxa
from engine.errors import BalcaoError, Unavailable
from engine.modelo import Quem
from web.gateway import SEM_VAGA, Fechamento, Recepcao
from web.portaria.autenticacao import Autenticador
from web.portaria.visitante import Visitante
from web.socketio import _codec as codec
from web.socketio._ajustes import AjustesSocketIO
from web.socketio._soquete import Soquete, Transporte
from web.soquetes.recusas import fechamento_de
from web.soquetes.saidas import CLIENTE_SAIU

SEM_PULSO: Final = Fechamento(1001, "o cliente não responde")
PACOTE_INVALIDO: Final = Fechamento(1008, "pacote inválido")
_PACOTE_GRANDE: Final = Fechamento(1009, "pacote grande demais")


class Sessao:
    """``ao_acabar`` is called once, at its end.

    Raises Unavailable if it is one connection too many.
    """

    def __init__(
        self,
        recepcao: Recepcao,
        autenticador: Autenticador,
        ajustes: AjustesSocketIO,
        visitante: Visitante,
        transporte: Transporte,
        ao_acabar: Callable[[Sessao], None],
    ) -> None:
        gateway = recepcao.gateway.ajustes
        self.sid = secrets.token_urlsafe(15)
        self.visitante = visitante
        self.transporte = transporte
        self.candidato: Transporte | None = None
        """The WebSocket that it may move to."""
        self.acabada = False
        self.recebendo = False
        """Whether a POST is being served. Set by who serves it."""
        self.uma_por_vez = asyncio.Lock()
        """Held while what the client sent is handled, so that its packets keep their order when it moves."""
        self._recepcao = recepcao
        self._autenticador = autenticador
        self._ajustes = ajustes
        self._ao_acabar = ao_acabar
        self._balde = Balde(taxa(gateway.quadros_por_segundo, gateway.rajada))
        self._max_quadro = gateway.max_quadro
        self._soquete = self._novo_soquete()
        self._pulso: TimerHandle | None = None
        self._marcar_pulso()

    def _novo_soquete(self) -> Soquete:
        return Soquete(self._recepcao, self._autenticador, self.visitante, self.sid, self)

    @property
    def quem(self) -> Quem | None:
        """Who its client is, once it has shown a valid token."""
        return self.visitante.quem

    def abrir(self, *, sobe: bool) -> None:
        """Say the first word. ``sobe``: the client may move to a WebSocket."""
        ajustes = self._ajustes
        self.transporte.enviar(
            codec.aberto(
                self.sid, ping_ms=ajustes.ping, pong_ms=ajustes.pong, corpo_maximo=ajustes.corpo_maximo, sobe=sobe
            )
        )

    # -- the way out -------------------------------------------------------------------------------------------------

    def fechar(self, fechamento: Fechamento) -> None:
        """Close, once the client has been told why. Should it not come for that, it ends all the same."""
        if self.transporte.fechamento is not None:
            return
        self._soquete.despedir(fechamento)
        self.transporte.fechar(fechamento)
        if self._pulso is not None:
            self._pulso.cancel()
            laco = asyncio.get_running_loop()
            self._pulso = laco.call_later(self._espera_do_fim(fechamento, laco.time()), self.acabar)

    def _espera_do_fim(self, fechamento: Fechamento, agora: float) -> float:
        """Seconds that the client may take to hear the last of it: outside, no longer than it may stay there."""
        pong = self._ajustes.pong / 1000
        if self._soquete.dentro:
            return pong
        return 0.0 if fechamento is SEM_VAGA else min(pong, max(0.0, self._soquete.prazo - agora))

    def recusar(self, problema: codec.PacoteInvalido) -> None:
        """Close, because of what the client sent."""
        self.fechar(_PACOTE_GRANDE if isinstance(problema, codec.PacoteGrande) else PACOTE_INVALIDO)

    def acabar(self) -> None:
        """The client is gone, or was told to go."""
        if self.acabada:
            return
        self.acabada = True
        if self._pulso is not None:
            self._pulso.cancel()
        self.transporte.fechar(CLIENTE_SAIU)
        self._recepcao.fechou(self.transporte.fechamento or CLIENTE_SAIU)
        if self.candidato is not None:
            self.candidato.fechar(CLIENTE_SAIU)
        self._soquete.sair()
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
        espera = self._balde.reservar(monotonic_ns())
        if espera:  # it sends too much: it is read more slowly
            await asyncio.sleep(espera / SEGUNDO)
        if not self._soquete.entrou and not self._contou():
            return
        entrada = codec.ler(texto)
        match entrada:
            case codec.EventoDoCliente():
                await self._soquete.evento(entrada)
            case codec.Pong():
                self._bateu()
            case codec.Conectar():
                await self._soquete.conectar(entrada)
            case codec.Desconectar():
                self._sair_do_namespace()
            case codec.Fechar():
                self.fechar(CLIENTE_SAIU)
            case codec.Nada():
                pass
            case _:
                raise codec.PacoteInvalido("not now")

    def _contou(self) -> bool:
        """What comes from outside of the namespace counts as requests do; too much of it closes."""
        try:
            self.visitante.contar()
        except BalcaoError as erro:
            self._recepcao.recusou(erro)
            self.fechar(fechamento_de(erro))
            return False
        return True

    def _sair_do_namespace(self) -> None:
        """The client goes on outside, where it may connect again, in the time that everybody has for it."""
        if not self._soquete.entrou:
            raise codec.PacoteInvalido("the namespace was not entered")
        self._soquete.sair()
        try:
            self._soquete = self._novo_soquete()
        except Unavailable as erro:
            self._recepcao.recusou(erro)
            self.fechar(CLIENTE_SAIU)
