"""Metrics for Prometheus: what is counted (``_metricas``), what is read when somebody scrapes (``_ao_vivo``), requests
and connections (``_http``), and who may read it all (``_exposicao``).
"""

from web.metricas._exposicao import TIPO_EXPOSICAO, AcessoAsMetricas, Exposicao
from web.metricas._metricas import Metricas

__all__ = ["TIPO_EXPOSICAO", "AcessoAsMetricas", "Exposicao", "Metricas"]
