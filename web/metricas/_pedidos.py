"""Requests and frames, as they are answered: counted and timed by route, and told in the log.

At ``debug`` each has a line; at ``info`` those that failed because of us (5xx) have one, which names the request: what
a client was told can be found again.

The series are our own and are made into Prometheus' when somebody scrapes: the library takes four times as long for
each request as all of this.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.errors import Unavailable

log = logging.getLogger(__name__)

_ATE_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
"""The upper bounds of the buckets."""


class _Serie:
    """How long so many took."""

    __slots__ = ("baldes", "soma")

    def __init__(self) -> None:
        self.baldes = [0] * (len(_ATE_S) + 1)
        self.soma = 0.0

    def juntar(self, segundos: float) -> None:
        self.baldes[bisect_left(_ATE_S, segundos)] += 1
        self.soma += segundos


class Pedidos(Collector):
    """What becomes of requests and of frames. Labels are of routes and events that exist: there are only so many.

    Implements :class:`web.quart_leve.ObservadorDePedidos` and :class:`web.gateway.Observador`.
    """

    def __init__(self) -> None:
        self._pedidos: dict[tuple[str, str, int], _Serie] = {}
        self._quadros: dict[tuple[str, str], _Serie] = {}
        self._recusas: Counter[tuple[str, str]] = Counter()
        self._fechamentos: Counter[int] = Counter()

    def pedido(
        self, metodo: str, rota: str, status: int, segundos: float, empresa_id: str | None, causa: Exception | None
    ) -> None:
        """An answer was given."""
        if isinstance(causa, Unavailable):
            self._recusas["request", causa.codigo] += 1
        serie = self._pedidos.get((metodo, rota, status))
        if serie is None:
            serie = self._pedidos[metodo, rota, status] = _Serie()
        serie.juntar(segundos)
        if status >= 500 or log.isEnabledFor(logging.DEBUG):
            nivel = logging.DEBUG if status < 500 else logging.ERROR if status == 500 else logging.WARNING
            porque = "" if causa is None else f": {causa.__cause__ or causa}"
            log.log(
                nivel, "%s %s -> %d in %.1f ms, empresa %s%s",
                metodo, rota, status, segundos * 1000, empresa_id or "-", porque,
            )  # fmt: skip

    def quadro(self, evento: str, resultado: str, segundos: float) -> None:
        """A frame was handled. ``resultado``: ``ok``, or the ``codigo`` that its ack says."""
        serie = self._quadros.get((evento, resultado))
        if serie is None:
            serie = self._quadros[evento, resultado] = _Serie()
        serie.juntar(segundos)

    def recusa(self, que: str, codigo: str) -> None:
        """A frame or a connection was refused, because it was too much or not now."""
        self._recusas[que, codigo] += 1

    def fechamento(self, codigo: int) -> None:
        """A realtime client was closed with this code."""
        self._fechamentos[codigo] += 1

    def collect(self) -> Iterable[Metric]:
        respostas = CounterMetricFamily(
            "balcao_http_requests", "HTTP requests answered", labels=["method", "route", "status"]
        )
        tempos = HistogramMetricFamily(
            "balcao_http_request_seconds", "From the head of a request to its answer", labels=["method", "route"]
        )
        quadros = CounterMetricFamily("balcao_frames", "Frames of realtime clients handled", labels=["event", "result"])
        dos_quadros = HistogramMetricFamily("balcao_frame_seconds", "From a frame to its ack", labels=["event"])
        recusas = CounterMetricFamily(
            "balcao_refused", "What was too much, or could not be done now, by the code told", labels=["what", "codigo"]
        )
        for rotulos, quantas in list(self._recusas.items()):
            recusas.add_metric(rotulos, quantas)
        fechamentos = CounterMetricFamily("balcao_realtime_closed", "Realtime clients closed", labels=["code"])
        for fechado, quantos in list(self._fechamentos.items()):
            fechamentos.add_metric([str(fechado)], quantos)
        _preencher(respostas, tempos, list(self._pedidos.items()))
        _preencher(quadros, dos_quadros, list(self._quadros.items()))
        return respostas, tempos, quadros, dos_quadros, recusas, fechamentos

    def describe(self) -> Iterable[Metric]:
        """Nothing to read when it is registered."""
        return ()


def _preencher(
    contagem: CounterMetricFamily, tempos: HistogramMetricFamily, series: Iterable[tuple[tuple[str | int, ...], _Serie]]
) -> None:
    """Each series counts for itself; all of one route (the labels but the last) are timed together."""
    juntas: dict[tuple[str, ...], _Serie] = {}
    for chave, serie in series:
        rotulos = tuple(map(str, chave))
        contagem.add_metric(rotulos, sum(serie.baldes))
        junta = juntas.setdefault(rotulos[:-1], _Serie())
        junta.baldes = [uma + outra for uma, outra in zip(junta.baldes, serie.baldes, strict=True)]
        junta.soma += serie.soma
    for rotulos, junta in juntas.items():
        limites = [*map(str, _ATE_S), "+Inf"]
        tempos.add_metric(rotulos, list(zip(limites, accumulate(junta.baldes), strict=True)), junta.soma)
