"""What the agents of a fila have had of it, where a strategy goes by that: so that who comes, or comes back, neither
gets all that comes until it has had what the others had meanwhile, nor nothing until they have had as much as it.

As in start-time fair queueing (Goyal, Vin and Cheng 1996) there is a virtual time, here the *level*, and who was away
goes on from there, if it has had less. The level is what the least served of those had had who might have been given
the last ticket: it says what those who compete have had, so whoever has had little for other reasons (it lacks the
skills, is full, is away itself) does not hold it down. It rises by one gift at a time, so one who had much more and is
alone for a moment does not pull it up. Those compete who may have the same: there is a level for each kind of request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.distribuicao.exigencia import Pedidas, tem_as_habilidades
from engine.modelo import Estrategia
from engine.politica.modelo import Politica

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.distribuicao.escala import Candidato
    from engine.distribuicao.regras import Regras

CONTA_ATENDIDOS: Final[frozenset[Estrategia]] = frozenset({"MENOS_ATENDIDOS", "HIBRIDO"})
"""Strategies that go by what was given in a window."""

NIVELAM: Final[frozenset[Estrategia]] = CONTA_ATENDIDOS | {"PONDERADO"}
"""Strategies in which who was away would be given all that comes."""

PEDIDOS_NO_MAXIMO: Final = 1_000
"""Kinds of requests of which a level is known; beyond that the one known longest is forgotten."""

Pedido = tuple[int, Pedidas]
"""What a ticket asked of whoever was to have it: who may have only what has waited longer than this (ms) could not, nor
who lacks a skill.
"""


class Niveis:
    """The levels of one fila, by what was asked for."""

    __slots__ = ("_niveis",)

    def __init__(self) -> None:
        self._niveis: dict[Pedido, float] = {}

    def esquecer(self) -> None:
        self._niveis.clear()

    def dada(self, pedido: Pedido, teve: float, custo: float) -> None:
        """Something was given that asked this, and the least served of those who might have had it had had ``teve``.
        ``custo``: by how much that gift moves who has it.
        """
        antes = self._niveis.get(pedido)
        if antes is not None:
            teve = min(teve, antes + custo)
        elif len(self._niveis) >= PEDIDOS_NO_MAXIMO:
            del self._niveis[next(iter(self._niveis))]
        self._niveis[pedido] = teve

    def de(self, regras: Regras, candidato: Candidato) -> float:
        """From where an agent goes on: the highest of what it may have, so it is given no more than those with whom it
        shares that; of nothing that was ever given, the lowest of all.
        """
        espera, niveis = regras.atraso(candidato.etapa), candidato.perfil.niveis
        seus = [
            nivel
            for (esperou, habilidades), nivel in self._niveis.items()
            if espera <= esperou and tem_as_habilidades(niveis, habilidades)
        ]
        return max(seus) if seus else min(self._niveis.values(), default=0)

    def deduzir(self, regras: Regras, candidatos: Iterable[Candidato]) -> None:
        """From what is remembered of agents who were given something: it was last something that asked for all that
        they can do.
        """
        for um in sorted(candidatos, key=lambda um: (um.dada_em, um.vez)):
            pedido = (regras.atraso(um.etapa), tuple(sorted(um.perfil.niveis.items())))
            self._niveis[pedido] = max(0, teve(um, regras.politica) - custo(um, regras.politica))


def teve(candidato: Candidato, politica: Politica) -> float:
    """How much an agent has had, as its strategy counts it."""
    return candidato.passo if politica.estrategia == "PONDERADO" else candidato.atendidos


def custo(candidato: Candidato, politica: Politica) -> float:
    """How much more it has had with one more."""
    return 1 / politica.pesos_dos_atendentes.get(candidato.perfil.id, 1) if politica.estrategia == "PONDERADO" else 1


def nivelar(candidato: Candidato, nivel: float, politica: Politica) -> None:
    """It has had as much as that, if it has had less."""
    if politica.estrategia == "PONDERADO":
        candidato.passo = max(candidato.passo, nivel)
    else:
        candidato.atendidos = max(candidato.atendidos, int(nivel))


def conta_outra_coisa(antes: Politica, agora: Politica) -> bool:
    """Whether what was had under a policy says nothing of what is had under another."""
    if antes.estrategia == agora.estrategia:
        return agora.estrategia == "PONDERADO" and antes.pesos_dos_atendentes != agora.pesos_dos_atendentes
    return not {antes.estrategia, agora.estrategia} <= CONTA_ATENDIDOS
