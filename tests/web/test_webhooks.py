"""Webhooks of WhatsApp on a real server: verified, kept, answered; and what is not a provider's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import trio
from msgspec import Struct

from engine.conector.assinaturas import assinatura_whatsapp
from tests.servidor import Servidor, Usuario, novo_id
from tests.web.conector_de_teste import ConectorDeTeste, conectado, token_de_conector

SEGREDO = "o segredo do aplicativo"
VERIFICACAO = "o token da verificação"


class Casa(Struct):
    """``canal_id`` is a WhatsApp canal of the number ``numero``."""

    servidor: Servidor
    empresa: Usuario
    canal_id: str
    numero: str
    http: httpx2.AsyncClient

    async def chega(
        self, corpo: bytes, assinatura: str | None = None, *, sem_canal: bool = False, segredo: str = SEGREDO
    ) -> httpx2.Response:  # fmt: skip
        caminho = "/webhooks/whatsapp" + ("" if sem_canal else f"/{self.canal_id}")
        assinado = assinatura_whatsapp(corpo, segredo) if assinatura is None else assinatura
        return await self.http.post(caminho, content=corpo, headers={"X-Hub-Signature-256": assinado})

    def payload(self, *ids: str, de: str = "5511999990001", numero: str | None = None) -> bytes:
        mensagens = [
            {"from": de, "id": id_, "timestamp": "1700000000", "type": "text", "text": {"body": "olá é você?"}}
            for id_ in ids
        ]
        valor = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1", "phone_number_id": numero or self.numero},
            "messages": mensagens,
        }
        envelope = {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": valor}]}],
        }
        return json.dumps(envelope, ensure_ascii=True).encode()


@pytest.fixture
async def casa(servidor: Servidor) -> AsyncIterator[Casa]:
    empresa, numero = servidor.nova_empresa(), novo_id()
    config = {"phoneNumberId": numero, "appSecret": SEGREDO, "webhookVerifyToken": VERIFICACAO, "accessToken": "t"}
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=20) as http:
        corpo = {"nome": "Zap", "tipo": "whatsapp", "config": config}
        canal = await http.post("/atendimento/canais", json=corpo, headers=empresa.cabecalhos)
        assert canal.status_code == 201, canal.text
        yield Casa(servidor, empresa, canal.json()["id"], numero, http)


async def trabalhos(casa: Casa, quantos: int) -> list[dict[str, Any]]:
    async with conectado(casa.servidor, token_de_conector(casa.servidor, casa.empresa)) as conector:
        await conector.assinar(casa.canal_id)
        achados = [await conector.trabalho() for _ in range(quantos)]
        assert await conector.nada("trabalho")
        return achados


async def test_a_signed_webhook_is_kept_and_read_by_a_connector(casa: Casa) -> None:
    resposta = await casa.chega(casa.payload("wamid.1"))
    assert (resposta.status_code, resposta.content) == (200, b"")
    (trabalho,) = await trabalhos(casa, 1)
    assert trabalho["trabalho"] == "processar_webhook"


async def test_what_a_connector_did_not_read_is_read_again(casa: Casa) -> None:
    await casa.chega(casa.payload("wamid.1"))
    token = token_de_conector(casa.servidor, casa.empresa)
    async with conectado(casa.servidor, token) as conector:
        await conector.assinar(casa.canal_id)
        await conector.trabalho()
    async with conectado(casa.servidor, token) as conector:
        await conector.assinar(casa.canal_id)
        assert (await _depois_do_recuo(conector))["tentativa"] == 2


async def _depois_do_recuo(conector: ConectorDeTeste) -> dict[str, Any]:
    return await conector.trabalho()


@pytest.mark.parametrize(
    "assinatura", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", assinatura_whatsapp(b"outro corpo", SEGREDO)]
)
async def test_what_is_not_signed_by_the_provider_is_refused_and_not_kept(casa: Casa, assinatura: str) -> None:
    resposta = await casa.chega(casa.payload("wamid.1"), assinatura)
    assert (resposta.status_code, resposta.json()["codigo"]) == (403, "assinatura_invalida")
    assert await trabalhos(casa, 0) == []


async def test_the_raw_bytes_are_signed_and_no_other_spelling_of_them(casa: Casa) -> None:
    corpo = casa.payload("wamid.1")
    assert b"\\u00e1" in corpo, "accents come escaped"
    outro = json.dumps(json.loads(corpo), ensure_ascii=False).encode()
    assert (await casa.chega(corpo)).status_code == 200
    assert (await casa.chega(outro, assinatura_whatsapp(corpo, SEGREDO))).status_code == 403


async def test_a_canal_without_a_secret_takes_nothing(casa: Casa) -> None:
    corpo = {"config": {"phoneNumberId": casa.numero, "appSecret": None}}
    await casa.http.patch(f"/atendimento/canais/{casa.canal_id}", json=corpo, headers=casa.empresa.cabecalhos)
    for segredo in ("", "null", SEGREDO):
        assert (await casa.chega(casa.payload("wamid.1"), segredo=segredo)).status_code == 403


async def test_the_address_without_a_canal_finds_it_by_its_number(casa: Casa) -> None:
    assert (await casa.chega(casa.payload("wamid.1"), sem_canal=True)).status_code == 200
    assert len(await trabalhos(casa, 1)) == 1


async def test_a_number_that_another_empresa_claims_goes_to_whose_secret_signs(casa: Casa) -> None:
    outra = casa.servidor.nova_empresa()
    config = {"phoneNumberId": casa.numero, "appSecret": "outro segredo"}
    corpo = {"nome": "Falso", "tipo": "whatsapp", "config": config}
    await casa.http.post("/atendimento/canais", json=corpo, headers=outra.cabecalhos)
    assert (await casa.chega(casa.payload("wamid.1"), sem_canal=True)).status_code == 200
    assert len(await trabalhos(casa, 1)) == 1


async def test_a_webhook_of_no_canal_is_kept_apart_and_answered(casa: Casa) -> None:
    for corpo in (casa.payload("wamid.1", numero="de ninguém"), b"{}", b"nada disso", b"\xff\xfe", b"[" * 10_000):
        assert (await casa.chega(corpo, sem_canal=True)).status_code == 200


async def test_an_address_that_is_wrong_says_so(casa: Casa) -> None:
    for caminho, status in (
        (f"/webhooks/whatsapp/{novo_id()}", 404),
        ("/webhooks/whatsapp/nao-e-um-id", 404),
        ("/webhooks/telegrama", 404),
        ("/webhooks/sms", 404),
        ("/webhooks", 404),
    ):
        assert (await casa.http.post(caminho, content=b"{}")).status_code == status, caminho
    assert (await casa.http.put(f"/webhooks/whatsapp/{casa.canal_id}", content=b"{}")).status_code == 405


async def test_meta_verifies_the_address_and_nobody_else(casa: Casa) -> None:
    async def verificar(**consulta: str) -> httpx2.Response:
        return await casa.http.get(f"/webhooks/whatsapp/{casa.canal_id}", params=consulta)

    certo = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFICACAO}
    resposta = await verificar(**certo)
    assert (resposta.status_code, resposta.text) == (200, "1158201444")
    for errado in ({"hub.verify_token": ""}, {"hub.verify_token": "x"}, {"hub.mode": "x"}, {"hub.challenge": ""}):
        assert (await verificar(**(certo | errado))).status_code == 403
    assert (await verificar()).status_code == 403


async def test_an_unset_verify_token_never_passes(casa: Casa) -> None:
    corpo = {"config": {"phoneNumberId": casa.numero, "webhookVerifyToken": None}}
    await casa.http.patch(f"/atendimento/canais/{casa.canal_id}", json=corpo, headers=casa.empresa.cabecalhos)
    for token in ("", "null", "None", VERIFICACAO):
        consulta = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": token}
        resposta = await casa.http.get(f"/webhooks/whatsapp/{casa.canal_id}", params=consulta)
        assert resposta.status_code == 403, token


async def test_three_megabytes_are_taken_and_five_are_not(casa: Casa) -> None:
    grande = casa.payload("wamid." + "x" * 3_000_000)
    assert (await casa.chega(grande)).status_code == 200
    enorme = casa.payload("wamid." + "x" * 5_000_000)
    assert (await casa.chega(enorme)).status_code == 413
    (trabalho,) = await trabalhos(casa, 1)
    assert len(trabalho["webhook"]["corpo"]) > 4_000_000


async def test_what_is_announced_to_be_too_large_is_refused_before_it_comes(casa: Casa) -> None:
    async with await trio.open_tcp_stream("127.0.0.1", casa.servidor.porta) as corrente:
        cabeca = f"POST /webhooks/whatsapp/{casa.canal_id} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{{"
        await corrente.send_all(cabeca.encode())
        assert (await corrente.receive_some(12)) == b"HTTP/1.1 413"


@pytest.mark.parametrize("corpo", [b"", b"{", b"null", b'{"entry":1}', b"[" * 100_000, b'"\\ud800"', b"\xff"])
async def test_what_is_signed_is_kept_whatever_it_says(casa: Casa, corpo: bytes) -> None:
    assert (await casa.chega(corpo)).status_code == 200
    assert len(await trabalhos(casa, 1)) == 1


async def test_wrong_signatures_count_for_who_sends_them_and_right_ones_do_not(casa: Casa) -> None:
    respostas = [await casa.chega(casa.payload(f"wamid.{n}")) for n in range(60)]
    assert {resposta.status_code for resposta in respostas} == {200}
