"""Whom HABILIDADES and HIBRIDO choose, against a sum over all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.modelo import Estrategia, Pedida, Rota
from engine.politica.modelo import Pesos, Politica
from tests.engine.bancada import Bancada

VAGAS = 4
UMA_HORA = 3_600_000
nomes = st.sampled_from("abc")
pessoas = st.lists(
    st.tuples(st.dictionaries(nomes, st.integers(1, 5)), st.integers(0, VAGAS), st.integers(0, 5)),
    min_size=1,
    max_size=20,
)
"""Of each: its skills, how many tickets it has, and when it was idle last (minutes from the beginning)."""
exige = st.dictionaries(nomes, st.integers(1, 5), max_size=2)
gosta = st.dictionaries(nomes, st.integers(1, 5), max_size=2)
peso = st.sampled_from([0.0, 0.5, 1.0, 3.0])

Pessoa = tuple[dict[str, int], int, int]
Nota = Callable[[Pessoa], Any]
"""The least is chosen."""


def bancada(quem: list[Pessoa], **politica: Any) -> Bancada:
    b = Bancada(now=6 * 60_000)
    b.fila(politica=Politica(distribuicao_automatica=False, **politica))
    for numero, (niveis, ativos, ocioso) in enumerate(quem):
        b.pessoa(f"p{numero}", capacidade=VAGAS, habilidades=tuple(niveis), niveis=niveis)
        for _ in range(ativos):
            b.assume(b.chega(), f"p{numero}")
        b.d.perfis[f"p{numero}"].ocioso_desde = ocioso * 60_000
        b.linha().escala.reordenar(b.candidato(f"p{numero}"))
    b.fila(politica=Politica(**politica))
    return b


def pedido(exige: dict[str, int], gosta: dict[str, int]) -> Rota:
    exigidas = [Pedida(qual, nivel) for qual, nivel in exige.items()]
    return Rota(habilidades=(*exigidas, *(Pedida(qual, nivel, preferida=True) for qual, nivel in gosta.items())))


def quem_pode(quem: list[Pessoa], exige: dict[str, int]) -> dict[str, Pessoa]:
    return {
        f"p{numero}": pessoa
        for numero, pessoa in enumerate(quem)
        if pessoa[1] < VAGAS and all(pessoa[0].get(qual, 0) >= nivel for qual, nivel in exige.items())
    }


def escolhido(b: Bancada, exige: dict[str, int], gosta: dict[str, int]) -> str | None:
    return b.dono(b.chega("it", rota=pedido(exige, gosta)))


@pytest.mark.parametrize("escolha", ["melhor", "menorSuficiente"])
@pytest.mark.parametrize("estrategia", ["HABILIDADES", "HIBRIDO", "MENOS_OCUPADO", "ROUND_ROBIN", "PONDERADO"])
@settings(max_examples=25)
@given(quem=pessoas, exige=exige, gosta=gosta)
def test_it_is_for_who_has_what_is_required_whatever_is_liked(
    estrategia: Estrategia, escolha: Any, quem: list[Pessoa], exige: dict[str, int], gosta: dict[str, int]
) -> None:
    podem = quem_pode(quem, exige)
    b = bancada(quem, estrategia=estrategia, escolha=escolha)
    dono = escolhido(b, exige, gosta)
    assert (dono is None) == (not podem), "what is only liked keeps nobody out"
    assert dono is None or dono in podem


@given(pessoas, exige, gosta)
def test_the_best_are_chosen_first_and_of_these_the_least_occupied(
    quem: list[Pessoa], exige: dict[str, int], gosta: dict[str, int]
) -> None:
    gosta = {qual: nivel for qual, nivel in gosta.items() if qual not in exige}

    def nota(pessoa: Pessoa) -> tuple[int, int, int]:
        niveis, ativos, ocioso = pessoa
        return -sum(niveis.get(qual, 0) for qual in (*exige, *gosta)), ativos, ocioso

    _e_dos_primeiros(quem, exige, gosta, nota, escolha="melhor")


@given(pessoas, exige, gosta)
def test_the_least_sufficient_are_chosen_first_so_that_experts_stay_free(
    quem: list[Pessoa], exige: dict[str, int], gosta: dict[str, int]
) -> None:
    gosta = {qual: nivel for qual, nivel in gosta.items() if qual not in exige}

    def nota(pessoa: Pessoa) -> tuple[int, int, int, int]:
        niveis, ativos, ocioso = pessoa
        faltam = sum(niveis.get(qual, 0) < nivel for qual, nivel in gosta.items())
        return faltam, sum(niveis[qual] for qual in exige), ativos, ocioso

    _e_dos_primeiros(quem, exige, gosta, nota, escolha="menorSuficiente")


def _e_dos_primeiros(
    quem: list[Pessoa], exige: dict[str, int], gosta: dict[str, int], nota: Nota, escolha: Any
) -> None:
    podem = quem_pode(quem, exige)
    assume(podem)
    dono = escolhido(bancada(quem, estrategia="HABILIDADES", escolha=escolha), exige, gosta)
    assert dono is not None
    melhores = [id_ for id_, pessoa in podem.items() if nota(pessoa) == min(map(nota, podem.values()))]
    assert dono in melhores


@given(pessoas, exige, gosta, st.tuples(peso, peso, peso))
def test_hibrido_is_the_least_sum_of_its_terms(
    quem: list[Pessoa], exige: dict[str, int], gosta: dict[str, int], pesos: tuple[float, float, float]
) -> None:
    gosta = {qual: nivel for qual, nivel in gosta.items() if qual not in exige}
    pedidas = (*exige, *gosta)

    def nota(pessoa: Pessoa) -> float:
        niveis, ativos, ocioso = pessoa
        falta = sum(5 - niveis.get(qual, 0) for qual in pedidas) / (5 * len(pedidas) or 1)
        return pesos[0] * ativos / VAGAS + pesos[1] * ocioso * 60_000 / UMA_HORA + pesos[2] * falta

    podem = quem_pode(quem, exige)
    assume(podem)
    termos = Pesos(ocupacao=pesos[0], ociosidade=pesos[1], proficiencia=pesos[2])
    dono = escolhido(bancada(quem, estrategia="HIBRIDO", pesos=termos), exige, gosta)
    assert dono is not None
    assert nota(podem[dono]) <= min(map(nota, podem.values())) + 1e-9


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 60))
def test_hibrido_by_what_was_given_alone_shares_by_slots(vagas: list[int], quantos: int) -> None:
    b = Bancada(now=1)
    so_isso = Pesos(ocupacao=0, ociosidade=0, proficiencia=0, atendidos=1)
    b.fila(politica=Politica(estrategia="HIBRIDO", pesos=so_isso, janela_segundos=86_400))
    for numero, quantas in enumerate(vagas):
        b.pessoa(f"p{numero}", capacidade=quantas * 1_000)
    for _ in range(quantos):
        b.chega()
    partes = [b.a_quem().count(f"p{numero}") / quantas for numero, quantas in enumerate(vagas)]
    assert max(partes) - min(partes) <= 1 / min(vagas) + 1e-9


def test_who_learns_a_skill_may_have_what_waits_for_it_at_once_and_who_loses_it_may_not_any_more() -> None:
    b = bancada([({}, 0, 0)], estrategia="HABILIDADES")
    assert escolhido(b, {"a": 2}, {}) is None
    b.muda_pessoa("p0", habilidades=("a",), niveis={"a": 1})
    assert b.dono("it") is None
    b.muda_pessoa("p0", niveis={"a": 2})
    assert b.dono("it") == "p0"
    b.muda_pessoa("p0", habilidades=(), niveis={})
    b.chega("another", rota=pedido({"a": 1}, {}))
    assert (b.dono("it"), b.dono("another")) == ("p0", None), "what it has it keeps"
