"""Phones: whatever way one is written in is one number, as long as some plan has it."""

from __future__ import annotations

import unicodedata

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contatos import chave_de_telefone
from engine.errors import Invalid
from engine.telefones import PAISES, exigir, formas, ler, limpo, linha

COM_NONO, SEM_NONO, FIXO = "5511999998888", "551199998888", "551133334444"


def lido(escrito: str, pais: str = "BR") -> str | None:
    limpo_ = limpo(escrito)
    return None if limpo_ is None else ler(limpo_, pais)


@pytest.mark.parametrize("pais", ["BR", "US", "AR", "DE", "PT", "MX", "IT", "CN"])
@pytest.mark.parametrize(
    "telefone",
    [COM_NONO, SEM_NONO, FIXO, "5585987654321", "551188887001", "14155550100", "5491123456789", "525512345678",
     "351912345678", "442079460958", "4915112345678", "917891234567"],
)  # fmt: skip
def test_what_the_mission_writes_is_read_back_as_it_was_sent_in_every_country(telefone: str, pais: str) -> None:
    assert lido(telefone, pais) == telefone
    assert lido(f"+{telefone}", pais) == telefone


@pytest.mark.parametrize(
    "escrito",
    [
        "+55 (11) 99999-8888", "(11) 99999-8888", "11 99999-8888", "11999998888", "+55 (0)11 99999-8888",
        "+55011999998888", "011 99999-8888", "015 11 99999-8888", "00 55 11 99999-8888", "0021 55 11 99999-8888",
        "55 11 99999.8888", "+55-11-99999-8888", "(+55) 11 99999 8888", "11/99999-8888", "  11 99999 8888 \n",
        "\u202a+55 11 99999-8888\u202c", "\u200e+55\u00a011\u00a099999\u20118888\ufeff",
        "\u2068+55\u2069 11 9\u200b9999-8888",
        "５５１１９９９９９８８８８", "＋55（11）99999－8888", "+٥٥ ١١ ٩٩٩٩٩ ٨٨٨٨", "۱۱۹۹۹۹۹۸۸۸۸",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_brazilian_number_is_that_number(escrito: str) -> None:
    assert lido(escrito) == COM_NONO


@pytest.mark.parametrize(
    ("escrito", "pais", "telefone"),
    [
        ("11 9999-8888", "BR", SEM_NONO), ("+55 0 11 9999-8888", "BR", SEM_NONO), ("(11) 3333-4444", "BR", FIXO),
        ("(55) 99999-8888", "BR", "5555999998888"), ("(51) 98765-4321", "BR", "5551987654321"),
        ("51987654321", "BR", "5551987654321"), ("+51 987 654 321", "BR", "51987654321"),
        ("34612345678", "BR", "34612345678"), ("43 3333-4444", "BR", "554333334444"),
        ("65 9123 4567", "BR", "6591234567"),
        ("011 15-2345-6789", "AR", "5491123456789"), ("11 15 2345-6789", "AR", "5491123456789"),
        ("+54 (0)11 15 2345-6789", "BR", "5491123456789"), ("+54 9 11 15 2345-6789", "BR", "5491123456789"),
        ("9 11 2345-6789", "AR", "5491123456789"), ("011 2345-6789", "AR", "541123456789"),
        ("11 2345-6789", "AR", "541123456789"), ("02966 15-423456", "AR", "5492966423456"),
        ("+52 1 55 1234 5678", "BR", "525512345678"), ("5215512345678", "MX", "525512345678"),
        ("55 1234 5678", "MX", "525512345678"), ("044 55 1234 5678", "MX", "525512345678"),
        ("01 55 1234 5678", "MX", "525512345678"), ("(415) 555-0100", "US", "14155550100"),
        ("011 44 20 7946 0958", "US", "442079460958"), ("020 7946 0958", "GB", "442079460958"),
        ("+44 (0)20 7946 0958", "BR", "442079460958"), ("06 12 34 56 78", "FR", "33612345678"),
        ("06 1234 5678", "IT", "390612345678"), ("+39 06 1234 5678", "BR", "390612345678"),
        ("8 (912) 345-67-89", "RU", "79123456789"), ("0151 12345678", "DE", "4915112345678"),
        ("912 345 678", "PT", "351912345678"), ("555 1234", "IS", "3545551234"),
        ("090-1234-5678", "JP", "819012345678"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_dialled_in_the_empresas_country(escrito: str, pais: str, telefone: str) -> None:
    assert lido(escrito, pais) == telefone


@pytest.mark.parametrize(
    ("um", "outro"),
    [(COM_NONO, SEM_NONO), ("5585987654321", "558587654321"), ("5491123456789", "541123456789"),
     ("5492966423456", "542966423456"), ("5215512345678", "525512345678")],
)  # fmt: skip
def test_both_names_of_a_mobile_line_are_one_line(um: str, outro: str) -> None:
    assert linha(um) == linha(outro)
    assert chave_de_telefone(um) == chave_de_telefone(outro)
    assert set(formas(outro)) == set(formas(um))


@pytest.mark.parametrize(
    "absurdo",
    [
        "1", "123", "12345678", "99999-8888", "00000000", "0000000000000", "11111111111", "(10) 99999-8888",
        "99999999999999", "123456789012345", "+999 1234 5678", "+0 11 99999-8888", "+55", "+55 11", "+44 7946 0958",
        "1199999888877", "55119999988889999", "x", "", "+", "ligue", "1-800-FLOWERS", "11 99999-8888 ramal 2",
        "11 99999-8888 x12",
        "11 99999-8888;ext=1", "11 99999-8888 #2", "++5511999998888", "55+11999998888", "5511999998888+", "\0", "²" * 8,
        "9" * 5000,
    ],
)  # fmt: skip
def test_nonsense_is_no_phone(absurdo: str) -> None:
    assert lido(absurdo) is None


def test_a_refusal_names_the_field_and_shows_numbers_that_would_do() -> None:
    with pytest.raises(Invalid) as recusa:
        exigir("contato_telefone", "12345678", "AR")
    (detalhe,) = recusa.value.detalhes
    assert detalhe.campo == "contato_telefone"
    assert "5511999998888" in detalhe.problema
    assert "AR" in detalhe.problema
    assert "011 15-2345-6789" in detalhe.problema
    assert recusa.value.message.startswith("contato_telefone: ")


@pytest.mark.parametrize("pais", sorted(PAISES - {"TA"}))  # of which no mobile number is known
def test_the_example_of_every_country_is_read_in_all_its_forms(pais: str) -> None:
    """Also where nobody dials a number from another country."""
    numero = phonenumbers.example_number_for_type(pais, phonenumbers.PhoneNumberType.MOBILE)
    assert numero is not None
    e164 = phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)[1:]
    esperado = e164
    for formato in (
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.E164,
    ):
        assert lido(phonenumbers.format_number(numero, formato), pais) == esperado
    assert lido("00" + e164, "PT") == esperado
    assert ler(esperado, pais) == esperado


@given(st.text(max_size=30) | st.text(alphabet="0123456789+ ()-.", max_size=25), st.sampled_from(sorted(PAISES)))
def test_whatever_is_written_is_a_number_or_nothing_and_stays_the_same_when_read_again(escrito: str, pais: str) -> None:
    telefone = lido(escrito, pais)
    if telefone is not None:
        assert telefone.isascii()
        assert telefone.isdecimal()
        assert len(telefone) <= 15 or telefone.startswith("49")
        assert ler("+" + telefone, pais) == telefone
        assert linha(linha(telefone)) == linha(telefone)
        assert telefone in formas(telefone)


@given(st.text(alphabet="0123456789", min_size=5, max_size=15))
def test_marks_that_cannot_be_seen_and_full_width_digits_change_nothing(digitos: str) -> None:
    largos = digitos.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert unicodedata.normalize("NFKC", largos) == digitos
    assert limpo(f"\u2066{largos}\u2069") == limpo(digitos) == digitos
