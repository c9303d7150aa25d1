"""The roster against a naive sort, and the rotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.distribuicao import Candidato, Custos, Escala, Perfil, Regras
from engine.distribuicao.exigencia import Exigencia
from engine.modelo import Estrategia
from engine.politica.modelo import Politica
from tests.engine import linhas
from tests.engine.bancada import fila_com

SEM_PEDIR: tuple[Estrategia, ...] = ("MENOS_OCUPADO", "MAIOR_TEMPO_OCIOSO", "ROUND_ROBIN", "HABILIDADES", "MANUAL")
"""Strategies whose order is by what one sees of agents at the moment, as long as nothing is asked of them."""
POR_OCIO = {"MENOS_OCUPADO", "MAIOR_TEMPO_OCIOSO", "HABILIDADES"}
POR_OCUPACAO = {"MENOS_OCUPADO", "HABILIDADES"}
UMA_VAGA = (100, 0)
QUANDO = st.integers(0, 3)


def regras_com(**politica: Any) -> Regras:
    return Regras(fila_com(Politica(**politica)))


def escala_com(**politica: Any) -> Escala:
    return Escala(regras_com(**politica), 1)


def proximo(escala: Escala, entre: Iterable[str] | None = None) -> Candidato | None:
    """The first of those who have room."""
    quem = escala.livres[0]
    if entre is not None:
        quem &= sum(escala.candidatos[nome].bit for nome in entre)
    return escala.escolher(escala.grupos(Exigencia()), quem)


class ContraUmaLista(RuleBasedStateMachine):
    """An Escala and a list of agents that is sorted from scratch at each look."""

    nomes = st.sampled_from("abcde")

    def __init__(self) -> None:
        super().__init__()
        self.escala = escala_com()
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
        if self.perfis.pop(nome, None) is not None:
            self.escala.remover(self.escala.candidatos[nome])
            self.rodizio.remove(nome)

    @rule(nome=nomes, capacidade=st.integers(0, 4), online=st.booleans(), ativos=st.integers(0, 6), ocioso=QUANDO)
    def mudar(self, nome: str, capacidade: int, online: bool, ativos: int, ocioso: int) -> None:
        if nome in self.perfis:
            quem = self.perfis[nome]
            ocupar(quem, ativos)
            quem.mudou(linhas.atendente(nome, capacidade=capacidade, online=online))
            quem.ocioso_desde = ocioso
            self.escala.reordenar(self.escala.candidatos[nome])

    @rule(nome=nomes, impedido=st.sampled_from([None, "limite", "aquecimento"]))
    def impedir(self, nome: str, impedido: Any) -> None:
        if nome in self.perfis:
            self.escala.candidatos[nome].impedido = impedido
            self.escala.reordenar(self.escala.candidatos[nome])

    @rule(estrategia=st.sampled_from(SEM_PEDIR))
    def mudar_regras(self, estrategia: Estrategia) -> None:
        self.escala.mudar_regras(regras_com(estrategia=estrategia))

    @rule()
    def dar_trabalho_ao_proximo(self) -> None:
        candidato = proximo(self.escala)
        if candidato is not None:
            candidato.perfil.prometer(f"promised {len(candidato.perfil.prometidas)}", UMA_VAGA)
            self.escala.passou_a_vez(candidato, 0)
            self.escala.reordenar(candidato)
            self.rodizio.remove(candidato.perfil.id)
            self.rodizio.append(candidato.perfil.id)

    def _podem(self) -> list[str]:
        estrategia = self.escala.regras.politica.estrategia
        podem = [nome for nome in self.rodizio if self._livre(nome)]
        if estrategia in POR_OCIO:
            podem.sort(key=lambda nome: self.perfis[nome].ocioso_desde)
        if estrategia in POR_OCUPACAO:
            podem.sort(key=lambda nome: self.perfis[nome].usado / max(self.perfis[nome].row.capacidade, 1))
        return podem

    def _livre(self, nome: str) -> bool:
        quem = self.perfis[nome]
        cabe = quem.row.online and quem.usado + 100 <= quem.row.capacidade * 100
        return cabe and self.escala.candidatos[nome].impedido is None

    @invariant()
    def escolhe_o_mesmo(self) -> None:
        podem = self._podem()
        assert _nome(proximo(self.escala)) == (podem[0] if podem else None)
        assert [candidato.perfil.id for candidato in self.escala.em_ordem()] == podem
        for nome in self.perfis:
            outros = [podia for podia in podem if podia != nome]
            assert _nome(proximo(self.escala, self.perfis.keys() - {nome})) == (outros[0] if outros else None)

    @invariant()
    def os_conjuntos_sao_o_que_dizem(self) -> None:
        um_a_um = self.escala.candidatos.values()
        assert len({candidato.bit for candidato in um_a_um}) == len(self.perfis)
        assert self._de(self.escala.livres[0]) == set(self._podem())
        assert self._de(self.escala.disponiveis) == {nome for nome, quem in self.perfis.items() if quem.recebe}
        assert self._de(self.escala.aptos(Exigencia())) == set(self.perfis)

    def _de(self, bits: int) -> set[str]:
        return {candidato.perfil.id for candidato in self.escala.destes(bits)}


TestEscalaAgainstAList = ContraUmaLista.TestCase


def _nome(candidato: Candidato | None) -> str | None:
    return None if candidato is None else candidato.perfil.id


def perfil(nome: str, *, livres: int = 3, ativos: int = 0, ocioso_desde: int = 0, **campos: Any) -> Perfil:
    row = linhas.atendente(nome, capacidade=livres + ativos, ocioso_desde=ocioso_desde, **campos)
    novo = Perfil(row, Custos())
    ocupar(novo, ativos)
    return novo


def ocupar(quem: Perfil, ativos: int) -> None:
    """Have it so many tickets, and no other."""
    for ticket_id in list(quem.ocupadas):
        quem.desocupar(ticket_id)
    for numero in range(ativos):
        quem.ocupar(str(numero), UMA_VAGA)


def com(escala: Escala, nome: str, *, livres: int = 3, ativos: int = 0, ocioso_desde: int = 0) -> Candidato:
    return escala.incluir(perfil(nome, livres=livres, ativos=ativos, ocioso_desde=ocioso_desde))


def dar(escala: Escala, vezes: int) -> list[str]:
    """Give work ``vezes`` times, as the distribution does."""
    escolhidos = []
    for vez in range(vezes):
        candidato = proximo(escala)
        assert candidato is not None
        candidato.perfil.prometer(f"promised {vez}", UMA_VAGA)
        escala.passou_a_vez(candidato, vez)
        escala.reordenar(candidato)
        escolhidos.append(candidato.perfil.id)
    return escolhidos


# -- the rotation


def test_round_robin_goes_round() -> None:
    escala = escala_com(estrategia="ROUND_ROBIN")
    for nome in "abc":
        com(escala, nome)
    assert dar(escala, 9) == list("abcabcabc")
    assert proximo(escala) is None


def test_a_newcomer_joins_the_rotation_at_its_end() -> None:
    escala = escala_com(estrategia="ROUND_ROBIN")
    com(escala, "a")
    com(escala, "b")
    dar(escala, 1)
    com(escala, "c")
    assert dar(escala, 3) == ["b", "a", "c"]


def test_a_place_that_is_remembered_is_taken_again_and_who_comes_anew_goes_behind_it() -> None:
    escala = escala_com(estrategia="ROUND_ROBIN")
    lembrados = {nome: com(escala, nome) for nome in "abc"}
    for vez, nome in enumerate("cab", 70):
        lembrados[nome].vez = vez
    escala.abrir()
    com(escala, "d")
    assert dar(escala, 5) == list("cabdc")


def test_least_occupied_is_by_share_of_capacity_not_by_count() -> None:
    escala = escala_com(estrategia="MENOS_OCUPADO")
    com(escala, "half of two", livres=1, ativos=1)
    com(escala, "a third of six", livres=4, ativos=2)
    assert dar(escala, 1) == ["a third of six"]


def test_longest_idle_goes_first_and_ties_follow_the_rotation() -> None:
    escala = escala_com(estrategia="MAIOR_TEMPO_OCIOSO")
    com(escala, "a", ocioso_desde=20)
    com(escala, "b", ocioso_desde=10)
    com(escala, "c", ocioso_desde=10)
    assert dar(escala, 2) == ["b", "c"]


@pytest.mark.parametrize("estrategia", get_args(Estrategia))
def test_equal_agents_share_equally_under_every_strategy(estrategia: Estrategia) -> None:
    escala = escala_com(estrategia=estrategia)
    for nome in "abcdefg":
        com(escala, nome, livres=10)
    partes = Counter(dar(escala, 35))
    assert set(partes.values()) == {5}


def test_an_agent_without_capacity_is_nobodys_choice() -> None:
    escala = escala_com()
    candidato = com(escala, "a", livres=0)
    assert proximo(escala) is None
    assert candidato.chave is None
    assert not escala.disponiveis


@pytest.mark.parametrize("estrategia", get_args(Estrategia))
@settings(max_examples=25)
@given(data=st.data())
def test_of_any_part_of_many_the_one_is_chosen_who_stands_first_in_the_order_of_all(
    estrategia: Estrategia, data: st.DataObject
) -> None:
    escala = escala_com(estrategia=estrategia)
    nomes = [f"p{numero}" for numero in range(data.draw(st.integers(1, 60)))]
    for nome in nomes:
        ativos, ocioso = data.draw(st.tuples(st.integers(0, 4), QUANDO))
        com(escala, nome, livres=4 - ativos, ativos=ativos, ocioso_desde=ocioso)
    entre = data.draw(st.sets(st.sampled_from(nomes)))
    em_ordem = [candidato.perfil.id for candidato in escala.em_ordem() if candidato.perfil.id in entre]
    assert _nome(proximo(escala, entre)) == (em_ordem[0] if em_ordem else None)
