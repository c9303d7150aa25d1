"""What a ticket asks of whoever is to have it: by rules, by hand, and less of it ring by ring."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import Regras
from engine.distribuicao.exigencia import LEMBRADOS, Pedidos, Relaxamento, relaxadas, tem_as_habilidades
from engine.modelo import Pedida, Rota, TicketRow
from engine.politica.habilidades import niveis_de
from engine.politica.modelo import Anel, HabilidadeExigida, Politica, RegraDeHabilidades
from tests.engine import linhas
from tests.engine.bancada import fila_com, uid

ESPANHOL = HabilidadeExigida(nome="Espanhol", nivel=3)
nomes = st.sampled_from("abcd")
niveis = st.dictionaries(nomes, st.integers(1, 5))


def regra(*exige: HabilidadeExigida, **quando: Any) -> RegraDeHabilidades:
    return RegraDeHabilidades(exige=exige or (ESPANHOL,), **quando)


def pede(*regras: RegraDeHabilidades, tipo: str | None = None, rota: Rota | None = None, **campos: Any) -> object:
    return Pedidos(regras).de(linhas.ticket(rota=rota, **campos), tipo)


PEDE = ((("espanhol", 3),), ())
NADA = ((), ())


# -- by rules


@pytest.mark.parametrize(
    ("quando", "cabe", "nao_cabe"),
    [
        ({"canal": "whatsapp"}, {"tipo": "whatsapp"}, {"tipo": "email"}),
        ({"canal": "whatsapp"}, {"tipo": "whatsapp"}, {"tipo": None}),
        ({"canal_id": uid("c1")}, {"canal_id": uid("c1")}, {"canal_id": uid("c2")}),
        ({"prioridade": "ALTA"}, {"prioridade": "ALTA"}, {"prioridade": "URGENTE"}),
        ({"etiqueta": "vip"}, {"rota": Rota(etiquetas=("x", "VIP"))}, {"rota": Rota(etiquetas=("vi",))}),
        ({"etiqueta": "vip"}, {"rota": Rota(etiquetas=("vip",))}, {"rota": None}),
        ({"idioma": "es"}, {"rota": Rota(idioma="ES")}, {"rota": Rota(idioma="pt")}),
        ({"idioma": "es"}, {"rota": Rota(idioma="es")}, {"rota": None}),
        ({"idioma": "es"}, {"rota": Rota(idioma="es-MX")}, {"rota": Rota(idioma="est")}),
        ({"idioma": "pt_BR"}, {"rota": Rota(idioma="pt-BR")}, {"rota": Rota(idioma="pt")}),
    ],
)
def test_a_rule_asks_of_the_tickets_that_fit_it(
    quando: dict[str, Any], cabe: dict[str, Any], nao_cabe: dict[str, Any]
) -> None:
    assert pede(regra(**quando), **cabe) == PEDE
    assert pede(regra(**quando), **nao_cabe) == NADA


def test_a_rule_without_conditions_is_for_all_and_one_with_several_for_what_fits_them_all() -> None:
    assert pede(regra()) == PEDE
    ambas = regra(canal="email", etiqueta="vip")
    assert pede(ambas, tipo="email", rota=Rota(etiquetas=("vip",))) == PEDE
    assert pede(ambas, tipo="email") == pede(ambas, tipo="sms", rota=Rota(etiquetas=("vip",))) == NADA


def test_rules_that_fit_count_together_and_of_one_skill_the_highest_level_does() -> None:
    alta = regra(HabilidadeExigida(nome="espanhol", nivel=5), HabilidadeExigida(nome="vendas"))
    baixa = regra(HabilidadeExigida(nome="ESPANHOL", nivel=2))
    for regras in ((alta, baixa), (baixa, alta)):
        assert pede(*regras) == ((("espanhol", 5), ("vendas", 1)), ())


def test_what_is_asked_for_is_not_also_liked() -> None:
    gosta = regra(
        HabilidadeExigida(nome="espanhol", nivel=5, preferida=True), HabilidadeExigida(nome="vip", preferida=True)
    )
    assert pede(regra(), gosta) == ((("espanhol", 3),), (("vip", 1),))


REGRAS = (
    regra(HabilidadeExigida(nome="vendas"), etiqueta="vip"),
    regra(HabilidadeExigida(nome="inglês", nivel=4), idioma="en"),
    regra(HabilidadeExigida(nome="chat", nivel=2), canal="webchat"),
    regra(HabilidadeExigida(nome="loja"), canal_id=uid("c1"), prioridade="ALTA"),
    regra(HabilidadeExigida(nome="vendas", nivel=5), etiqueta="VIP", idioma="en"),
)


@st.composite
def quaisquer(draw: st.DrawFn) -> tuple[TicketRow, str | None]:
    """A ticket that differs from others in whatever a rule may look at, and the type of its canal."""
    rota = Rota(
        etiquetas=tuple(draw(st.lists(st.sampled_from(("vip", "VIP", "x")), max_size=2))),
        idioma=draw(st.sampled_from((None, "en", "pt"))),
        habilidades=draw(st.sampled_from((None, None, (), (Pedida("fibra", 2),)))),
    )
    row = linhas.ticket(
        rota=draw(st.sampled_from((None, rota))),
        canal_id=draw(st.sampled_from((None, uid("c1")))),
        prioridade=draw(st.sampled_from(("NORMAL", "ALTA"))),
    )
    return row, draw(st.sampled_from((None, "webchat")))


@given(st.lists(quaisquer(), max_size=30))
def test_what_one_ticket_asks_for_is_not_taken_for_what_another_does(
    tickets: list[tuple[TicketRow, str | None]],
) -> None:
    pedidos = Pedidos(REGRAS)
    for row, tipo in tickets:
        assert pedidos.de(row, tipo) == Pedidos(REGRAS).de(row, tipo)


def test_what_a_ticket_asks_for_is_found_however_many_kinds_there_were_before() -> None:
    pedidos = Pedidos((regra(etiqueta="vip"),))
    for n in range(LEMBRADOS + 2):
        assert pedidos.de(linhas.ticket(rota=Rota(etiquetas=("vip", f"pedido {n}"))), None) == PEDE


# -- by hand


def test_what_a_person_has_set_stands_in_place_of_the_rules() -> None:
    a_mao = Rota(habilidades=(Pedida("Vendas", 2), Pedida("vip", 4, preferida=True)))
    assert pede(regra(), rota=a_mao) == ((("vendas", 2),), (("vip", 4),))
    assert pede(regra(), rota=Rota(habilidades=())) == NADA, "nothing, if that is what was set"


def test_a_fila_without_rules_asks_what_a_person_has_set() -> None:
    regras = Regras(fila_com(Politica()))
    row = linhas.ticket(rota=Rota(habilidades=(Pedida("vendas", 2),)))
    assert regras.exigencia(row, 0, None, 0).habilidades == (("vendas", 2),)
    assert regras.exigencia(linhas.ticket(), 0, None, 0).habilidades == ()


# -- who has it


@given(niveis, niveis)
def test_who_has_all_of_them_with_the_least_levels_may_have_it(tem: dict[str, int], exige: dict[str, int]) -> None:
    sabe = tem_as_habilidades(tem, tuple(sorted(exige.items())))
    assert sabe == all(qual in tem and tem[qual] >= nivel for qual, nivel in exige.items())


def test_skills_are_the_same_however_they_are_written_and_count_three_if_nobody_has_said() -> None:
    row = linhas.atendente(habilidades=("Inglês", " VENDAS", "vip"), niveis={"ingles": 5, "outra": 4})
    assert niveis_de(row) == {"ingles": 5, "vendas": 3, "vip": 3}
    assert tem_as_habilidades(niveis_de(row), (("ingles", 5), ("vendas", 3)))


# -- rings


@given(niveis, st.sets(nomes), st.integers(0, 4))
def test_a_ring_drops_skills_and_lowers_levels_to_one_at_the_least(
    exige: dict[str, int], dispensa: set[str], reduz: int
) -> None:
    relaxada = dict(relaxadas(tuple(sorted(exige.items())), Relaxamento(frozenset(dispensa), reduz)))
    assert relaxada == {qual: max(1, nivel - reduz) for qual, nivel in exige.items() if qual not in dispensa}


@given(niveis, niveis, st.lists(st.tuples(st.sets(nomes, max_size=2), st.integers(0, 2)), max_size=4))
def test_what_somebody_may_have_it_may_have_in_every_later_ring(
    tem: dict[str, int], exige: dict[str, int], aneis: list[tuple[set[str], int]]
) -> None:
    politica = Politica(
        habilidades=(regra(*(HabilidadeExigida(nome=qual, nivel=nivel) for qual, nivel in exige.items())),),
        aneis=tuple(
            Anel(apos_segundos=10 * vez, dispensa=tuple(sorted(quais)), reduz_nivel=reduz)
            for vez, (quais, reduz) in enumerate(aneis, 1)
        ),
    )
    regras = Regras(fila_com(politica))
    pode = [
        tem_as_habilidades(tem, regras.exigencia(linhas.ticket(), 0, None, etapa).habilidades)
        for etapa in range(len(aneis) + 1)
    ]
    assert pode == sorted(pode), "once it may, it always may"
