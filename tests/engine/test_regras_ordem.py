"""Those who have room, in order, against a list that is sorted and asked one by one."""

from __future__ import annotations

from random import Random
from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.distribuicao import Candidato, Custos, Perfil
from engine.distribuicao.aptidoes import Aptidoes
from engine.distribuicao.exigencia import Exigencia, tem_as_habilidades
from engine.distribuicao.ordem import Ordem, um_a_um
from tests.engine import linhas

CABEM = 150
"""Places in the roster: more than two words of bits."""


class DeQuatro(Ordem):
    """So that lists are cut, and go, all the time."""

    TRECHO: ClassVar[int] = 4


def candidatos(quantos: int = CABEM) -> list[Candidato]:
    perfis = [Perfil(linhas.atendente(f"a{n}"), Custos()) for n in range(quantos)]
    return [Candidato(perfil, n, (None,)) for n, perfil in enumerate(perfis)]


class ContraUmaLista(RuleBasedStateMachine):
    lugares = st.integers(0, CABEM - 1)

    def __init__(self) -> None:
        super().__init__()
        self.todos = candidatos()
        self.ordem = DeQuatro(self.todos)
        self.dentro: list[Candidato] = []
        self.acaso = Random(7)

    @rule(lugar=lugares, numero=st.integers(-2, 2))
    def por(self, lugar: int, numero: int) -> None:
        self.tirar(lugar)
        candidato = self.todos[lugar]
        candidato.chave = (numero, lugar)
        self.ordem.por(candidato.chave, candidato)
        self.dentro.append(candidato)

    @rule(de=lugares, ate=lugares, numero=st.integers(-2, 2))
    def por_muitos(self, de: int, ate: int, numero: int) -> None:
        for lugar in range(de, ate):
            self.por(lugar, numero)

    @rule(lugar=lugares)
    def tirar(self, lugar: int) -> None:
        candidato = self.todos[lugar]
        if candidato in self.dentro:
            assert candidato.chave is not None
            self.ordem.retirar(candidato.chave, candidato)
            self.dentro.remove(candidato)

    @rule(de=lugares, ate=lugares)
    def tirar_muitos(self, de: int, ate: int) -> None:
        for lugar in range(de, ate):
            self.tirar(lugar)

    @invariant()
    def de_qualquer_conjunto_sao_os_mesmos(self) -> None:
        em_ordem = sorted(self.dentro, key=lambda um: um.chave or ())
        assert list(self.ordem) == em_ordem
        for conjunto in (self.todos, self.todos[:1], self.todos[60:63], self.acaso.sample(self.todos, 40), []):
            quem = sum(um.bit for um in conjunto)
            esperados = [um for um in em_ordem if um in conjunto]
            assert list(self.ordem.destes(quem)) == esperados
            assert self.ordem.primeiro_de(quem) is (esperados[0] if esperados else None)
            for quantos in (1, 5, CABEM):
                assert self.ordem.primeiros_de(quem, quantos) == esperados[:quantos]


TestOrdemAgainstAList = ContraUmaLista.TestCase


@given(quais=st.sets(st.integers(0, 400)))
def test_a_set_is_gone_through_by_place(quais: set[int]) -> None:
    todos = candidatos(401)
    assert [um.lugar for um in um_a_um(todos, sum(1 << lugar for lugar in quais))] == sorted(quais)


@given(acaso=st.randoms(use_true_random=False))
def test_who_may_have_what_is_told_by_sets_as_one_by_one(acaso: Random) -> None:
    aptidoes, todos, dentro = Aptidoes(), candidatos(12), set[Candidato]()
    for _ in range(60):
        um = acaso.choice(todos)
        if um in dentro:
            aptidoes.tirar(um)
            dentro.discard(um)
        niveis = {nome: acaso.randint(1, 5) for nome in "abc" if acaso.random() < 0.5}
        um.perfil.mudou(linhas.atendente(um.perfil.id, habilidades=tuple(niveis), niveis=niveis))
        um.etapa = acaso.randrange(3)
        if acaso.random() < 0.7:
            aptidoes.incluir(um)
            dentro.add(um)
        pedidas = tuple((nome, acaso.randint(1, 5)) for nome in "abcd" if acaso.random() < 0.3)
        exigencia = Exigencia(0, acaso.randrange(3), pedidas)
        aptos = {
            um
            for um in dentro
            if um.etapa <= exigencia.etapa and tem_as_habilidades(um.perfil.niveis, exigencia.habilidades)
        }
        assert aptidoes.aptos(exigencia) == sum(um.bit for um in aptos)
        assert aptidoes.todos == sum(um.bit for um in dentro)
