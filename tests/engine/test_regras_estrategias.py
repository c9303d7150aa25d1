"""What each strategy promises, over whatever happens: shares, turns, and nobody idle while somebody waits."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.distribuicao import porque_nao
from engine.modelo import Estrategia
from tests.engine.historias import bancada, com_presenca, fazer, nome, passos

AUTOMATICAS: tuple[Estrategia, ...] = tuple(uma for uma in get_args(Estrategia) if uma != "MANUAL")

quantas_pessoas = st.integers(1, 7)


# -- all of them


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
@given(quantas_pessoas, st.integers(1, 3), com_presenca)
def test_nobody_has_room_while_anything_waits(
    estrategia: Estrategia, pessoas: int, capacidade: int, historia: list[tuple[str, int]]
) -> None:
    b = bancada(estrategia, pessoas, capacidade=capacidade)
    for que, qual in historia:
        fazer(b, que, qual)
        linha = b.linha()
        for espera in linha.esperas.values():
            assert all(porque_nao(linha, espera, um) is not None for um in linha.escala.candidatos.values())
        assert all(len(b.de(quem)) <= capacidade for quem in b.pessoas)


@given(quantas_pessoas, passos)
def test_manual_gives_nothing_by_itself(pessoas: int, historia: list[tuple[str, int]]) -> None:
    b = bancada("MANUAL", pessoas)
    b.assume(b.chega("taken"), nome(0))
    for que, qual in historia:
        fazer(b, que, qual)
    assert b.dados == []


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
@given(quantas_pessoas, st.integers(0, 60))
def test_equals_who_all_have_room_are_given_the_same_but_for_one(
    estrategia: Estrategia, pessoas: int, quantos: int
) -> None:
    b = bancada(estrategia, pessoas)
    for _ in range(quantos):
        b.chega()
        b.passa(1)
    vezes = Counter(b.a_quem())
    partes = [vezes[quem] for quem in b.pessoas]
    assert max(partes) - min(partes) <= 1


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
def test_equals_share_equally_while_tickets_come_and_go(estrategia: Estrategia) -> None:
    """Gini's coefficient of what ten equals were given: 0 is the same for all, 0.9 all for one."""
    acaso, b = Random(7), bancada(estrategia, 10, capacidade=3)
    for _ in range(3_000):
        fazer(b, acaso.choice(["chega", "resolve"]), acaso.randrange(10_000))
        b.passa(acaso.randrange(2_000))
    vezes = Counter(b.a_quem())
    assert gini([vezes[quem] for quem in b.pessoas]) < 0.05


def gini(partes: list[int]) -> float:
    em_ordem = sorted(partes)
    soma = sum(lugar * parte for lugar, parte in enumerate(em_ordem, 1))
    return 2 * soma / (len(partes) * sum(partes)) - (len(partes) + 1) / len(partes)


# -- the least occupied, the longest idle


@given(quantas_pessoas, st.integers(1, 5), st.integers(0, 40))
def test_the_least_occupied_keeps_equals_within_one_ticket_of_each_other(
    pessoas: int, capacidade: int, quantos: int
) -> None:
    b = bancada("MENOS_OCUPADO", pessoas, capacidade=capacidade)
    for _ in range(quantos):
        b.chega()
        tem = [len(b.de(quem)) for quem in b.pessoas]
        assert max(tem) - min(tem) <= 1


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), passos)
def test_what_comes_is_for_one_of_the_least_occupied(capacidades: list[int], historia: list[tuple[str, int]]) -> None:
    b = bancada("MENOS_OCUPADO", 0)
    for numero, capacidade in enumerate(capacidades):
        b.pessoa(nome(numero), capacidade=capacidade)
    for que, qual in historia:
        livres = {quem: b.d.perfis[quem].ocupacao for quem in b.pessoas if b.livre(quem)}
        antes = len(b.dados)
        fazer(b, que, qual)
        if que == "chega" and livres:
            assert livres[b.a_quem()[antes]] == min(livres.values())


@given(quantas_pessoas, st.integers(1, 4), passos)
def test_the_longest_idle_is_always_next(pessoas: int, capacidade: int, historia: list[tuple[str, int]]) -> None:
    b = bancada("MAIOR_TEMPO_OCIOSO", pessoas, capacidade=capacidade)
    ocioso = dict.fromkeys(b.pessoas, 1)
    for que, qual in historia:
        antes, tinha, livres = (
            len(b.dados),
            {id_: b.dono(id_) for id_ in b.tickets},
            {quem for quem in b.pessoas if b.livre(quem)},
        )
        fazer(b, que, qual)
        if que == "chega" and livres:
            assert ocioso[b.a_quem()[antes]] == min(ocioso[quem] for quem in livres)
        mexidos = {quem for id_, quem in tinha.items() if quem is not None and b.dono(id_) != quem}
        ocioso |= dict.fromkeys(mexidos | set(b.a_quem()[antes:]), b.now)


# -- at the opening


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
@given(quantas_pessoas, st.integers(1, 4), st.integers(0, 20))
def test_what_waits_at_the_opening_is_given_by_the_strategy_too(
    estrategia: Estrategia, pessoas: int, capacidade: int, quantos: int
) -> None:
    b = bancada(estrategia, pessoas, capacidade=capacidade)
    for quem in b.pessoas:
        b.muda_pessoa(quem, online=False)
    for _ in range(quantos):
        b.chega()
    b.pessoas = {quem: replace(row, online=True) for quem, row in b.pessoas.items()}
    b.reinicia()
    tem = [len(b.de(quem)) for quem in b.pessoas]
    assert sum(tem) == min(quantos, pessoas * capacidade)
    assert max(tem) - min(tem) <= 1


# -- turns


@given(quantas_pessoas, st.integers(1, 3), com_presenca)
def test_between_two_turns_of_one_everybody_who_had_room_all_the_time_had_one_also_over_a_restart(
    pessoas: int, capacidade: int, historia: list[tuple[str, int]]
) -> None:
    b = bancada("ROUND_ROBIN", pessoas, capacidade=capacidade)
    livres_desde_a_vez: dict[str, set[str]] = {}
    for que, qual in historia:
        antes = len(b.dados)
        fazer(b, que, qual)
        for quem in b.a_quem()[antes:]:
            assert not livres_desde_a_vez.get(quem, set()), f"{quem} before them"
            for outros in livres_desde_a_vez.values():
                outros.discard(quem)
            livres_desde_a_vez[quem] = set(b.pessoas) - {quem}
        for outros in livres_desde_a_vez.values():
            outros &= {quem for quem in b.pessoas if b.livre(quem)}


@pytest.mark.parametrize("vezes", range(5))
def test_the_rotation_goes_on_after_a_restart_where_it_was(vezes: int) -> None:
    b = bancada("ROUND_ROBIN", 4)
    for _ in range(4 + vezes):
        b.chega()
    b.passa(5)
    b.reinicia()
    for _ in range(4):
        b.chega()
    assert b.a_quem() == [nome(vez % 4) for vez in range(8 + vezes)]
