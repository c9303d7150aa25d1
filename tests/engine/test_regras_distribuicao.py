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
    CHAVES,
    Candidato,
    Escala,
    Exigencia,
    Linha,
    Perfil,
    chave_de_espera,
    escolher,
    prioridade_efetiva,
)
from engine.modelo import Estrategia, Prioridade, TicketRow
from tests.engine import linhas

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


da_linha = st.builds(
    lambda prioridade, desde, numero: linhas.ticket(
        f"ticket {numero}", prioridade=prioridade, aguardando_desde=desde, numero=numero
    ),
    st.sampled_from(PRIORIDADES),
    st.integers(0, 5),
    st.integers(1, 10**6),
)


@given(st.lists(da_linha, unique_by=lambda row: row.numero, max_size=30), da_fila)
def test_the_line_is_by_priority_then_age_then_number(rows: list[TicketRow], prioridade: int) -> None:
    pela_chave = sorted(rows, key=lambda row: chave_de_espera(row, prioridade))
    por_numero = sorted(rows, key=lambda row: row.numero)
    por_idade = sorted(por_numero, key=lambda row: row.aguardando_desde)
    assert pela_chave == sorted(por_idade, key=lambda row: PRIORIDADES.index(row.prioridade), reverse=True)


@given(st.lists(da_linha, unique_by=lambda row: row.numero, max_size=30), da_fila)
def test_a_line_is_in_the_order_of_the_ranks_whatever_the_priority_of_its_fila(
    rows: list[TicketRow], prioridade: int
) -> None:
    linha = Linha(linhas.fila(prioridade=prioridade))
    for row in rows:
        linha.por(row)
    em_ordem = [row for _, _, row in linha.esperando.em_ordem()]
    assert em_ordem == sorted(rows, key=lambda row: chave_de_espera(row, prioridade))


@given(da_linha, da_linha, da_fila)
def test_places_in_line_are_the_same_only_for_the_same_ticket(uma: TicketRow, outra: TicketRow, fila: int) -> None:
    lugar = (uma.prioridade, uma.aguardando_desde, uma.numero)
    mesmo = lugar == (outra.prioridade, outra.aguardando_desde, outra.numero)
    assert (chave_de_espera(uma, fila) == chave_de_espera(outra, fila)) == mesmo


# -- the roster


class ContraUmaLista(RuleBasedStateMachine):
    """An Escala and a list of agents that is sorted from scratch at each look."""

    nomes = st.sampled_from("abcde")

    def __init__(self) -> None:
        super().__init__()
        self.escala = Escala("MENOS_OCUPADO")
        self.perfis: dict[str, Perfil] = {}
        self.rodizio: list[str] = []

    @rule(nome=nomes)
    def incluir(self, nome: str) -> None:
        if nome not in self.perfis:
            self.perfis[nome] = perfil(nome)
            assert self.escala.incluir(self.perfis[nome]).perfil is self.perfis[nome]
            self.rodizio.append(nome)

    @rule(nome=nomes)
    def remover(self, nome: str) -> None:
        self.escala.remover(nome)
        if self.perfis.pop(nome, None) is not None:
            self.rodizio.remove(nome)

    @rule(nome=nomes, capacidade=st.integers(0, 4), ativos=st.integers(0, 6), ocioso=st.integers(0, 3))
    def mudar(self, nome: str, capacidade: int, ativos: int, ocioso: int) -> None:
        if nome in self.perfis:
            quem = self.perfis[nome]
            ocupar(quem, ativos)
            quem.mudou(linhas.atendente(nome, capacidade=capacidade))
            quem.ocioso_desde = ocioso
            self.escala.reordenar(self.escala.candidatos[nome])

    @rule(estrategia=st.sampled_from(ESTRATEGIAS))
    def mudar_estrategia(self, estrategia: Estrategia) -> None:
        self.escala.mudar_estrategia(estrategia)

    @rule()
    def dar_trabalho_ao_proximo(self) -> None:
        candidato = self.escala.proximo()
        if candidato is not None:
            candidato.perfil.prometer(f"promised {len(candidato.perfil.prometidas)}")
            self.escala.passou_a_vez(candidato)
            self.escala.reordenar(candidato)
            self.rodizio.remove(candidato.perfil.id)
            self.rodizio.append(candidato.perfil.id)

    @invariant()
    def escolhe_o_mesmo(self) -> None:
        podem = [nome for nome, quem in self.perfis.items() if quem.livres > 0]
        podem.sort(key=self.rodizio.index)
        if self.escala.estrategia != "ROUND_ROBIN":
            podem.sort(key=lambda nome: self.perfis[nome].ocioso_desde)
        if self.escala.estrategia == "MENOS_OCUPADO":
            podem.sort(key=lambda nome: self.perfis[nome].ativos / max(self.perfis[nome].row.capacidade, 1))
        assert _nome(self.escala.proximo()) == (podem[0] if podem else None)
        assert [candidato.perfil.id for candidato in self.escala.em_ordem()] == podem
        for nome in "abcde":
            outros = [podia for podia in podem if podia != nome]
            assert _nome(self.escala.proximo_exceto(nome)) == (outros[0] if outros else None)
            volta = Exigencia("fila", devolvido_por=nome)
            assert _nome(escolher(volta, self.escala)) == next(iter(outros or podem), None)
            quer = Exigencia("fila", preferido=nome)
            assert _nome(escolher(quer, self.escala)) == (nome if nome in podem else next(iter(podem), None))


TestEscalaAgainstAList = ContraUmaLista.TestCase


def _nome(candidato: Candidato | None) -> str | None:
    return None if candidato is None else candidato.perfil.id


def perfil(nome: str, *, livres: int = 3, ativos: int = 0, ocioso_desde: int = 0) -> Perfil:
    novo = Perfil(linhas.atendente(nome, capacidade=livres + ativos, ocioso_desde=ocioso_desde))
    ocupar(novo, ativos)
    return novo


def ocupar(quem: Perfil, ativos: int) -> None:
    """Have it so many tickets, and no other."""
    for ticket_id in list(quem.ocupadas):
        quem.desocupar(ticket_id)
    for numero in range(ativos):
        quem.ocupar(str(numero))


def com(escala: Escala, nome: str, *, livres: int = 3, ativos: int = 0, ocioso_desde: int = 0) -> Candidato:
    return escala.incluir(perfil(nome, livres=livres, ativos=ativos, ocioso_desde=ocioso_desde))


def dar(escala: Escala, vezes: int) -> list[str]:
    """Give work ``vezes`` times, as the distribution does."""
    escolhidos = []
    for vez in range(vezes):
        candidato = escala.proximo()
        assert candidato is not None
        candidato.perfil.prometer(f"promised {vez}")
        escala.passou_a_vez(candidato)
        escala.reordenar(candidato)
        escolhidos.append(candidato.perfil.id)
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
    assert escala.proximo() is None
    assert CHAVES["MENOS_OCUPADO"](candidato.perfil, candidato.vez) == (0.0, 0, candidato.vez)
