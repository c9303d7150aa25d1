"""What who waits is told: the text, when it is due, and what keeps it from being said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.distribuicao.estimativa import Estimativa, Posicao
from engine.estados import assumir, devolver, encerrar, esperar_na_fila, mensagem_de_espera, pendenciar, transbordar
from engine.modelo import MensagemPendente, TicketRow
from engine.politica.exame_da_mensagem import da_mensagem_de_espera
from engine.politica.mensagem_de_espera import ao_mudar, em_palavras, escrever, seguinte
from engine.politica.modelo import MensagemDeEspera

TICKET = TicketRow(
    "e", "t", 7, "ABERTO", "NORMAL", "Ana", None, None, None, "f", None, "c", False, 1, 1, 1, None, None, None
)  # fmt: skip
MINUTO = 60_000


def diz(texto: str = "{posicao}", sem: str | None = None) -> MensagemDeEspera:
    return MensagemDeEspera(texto=texto, texto_sem_estimativa=sem)


def em(posicao: int, p50: int | None = None, p90: int = 0) -> Posicao:
    return Posicao(posicao, 12, None if p50 is None else Estimativa(p50, p90), 0)


# -- the text ----------------------------------------------------------------------------------------------------------


def test_the_variables_are_filled_in() -> None:
    texto = "{posicao}/{aguardando} nº {numero}: {espera}, até {esperaMaxima}. {posicao}!"
    dito = escrever(diz(texto, "x"), 7, em(3, 4 * MINUTO, 90 * MINUTO))
    assert dito == "3/12 nº 7: 4 minutos, até 1 hora e 30 minutos. 3!"


def test_without_an_estimate_the_other_text_is_said_and_only_then() -> None:
    mensagem = diz("Faltam {espera}.", "Você é o {posicao}º.")
    assert escrever(mensagem, 7, em(3)) == "Você é o 3º."
    assert escrever(mensagem, 7, em(3, MINUTO)) == "Faltam 1 minuto."
    assert escrever(diz("{posicao}", "nunca"), 7, em(3)) == "3"
    assert escrever(diz("{espera}"), 7, em(3)) is None


@pytest.mark.parametrize(
    ("ms", "dito"),
    [
        (0, "1 minuto"), (-5, "1 minuto"), (1, "1 minuto"), (MINUTO, "1 minuto"), (MINUTO + 1, "2 minutos"),
        (60 * MINUTO, "1 hora"), (61 * MINUTO, "1 hora e 1 minuto"), (125 * MINUTO, "2 horas e 5 minutos"),
    ],
)  # fmt: skip
def test_durations_are_said_as_people_say_them(ms: int, dito: str) -> None:
    assert em_palavras(ms) == dito


# -- what cannot be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mensagem", "campo", "trecho"),
    [
        (diz("{posição}"), "texto", "use {posicao}"),
        (diz("{ espera }", "x"), "texto", "use {espera}"),
        (diz("{contato}"), "texto", "use {posicao}, {aguardando}"),
        (diz("{}"), "texto", "não existe a variável {}"),
        (diz("{posicao"), "texto", "sem par"),
        (diz("posicao}"), "texto", "sem par"),
        (diz("{{posicao}}"), "texto", "sem par"),
        (diz("{espera}"), "textoSemEstimativa", "dê aqui o que dizer"),
        (diz("{esperaMaxima}"), "textoSemEstimativa", "texto usa {esperaMaxima}"),
        (diz("{espera}", "{espera}, {espera} ou {esperaMaxima}"), "textoSemEstimativa", "retire {espera} e {esperaMa"),
        (diz("{espera}", "{lugar}"), "textoSemEstimativa", "não existe a variável {lugar}"),
        (replace(diz(), repetir_segundos=59), "repetirSegundos", "ao menos 60"),
    ],
)
def test_what_cannot_be_is_named_with_the_remedy(mensagem: MensagemDeEspera, campo: str, trecho: str) -> None:
    problemas = [(um.campo, um.problema) for um in da_mensagem_de_espera(mensagem)]
    assert any(onde == f"mensagemDeEspera.{campo}" and trecho in dito for onde, dito in problemas), problemas


@pytest.mark.parametrize(
    "mensagem",
    [
        None, diz(), diz("Olá!"), diz("{espera}", "Olá"), diz("{espera} {posicao}", "{posicao} {numero}"),
        replace(diz(), repetir_segundos=60, maximo=10),
    ],
)  # fmt: skip
def test_what_can_be_is_not_refused(mensagem: MensagemDeEspera | None) -> None:
    assert [*da_mensagem_de_espera(mensagem)] == []


@given(st.text(alphabet="{}aeposic ", max_size=30))
def test_whatever_is_not_refused_leaves_no_brace_behind(texto: str) -> None:
    mensagem = diz(texto or "x", "sem")
    if not [*da_mensagem_de_espera(mensagem)]:
        dito = escrever(mensagem, 7, em(3, MINUTO, MINUTO))
        assert dito is not None
        assert "{" not in dito
        assert "}" not in dito


# -- when it is due ----------------------------------------------------------------------------------------------------


def test_who_comes_to_a_line_is_told_after_so_long_and_who_leaves_it_is_not() -> None:
    espera = ao_mudar(None, TICKET, diz(), 1_000)
    assert mensagem_de_espera(espera) == MensagemPendente(31_000)
    assert ao_mudar(None, TICKET, None, 1_000) is TICKET
    for depois in (
        assumir(espera, "a", forcado=False, now=2), pendenciar(espera, 2), encerrar(espera, "FECHADO", 2),
        encerrar(espera, "RESOLVIDO", 2),
    ):  # fmt: skip
        assert ao_mudar(espera, depois, diz(), 2).rota is None


def test_what_goes_on_waiting_keeps_its_time_and_another_line_begins_anew() -> None:
    espera = ao_mudar(None, TICKET, diz(), 0)
    mudado = replace(espera, assunto="outro")
    assert ao_mudar(espera, mudado, replace(diz(), apos_segundos=5), 20_000) is mudado
    for la in (transbordar(espera, "g", 20_000), esperar_na_fila(espera, "g", 20_000)):
        assert mensagem_de_espera(ao_mudar(espera, la, diz(), 20_000)) == MensagemPendente(50_000)
        assert mensagem_de_espera(ao_mudar(espera, la, None, 20_000)) is None
    tido = assumir(espera, "a", forcado=False, now=5)
    volta = ao_mudar(tido, devolver(tido, 20_000), diz(), 20_000)
    assert mensagem_de_espera(volta) == MensagemPendente(50_000)


@given(st.integers(0, 1_000), st.one_of(st.just(0), st.integers(60, 1_000)), st.integers(1, 10))
def test_it_is_due_as_often_as_is_set_and_no_more(apos: int, repetir: int, maximo: int) -> None:
    mensagem = replace(diz(), apos_segundos=apos, repetir_segundos=repetir, maximo=maximo)
    pendente = mensagem_de_espera(ao_mudar(None, TICKET, mensagem, 0))
    quando: list[int] = []
    while pendente is not None:
        quando.append(pendente.em // 1_000)
        pendente = seguinte(mensagem, pendente, pendente.em)
    assert quando == [max(apos, 1) + n * repetir for n in range(maximo if repetir else 1)]
