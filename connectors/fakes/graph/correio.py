"""The webhooks of one number: signed, and sent again until they are answered 200, as Meta does."""

from __future__ import annotations

from collections import deque
from random import Random
from typing import Any, Final

import httpx2
import trio
from msgspec import Struct

from connectors.fakes.graph.entradas import em_bytes, estados
from connectors.fakes.graph.modelo import Comportamento, NumeroFalso
from engine.conector.assinaturas import assinatura_whatsapp

_A_UM_TEMPO: Final = 8
_FILA_MAXIMA: Final = 500_000
_LOTE_MAXIMO: Final = 1_000


class Carta(Struct, frozen=True):
    """What is to go: a body, or one status that may go with others. ``assinatura`` None: the right one."""

    corpo: bytes | None = None
    status: dict[str, Any] | None = None
    assinatura: str | None = None
    tentativas: int | None = None


class Correio:
    """Carries what it is given to the number's address. ``entregues`` and ``perdidas`` count webhooks."""

    def __init__(
        self, numero: NumeroFalso, comportamento: Comportamento, http: httpx2.AsyncClient, acaso: Random
    ) -> None:
        self.numero = numero
        self._comportamento = comportamento
        self._http = http
        self._acaso = acaso
        self._fila: deque[Carta] = deque()
        self._ociosos = trio.lowlevel.ParkingLot()
        self._vazio = trio.lowlevel.ParkingLot()
        self._grupo: trio.Nursery | None = None
        self._em_maos = 0
        self.entregues = 0
        self.perdidas = 0
        self.respostas: deque[int] = deque(maxlen=1_000)
        """The last answers (HTTP); 0 is none."""

    async def servir(self) -> None:
        """Carry, until cancelled."""
        async with trio.open_nursery() as grupo:
            self._grupo = grupo
            for _ in range(_A_UM_TEMPO):
                grupo.start_soon(self._carteiro)

    def por(self, carta: Carta) -> None:
        """Raises OverflowError: nobody takes what is here already."""
        if len(self._fila) >= _FILA_MAXIMA:
            raise OverflowError("the fake's webhooks are not being taken")
        self._fila.append(carta)
        self._ociosos.unpark()

    def por_status(self, status: dict[str, Any]) -> None:
        """A status, unless it is to be omitted, or has nowhere to go."""
        if self.numero.webhook is None or self._acaso.random() < self._comportamento.omitir:
            return
        if self._comportamento.demora_de_status_s and self._grupo is not None:
            self._em_maos += 1
            self._grupo.start_soon(self._por_mais_tarde, status)
        else:
            self.por(Carta(status=status))

    async def _por_mais_tarde(self, status: dict[str, Any]) -> None:
        await trio.sleep(self._comportamento.demora_de_status_s)
        self._em_maos -= 1
        self.por(Carta(status=status))

    @property
    def pendentes(self) -> int:
        """What was not taken yet."""
        return len(self._fila) + self._em_maos

    async def esvaziado(self) -> None:
        """Wait until all was taken (or given up)."""
        while self.pendentes:
            await self._vazio.park()

    async def _carteiro(self) -> None:
        while True:
            while not self._fila:
                await self._ociosos.park()
            carta = self._tirar()
            self._em_maos += 1
            try:
                await self._levar(carta)
            finally:
                self._em_maos -= 1
                if not self.pendentes:
                    self._vazio.unpark_all()

    def _tirar(self) -> Carta:
        """The next thing; statuses that wait go together, as many as may."""
        if self._comportamento.embaralhar:
            self._fila.rotate(self._acaso.randrange(len(self._fila)))
        carta = self._fila.popleft()
        if carta.status is None:
            return carta
        juntos = [carta.status]
        lote = min(self._comportamento.lote, _LOTE_MAXIMO)
        while len(juntos) < lote and self._fila and (outro := self._fila[0].status) is not None:
            juntos.append(outro)
            self._fila.popleft()
        return Carta(em_bytes(estados(self.numero, juntos)))

    async def _levar(self, carta: Carta) -> None:
        if self.numero.webhook is None:
            return
        for vez in range(carta.tentativas or self._comportamento.tentativas):
            if await self.levar_uma_vez(carta) == 200:
                self.entregues += 1
                if self._acaso.random() < self._comportamento.duplicar:
                    await self.levar_uma_vez(carta)
                return
            await trio.sleep(min(self._comportamento.espera_s * 2**vez, self._comportamento.espera_maxima_s))
        self.perdidas += 1

    async def levar_uma_vez(self, carta: Carta) -> int:
        """What it was answered (HTTP); 0: nothing."""
        corpo = carta.corpo or b""
        assinatura = carta.assinatura or assinatura_whatsapp(corpo, self.numero.app_secret)
        cabecalhos = {"content-type": "application/json", "x-hub-signature-256": assinatura}
        try:
            resposta = await self._http.post(self.numero.webhook or "", content=corpo, headers=cabecalhos)
        except httpx2.TransportError:
            self.respostas.append(0)
            return 0
        self.respostas.append(resposta.status_code)
        return resposta.status_code

    async def verificar(self, desafio: str = "1158201444") -> bool:
        """Ask, as Meta does when the address is written down, whether it is ours."""
        consulta = {"hub.mode": "subscribe", "hub.challenge": desafio, "hub.verify_token": self.numero.verify_token}
        try:
            resposta = await self._http.get(self.numero.webhook or "", params=consulta)
        except httpx2.TransportError:
            return False
        return resposta.status_code == 200 and resposta.text == desafio
