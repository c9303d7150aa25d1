"""Of which contact a webhook of SMS is."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.sms import TwilioFalsa
from engine.conector.webhooks import RAIA_COMUM, raia_de
from engine.conector.webhooks_sms import contato_de

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json"
TWILIO = {"provedor": "twilio"}


def test_of_twilio_a_message_is_of_who_wrote_and_a_status_of_who_is_written_to() -> None:
    escrita = urlencode(TwilioFalsa().recebido("SM1", "+55 11 99999-8888", "oi")).encode()
    status = urlencode({"MessageStatus": "sent", "To": "+5511999998888", "From": "+15005550006"}).encode()
    assert contato_de(TWILIO, escrita, FORM) == contato_de(TWILIO, status, FORM) == "5511999998888"


@pytest.mark.parametrize(
    ("valores", "corpo", "contato"),
    [
        ({"provedor": "http"}, b'{"from": "BANCO", "text": "x"}', "BANCO"),
        ({"provedor": "http", "webhookDe": "sender"}, b'{"sender": "+5511", "from": "2"}', "5511"),
        ({"provedor": "http", "webhookLista": "items"}, b'{"from": "1"}', None),
        ({"provedor": "http"}, b'{"from": 7}', None),
        ({"provedor": "http"}, b"[]", None),
        ({"provedor": "http"}, b"[" * 100_000, None),
        ({"provedor": "http"}, b"\xff", None),
        ({}, b"", None),
    ],
)
def test_of_another_provider_it_is_where_the_config_says(
    valores: dict[str, object], corpo: bytes, contato: str | None
) -> None:
    assert contato_de(valores, corpo, JSON) == contato


@given(st.binary(max_size=200), st.sampled_from([FORM, JSON, ""]))
def test_whatever_comes_nothing_breaks(corpo: bytes, tipo: str) -> None:
    for valores in (TWILIO, {"provedor": "http"}):
        contato_de(valores, corpo, tipo)


def test_webhooks_of_one_contact_are_read_one_after_the_other_and_hold_up_no_other() -> None:
    twilio: dict[str, object] = {"provedor": "twilio"}

    def lane(corpo: bytes) -> str:
        return raia_de("sms", corpo, "application/x-www-form-urlencoded", twilio)

    escreveu, soube = b"From=%2B5511999998888&Body=oi", b"To=%2B5511999998888&MessageStatus=sent"
    assert lane(escreveu) == lane(soube) != lane(b"From=%2B5511999997777&Body=oi")
    assert lane(b"\xff\x00") == RAIA_COMUM
