"""What is counted as it happens, in a registry of our own.

The mission's five are fed by committed events, so what is counted is what happened. The engine's own figures are read
from the dispatcher and the journal when somebody scrapes, never written on the hot path.
"""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, Info, ProcessCollector

from engine.distribuicao.estimativa import Erro
from engine.eventos import MensagemStatus, NovaMensagem, TicketCriado
from engine.modelo import Direcao, EventoRow, TipoMensagem
from engine.ports import Panorama
from engine.versao import VERSAO
from web.metricas._ao_vivo import AoVivo, JournalVisto, NoVisto
from web.metricas._canais import MetricasDeCanais
from web.metricas._pedidos import Pedidos
from web.metricas._rotulos import PorRotulos

EMPRESAS_MAXIMO: Final = 2_000
"""Empresas whose counters are time series of their own; the others share one, since each costs memory for ever. (How
many tickets are open and who is online is read when somebody scrapes, and told of each.)
"""
OUTRAS: Final = "outras"
SEM_CANAL: Final = "api"
"""The label of a ticket that came by no canal, or by one that is not there any more."""

_RESPOSTA_S: Final = (5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200, 86_400)
_GRAVACAO_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_TURNOS: Final = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)
_ESPERA_S: Final = (5, 15, 30, 60, 120, 300, 600, 1800, 3600)
_ATRASO_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
_MEDIR_A_CADA_S: Final = 0.25


class _Ticket(Struct, rename="camel"):
    canal_id: str | None = None


class _Criado(Struct):
    ticket: _Ticket


class _Mensagem(Struct):
    tipo: TipoMensagem
    direcao: Direcao


class _Mudancas(Struct):
    """``status``: a channel sends it, and will tell how far it gets; ``enviada``: its provider has it now."""

    segundos: tuple[None, float] | None = msgspec.field(name="tempoPrimeiraRespostaSegundos", default=None)
    status: tuple[str | None, str] | None = msgspec.field(name="statusEntrega", default=None)
    enviada: tuple[None, TipoMensagem] | None = None


_ler_criado = msgspec.json.Decoder(_Criado).decode
_ler_mensagem = msgspec.json.Decoder(_Mensagem).decode
_ler_mudancas = msgspec.json.Decoder(_Mudancas).decode
_SEM_MUDANCAS: Final = _Mudancas()


class Metricas:
    """Implements :class:`engine.ports.EventSink` and :class:`engine.ports.JournalObserver`. ``deixadas`` counts the
    empresas that have left this node.
    """

    def __init__(self) -> None:
        self._no: NoVisto | None = None
        self._ao_vivo: AoVivo | None = None
        self.registro = registro = CollectorRegistry()
        empresa = ["empresa_id"]
        self._criados = PorRotulos(
            Counter("tickets_criados_total", "Total de tickets criados", [*empresa, "canal"], registry=registro)
        )
        self._resposta = PorRotulos(
            Histogram(
                "tempo_primeira_resposta_segundos",
                "Segundos da abertura do ticket, ou da reabertura, à primeira resposta de uma pessoa",
                empresa,
                buckets=_RESPOSTA_S,
                registry=registro,
            )
        )
        self._enviadas = PorRotulos(
            Counter("mensagens_enviadas_total", "Total de mensagens enviadas", [*empresa, "tipo"], registry=registro)
        )
        self._turnos = Histogram(
            "balcao_journal_batch_turns", "Turns per journal transaction", buckets=_TURNOS, registry=registro
        )
        self._gravacao = Histogram(
            "balcao_commit_seconds", "Seconds per journal transaction", buckets=_GRAVACAO_S, registry=registro
        )
        self._atraso = Histogram(
            "balcao_loop_lag_seconds", "How late the event loop runs a timer", buckets=_ATRASO_S, registry=registro
        )
        self._reinicios = Counter(
            "balcao_postgres_reinicios_total",
            "Times the embedded PostgreSQL died and was started again",
            registry=registro,
        )
        self.canais = MetricasDeCanais(registro)
        self.pedidos = Pedidos()
        registro.register(self.pedidos)
        ProcessCollector(registry=registro)
        GCCollector(registry=registro)
        Info("balcao", "What runs", registry=registro).info({
            "version": VERSAO, "python": platform.python_version()
        })  # fmt: skip
        self._recusadas = Counter(
            "balcao_conexoes_recusadas_total",
            "Connections that have no place: too many of an address, an empresa, of all, or no descriptor left",
            ["motivo"],
            registry=registro,
        )
        for motivo in ("endereco", "empresa", "lotacao", "descritores"):
            self._recusadas.labels(motivo)
        self._simulacoes = Counter(
            "balcao_simulations_total",
            "Simulations of policies that the API was asked for: done, too long, or failed",
            ["fim"],
            registry=registro,
        )
        for fim in ("feita", "longa", "falhou"):
            self._simulacoes.labels(fim)
        self._espera_errou = Histogram(
            "balcao_espera_estimada_erro_segundos",
            "How far the wait of a ticket was from the P50 that was told of it, in seconds",
            buckets=_ESPERA_S,
            registry=registro,
        )
        self._esperas = Counter(
            "balcao_espera_estimada_total",
            "Waits of which an estimate was told: no longer than its P90, or longer",
            ["p90"],
            registry=registro,
        )
        for p90 in ("dentro", "fora"):
            self._esperas.labels(p90)
        self._empresas: set[str] = set()
        self.deixadas = 0
        self._tratar: dict[str, Callable[[EventoRow, str], None]] = {
            TicketCriado.tipo: self._ticket_criado,
            NovaMensagem.tipo: self._nova_mensagem,
            MensagemStatus.tipo: self._mensagem_status,
        }

    def observar(self, no: NoVisto, journal: JournalVisto, invariantes: Callable[[], Mapping[str, int]] = dict) -> None:
        """Read these at every scrape. Called once. ``invariantes``: how many things were found amiss, by invariant."""
        self._no = no
        self._ao_vivo = AoVivo(no, journal, invariantes)
        self.registro.register(self._ao_vivo)

    def medir(self, nome: str, texto: str, valores: Mapping[str, Callable[[], float]]) -> None:
        """Read these at every scrape: a gauge with the label ``kind``."""
        medidor = Gauge(nome, texto, ["kind"], registry=self.registro)
        for qual, ler in valores.items():
            medidor.labels(qual).set_function(ler)

    def fotografar(self) -> None:
        """Note what is read of the actors, from the loop's thread; the text may be made in another."""
        if self._ao_vivo is not None:
            self._ao_vivo.fotografar()

    def conhecer(self, panorama: Iterable[Panorama]) -> None:
        """Have series of these empresas, also of those that have done nothing here. Replaces what was known before."""
        vistas = list(panorama)
        for vista in vistas:
            empresa = self._rotulo(vista.empresa_id)
            self._criados(empresa, SEM_CANAL)
            self._enviadas(empresa, "texto")
            self._resposta(empresa)
        if self._ao_vivo is not None:
            self._ao_vivo.em_repouso = {vista.empresa_id: vista for vista in vistas}

    def postgres_reiniciado(self) -> None:
        """The embedded PostgreSQL had died and runs again. From any thread."""
        self._reinicios.inc()

    def conexao_recusada(self, motivo: str) -> None:
        """There was no room for a connection."""
        self._recusadas.labels(motivo).inc()

    def simulacao(self, fim: str) -> None:
        """One has ended so."""
        self._simulacoes.labels(fim).inc()

    def espera_errou(self, erro: Erro) -> None:
        """A ticket was given of which an estimated wait was told."""
        self._espera_errou.observe(abs(erro.ms) / 1000)
        self._esperas.labels("dentro" if erro.dentro_do_p90 else "fora").inc()

    async def medir_atraso(self) -> None:
        """Measure the lag of the event loop until cancelled."""
        while True:
            antes = time.perf_counter()
            await asyncio.sleep(_MEDIR_A_CADA_S)
            self._atraso.observe(max(0.0, time.perf_counter() - antes - _MEDIR_A_CADA_S))

    # -- the journal's observer --------------------------------------------------------------------------------------

    def batch(self, turns: int, rows: int, seconds: float) -> None:  # noqa: ARG002  # the observer's interface
        self._turnos.observe(turns)
        self._gravacao.observe(seconds)

    # -- the event sink ------------------------------------------------------------------------------------------------

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        for evento in eventos:
            tratar = self._tratar.get(evento.tipo)
            if tratar is not None:
                tratar(evento, self._rotulo(evento.empresa_id))

    def dropped(self, empresa_id: str) -> None:
        """Counters only grow: what the empresa did here stays counted. How it stands is another node's to say, or the
        database's, if nobody has it.
        """
        self.deixadas += 1
        if self._ao_vivo is not None:
            self._ao_vivo.esquecer(empresa_id)

    def _ticket_criado(self, evento: EventoRow, empresa: str) -> None:
        self._criados(empresa, self._canal(evento)).inc()

    def _canal(self, evento: EventoRow) -> str:
        """The kind of canal that a ticket came by."""
        canal_id = _ler_criado(evento.dados).ticket.canal_id
        diretorio = None if canal_id is None or self._no is None else self._no.diretorio(evento.empresa_id)
        return SEM_CANAL if canal_id is None or diretorio is None else diretorio.tipo_do_canal(canal_id) or SEM_CANAL

    def _nova_mensagem(self, evento: EventoRow, empresa: str) -> None:
        """One that a channel sends counts when its provider has it."""
        mensagem = _ler_mensagem(evento.dados)
        mudancas = _SEM_MUDANCAS if evento.mudancas is None else _ler_mudancas(evento.mudancas)
        if mensagem.direcao == "enviada" and mudancas.status is None:
            self._enviadas(empresa, mensagem.tipo).inc()
        if mudancas.segundos is not None:
            self._resposta(empresa).observe(mudancas.segundos[1])

    def _mensagem_status(self, evento: EventoRow, empresa: str) -> None:
        enviada = None if evento.mudancas is None else _ler_mudancas(evento.mudancas).enviada
        if enviada is not None:
            self._enviadas(empresa, enviada[1]).inc()

    def _rotulo(self, empresa_id: str) -> str:
        if empresa_id in self._empresas:
            return empresa_id
        if len(self._empresas) >= EMPRESAS_MAXIMO:
            return OUTRAS
        self._empresas.add(empresa_id)
        return empresa_id
