"""What the benchmarks say can be read, also in a pipe; and what they measure is what they say."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable

import pytest
from rich.console import Console

from bench import registry, report
from bench._people import image
from bench._service import free_agents, full_house
from bench._skills import MANY, ONE, SOME, Skills
from bench.measure import paired
from bench.registry import Measured
from bench.scale import LARGE_AGENTS, LARGE_FILAS
from engine.distribuicao import Regras
from engine.distribuicao.exigencia import tem_as_habilidades
from engine.politica.habilidades import niveis_de


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


# -- windows that are compared in pairs


def test_of_two_works_each_begins_in_turn_and_the_median_of_their_ratios_counts() -> None:
    vez: list[str] = []

    def leva(nome: str, *segundos: float) -> Callable[[], float]:
        restam = iter(segundos)

        def obra() -> float:
            vez.append(nome)
            return next(restam)

        return obra

    ditos: list[str] = []
    # a slow spell in the second round, which meets both; and one that meets only the other, in the third
    assert paired(3, ditos.append, leva("esta", 2, 20, 2), leva("outra", 1, 10, 9)) == 2
    assert "".join(nome[0] for nome in vez) == "eooeeo"
    assert len(ditos) == 3


# -- the worlds in which tickets ask for skills


@pytest.mark.parametrize(("skills", "quantas"), [(ONE, 1), (SOME, 12), (MANY, 300)])
def test_tickets_of_a_fila_ask_for_as_many_different_things_as_is_said(skills: Skills, quantas: int) -> None:
    feita = image(filas=2, agents=0, waiting=2 * quantas, skills=skills)
    for fila in feita.filas:
        regras = Regras(fila)
        suas = [ticket for ticket in feita.tickets if ticket.fila_id == fila.id]
        pedem = Counter(regras.exigencia(ticket, 0, None, 0).habilidades for ticket in suas)
        assert len(pedem) == quantas
        assert {len(habilidades) for habilidades in pedem} == {2}, "a product and a language"


@pytest.mark.parametrize(
    ("skills", "filas", "agents"),
    [(ONE, 20, 1_000), (SOME, 20, 1_000), (MANY, 20, 1_000), (SOME, LARGE_FILAS, LARGE_AGENTS)],
)
def test_whatever_a_ticket_asks_for_somebody_of_its_fila_has_it(skills: Skills, filas: int, agents: int) -> None:
    feita = image(filas=filas, agents=agents, waiting=skills.signatures * filas, skills=skills)
    sabem = {atendente.id: niveis_de(atendente) for atendente in feita.atendentes}
    da_fila: dict[str, list[str]] = {}
    for membro in feita.membros:
        da_fila.setdefault(membro.fila_id, []).append(membro.atendente_id)
    regras = Regras(feita.filas[0])  # all have the same
    for ticket in feita.tickets:
        pede = regras.exigencia(ticket, 0, None, 0).habilidades
        assert any(tem_as_habilidades(sabem[atendente_id], pede) for atendente_id in da_fila[ticket.fila_id])


@pytest.mark.parametrize("skills", [None, SOME])
def test_a_wave_of_life_cycles_leaves_the_world_as_it_found_it(skills: Skills | None) -> None:
    for servico in (free_agents(skills=skills), full_house(200, 400, skills=skills)):
        antes = servico.open()
        servico.wave()
        assert servico.open() == antes
