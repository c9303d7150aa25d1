"""Texts with variables: what is found in them, what is wrong with them, and what they come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.textos import DUPLAS, SIMPLES, Chaves, preencher, problemas, variaveis

AS_QUE_HA = ("contato.nome", "ticket.numero", "saudacao")
VALORES = {"contato.nome": "Ana", "ticket.numero": "7", "saudacao": "Bom dia"}
TEXTOS = st.text(alphabet="{}aé. saudcontme", max_size=40)
DE_CADA_JEITO = pytest.mark.parametrize("chaves", [DUPLAS, SIMPLES])


def test_the_variables_are_filled_in_wherever_they_stand() -> None:
    texto = "{{saudacao}}, {{ contato.nome }}! Nº {{ticket.numero}}{{ticket.numero}}"
    assert preencher(texto, VALORES) == "Bom dia, Ana! Nº 77"
    assert preencher("{saudacao}{saudacao}", VALORES, SIMPLES) == "Bom diaBom dia"


def test_the_variables_of_a_text_are_told_once_and_in_its_order() -> None:
    assert variaveis("{{b}} {{ a }} {{b}} {{}} {{") == ["b", "a", ""]
    assert variaveis("{b} {a} {b}", SIMPLES) == ["b", "a"]


def test_single_braces_are_text_where_variables_have_two() -> None:
    texto = 'envie {"nome": 1} e {contato.nome}'
    assert problemas(texto, AS_QUE_HA) == []
    assert preencher(texto, VALORES) == texto


def test_what_is_put_in_is_not_read() -> None:
    for veneno in ("{{saudacao}}", "{{", "}}", "\\g<0>", "\\1", "{saudacao}"):
        assert preencher("<{{contato.nome}}>", {**VALORES, "contato.nome": veneno}) == f"<{veneno}>"
    partido = {"a": "{{", "b": "contato.nome}}", "contato.nome": "Ana"}
    assert preencher("{{a}}{{b}}", partido) == "{{contato.nome}}"


@pytest.mark.parametrize(
    ("texto", "trechos"),
    [
        ("{{contato.nom}}", ["não existe a variável {{contato.nom}}; use {{contato.nome}}"]),
        ("{{Saudacao}}", ["use {{saudacao}}"]),
        ("{{}}", ["não existe a variável {{}}; use {{contato.nome}}, {{ticket.numero}}, {{saudacao}}"]),
        ("{{contato.nome", ["tem {{ sem par"]),
        ("contato.nome}}", ["tem }} sem par"]),
        ("{{{contato.nome}}}", ["tem {{ sem par", "tem }} sem par"]),
        ("{{contato.nome|cliente}}", ["não existe a variável {{contato.nome|cliente}}"]),
        ("{{contato\n.nome}}", ["não existe a variável"]),
        ("{{x}} {{x}} {{y}}", ["{{x}}", "{{y}}"]),
        ("{{" + "x" * 500 + "}}", ["{{" + "x" * 38 + ";"]),
    ],
)
def test_what_cannot_be_is_named_once_with_the_remedy(texto: str, trechos: list[str]) -> None:
    achados = problemas(texto, AS_QUE_HA, "dados.texto")
    assert {um.campo for um in achados} == {"dados.texto"}
    assert len(achados) == len(trechos)
    assert all(trecho in um.problema for um, trecho in zip(achados, trechos, strict=True)), achados


@DE_CADA_JEITO
@given(texto=TEXTOS)
def test_a_text_without_a_problem_is_filled_in_wholly(texto: str, chaves: Chaves) -> None:
    if not problemas(texto, AS_QUE_HA, chaves=chaves):
        dito = preencher(texto, VALORES, chaves)
        assert chaves.abre not in dito
        assert chaves.fecha not in dito


@DE_CADA_JEITO
@given(texto=TEXTOS, valor=TEXTOS)
def test_all_that_is_no_variable_is_left_as_it_was(texto: str, valor: str, chaves: Chaves) -> None:
    assert preencher(texto, {}, chaves) == texto
    if not variaveis(texto, chaves):
        assert preencher(texto, dict.fromkeys(AS_QUE_HA, valor), chaves) == texto


@DE_CADA_JEITO
@given(partes=st.lists(st.tuples(st.text("ab é", max_size=5), st.sampled_from(AS_QUE_HA)), max_size=6), valor=TEXTOS)
def test_a_text_is_its_parts_with_the_values_between(
    partes: list[tuple[str, str]], valor: str, chaves: Chaves
) -> None:  # fmt: skip
    texto = "".join(antes + chaves.escrita(nome) for antes, nome in partes)
    assert problemas(texto, AS_QUE_HA, chaves=chaves) == []
    assert variaveis(texto, chaves) == list(dict.fromkeys(nome for _, nome in partes))
    assert preencher(texto, dict.fromkeys(AS_QUE_HA, valor), chaves) == "".join(antes + valor for antes, _ in partes)


@DE_CADA_JEITO
@given(texto=TEXTOS, fora=st.sampled_from(AS_QUE_HA))
def test_every_variable_that_is_not_let_in_is_a_problem(texto: str, fora: str, chaves: Chaves) -> None:
    permitidas = [nome for nome in AS_QUE_HA if nome != fora]
    assert problemas(texto + chaves.escrita(fora), permitidas, chaves=chaves)
