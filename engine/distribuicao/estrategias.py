"""The strategies: in which order the agents of a fila are chosen, in the terms of automatic call distributors.

The smallest key wins. A key says only what does not depend on the ticket: so those who are free stand in order,
whatever comes. What depends on it, how well somebody has the skills that it asks for, parts them into groups:
HABILIDADES looks at the best group first, HIBRIDO adds what the group weighs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.distribuicao.exigencia import Exigencia
from engine.modelo import Estrategia
from engine.ordenado import Chave
from engine.politica.modelo import Politica

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato

UMA_HORA: Final = 3_600_000
MELHOR_NIVEL: Final = 5


def menos_ocupado(candidato: Candidato, politica: Politica) -> Chave:  # noqa: ARG001
    """The lowest occupancy, ties to the longest idle."""
    perfil = candidato.perfil
    return (perfil.ocupacao, perfil.ocioso_desde, candidato.vez, candidato.lugar)


def maior_tempo_ocioso(candidato: Candidato, politica: Politica) -> Chave:  # noqa: ARG001
    """Who was given or finished work longest ago."""
    return (candidato.perfil.ocioso_desde, candidato.vez, candidato.lugar)


def round_robin(candidato: Candidato, politica: Politica) -> Chave:  # noqa: ARG001
    """Whose turn is longest ago."""
    return (candidato.vez, candidato.lugar)


def menos_atendidos(candidato: Candidato, politica: Politica) -> Chave:  # noqa: ARG001
    """Who was given least in the window, ties to the longest idle."""
    return (candidato.atendidos, candidato.perfil.ocioso_desde, candidato.vez, candidato.lugar)


def ponderado(candidato: Candidato, politica: Politica) -> Chave:  # noqa: ARG001
    """Stride scheduling (Waldspurger and Weihl 1995): who is given something moves on by the inverse of its weight, so
    shares come to be as the weights are.
    """
    return (candidato.passo, candidato.vez, candidato.lugar)


def hibrido(candidato: Candidato, politica: Politica) -> Chave:
    """The weighted sum of occupancy, idleness (an hour counts one) and what was given in the window, by slots."""
    pesos, perfil = politica.pesos, candidato.perfil
    soma = (
        pesos.ocupacao * perfil.ocupacao
        + pesos.ociosidade * (perfil.ocioso_desde / UMA_HORA)
        + pesos.atendidos * (candidato.atendidos / (perfil.row.capacidade or 1))
    )
    return (soma, candidato.vez, candidato.lugar)


BASES: Final[dict[Estrategia, Callable[[Candidato, Politica], Chave]]] = {
    "MENOS_OCUPADO": menos_ocupado,
    "MAIOR_TEMPO_OCIOSO": maior_tempo_ocioso,
    "ROUND_ROBIN": round_robin,
    "MENOS_ATENDIDOS": menos_atendidos,
    "HABILIDADES": menos_ocupado,
    "PONDERADO": ponderado,
    "HIBRIDO": hibrido,
    "MANUAL": round_robin,
}
"""The place of an agent in the order of each strategy. Ties end with its place in the rotation, so equals share
equally.
"""

POR_HABILIDADE: Final[frozenset[Estrategia]] = frozenset({"HABILIDADES", "HIBRIDO"})
"""Strategies in which it counts how well somebody has what a ticket asks for."""


def grupo(exigencia: Exigencia, candidato: Candidato, politica: Politica) -> float:
    """Which group of the skilled an agent belongs to: the least comes first. By ``melhor``, how far it is from 5 in all
    that is asked for and liked; by ``menorSuficiente``, whoever has what is liked, and of these who has least beyond
    what is asked: so that experts stay free.
    """
    niveis = candidato.perfil.niveis
    exigidas = [niveis.get(qual, 0) for qual, _ in exigencia.habilidades]
    gostadas = [niveis.get(qual, 0) >= nivel for qual, nivel in exigencia.preferidas]
    if politica.estrategia == "HABILIDADES" and politica.escolha == "menorSuficiente":
        return (len(gostadas) - sum(gostadas)) * 1000 + sum(exigidas)
    todas = exigidas + [niveis.get(qual, 0) for qual, _ in exigencia.preferidas]
    falta = sum(MELHOR_NIVEL - nivel for nivel in todas)
    if politica.estrategia == "HIBRIDO":
        return politica.pesos.proficiencia * falta / (MELHOR_NIVEL * len(todas) or 1)
    return falta
