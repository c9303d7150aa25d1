"""From where goes on who comes back where shares are counted, written down a second time."""

from __future__ import annotations

from engine.modelo import TicketRow
from tests.engine.referencia import Mundo

NIVELAM = {"MENOS_ATENDIDOS", "PONDERADO", "HIBRIDO"}
"""Strategies by shares."""
Pedido = tuple[int, frozenset[tuple[str, int]]]
"""How long something had waited, as far as that makes any difference (ms), and the skills that it asked for."""


class Niveis:
    """``de`` are the levels of each fila, by what was asked for."""

    def __init__(self, mundo: Mundo) -> None:
        self._mundo = mundo
        self.de: dict[str, dict[Pedido, float]] = {}

    def dada(self, row: TicketRow, teve: float, custo: float) -> None:
        """The least served of those who might have had it had had ``teve``: the level rises by no more than a gift."""
        niveis, pedido = self.de.setdefault(row.fila_id, {}), self._pedido(row)
        niveis[pedido] = min(teve, niveis.get(pedido, teve) + custo)

    def nivel(self, fila: str, pessoa: str) -> float:
        """The highest of what the agent may have; if nothing was that it may, the lowest."""
        niveis, sabe, atraso = self.de.get(fila, {}), self._mundo.niveis(pessoa), self._atraso(fila, pessoa)
        podia = [
            nivel
            for (esperou, exigidas), nivel in niveis.items()
            if atraso <= esperou and all(sabe.get(qual, 0) >= tanto for qual, tanto in exigidas)
        ]
        return max(podia) if podia else min(niveis.values(), default=0)

    def custo(self, fila: str, pessoa: str) -> float:
        politica = self._mundo.politica(fila)
        return 1 / politica.pesos_dos_atendentes.get(pessoa, 1) if politica.estrategia == "PONDERADO" else 1

    def tudo_o_que_pode(self, fila: str, pessoa: str) -> Pedido:
        return self._atraso(fila, pessoa), frozenset(self._mundo.niveis(pessoa).items())

    def _pedido(self, row: TicketRow) -> Pedido:
        mundo, politica = self._mundo, self._mundo.politica(row.fila_id)
        equipes = {equipe for anel in politica.aneis for equipe in anel.equipes}
        equipes |= {via.equipe_id for via in politica.equipes}
        muda_em = {anel.apos_segundos for anel in politica.aneis} | {mundo.atraso(row.fila_id, um) for um in equipes}
        if politica.maximo is not None and politica.maximo.acao == "priorizar":
            muda_em.add(politica.maximo.segundos or 0)
        passou = max((um * 1000 for um in muda_em if um * 1000 <= mundo.esperou(row)), default=0)
        return passou, frozenset(mundo.exigidas(row).items())

    def _atraso(self, fila: str, pessoa: str) -> int:
        return min(self._mundo.atraso(fila, equipe) for equipe in self._mundo.vias[fila, pessoa]) * 1000
