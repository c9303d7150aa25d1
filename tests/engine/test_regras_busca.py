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
    """What PostgreSQL does with the two: a prefix of the query is true if it begins some word of the vector."""
    procura = consulta(empresa, digitado)
    if procura is None:
        return False
    tem = {prefixo: any(palavra.startswith(prefixo) for palavra in lexemas(vetor)) for prefixo in lexemas(procura)}
    expressao = _LEXEMA.sub(lambda achado: str(tem[achado[1]]), procura)
    return bool(eval(expressao.replace("&", "and").replace("|", "or")))


@pytest.mark.parametrize(
    "digitado",
    [
        "joão", "JOAO", "jo mul", "muller cobranca", "dobro", "417", "41", "#417", "5511999998888",
        "+55 (11) 99999-8888", "11999998888", "999998888", "99998888", "551199998888", "1199998888",
        "+55 (0)11 99999-8888", "011 99999-8888", "0055 11 99999-8888", "(11) 9999-8888", "joão (11) 99999-8888",
        "joao@x.com", "x.com", "@x.com", "JOAO@",
    ],
)  # fmt: skip
def test_a_ticket_is_found_by_name_subject_number_and_every_form_of_its_phone(digitado: str) -> None:
    assert acha(termos_do_ticket(ticket_busca(TICKET)), digitado)


@pytest.mark.parametrize("digitado", ["joana", "joão silva", "418", "551199998887", "y.com", "ao"])
def test_it_is_not_found_by_what_it_does_not_have(digitado: str) -> None:
    assert not acha(termos_do_ticket(ticket_busca(TICKET)), digitado)


@pytest.mark.parametrize(
    ("escrito", "digitado"),
    [
        ("Pedido 2024-001", "2024-001"), ("Pedido 2024-001", "2024001"), ("Pedido 2024-001", "001"),
        ("Pedido 2024-001", "2024/001"), ("Pedido 2024001", "2024-001"), ("2024-001 e 12 peças", "2024-001 12"),
        ("CPF 123.456.789-09", "123.456.789-09"), ("CPF 123.456.789-09", "12345678909"),
        ("CPF 12345678909", "123.456.789-09"), ("CPF 123 456 789 09", "12345678909"),
        ("x 12345678909", "123 456 789 09"),
        ("CNPJ 12.345.678/0001-95", "12345678000195"), ("CNPJ 12.345.678/0001-95", "12.345.678/0001-95"),
        ("Visita em 12/03/2024 14:30", "12/03/2024"), ("Visita em 12/03/2024", "12032024"),
        ("Visita em 12/03/2024 14:30", "14:30"), ("Visita em 12/03/2024", "03/2024"), ("em 2024-03-12", "2024-03"),
        ("Protocolo 2024.10/55-A", "2024.10/55-a"), ("Protocolo 2024.10/55-A", "20241055A"),
        ("Pedido AB-12/3", "AB-12/3"), ("Pedido AB-12/3", "ab123"), ("Pedido AB-12/3", "12/3"), ("AB-12/3", "AB-12"),
        ("Cobraram R$ 1.234,56", "1.234,56"), ("Cobraram R$ 1.234,56", "R$ 1.234,56"), ("R$ 1.234,56", "123456"),
        ("R$1.234,56", "1234,56"), ("R$1.234,56", "R$1.234"), ("#123", "#123"), ("ver #123", "123"), ("50%", "50%"),
        ("guarda-chuva", "guarda-chuva"), ("guarda-chuva", "guardachuva"), ("guarda-chuva", "chuva"),
        ("guarda-chuva", "guarda chuva"), ("d'Ávila", "d'avila"), ("d'Ávila", "davila"), ("D’Ávila", "d'ávila"),
        ("Silva, João", "joão silva"), ("João Silva", "silva,joão"), ("João/Maria", "maria"), ("O'Neil", "oneil"),
        ("https://loja.com/p/AB-12?x=1", "https://loja.com/p/AB-12"), ("https://loja.com/p/AB-12?x=1", "loja.com"),
        ("veja www.loja.com.br", "loja.com.br"), ("v1.2.3", "v1.2"), ("10.0.0.1", "10.0.0.1"),
        ("nota_fiscal", "fiscal"),
        ("joao.silva+x@exemplo.com.br", "joao.silva+x@exemplo.com.br"), ("joao.silva@exemplo.com.br", "@exemplo.com"),
        ("Festa 🎉", "🎉"), ("Festa 🎉🎂", "🎂"), ("👩‍👩‍👧 família", "👩‍👩‍👧"), ("订单问题", "问题"),
        ("訂單 123", "單"),
        ("注文番号です", "番号"), ("한국어 서비스", "서비"), ("สวัสดีครับ", "ครับ"), ("Привет, мир", "мир"),
        ("שלום", "שלום"),
        ("Jo\u200bão", "joão"), ("João", "\u202ajoão\u202c"), ("Pedido １２３", "123"), ("طلب ١٢٣", "123"),
        ("Straße", "strasse"), ("Müller-Lüdenscheidt", "muller ludenscheidt"), ("A&B", "a&b"), ("C++ e C#", "c++"),
    ],
)  # fmt: skip
def test_what_can_be_seen_is_found_as_it_is_written_and_without_its_punctuation(escrito: str, digitado: str) -> None:
    assert acha(termos(EMPRESA, escrito), digitado)


@pytest.mark.parametrize(
    ("escrito", "digitado"),
    [
        ("Pedido 2024-002", "2024-001"), ("12/03/2024", "03/12/2024"), ("12/03/2024", "13/03/2024"),
        ("CPF 123.456.789-09", "123.456.789-10"), ("AB-12/3", "AB-12/4"), ("AB-12/3", "AB-123/4"),
        ("R$ 1.234,56", "1.235"),
        ("joao@exemplo.com", "joao@example.com"), ("订单", "单订"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_not_found(escrito: str, digitado: str) -> None:
    assert not acha(termos(EMPRESA, escrito, numero=4), digitado)


@pytest.mark.parametrize(
    ("telefone", "digitado"),
    [
        ("442079460958", "020 7946 0958"), ("442079460958", "02079460958"), ("442079460958", "+44 (0)20 7946 0958"),
        ("442079460958", "7946 0958"), ("442079460958", "0044 20 7946"), ("5491123456789", "011 15-2345-6789"),
        ("5491123456789", "0111523456789"), ("5491123456789", "11 2345-6789"), ("541123456789", "+54 9 11 2345-6789"),
        ("5491123456789", "15 2345-6789"), ("14155550100", "(415) 555-0100"), ("14155550100", "415.555.0100"),
        ("14155550100", "555-0100"), ("14155550100", "1-415-555-0100"), ("390612345678", "06 1234 5678"),
        ("79123456789", "8 (912) 345-67-89"), ("351912345678", "912 345 678"), ("33612345678", "06 12 34 56 78"),
        ("33612345678", "0612345678"), ("4915112345678", "0151 12345678"), ("525512345678", "+52 1 55 1234 5678"),
        ("525512345678", "55 1234 5678"), ("819012345678", "090-1234-5678"), ("919876543210", "98765 43210"),
        ("551133334444", "(11) 3333-4444"), ("551133334444", "3333-4444"), ("551199998888", "(11) 99999-8888"),
    ],
)  # fmt: skip
def test_a_phone_is_found_as_it_is_written_in_its_country(telefone: str, digitado: str) -> None:
    assert acha(termos(EMPRESA, telefone=telefone), digitado)


def test_another_empresas_words_are_other_words() -> None:
    assert not acha(termos_do_ticket(ticket_busca(TICKET)), "joão", OUTRA)


@pytest.mark.parametrize("vazio", ["", " ", "!?", "' & |", "()"])
def test_a_text_without_words_finds_nothing_rather_than_everything(vazio: str) -> None:
    assert consulta(EMPRESA, vazio) is None


def test_accents_of_every_script_are_dropped_and_letters_are_kept() -> None:
    assert palavras("Ação ÉCLAIR Στέλιος") == ("acao", "eclair", "στελιοσ")
    assert palavras("e\u0301 \u0627\u064b") == ("e", "\u0627")
    assert palavras("Ørsted Łódź Đức Ægir ığdır Œuvre") == ("orsted", "lodz", "duc", "aegir", "igdir", "oeuvre")


@given(st.text(), st.text(max_size=30))
def test_whatever_is_typed_stays_inside_quotes(texto: str, telefone: str) -> None:
    vetor = termos(EMPRESA, texto, None, telefone=telefone)
    procura = consulta(EMPRESA, texto) or ""
    assert "".join(_LEXEMA.sub("", vetor).split()) == ""
    assert set(_LEXEMA.sub("", procura)) <= set(" &|()")
    for palavra in lexemas(vetor) + lexemas(procura):
        assert palavra.startswith(MARCA)
        assert not set(palavra) & set("'\\ :*&|!()<>")
        assert len(palavra.encode()) < 2046, "PostgreSQL's longest lexeme"


@given(st.text(max_size=200))
def test_a_text_is_found_by_itself(texto: str) -> None:
    vetor = termos(EMPRESA, texto)
    if palavras(texto) and len(set(palavras(texto))) <= 64:
        assert acha(vetor, texto)


@given(st.text(alphabet="0123456789", min_size=8, max_size=15))
def test_a_phone_is_found_by_itself_and_by_its_last_digits(telefone: str) -> None:
    vetor = termos(EMPRESA, telefone=telefone)
    assert acha(vetor, telefone)
    assert acha(vetor, telefone[-8:])


@pytest.mark.parametrize("telefone", ["5511999998888", "5491123456789", "442079460958", "14155550100", "79123456789"])
def test_a_phone_has_few_words(telefone: str) -> None:
    assert len(lexemas(termos(EMPRESA, telefone=telefone))) <= 8


def test_a_text_has_as_many_words_as_it_has_parts() -> None:
    assert len(lexemas(termos(EMPRESA, "Pedido 2024-001 de d'Ávila, R$ 1.234,56"))) == 10


def test_a_long_text_is_cut_and_not_refused() -> None:
    assert len(lexemas(termos(EMPRESA, " ".join(f"p{n}" for n in range(500))))) == 64
    assert lexemas(termos(EMPRESA, "a" * 5000)) == [MARCA + "a" * 40]
