"""Distribution: priorities, places in line, and the roster against a naive sort."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.distribuicao import (
    Candidato,
    Escala,
    chave_de_escolha,
    chave_de_espera,
    prioridade_efetiva,
)
from engine.modelo import Estrategia, Prioridade

PRIORIDADES: tuple[Prioridade, ...] = ("BAIXA", "NORMAL", "ALTA", "URGENTE")
ESTRATEGIAS: tuple[Estrategia, ...] = get_args(Estrategia)
da_fila = st.integers(1, 10)


# -- the waiting line


def test_effective_priorities_go_from_1_to_40() -> None:
    todas = [prioridade_efetiva(prioridade, fila) for prioridade in PRIORIDADES for fila in range(1, 11)]
    assert todas == list(range(1, 41))


@given(da_fila, da_fila)
def test_a_higher_priority_goes_first_whatever_the_filas(uma: int, outra: int) -> None:
    efetivas = [prioridade_efetiva(prioridade, uma) for prioridade in PRIORIDADES]
    for menor, maior in pairwise(PRIORIDADES):
        assert prioridade_efetiva(menor, uma) < prioridade_efetiva(maior, outra)
    assert efetivas == sorted(efetivas)


espera = st.tuples(st.integers(1, 40), st.integers(0, 5), st.integers(1, 10**6))


@given(st.lists(espera, unique_by=lambda e: e[2], max_size=30))
def test_the_line_is_by_effective_priority_then_age_then_number(linha: list[tuple[int, int, int]]) -> None:
    pela_chave = sorted(linha, key=lambda e: chave_de_espera(*e))
    por_numero = sorted(linha, key=lambda e: e[2])
    por_idade = sorted(por_numero, key=lambda e: e[1])
    assert pela_chave == sorted(por_idade, key=lambda e: e[0], reverse=True)


@given(espera, espera)
def test_places_in_line_are_the_same_only_for_the_same_ticket(
    uma: tuple[int, int, int], outra: tuple[int, int, int]
) -> None:
    assert (chave_de_espera(*uma) == chave_de_espera(*outra)) == (uma == outra)


# -- the roster


class Modelo:
    """What an agent is, told plainly."""

    def __init__(self) -> None:
        self.livres = self.ativos = self.capacidade = self.ocioso_desde = self.ofertas = 0


class ContraUmaLista(RuleBasedStateMachine):
    """An Escala and a list of agents that is sorted from scratch at each look."""

    nomes = st.sampled_from("abcde")

    def __init__(self) -> None:
        super().__init__()
        self.escala = Escala("MENOS_OCUPADO")
        self.modelos: dict[str, Modelo] = {}
        self.rodizio: list[str] = []

    @rule(nome=nomes)
    def incluir(self, nome: str) -> None:
        candidato = self.escala.incluir(nome)
        assert candidato.id == nome
        assert self.escala.incluir(nome) is candidato
        if nome not in self.modelos:
            self.modelos[nome] = Modelo()
            self.rodizio.append(nome)

    @rule(nome=nomes)
    def remover(self, nome: str) -> None:
        self.escala.remover(nome)
        if self.modelos.pop(nome, None) is not None:
            self.rodizio.remove(nome)

    @rule(
        nome=nomes,
        capacidade=st.integers(0, 4),
        ativos=st.integers(0, 6),
        ocioso=st.integers(0, 3),
        ofertas=st.integers(0, 4),
    )
    def mudar(self, nome: str, capacidade: int, ativos: int, ocioso: int, ofertas: int) -> None:
        if nome not in self.modelos:
            return
        for quem in (self.modelos[nome], self.escala.candidatos[nome]):
            quem.capacidade, quem.ativos, quem.livres = capacidade, ativos, max(0, capacidade - ativos)
            quem.ocioso_desde, quem.ofertas = ocioso, ofertas
        self.escala.reordenar(self.escala.candidatos[nome])

    @rule(estrategia=st.sampled_from(ESTRATEGIAS))
    def mudar_estrategia(self, estrategia: Estrategia) -> None:
        self.escala.mudar_estrategia(estrategia)

    @rule()
    def dar_trabalho_ao_proximo(self) -> None:
        candidato = self.escala.proximo()
        if candidato is None:
            return
        candidato.ofertas += 1
        self.modelos[candidato.id].ofertas += 1
        self.escala.passou_a_vez(candidato)
        self.escala.reordenar(candidato)
        self.rodizio.remove(candidato.id)
        self.rodizio.append(candidato.id)

    @invariant()
    def escolhe_o_mesmo(self) -> None:
        podem = [nome for nome, m in self.modelos.items() if m.livres > m.ofertas]
        podem.sort(key=self.rodizio.index)
        if self.escala.estrategia != "ROUND_ROBIN":
            podem.sort(key=lambda nome: self.modelos[nome].ocioso_desde)
        if self.escala.estrategia == "MENOS_OCUPADO":
            podem.sort(key=self._ocupacao)
        proximo = self.escala.proximo()
        assert (proximo and proximo.id) == (podem[0] if podem else None)
        for nome in "abcde":
            outro = self.escala.proximo_exceto(nome)
            assert (outro and outro.id) == next((podia for podia in podem if podia != nome), None)

    def _ocupacao(self, nome: str) -> float:
        modelo = self.modelos[nome]
        return (modelo.ativos + modelo.ofertas) / max(modelo.capacidade, 1)


TestEscalaAgainstAList = ContraUmaLista.TestCase


def com(escala: Escala, nome: str, *, livres: int = 3, ativos: int = 0, ocioso_desde: int = 0) -> Candidato:
    candidato = escala.incluir(nome)
    candidato.livres, candidato.ativos, candidato.capacidade = livres, ativos, livres + ativos
    candidato.ocioso_desde = ocioso_desde
    escala.reordenar(candidato)
    return candidato


def dar(escala: Escala, vezes: int) -> list[str]:
    """Give work ``vezes`` times, as a fila does."""
    escolhidos = []
    for _ in range(vezes):
        candidato = escala.proximo()
        assert candidato is not None
        candidato.ofertas += 1
        escala.passou_a_vez(candidato)
        escala.reordenar(candidato)
        escolhidos.append(candidato.id)
    return escolhidos


def test_round_robin_goes_round() -> None:
    escala = Escala("ROUND_ROBIN")
    for nome in "abc":
        com(escala, nome)
    assert dar(escala, 9) == list("abcabcabc")
    assert escala.proximo() is None


def test_a_newcomer_joins_the_rotation_at_its_end() -> None:
    escala = Escala("ROUND_ROBIN")
    com(escala, "a")
    com(escala, "b")
    dar(escala, 1)
    com(escala, "c")
    assert dar(escala, 3) == ["b", "a", "c"]


def test_least_occupied_is_by_share_of_capacity_not_by_count() -> None:
    escala = Escala("MENOS_OCUPADO")
    com(escala, "half of two", livres=1, ativos=1)
    com(escala, "a third of six", livres=4, ativos=2)
    assert dar(escala, 1) == ["a third of six"]


def test_longest_idle_goes_first_and_ties_follow_the_rotation() -> None:
    escala = Escala("MAIOR_TEMPO_OCIOSO")
    com(escala, "a", ocioso_desde=20)
    com(escala, "b", ocioso_desde=10)
    com(escala, "c", ocioso_desde=10)
    assert dar(escala, 2) == ["b", "c"]


@pytest.mark.parametrize("estrategia", ESTRATEGIAS)
def test_equal_agents_share_equally_under_every_strategy(estrategia: Estrategia) -> None:
    escala = Escala(estrategia)
    for nome in "abcdefg":
        com(escala, nome, livres=10)
    partes = Counter(dar(escala, 35))
    assert set(partes.values()) == {5}


def test_an_agent_without_capacity_is_nobodys_choice() -> None:
    escala = Escala("MENOS_OCUPADO")
    candidato = com(escala, "a", livres=0)
    assert not candidato.elegivel()
    assert escala.proximo() is None
    assert chave_de_escolha("MENOS_OCUPADO", candidato) == (0.0, 0, candidato.vez)


def test_an_agent_that_was_removed_does_not_come_back_by_reordering() -> None:
    escala = Escala("MENOS_OCUPADO")
    velho = com(escala, "a")
    escala.remover("a")
    escala.reordenar(velho)
    assert escala.proximo() is None
    novo = escala.incluir("a")
    escala.reordenar(velho)
    assert escala.proximo() is None
    assert novo is not velho


def test_who_is_choosing_has_room_though_nothing_is_offered_to_it() -> None:
    candidato = com(Escala("MENOS_OCUPADO"), "a", livres=0)
    candidato.vagas = 1
    assert candidato.tem_vaga()
    assert not candidato.elegivel()
    candidato.ofertas = 1
    assert not candidato.tem_vaga()
