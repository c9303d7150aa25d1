"""Requests and frames, as they are answered: counted and timed by route, and told in the log.

At ``debug`` each has a line; at ``info`` those that failed because of us (5xx) have one, which names the request: what
a client was told can be found again.
"""

from __future__ import annotations

import logging
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from web.metricas._rotulos import PorRotulos

log = logging.getLogger(__name__)

_SEGUNDOS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
NENHUMA: Final = "nenhuma"
"""The route of what is at no path of ours: what strangers ask for must not become labels."""


class Pedidos:
    """What becomes of requests and of frames. Labels are of routes and events that exist: there are only so many."""

    def __init__(self, registro: CollectorRegistry) -> None:
        rota = ["metodo", "rota"]
        self._respostas = PorRotulos(
            Counter("balcao_http_requests", "HTTP requests answered", [*rota, "status"], registry=registro)
        )
        self._duracao = PorRotulos(
            Histogram(
                "balcao_http_request_seconds",
                "From the head of a request to its answer",
                rota,
                buckets=_SEGUNDOS,
                registry=registro,
            )
        )
        self._quadros = PorRotulos(
            Counter("balcao_frames", "Frames of realtime clients handled", ["evento", "resultado"], registry=registro)
        )
        self._duracao_do_quadro = PorRotulos(
            Histogram(
                "balcao_frame_seconds", "From a frame to its ack", ["evento"], buckets=_SEGUNDOS, registry=registro
            )
        )

    def pedido(
        self, metodo: str, rota: str, status: int, segundos: float, empresa_id: str | None, causa: BaseException | None
    ) -> None:
        """An answer was given. ``causa``: what lies behind one that was our fault."""
        self._respostas(metodo, rota, str(status)).inc()
        self._duracao(metodo, rota).observe(segundos)
        if status >= 500 or log.isEnabledFor(logging.DEBUG):
            nivel = logging.DEBUG if status < 500 else logging.ERROR if status == 500 else logging.WARNING
            porque = "" if causa is None else f": {causa}"
            log.log(
                nivel, "%s %s -> %d in %.1f ms, empresa %s%s",
                metodo, rota, status, segundos * 1000, empresa_id or "-", porque,
            )  # fmt: skip

    def quadro(self, evento: str, resultado: str, segundos: float) -> None:
        """A frame was handled. ``resultado``: ``ok``, or the ``codigo`` that its ack says."""
        self._quadros(evento, resultado).inc()
        self._duracao_do_quadro(evento).observe(segundos)
        log.debug("%s -> %s in %.1f ms", evento, resultado, segundos * 1000)
