"""What the benchmarks say can be read, also in a pipe."""

from __future__ import annotations

import io

from rich.console import Console

from bench import registry, report
from bench.registry import Measured


def test_every_number_is_whole_in_a_pipe() -> None:
    registry.discover()
    figuras = registry.figures()
    saida = io.StringIO()
    pronta = Console(file=saida, width=report.WIDE)
    assert not pronta.is_terminal
    pronta.print(report.table(figuras, {figura.name: Measured(2_791_833.4, 15_769_123.0) for figura in figuras}))
    linhas = saida.getvalue().splitlines()
    assert "…" not in saida.getvalue()
    for figura in figuras:
        (linha,) = [linha for linha in linhas if f" {figura.name} " in linha]
        assert "2,791,833" in linha
        assert "15,769,123" in linha
