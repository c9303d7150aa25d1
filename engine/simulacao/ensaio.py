"""Policies side by side: the one that a scenario has, and others, on the same traffic."""

from __future__ import annotations

from collections.abc import Generator
from random import Random

from msgspec import Struct

from engine.politica.modelo import Politica
from engine.simulacao.cenario import Cenario
from engine.simulacao.execucao import com_politica, simular
from engine.simulacao.resultado import Resultado
from engine.simulacao.trafego import Chegada
from engine.simulacao.turnos import Presenca

EM_VIGOR = "em vigor"
"""What the policies of the scenario itself are called."""


class Alternativa(Struct, frozen=True):
    """A policy to be tried in one fila, by its name; None: in every one."""

    nome: str
    politica: Politica
    fila: str | None = None


class Ensaio(Struct, frozen=True):
    """What is to be simulated. ``chegadas`` and ``presencas`` are in place of what the scenario would draw."""

    cenario: Cenario
    alternativas: tuple[Alternativa, ...] = ()
    chegadas: tuple[Chegada, ...] | None = None
    presencas: tuple[Presenca, ...] | None = None

    def cenarios(self) -> list[tuple[str, Cenario]]:
        """With the name of each policy, the one in force first."""
        outros = [(uma.nome, com_politica(self.cenario, uma.politica, uma.fila)) for uma in self.alternativas]
        return [(EM_VIGOR, self.cenario), *outros]


class Comparado(Struct, frozen=True):
    """What came of a policy, by its name."""

    nome: str
    resultado: Resultado


def comparar(ensaio: Ensaio) -> Generator[float, None, tuple[Comparado, ...]]:
    """Yields now and then how much is done (0 to 1), and returns the results, the one of the policy in force first."""
    cenarios = ensaio.cenarios()
    feitos: list[Comparado] = []
    for nome, cenario in cenarios:
        acaso = Random(cenario.semente)  # noqa: S311  # nothing is secret here, and the seed is to be known
        execucao = simular(cenario, acaso, ensaio.chegadas, ensaio.presencas)
        while True:
            try:
                yield (len(feitos) + next(execucao)) / len(cenarios)
            except StopIteration as fim:
                feitos.append(Comparado(nome, fim.value))
                break
    return tuple(feitos)
