"""A webhook of several contacts is cut where one of them could hold up the others, and nothing of it is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from engine.conector.partes_whatsapp import PARTES_MAXIMO, partes_de
from engine.conector.webhooks import RAIA_COMUM, leituras_de

NUMERO = Numero("1")


def texto(de: str | None, id_: str) -> dict[str, Any]:
    quem = {} if de is None else {"from": de}
    return quem | {"id": id_, "timestamp": "1700000000", "type": "text", "text": {"body": id_}}


def imagem(de: str | None, id_: str) -> dict[str, Any]:
    quem = {} if de is None else {"from": de}
    midia = {"id": "9", "mime_type": "image/png"}
    return quem | {"id": id_, "timestamp": "1700000000", "type": "image", "image": midia}


def corpo(*mensagens: dict[str, Any], **resto: Any) -> bytes:
    valor = {"metadata": {"phone_number_id": "1"}, "messages": list(mensagens)} | resto
    entrada = {"id": "2", "changes": [{"field": "messages", "value": valor}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entrada]}).encode()


def ids(parte: bytes) -> list[str]:
    return [lida.mensagem.id for lida in ler_webhook(parte, NUMERO, 0).mensagens]


ANA, BIA, CAIO = "5511970000001", "5511970000002", "5511970000003"


def test_who_sent_a_file_is_read_apart_in_order_and_the_others_together() -> None:
    status = [{"id": "s", "status": "read", "timestamp": "1700000000"}]
    inteiro = corpo(texto(ANA, "a1"), imagem(BIA, "b1"), texto(CAIO, "c1"), texto(BIA, "b2"), statuses=status)
    (de_bia, resto) = leituras_de("whatsapp", inteiro)
    assert (de_bia[0], ids(de_bia[1])) == (f"{RAIA_COMUM}:{BIA}", ["b1", "b2"])
    assert (resto[0], ids(resto[1])) == (RAIA_COMUM, ["a1", "c1"])
    assert len(ler_webhook(resto[1], NUMERO, 0).status) == 1
    assert ler_webhook(de_bia[1], NUMERO, 0).status == []


def test_what_is_known_of_who_wrote_goes_along() -> None:
    contatos = [{"wa_id": de, "profile": {"name": nome}} for de, nome in ((ANA, "Ana"), (BIA, "Bia"))]
    for _, parte in leituras_de("whatsapp", corpo(texto(ANA, "a"), imagem(BIA, "b"), contacts=contatos)):
        (lida,) = ler_webhook(parte, NUMERO, 0).mensagens
        assert lida.mensagem.nome == {"a": "Ana", "b": "Bia"}[lida.mensagem.id]


@pytest.mark.parametrize(
    "inteiro",
    [
        corpo(texto(ANA, "a"), texto(BIA, "b")),
        corpo(imagem(ANA, "a"), imagem(ANA, "b")),
        corpo(imagem(None, "a"), texto(None, "b")),
        corpo(imagem(ANA, "a"), {"from": 7, "id": "x"}),
        b'{"entry": [{"changes": ["image"]}], "x": "image"}',
    ],
)
def test_what_holds_nobody_up_or_cannot_be_told_apart_stays_whole(inteiro: bytes) -> None:
    assert [parte for _, parte in leituras_de("whatsapp", inteiro)] == [inteiro]


def test_only_so_many_are_read_apart() -> None:
    inteiro = corpo(*(imagem(f"55119700{n:05}", f"m{n}") for n in range(PARTES_MAXIMO + 20)))
    partes = leituras_de("whatsapp", inteiro)
    assert len(partes) == PARTES_MAXIMO + 1
    assert len(ids(partes[-1][1])) == 20


quem = st.sampled_from([ANA, BIA, CAIO, "BR.1", None])
mensagens = st.lists(st.builds(lambda fazer, de: (fazer, de), st.sampled_from([texto, imagem]), quem), max_size=8)


def contado(leitura: Leitura) -> tuple[list[str], int]:
    return sorted(lida.mensagem.id for lida in leitura.mensagens), leitura.com_problema


@given(mensagens)
def test_nothing_is_lost_or_doubled(todas: list[Any]) -> None:
    inteiro = corpo(*(fazer(de, f"m{n}") for n, (fazer, de) in enumerate(todas)))
    lidas = [contado(ler_webhook(parte, NUMERO, 0)) for _, parte in partes_de(inteiro)]
    assert sorted(id_ for ids_, _ in lidas for id_ in ids_) == contado(ler_webhook(inteiro, NUMERO, 0))[0]
    assert sum(problemas for _, problemas in lidas) == contado(ler_webhook(inteiro, NUMERO, 0))[1]
