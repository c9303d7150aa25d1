"""Search: what somebody types finds what they mean, and nothing that is typed is an operator."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.busca import consulta, palavras, termos, termos_do_ticket, ticket_busca
from engine.modelo import TicketRow

EMPRESA = "01980000-0000-7000-8000-0000000000aa"
OUTRA = "01980000-0000-7000-8000-0000000000bb"
MARCA = EMPRESA[-8:]
_LEXEMA = re.compile(r"'([^']+)'(?::\*)?")

TICKET = TicketRow(
    EMPRESA, "t1", 417, "ABERTO", "NORMAL", "João Müller", "5511999998888", "joao@x.com", "Cobrança em dobro",
    "f1", None, None, False, 1, 1, 1, None, None, None,
)  # fmt: skip


def lexemas(texto: str) -> list[str]:
    return _LEXEMA.findall(texto)


def acha(vetor: str, digitado: str, empresa: str = EMPRESA) -> bool:
    """What PostgreSQL does with the two: every prefix of the query begins some word of the vector."""
    procura = consulta(empresa, digitado)
    return procura is not None and all(
        any(palavra.startswith(prefixo) for palavra in lexemas(vetor)) for prefixo in lexemas(procura)
    )


@pytest.mark.parametrize(
    "digitado",
    [
        "joão", "JOAO", "jo mul", "muller cobranca", "dobro", "417", "41", "#417", "5511999998888",
        "+55 (11) 99999-8888", "11999998888", "999998888", "99998888", "551199998888", "1199998888",
    ],
)  # fmt: skip
def test_a_ticket_is_found_by_name_subject_number_and_every_form_of_its_phone(digitado: str) -> None:
    assert acha(termos_do_ticket(ticket_busca(TICKET)), digitado)


@pytest.mark.parametrize("digitado", ["joana", "joão silva", "418", "551199998887", "x.com", "ao"])
def test_it_is_not_found_by_what_it_does_not_have(digitado: str) -> None:
    assert not acha(termos_do_ticket(ticket_busca(TICKET)), digitado)


def test_another_empresas_words_are_other_words() -> None:
    assert not acha(termos_do_ticket(ticket_busca(TICKET)), "joão", OUTRA)


@pytest.mark.parametrize("vazio", ["", " ", "!?", "' & |", "()"])
def test_a_text_without_words_finds_nothing_rather_than_everything(vazio: str) -> None:
    assert consulta(EMPRESA, vazio) is None


def test_accents_of_every_script_are_dropped_and_letters_are_kept() -> None:
    assert palavras("Ação ÉCLAIR Στέλιος") == ("acao", "eclair", "στελιοσ")
    assert palavras("e\u0301 \u0627\u064b") == ("e", "\u0627")


@given(st.text(), st.text(max_size=30))
def test_whatever_is_typed_stays_inside_quotes(texto: str, telefone: str) -> None:
    vetor = termos(EMPRESA, texto, None, telefone=telefone)
    procura = consulta(EMPRESA, texto) or ""
    assert "".join(_LEXEMA.sub("", vetor).split()) == ""
    assert _LEXEMA.sub("", procura).replace(" & ", "") == ""
    for palavra in lexemas(vetor) + lexemas(procura):
        assert palavra.startswith(MARCA)
        assert palavra.removeprefix(MARCA).replace("\\", "?").isalnum()
        assert len(palavra.encode()) < 2046, "PostgreSQL's longest lexeme"


@given(st.text(max_size=200))
def test_a_text_is_found_by_itself(texto: str) -> None:
    vetor = termos(EMPRESA, texto)
    if palavras(texto) and len(set(palavras(texto))) <= 64:
        assert acha(vetor, texto) or not re.search(r"[^\W\d_]", texto), "digits and signs alone are read as one number"


@given(st.text(alphabet="0123456789", min_size=8, max_size=15))
def test_a_phone_is_found_by_itself_and_by_its_last_digits(telefone: str) -> None:
    vetor = termos(EMPRESA, telefone=telefone)
    assert acha(vetor, telefone)
    assert acha(vetor, telefone[-8:])


def test_a_long_text_is_cut_and_not_refused() -> None:
    assert len(lexemas(termos(EMPRESA, " ".join(f"p{n}" for n in range(500))))) == 64
    assert lexemas(termos(EMPRESA, "a" * 5000)) == [MARCA + "a" * 40]
