"""``GET /metrics``: who may read it, and how it is made without holding anybody up."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from ipaddress import ip_network
from time import monotonic, monotonic_ns
from typing import Final

from prometheus_client import generate_latest

from engine.envios.situacao import CanaisDeUmTipo, TrabalhoNaFila
from engine.errors import BalcaoError, Forbidden
from engine.ports import Panorama
from engine.tarefas import Tarefas
from web.metricas._metricas import Metricas
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Baldes, Limitador

log = logging.getLogger(__name__)

TIPO_EXPOSICAO: Final = "text/plain; version=0.0.4; charset=utf-8"
POR_SEGUNDO: Final = 10
"""Readings in the long run, of all who may read together: a budget that no flood of others uses up."""
_PANORAMA_S: Final = 300.0
"""For how long what the database said of empresas at rest is good. They change here by being active, and then they
speak for themselves; only what another node does with them is noticed so late.
"""
_FILA_S: Final = 15.0
"""For how long what was read of the outbox is told: it is counted by the database."""
_LER_S: Final = 3.0
"""How long that reading may hold up an answer, which has other things to tell, of an outage among them."""
_ENCAMINHADOS: Final = (b"x-forwarded-for", b"forwarded", b"x-real-ip")

LerCanais = Callable[[], Awaitable[list[CanaisDeUmTipo]]]
LerFila = Callable[[], Awaitable[list[TrabalhoNaFila]]]
LerPanorama = Callable[[], Awaitable[Iterable[Panorama]]]


class Exposicao:
    """The text that Prometheus scrapes. Who asks while it is being made gets the same."""

    def __init__(
        self,
        metricas: Metricas,
        ler_panorama: LerPanorama,
        ler_fila: LerFila,
        ler_canais: LerCanais,
        tarefas: Tarefas,
    ) -> None:
        self._metricas = metricas
        self._tarefas = tarefas
        self._ler_panorama = ler_panorama
        self._ler_fila = ler_fila
        self._ler_canais = ler_canais
        self._fila_vale_ate = 0.0
        self._vale_ate = 0.0
        self._deixadas = 0
        self._em_curso: asyncio.Task[bytes] | None = None

    async def texto(self) -> bytes:
        if self._em_curso is None:
            self._em_curso = self._tarefas.lancar("text", self._fazer())
            self._em_curso.add_done_callback(self._terminou)
        return await asyncio.shield(self._em_curso)

    async def conhecer_empresas(self) -> None:
        """Read how every empresa stands, unless that is known. What cannot be read now stays as it was. An empresa that
        has left this node speaks for itself no more.
        """
        if monotonic() < self._vale_ate and self._deixadas == self._metricas.deixadas:
            return
        self._vale_ate = monotonic() + _PANORAMA_S
        self._deixadas = self._metricas.deixadas
        try:
            async with asyncio.timeout(_LER_S):
                self._metricas.conhecer(await self._ler_panorama())
        except (BalcaoError, TimeoutError) as erro:
            self._vale_ate = 0.0
            log.info("metrics of empresas that have done nothing since the start are not known: %s", erro)

    async def _conhecer_fila(self) -> None:
        """Read what waits to be sent, unless that was read a moment ago. What cannot be read now is not told."""
        if monotonic() < self._fila_vale_ate:
            return
        self._fila_vale_ate = monotonic() + _FILA_S
        try:
            async with asyncio.timeout(_LER_S):
                self._metricas.canais.na_fila = await self._ler_fila()
        except (BalcaoError, TimeoutError) as erro:
            self._metricas.canais.na_fila = []
            log.info("metrics of the outbox are not known: %s", erro)

    async def _conhecer_canais(self) -> None:
        """Read which canais have a connector. What cannot be read now is not told."""
        try:
            async with asyncio.timeout(_LER_S):
                self._metricas.canais.ligados = await self._ler_canais()
        except (BalcaoError, TimeoutError) as erro:
            self._metricas.canais.ligados = []
            log.info("metrics of channels are not known: %s", erro)

    async def _fazer(self) -> bytes:
        await asyncio.gather(self.conhecer_empresas(), self._conhecer_fila(), self._conhecer_canais())
        self._metricas.fotografar()
        return await asyncio.to_thread(generate_latest, self._metricas.registro)

    def _terminou(self, _: asyncio.Task[bytes]) -> None:
        self._em_curso = None


class AcessoAsMetricas:
    """Lets in who comes from a listed network, or has the token. The metrics tell of all empresas."""

    def __init__(
        self, redes: Sequence[str], token: str | None, enderecos: EnderecoDoCliente, limitador: Limitador
    ) -> None:
        self._redes = tuple(ip_network(rede) for rede in redes)
        self._token = None if token is None else token.encode()
        self._enderecos = enderecos
        self._limitador = limitador
        self._baldes = Baldes("metricas", POR_SEGUNDO)

    def exigir(self, cliente: tuple[str, int] | None, cabecalhos: Mapping[bytes, bytes]) -> None:
        """Raise Forbidden, or TooManyRequests."""
        if self._com_token(cabecalhos) or self._da_rede(cliente, cabecalhos):
            self._baldes.exigir("", monotonic_ns())
            return
        par = cliente[0] if cliente else ""
        self._limitador.anonimo(self._enderecos.chave(par, cabecalhos.get(b"x-forwarded-for"))).exigir()
        raise Forbidden(
            "metricas_restritas",
            "As métricas são de quem opera o servidor: inclua este endereço em METRICAS_REDES ou mande METRICAS_TOKEN",
        )

    def _com_token(self, cabecalhos: Mapping[bytes, bytes]) -> bool:
        esquema, _, token = cabecalhos.get(b"authorization", b"").partition(b" ")
        certo = self._token is not None and esquema.lower() == b"bearer"
        return certo and hmac.compare_digest(token.strip(), self._token or b"")

    def _da_rede(self, cliente: tuple[str, int] | None, cabecalhos: Mapping[bytes, bytes]) -> bool:
        """What a proxy passes on comes from somewhere else: unless that proxy is trusted and says it in the way that is
        read here, nobody knows where.
        """
        if cliente is None:  # no network is between us
            return True
        encaminhado = cabecalhos.get(b"x-forwarded-for")
        passado = any(nome in cabecalhos for nome in _ENCAMINHADOS)
        if passado and (encaminhado is None or not self._enderecos.confia(cliente[0])):
            return False
        endereco = self._enderecos.endereco(cliente[0], encaminhado)
        return endereco is not None and any(endereco in rede for rede in self._redes)
