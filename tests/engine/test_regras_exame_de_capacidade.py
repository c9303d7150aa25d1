"""What an empresa may set of its agents' slots, and what it is warned of."""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from engine.modelo import TipoComContatos
from engine.politica.capacidade import PADRAO, Capacidade
from engine.politica.exame_de_capacidade import avisos, problemas

TIPOS = get_args(TipoComContatos)
pares = st.tuples(st.sampled_from(TIPOS), st.sampled_from(TIPOS))


def test_the_default_is_right_and_nothing_is_said_of_it() -> None:
    assert [*problemas(PADRAO)] == []
    assert [*avisos(PADRAO, [5, 0])] == []


def test_costs_are_of_hundredths() -> None:
    ruim = Capacidade(custos={"whatsapp": 0.29, "email": 0.125}, custo_pendente=1 / 3)
    assert [(um.campo, um.problema) for um in problemas(ruim)] == [
        ("custos.email", "conta-se em centésimos de vaga: use 0.12"),
        ("custoPendente", "conta-se em centésimos de vaga: use 0.33"),
    ]


def test_nothing_shuts_itself_out_and_nothing_is_said_twice() -> None:
    ruim = Capacidade(exclusoes=(("sms", "sms"), ("email", "whatsapp"), ("whatsapp", "email")))
    assert [(um.campo, um.problema) for um in problemas(ruim)] == [
        ("exclusoes[0]", 'sms não exclui a si mesmo; para um só de cada vez, use maximos: {"sms": 1}'),
        ("exclusoes[2]", "diz o mesmo que exclusoes[1]; retire uma das duas"),
    ]


@given(st.lists(pares, max_size=8))
def test_the_pairs_that_pass_are_of_two_and_each_is_there_once(exclusoes: list[tuple[TipoComContatos, ...]]) -> None:
    achados = [*problemas(Capacidade(exclusoes=tuple(exclusoes)))]  # type: ignore[arg-type]  # they are pairs
    juntos = [frozenset(par) for par in exclusoes]
    assert (not achados) == (all(len(par) == 2 for par in juntos) and len(set(juntos)) == len(juntos))


def test_a_cost_that_nobody_has_room_for_is_told() -> None:
    capacidade = Capacidade(custos={"whatsapp": 3, "email": 2}, custo_pendente=2.5, maximos={"sms": 0, "api": 1})
    assert [(um.codigo, um.campo) for um in avisos(capacidade, [1, 2])] == [
        ("custo_alem_da_capacidade", "capacidade.custos.whatsapp"),
        ("custo_alem_da_capacidade", "capacidade.custoPendente"),
        ("canal_sem_ninguem", "capacidade.maximos.sms"),
    ]
    assert [um.codigo for um in avisos(capacidade, [])] == ["canal_sem_ninguem"], "nobody is there yet"
