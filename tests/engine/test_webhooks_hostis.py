"""Whatever a webhook's body is, its lane and its number can be stored and looked up."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.webhooks import RAIA_COMUM, numero_de, raia_de

textos = st.text() | st.just("a\0b") | st.just("\0")


def corpo(numero: str, de: str) -> bytes:
    valor = {"metadata": {"phone_number_id": numero}, "messages": [{"from": de}]}
    return msgspec.json.encode({"entry": [{"changes": [{"value": valor}]}]})


@given(textos, textos)
def test_what_a_webhook_names_can_be_stored(numero: str, de: str) -> None:
    assert "\0" not in (numero_de(corpo(numero, de)) or "")
    assert "\0" not in raia_de("whatsapp", corpo(numero, de))


@given(st.binary(max_size=300))
def test_any_bytes_have_a_lane_and_perhaps_a_number(bytes_: bytes) -> None:
    assert raia_de("whatsapp", bytes_) == RAIA_COMUM
    assert numero_de(bytes_) is None
