"""What a browser says of a subscription to push may be anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.inscricoes import id_de_inscricao, problemas_da_inscricao

ENDPOINT = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
"""RFC 8291, appendix A."""


def errados(endpoint: str = ENDPOINT, p256dh: str = P256DH, auth: str = AUTH) -> list[str]:
    return [problema.campo for problema in problemas_da_inscricao(endpoint, p256dh, auth)]


def test_that_of_the_rfc_is_one_in_either_alphabet_and_with_padding() -> None:
    assert errados() == []
    assert errados(p256dh=P256DH.replace("-", "+").replace("_", "/") + "=", auth=AUTH + "==") == []
    assert errados("http://127.0.0.1:8080/push/1") == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "push", "http://push.example.net/1", "https://", "https:///caminho", "https://a:b@push.example.net/",
        "https://push.example.net:porta/", "https://[::1/", "https://push.example.net/\n", "https://push.é/", "ftp://a/",
        "http://localhost.evil.example/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_push_service(endpoint: str) -> None:
    assert errados(endpoint) == ["endpoint"]


def test_a_key_that_is_not_on_the_curve_and_a_secret_of_another_length() -> None:
    assert errados(p256dh="B" + "A" * 86) == ["p256dh"]
    assert errados(p256dh="A" * 87) == ["p256dh"]
    assert errados(p256dh=P256DH[:44], auth=AUTH[:-2]) == ["p256dh", "auth"]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_judged(endpoint: str, p256dh: str, auth: str) -> None:
    assert set(errados(endpoint, p256dh, auth)) <= {"endpoint", "p256dh", "auth"}


def test_the_same_browser_has_the_same_id_in_one_empresa_and_another_elsewhere() -> None:
    assert id_de_inscricao("e", ENDPOINT) == id_de_inscricao("e", ENDPOINT) != id_de_inscricao("f", ENDPOINT)
