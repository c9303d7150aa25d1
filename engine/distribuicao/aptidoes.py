"""Who of a roster has which skills, and from which stage of its wait each may have a ticket: as sets of agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.distribuicao.exigencia import Exigencia

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato


class Aptidoes:
    """``todos`` are all of them. ``_sabem`` are, by skill and level, those who have at least that; ``_desde``, by
    stage, those who may have something from then on.
    """

    __slots__ = ("_desde", "_sabem", "todos")

    def __init__(self) -> None:
        self.todos = 0
        self._sabem: dict[tuple[str, int], int] = {}
        self._desde: dict[int, int] = {}

    def incluir(self, candidato: Candidato) -> None:
        """As it is now: before that changes, it must be taken out."""
        bit = candidato.bit
        self.todos |= bit
        self._desde[candidato.etapa] = self._desde.get(candidato.etapa, 0) | bit
        candidato.niveis = candidato.perfil.niveis
        for qual, nivel in candidato.niveis.items():
            for ate in range(1, nivel + 1):
                self._sabem[qual, ate] = self._sabem.get((qual, ate), 0) | bit

    def tirar(self, candidato: Candidato) -> None:
        bit = candidato.bit
        self.todos &= ~bit
        self._desde[candidato.etapa] &= ~bit
        for qual, nivel in candidato.niveis.items():
            for ate in range(1, nivel + 1):
                ficam = self._sabem[qual, ate] & ~bit
                if ficam:
                    self._sabem[qual, ate] = ficam
                else:
                    del self._sabem[qual, ate]

    def aptos(self, exigencia: Exigencia) -> int:
        """All who may have what asks this, with or without room."""
        quem = sum(deles for etapa, deles in self._desde.items() if etapa <= exigencia.etapa)
        for pedida in exigencia.habilidades:
            quem &= self._sabem.get(pedida, 0)
        return quem
