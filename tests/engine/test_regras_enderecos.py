"""E-mail addresses, and what can be seen of a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.caracteres import sem_invisiveis, tem_visivel
from engine.contatos import chave_de_email
from engine.emails import canonico


@pytest.mark.parametrize(
    ("um", "outro"),
    [
        ("Ana@X.com", "ana@x.COM"), ("JOSÉ@x.com", "jose\u0301@x.com"), ("ana@MÜNCHEN.de", "ana@xn--mnchen-3ya.de"),
        ("a\u200bna@x.com", "ana@x.com"), ("\u202aana@x.com\u202c", "ana@x.com"), ("ana@x\u00ad.com", "ana@x.com"),
        ("ana@ｘ.com", "ana@x.com"), ("ΑΝΑ@x.gr", "ανα@x.gr"),
    ],
)  # fmt: skip
def test_one_address_in_all_its_writings_has_one_key(um: str, outro: str) -> None:
    assert chave_de_email(um) == chave_de_email(outro)


@pytest.mark.parametrize(
    ("um", "outro"),
    [
        ("straße@x.com", "strasse@x.com"), ("ana@straße.de", "ana@strasse.de"), ("ﬁm@x.com", "fim@x.com"),
        ("jose@x.com", "josé@x.com"), ("ana@x.com", "ana+loja@x.com"), ("a.na@x.com", "ana@x.com"),
        ("ſana@x.com", "sana@x.com"), ("ana@x.com", "ana@y.com"), ("ana@x.com", "аna@x.com"),
    ],
)  # fmt: skip
def test_addresses_of_different_people_have_different_keys(um: str, outro: str) -> None:
    assert chave_de_email(um) != chave_de_email(outro)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_address_has_a_key_and_the_key_is_its_own(local: str, dominio: str) -> None:
    uma = canonico(f"{local}@{dominio}")
    assert canonico(uma) == canonico(canonico(uma))
    assert uma.count("@") >= 1


@pytest.mark.parametrize(
    "nada",
    ["", " ", "\t\n\r", "\u00a0\u3000", "\u200b", "\u200b\u200c\u200d\ufeff", "\u2060", "\u00ad", "\u202a\u202c",
     "\u3164", "\uffa0", "\u115f\u1160", "\u2800", "\ufe0f", "\u180e", "\u034f", "\U000e0020\U000e007f", "\ufffc",
     "\u2066 \u2069", "\u0301", "\x00\x07", "\u2028\u2029", "\u061c"],
)  # fmt: skip
def test_these_show_nothing(nada: str) -> None:
    assert not tem_visivel(nada)
    assert not tem_visivel(nada * 3)


@pytest.mark.parametrize(
    "algo", ["a", ".", "\u200ba", "👍🏽", "❤️", "1️⃣", "中", "ع", "﷽", "é", "e\u0301", "€", "\u0e33", "🫨", "\ue000", "½"]
)
def test_these_show_something(algo: str) -> None:
    assert tem_visivel(algo)


@given(st.text())
def test_what_cannot_be_seen_can_be_taken_out(texto: str) -> None:
    limpo = sem_invisiveis(texto)
    assert tem_visivel(limpo) == tem_visivel(texto)
    assert sem_invisiveis(limpo) == limpo
    assert re.sub("[\u200b\u202a-\u202e]", "", texto) == texto or limpo != texto
