"""A webhook to another system, as the host serves it: jobs ``entregar_webhook`` of a canal of type ``webhook``."""

from __future__ import annotations

from typing import Final, Literal

import httpx2
import msgspec
import trio

from connectors.base import Motor
from connectors.cliente import ClienteDoHospedeiro
from connectors.webhook._conector import ConectorWebhook
from engine.conector.ganchos import SegredosDoGancho
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Resultado, Trabalho
from engine.conector.webhooks_de_saida import Entrega, ResultadoDaEntrega
from engine.envios.entregas import DESATIVAR
from engine.ports import Clock
from engine.tempo import SystemClock

AO_MESMO_TEMPO: Final = 8
"""Deliveries to one receiver that are under way at once: one that is slow is not overrun, and does not take the
connections that others need.
"""
DE_TODOS: Final = trio.CapacityLimiter(160)
"""Deliveries to all of them; the client has a few connections more."""


class ConectorGancho:
    """Implements :class:`connectors.base.Conector`."""

    def __init__(
        self,
        canal: CanalDoConector,
        motor: Motor,  # noqa: ARG002  # nothing comes in
        http: httpx2.AsyncClient,
        relogio: Clock | None = None,
    ) -> None:
        """What is called is only ever outside: by the client that knows of no house, where ``http`` has one. Raises
        TypeError where ``http`` is not guarded.
        """
        de_fora = http.de_fora if isinstance(http, ClienteDoHospedeiro) else http
        self._relogio = relogio or SystemClock()
        self._conector = ConectorWebhook(de_fora, self._relogio)
        self._segredos = msgspec.convert(canal.segredos, SegredosDoGancho)
        self._vagas = trio.CapacityLimiter(AO_MESMO_TEMPO)

    async def servir(self) -> None:
        """Nothing comes in by it."""

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """Deliver, once."""
        if trabalho.entrega is None or not trabalho.entrega.corpo:
            return _resultado(trabalho, _sem_nada("O evento já não está guardado"), "final")
        segredos = self._segredos
        if not segredos.url or not segredos.segredo:
            return _resultado(trabalho, _sem_nada("O webhook perdeu o endereço ou o segredo; cadastre-os de novo"))
        async with self._vagas, DE_TODOS:
            entrega = Entrega(
                id=trabalho.id,
                url=segredos.url,
                corpo=trabalho.entrega.corpo.encode(),
                segredos=segredos.que_assinam(self._relogio.now()),
            )
            return _resultado(trabalho, await self._conector.fazer(entrega))

    async def testar(self) -> list[str]:
        """A test is a delivery like any other (``POST …/testar``)."""
        return []


def _sem_nada(erro: str) -> ResultadoDaEntrega:
    return ResultadoDaEntrega(situacao="tentar", duracao_ms=0, codigo="sem_dados", erro=erro)


def _resultado(
    trabalho: Trabalho, feito: ResultadoDaEntrega, classe: Literal["tentar", "final"] = "tentar"
) -> Resultado:
    if feito.situacao == "entregue":
        return Resultado(
            id=trabalho.id,
            tentativa=trabalho.tentativa,
            desfecho="entregue",
            status=feito.status,
            duracao_ms=feito.duracao_ms,
            resposta=feito.resposta,
        )
    return Resultado(
        id=trabalho.id,
        tentativa=trabalho.tentativa,
        desfecho="falhou",
        classe=classe,
        codigo=DESATIVAR if feito.situacao == "desativar" else feito.codigo,
        erro=feito.erro,
        tentar_em_ms=feito.tentar_em_ms,
        status=feito.status,
        duracao_ms=feito.duracao_ms,
        resposta=feito.resposta,
    )
