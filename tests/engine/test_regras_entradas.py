"""What comes in: the same message has the same id, and any webhook, whatever it holds, a lane."""

from __future__ import annotations

import json
from typing import Any, get_args
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.ids import id_de_entrada
from engine.conector.webhooks import RAIA_COMUM, raia_de
from engine.modelo import TipoCanal

textos = st.text(st.characters(), max_size=60)
"""Halves of surrogate pairs too: providers escape what they cannot write."""


@given(textos, textos)
def test_an_id_is_a_uuid_of_its_own_kind_and_always_the_same(canal_id: str, externo: str) -> None:
    id_ = id_de_entrada(canal_id, externo)
    assert id_ == id_de_entrada(canal_id, externo)
    lido = UUID(id_)
    assert str(lido) == id_
    assert (lido.version, lido.variant) == (8, RFC_4122)


@given(textos, textos)
def test_what_two_channels_or_two_messages_are_called_is_told_apart(um: str, outro: str) -> None:
    if um != outro:
        assert id_de_entrada("c", um) != id_de_entrada("c", outro)
        assert id_de_entrada(um, "w.1") != id_de_entrada(outro, "w.1") or "\n" in um + outro


def envelope(*valores: dict[str, Any]) -> bytes:
    return json.dumps({"entry": [{"changes": [{"value": valor}]} for valor in valores]}).encode()


@pytest.mark.parametrize(
    ("valores", "raia"),
    [
        ([{"messages": [{"from": "5511", "id": "1"}]}], "webhook:5511"),
        ([{"messages": [{"from_user_id": "BR.1"}]}], "webhook:BR.1"),
        ([{"statuses": [{"recipient_id": "5511"}, {"recipient_id": "5511"}]}], "webhook:5511"),
        ([{"messages": [{"from": "5511"}]}, {"statuses": [{"recipient_id": "5511"}]}], "webhook:5511"),
        ([{"messages": [{"from": "5511"}, {"from": "5522"}]}], "webhook"),
        ([{"messages": [{"from": "5511"}, {"id": "sem from"}]}], "webhook"),
        ([{"messages": [{"id": "sem from"}]}], "webhook"),
        ([{}], "webhook"),
        ([], "webhook"),
        ([{"messages": [{"from": "5" * 5_000}]}], "webhook:" + "5" * 100),
        ([{"messages": [{"from": 5511}]}], "webhook"),
        ([{"messages": {"from": "5511"}}], "webhook"),
    ],
)
def test_a_webhook_of_one_contact_is_read_in_that_ones_lane(valores: list[dict[str, Any]], raia: str) -> None:
    assert raia_de("whatsapp", envelope(*valores)) == raia


@pytest.mark.parametrize("tipo", [tipo for tipo in get_args(TipoCanal) if tipo != "whatsapp"])
def test_those_of_other_channels_are_read_one_after_the_other(tipo: TipoCanal) -> None:
    assert raia_de(tipo, envelope({"messages": [{"from": "5511"}]})) == RAIA_COMUM


@given(st.binary(max_size=300))
def test_whatever_bytes_come_they_have_a_lane(corpo: bytes) -> None:
    assert raia_de("whatsapp", corpo).startswith(RAIA_COMUM)


NOMES = ["entry", "changes", "value", "messages", "statuses", "from", "recipient_id"]
valores_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | textos,
    lambda filhos: st.lists(filhos, max_size=3) | st.dictionaries(st.sampled_from(NOMES), filhos, max_size=3),
    max_leaves=20,
)


@given(valores_json)
def test_whatever_json_comes_it_has_a_lane(valor: Any) -> None:
    raia = raia_de("whatsapp", json.dumps(valor).encode())
    assert raia.startswith(RAIA_COMUM)
    assert len(raia) <= 200


@pytest.mark.parametrize(
    "corpo",
    [
        b"[" * 1_000_000,
        b'{"entry":' * 200_000,
        b'{"entry":[' + b'{"changes":[' * 50_000,
        b"\xff\xfe" + b"{}",
        b'{"entry":[{"changes":[{"value":{"messages":[{"from":"\\ud83d"}]}}]}]}',
        b'{"entry":[{"changes":[{"value":{"messages":[{"from":"\xc3\x28"}]}}]}]}',
        b'{"entry":[{"changes":[{"value":{"messages":[{"from":"\\u0000"}]}}]}]}',
        b"",
        b"null",
        b'"' + b"a" * 3_000_000 + b'"',
    ],
)
def test_depth_size_and_broken_text_are_taken_for_what_concerns_nobody(corpo: bytes) -> None:
    raia = raia_de("whatsapp", corpo)
    assert raia.startswith(RAIA_COMUM)
    raia.encode()
    assert "\0" not in raia
