"""Whatever a webhook's body is, its lane and whose it is can be stored and looked up, and its reader agrees."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.leitura import Numero, ler_webhook
from engine.conector.json_tolerante import Ilegivel
from engine.conector.webhooks import RAIA_COMUM, raia_de
from engine.conector.webhooks_whatsapp import ALVOS_MAXIMO, Alvo, ler_envelope

textos = st.text() | st.just("a\0b") | st.just("\0")


def corpo(numero: str, de: str) -> bytes:
    valor = {"metadata": {"phone_number_id": numero}, "messages": [{"from": de}]}
    return msgspec.json.encode({"entry": [{"changes": [{"value": valor}]}]})


@given(textos, textos)
def test_what_a_webhook_names_can_be_stored(numero: str, de: str) -> None:
    for alvo in ler_envelope(corpo(numero, de)).alvos:
        assert "\0" not in alvo.escrito
        alvo.escrito.encode()
    assert "\0" not in raia_de("whatsapp", corpo(numero, de))


@given(st.binary(max_size=300))
def test_any_bytes_have_a_lane_and_are_perhaps_somebodys(bytes_: bytes) -> None:
    assert raia_de("whatsapp", bytes_) == RAIA_COMUM
    assert ler_envelope(bytes_).alvos == ()


numeros: st.SearchStrategy[Any] = st.sampled_from(
    ["1", "2", " 1 ", "1\0", 1, 2, 1.5, True, None, "", "\ud800", [], {}, "9" * 70]
)
valores = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.fixed_dictionaries({}, optional={"phone_number_id": numeros}) | st.just(3) | st.none(),
        "messages": st.lists(st.fixed_dictionaries({"from": st.sampled_from(["5511999990000", 7, None])}), max_size=2),
        "waba_info": st.fixed_dictionaries({"waba_id": numeros}) | st.none(),
    },
)
mudancas = st.fixed_dictionaries({"value": valores | st.just(4) | st.none()}) | st.just(5) | st.just("x")
entradas = st.fixed_dictionaries({"id": numeros, "changes": st.lists(mudancas, max_size=4) | st.none()}) | st.just(7)


def lidos(corpo: bytes, numero: str) -> int:
    try:
        lido = ler_webhook(corpo, Numero(numero), 0)
    except Ilegivel:
        return 0
    return len(lido.mensagens) + sum(" › messages " in problema.onde for problema in lido.problemas)


@given(st.lists(entradas, max_size=4))
def test_what_is_cut_out_for_a_number_is_all_that_its_reader_would_have_read(todas: list[Any]) -> None:
    inteiro = json.dumps({"object": "whatsapp_business_account", "entry": todas}).encode()
    envelope = ler_envelope(inteiro)
    for numero in ("1", "2", "9" * 64):
        assert lidos(envelope.parte({Alvo("numero", numero)}), numero) == lidos(inteiro, numero)
    quantas = sum(len(um["changes"]) if isinstance(um, dict) and um["changes"] is not None else 1 for um in todas)
    assert len(envelope.mudancas) == quantas, "whatever it is, it is somebody's or nobody's"


def test_a_body_that_names_too_many_is_nobodys() -> None:
    todas = [{"value": {"metadata": {"phone_number_id": f"{n}"}}} for n in range(ALVOS_MAXIMO + 1)]
    assert ler_envelope(json.dumps({"entry": [{"changes": todas}]}).encode()).mudancas == ()
