"""A webhook's body → messages, statuses and news; whatever it holds."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.graph.entradas import EXEMPLOS
from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from engine.conector.entradas import MensagemRecebida
from engine.conector.json_tolerante import Ilegivel, ler_json, podado
from engine.conector.limpeza import METADADOS_MAXIMO
from tests.connectors.whatsapp import AGORA, MARIA, NUMERO, WABA, conversa, mensagem, webhook_de

EU = Numero(NUMERO, WABA)


def ler(corpo: bytes) -> Leitura:
    return ler_webhook(corpo, EU, AGORA)


def unica(*mensagens: object, **opcoes: Any) -> MensagemRecebida:
    lida = ler(webhook_de(conversa(*mensagens, **opcoes)))
    assert lida.problemas == []
    assert len(lida.mensagens) == 1
    return lida.mensagens[0].mensagem


# -- whose, when, how many --------------------------------------------------------------------------------------------


def test_only_what_belongs_to_this_number_is_read() -> None:
    assert ler(webhook_de(conversa(mensagem("text", {"body": "x"}), numero="999"))).alheias == 1
    assert ler(webhook_de(conversa(mensagem("text", {"body": "x"}), numero="999"))).mensagens == []
    sem_numero = conversa(mensagem("text", {"body": "x"})) | {"metadata": {}}
    assert ler(webhook_de(sem_numero)).com_problema == 1


def test_a_batch_is_in_the_order_of_the_providers_clock() -> None:
    vezes = ["300", "100", "200", "100"]
    lote = [mensagem("text", {"body": f"{i}"}, timestamp=t, id=f"wamid.{i}") for i, t in enumerate(vezes)]
    assert [m.mensagem.conteudo for m in ler(webhook_de(conversa(*lote))).mensagens] == ["1", "3", "2", "0"]


@pytest.mark.parametrize(
    ("escrito", "em"),
    [
        ("1799999990", 1_799_999_990_000),
        (1_799_999_990, 1_799_999_990_000),
        ("1799999990123", 1_799_999_990_123),
        ("1800000060", AGORA + 60_000),
        ("1800000301", AGORA),
        (str(1_800_000_000 + 23 * 3_600), AGORA),
        ("9999999999", AGORA),
        ("0", AGORA),
        ("-5", AGORA),
        ("ontem", AGORA),
        ("٣", AGORA),
        (None, AGORA),
        (True, AGORA),
        ([1], AGORA),
        ("9" * 5_000, AGORA),
    ],
)
def test_a_time_that_makes_no_sense_is_when_it_came(escrito: object, em: int) -> None:
    assert unica(mensagem("text", {"body": "x"}, timestamp=escrito)).em == em


def test_one_bad_item_of_a_thousand_loses_nobody_else() -> None:
    maus: list[Any] = [None, 7, "x", [], {}, {"id": "wamid.a"}, {"id": 5, "from": MARIA}, {"from": MARIA}]
    maus += [mensagem("text", {"body": "x"}, id="x" * 513), mensagem("text", {"body": "x"}, id="a\0b")]
    bons = [mensagem("text", {"body": f"{i}"}, id=f"wamid.{i}") for i in range(990)]
    lida = ler(webhook_de(conversa(*maus[:5], *bons, *maus[5:], contatos=[])))
    assert len(lida.mensagens) == 990
    assert lida.com_problema == len(lida.problemas) == len(maus)


def test_a_message_of_wrong_types_all_over_is_a_message_still() -> None:
    cargas: list[Any] = [None, 1, "x", [], [[]], {"body": {}}, {"body": 3}, {"id": [], "caption": 0}, {"phones": 1}]
    for carga in cargas:
        for tipo in (*EXEMPLOS, "tipo_do_futuro"):
            extra: Any = {"context": carga, "referral": carga, "errors": carga}
            assert unica(mensagem(tipo, carga, **extra)).conteudo


# -- hostile bodies ---------------------------------------------------------------------------------------------------


def test_nul_and_half_surrogates_do_not_get_through() -> None:
    corpo = webhook_de(conversa(mensagem("order", {"text": "a\0b\ud800c", "product_items": [], "k\0": "\ud83d"})))
    assert b"\\ud800" in corpo
    lida = ler(corpo).mensagens[0].mensagem
    assert lida.conteudo == "Pedido com 0 itens\nab�c"
    dito = msgspec.json.encode(lida).decode()
    assert "\\u0000" not in dito
    assert "\0" not in dito


def test_bytes_that_are_not_utf8_cost_nobody_else() -> None:
    corpo = webhook_de(conversa(mensagem("text", {"body": "AQUI"}), mensagem("text", {"body": "y"}, id="wamid.2")))
    lida = ler(corpo.replace(b"AQUI", b"a\xff\xfeb"))
    assert [m.mensagem.conteudo for m in lida.mensagens] == ["a��b", "y"]


def test_numbers_out_of_all_range_cost_nobody_else() -> None:
    carga: Any = {"latitude": 1, "longitude": 2, "grande": 111_222, "nada": 333_444}
    corpo = webhook_de(conversa(mensagem("location", carga), mensagem("text", {"body": "y"}, id="wamid.2")))
    corpo = corpo.replace(b"111222", b"1" + b"0" * 10_000).replace(b"333444", b"-1e99999")
    lida = ler(corpo)
    assert [m.mensagem.conteudo for m in lida.mensagens][1] == "y"
    assert msgspec.json.encode(lida.mensagens[0].mensagem)


@pytest.mark.parametrize("numero", [2**63, -(2**64), 2**70, 10**300, 10**4_000])
def test_a_whole_number_that_no_database_holds_is_not_kept(numero: int) -> None:
    lida = unica(mensagem("location", {"latitude": numero, "longitude": 2, "outro": [numero]}))
    assert lida.metadados["location"]["latitude"] is None
    assert msgspec.json.encode(lida)


def test_what_is_nested_too_deep_is_cut_out_of_a_body_that_is_read() -> None:
    fundo: Any = "FUNDO"
    corpo = webhook_de(conversa(mensagem("order", {"text": "a", "x": fundo}), mensagem("text", {"body": "y"}, id="2")))
    lida = ler(corpo.replace(b'"FUNDO"', b"[" * 500_000 + b"]" * 500_000))
    assert len(lida.mensagens) == 2
    assert lida.problemas == []


def test_a_form_that_is_nested_too_deep_is_a_form_still() -> None:
    carga = {"nfm_reply": {"name": "f", "response_json": '{"a":' + "[" * 5_000 + "]" * 5_000 + "}"}}
    assert unica(mensagem("interactive", carga)).conteudo.startswith("Formulário: f")


@pytest.mark.parametrize(
    "corpo",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 3_000_000,
        b'{"a":' * 300_000,
        b'"' + b'\\"' * 1_500_000,
        b'{"object":"page","entry":[]}',
        b'{"object":"whatsapp_business_account","entry":{}}',
        b'{"object":"whatsapp_business_account"}',
        b"x" * 20_000_000,
    ],
    ids=lambda corpo: f"{corpo[:20]!r}",
)
def test_what_is_no_webhook_is_refused_with_a_reason(corpo: bytes) -> None:
    with pytest.raises(Ilegivel, match=r"\w"):
        ler(corpo)


def test_a_body_of_three_megabytes_is_read() -> None:
    lote = [mensagem("text", {"body": "á" * 600}, id=f"wamid.{i}") for i in range(1_000)]
    corpo = webhook_de(conversa(*lote))
    assert len(corpo) > 3_000_000
    assert len(ler(corpo).mensagens) == 1_000


def test_metadata_that_are_too_large_are_cut_and_say_so() -> None:
    itens = [{"product_retailer_id": "x" * 4_000, "quantity": 1}] * 50
    lida = unica(mensagem("order", {"product_items": itens, "text": "oi"}, referral={"headline": "Promoção"}))
    assert len(msgspec.json.encode(lida.metadados)) <= METADADOS_MAXIMO
    assert lida.metadados["cortado"] is True
    assert (lida.metadados["tipoOriginal"], lida.metadados["referral"]) == ("order", {"headline": "Promoção"})


_folhas = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["wamid.1", MARIA, NUMERO])
)
_nomes = st.sampled_from(
    (
        *("id", "from", "type", "text", "body", "image", "context", "errors", "contacts", "wa_id", "profile"),
        *("interactive", "nfm_reply", "order", "product_items", "system", "edit", "message", "location", "timestamp"),
    )
) | st.text(max_size=5)
_qualquer = st.recursive(
    _folhas, lambda x: st.lists(x, max_size=4) | st.dictionaries(_nomes, x, max_size=6), max_leaves=25
)


@given(st.lists(_qualquer, max_size=4), st.lists(_qualquer, max_size=3), _qualquer, st.sampled_from([*EXEMPLOS, "x"]))
def test_whatever_comes_is_read_or_told(mensagens: Any, contatos: Any, carga: Any, tipo: str) -> None:
    valor = conversa(*mensagens, mensagem(tipo, carga), contatos=contatos) | {"statuses": mensagens, "errors": contatos}
    mudancas = [{"field": "messages", "value": valor}, {"field": "account_update", "value": carga}, carga]
    entradas = [{"id": WABA, "changes": mudancas}, carga]
    lida = ler(json.dumps({"object": "whatsapp_business_account", "entry": entradas}).encode())
    for item in [*(m.mensagem for m in lida.mensagens), *lida.status, *lida.novidades]:
        assert b"\\u0000" not in msgspec.json.encode(item)
    assert len(lida.mensagens) + lida.com_problema >= len(mensagens)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_json_or_refused(corpo: bytes) -> None:
    with suppress(Ilegivel):
        ler_json(corpo)


@given(_qualquer)
def test_pruning_changes_nothing_that_is_not_too_deep(valor: Any) -> None:
    escrito = json.dumps(valor)
    assert podado(escrito) == escrito
