"""What channels do: jobs that wait, what became of those that were handed out, webhooks, and the connectors that are
here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from engine.conector.trabalhos import Resultado
from engine.envios.situacao import NA_FILA_CONTADOS, CanaisDeUmTipo, TrabalhoNaFila

_ATE_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class MetricasDeCanais(Collector):
    """Implements :class:`web.conectores.ObservadorDeConectores` and :class:`web.webhooks.ObservadorDeWebhooks`.

    ``na_fila`` is what was read last of what waits, ``ligados`` of the canais; ``conectores`` says how many are here.
    """

    def __init__(self, registro: CollectorRegistry) -> None:
        self._respostas: Counter[tuple[str, str]] = Counter()
        self._webhooks: Counter[str] = Counter()
        self._tempo = Histogram(
            "balcao_webhook_seconds", "From a webhook to its answer, once it is kept", buckets=_ATE_S, registry=registro
        )
        self.na_fila: list[TrabalhoNaFila] = []
        self.ligados: list[CanaisDeUmTipo] = []
        self.conectores: Callable[[], int] = int
        registro.register(self)

    def respondido(self, resultado: Resultado) -> None:
        """What became of a job is durable."""
        self._respostas[resultado.desfecho, resultado.classe or ""] += 1

    def webhook(self, resultado: str, segundos: float) -> None:
        """A webhook was answered: ``kept``, or why not."""
        self._webhooks[resultado] += 1
        self._tempo.observe(segundos)

    def collect(self) -> Iterable[Metric]:
        tentativas = CounterMetricFamily(
            "balcao_outbox_attempts", "Jobs answered by connectors, by outcome and class", labels=["result", "class"]
        )
        for rotulos, quantas in list(self._respostas.items()):
            tentativas.add_metric(rotulos, quantas)
        webhooks = CounterMetricFamily("balcao_webhooks", "Webhooks of providers answered", labels=["result"])
        for resultado, quantos in list(self._webhooks.items()):
            webhooks.add_metric([resultado], quantos)
        conectados = GaugeMetricFamily("balcao_connectors", "Connectors that are here", value=self.conectores())
        return tentativas, webhooks, conectados, self._dos_canais(), *self._da_fila()

    def _dos_canais(self) -> Metric:
        canais = GaugeMetricFamily(
            "balcao_channels", "Active channels, by whether a connector serves them here", labels=["type", "connector"]
        )
        for um in self.ligados:
            canais.add_metric([um.tipo, "connected"], um.ligados)
            canais.add_metric([um.tipo, "none"], um.quantos - um.ligados)
        return canais

    def _da_fila(self) -> tuple[Metric, Metric]:
        profundidade = GaugeMetricFamily(
            "balcao_outbox_depth", f"Jobs not done, of all empresas, up to {NA_FILA_CONTADOS}", labels=["job"]
        )
        idade = GaugeMetricFamily(
            "balcao_outbox_oldest_seconds", "Age of the oldest job that stands first in a line", labels=["job"]
        )
        agora = time.time()
        for um in self.na_fila:
            profundidade.add_metric([um.trabalho], um.quantos)
            if um.mais_antigo is not None:
                idade.add_metric([um.trabalho], max(0.0, agora - um.mais_antigo / 1000))
        return profundidade, idade

    def describe(self) -> Iterable[Metric]:
        """Nothing to read when it is registered."""
        return ()
