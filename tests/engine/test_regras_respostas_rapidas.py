"""Quick replies: what they may be, who finds them, and what they say in a ticket."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import textos
from engine.documentos.cenario import Cenario, Vizinho
from engine.modelo import TicketRow
from engine.respostas_rapidas.busca import chave_do_atalho, comeca
from engine.respostas_rapidas.exame import TIPO, problemas
from engine.respostas_rapidas.modelo import RespostaRapida
from engine.respostas_rapidas.preenchimento import SEM_VALOR, VARIAVEIS, DeQuem, preencher, saudacao, valores

TICKET = TicketRow(
    "e", "t", 7, "ABERTO", "NORMAL", "Ana Lima", "5511999998888", "ana@x.y", "luz", "f", None, None, False, 1, 1, 1,
    None, None, None,
)  # fmt: skip
MEIO_DIA_EM_SP = 1_764_428_400_000
"""2025-11-29T15:00:00Z."""
DE_ANA = DeQuem("Bia", "Suporte", "Padaria", MEIO_DIA_EM_SP, "America/Sao_Paulo")
DE_NINGUEM = DeQuem(None, None, None, MEIO_DIA_EM_SP, "America/Sao_Paulo")


def resposta(atalho: str = "/oi", texto: str = "Olá", **campos: Any) -> RespostaRapida:
    return RespostaRapida(atalho=atalho, texto=texto, **campos)


def recusados(uma: RespostaRapida, cenario: Cenario | None = None) -> list[tuple[str, str]]:
    return [(um.campo, um.problema) for um in problemas(uma, cenario or Cenario())]


# -- what it may be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("atalho", ["oi", "/oi", "/bom-dia", "/boa_tarde", "/2via", "/saudação", "/ЗДР", "/👋", "a"])
def test_a_shortcut_is_one_word_with_the_slash_or_without(atalho: str) -> None:
    assert recusados(resposta(atalho)) == []


@pytest.mark.parametrize(
    "atalho", ["/", "//oi", "/bom dia", "bom\tdia", "oi/", "/a/b", "\u200boi", "oi\n", " oi", "\u00a0", "\u0301"]
)
def test_what_is_not_one_word_is_no_shortcut(atalho: str) -> None:
    assert [campo for campo, _ in recusados(resposta(atalho))] == ["atalho"]


@pytest.mark.parametrize("outro", ["/saudacao", "saudacao", "SAUDAÇÃO", "/Sauda\u0063\u0327a\u0303o"])
def test_two_replies_have_two_shortcuts_whatever_their_case_and_accents(outro: str) -> None:
    cenario = Cenario(documentos={TIPO: {"x": Vizinho("A primeira", resposta("/saudação"))}})
    ((campo, problema),) = recusados(resposta(outro), cenario)
    assert campo == "atalho"
    assert '"A primeira"' in problema
    assert recusados(resposta("/saudacoes"), cenario) == []


def test_variables_that_there_are_not_are_refused_with_the_nearest() -> None:
    ((campo, problema),) = recusados(resposta(texto="{{contato.nom}}"))
    assert (campo, "use {{contato.nome}}" in problema) == ("texto", True)
    assert recusados(resposta(texto=" ".join(f"{{{{ {nome} }}}}" for nome in VARIAVEIS))) == []
    assert recusados(resposta(texto='{"a": 1} {posicao}')) == []


def test_filas_and_equipes_are_those_of_the_empresa_each_once() -> None:
    cenario = Cenario(filas={"f", "g"}, equipes={"q"})
    assert recusados(resposta(filas=("f", "g"), equipes=("q",)), cenario) == []
    ditos = recusados(resposta(filas=("f", "x", "f"), equipes=("f",)), cenario)
    assert [campo for campo, _ in ditos] == ["filas[1]", "filas[2]", "equipes[0]"]


# -- who finds it ------------------------------------------------------------------------------------------------------


def test_it_is_found_by_how_its_shortcut_begins_and_where_it_is_filed() -> None:
    uma = resposta("/Saudação", pasta="Início")
    for prefixo in ("/sau", "SAUDA", "/saudação", "/", "s", None):
        assert comeca(uma, prefixo, None)
        assert comeca(uma, prefixo, "inicio")
        assert not comeca(uma, prefixo, "fim")
    assert not comeca(uma, "dacao", None)
    assert not comeca(uma, "/saudacoes", None)
    assert not comeca(replace(uma, pasta=None), None, "inicio")


@given(st.text(max_size=10))
def test_the_slash_makes_no_difference(atalho: str) -> None:
    assert chave_do_atalho("/" + atalho.lstrip("/")) == chave_do_atalho(atalho.lstrip("/"))


def test_it_is_for_all_filas_or_for_those_that_are_said_or_that_its_equipes_serve() -> None:
    ninguem: frozenset[str] = frozenset()
    assert resposta().serve("f", ninguem)
    assert resposta(filas=("f",)).serve("f", ninguem)
    assert not resposta(filas=("g",)).serve("f", frozenset({"q"}))
    assert resposta(equipes=("q",)).serve("f", frozenset({"q", "r"}))
    assert not resposta(equipes=("q",)).serve("f", frozenset({"r"}))
    assert resposta(filas=("g",), equipes=("q",)).serve("f", frozenset({"q"}))


# -- what it says ------------------------------------------------------------------------------------------------------


def test_every_variable_is_filled_in() -> None:
    assert valores(TICKET, DE_ANA) == {
        "contato.nome": "Ana Lima",
        "contato.primeiroNome": "Ana",
        "contato.telefone": "+5511999998888",
        "contato.email": "ana@x.y",
        "ticket.numero": "7",
        "ticket.assunto": "luz",
        "atendente.nome": "Bia",
        "fila.nome": "Suporte",
        "empresa.nome": "Padaria",
        "saudacao": "Boa tarde",
        "data": "29/11/2025",
        "hora": "12:00",
    }
    assert [*valores(TICKET, DE_ANA)] == [*VARIAVEIS]


def test_what_is_not_known_is_said_by_other_words_and_never_left_out() -> None:
    de_ninguem = replace(TICKET, contato_nome="", contato_telefone=None, contato_email=None, assunto=None)
    ditos = valores(de_ninguem, DE_NINGUEM)
    for nome in ("contato.nome", "contato.telefone", "contato.email", "ticket.assunto", "atendente.nome", "fila.nome"):
        assert ditos[nome] == SEM_VALOR[nome] != ""
    assert (
        preencher("Olá, {{contato.primeiroNome}}!", replace(TICKET, contato_nome=" \u200b "), DE_ANA) == "Olá, cliente!"
    )


@pytest.mark.parametrize(
    ("hora", "dita"),
    [(0, "Boa noite"), (4, "Boa noite"), (5, "Bom dia"), (11, "Bom dia"), (12, "Boa tarde"), (17, "Boa tarde"),
     (18, "Boa noite"), (23, "Boa noite")],
)  # fmt: skip
def test_the_greeting_is_that_of_the_hour(hora: int, dita: str) -> None:
    assert saudacao(hora) == dita


@pytest.mark.parametrize(
    ("fuso", "dita"),
    [("America/Sao_Paulo", "Boa tarde 29/11/2025 12:00"), ("America/Rio_Branco", "Bom dia 29/11/2025 10:00"),
     ("Asia/Tokyo", "Boa noite 30/11/2025 00:00"), ("America/St_Johns", "Bom dia 29/11/2025 11:30")],
)  # fmt: skip
def test_the_hour_is_that_of_the_clock_of_the_fila(fuso: str, dita: str) -> None:
    assert preencher("{{saudacao}} {{data}} {{hora}}", TICKET, replace(DE_ANA, fuso=fuso)) == dita


@given(nome=st.text(min_size=1, max_size=30), assunto=st.none() | st.text(max_size=30))
def test_whatever_a_contact_calls_itself_is_not_read_for_variables(nome: str, assunto: str | None) -> None:
    ticket = replace(TICKET, contato_nome=nome, assunto=assunto)
    ditos = valores(ticket, DE_ANA)
    dito = preencher("{{contato.nome}}|{{ticket.assunto}}|{{saudacao}}", ticket, DE_ANA)
    assert dito == f"{ditos['contato.nome']}|{ditos['ticket.assunto']}|Boa tarde"


@given(st.text(alphabet="{}acdeimnost.u ", max_size=60))
def test_whatever_is_not_refused_leaves_no_variable_behind(texto: str) -> None:
    if texto.strip() and not recusados(resposta(texto=texto)):
        assert textos.variaveis(preencher(texto, TICKET, DE_ANA)) == []
