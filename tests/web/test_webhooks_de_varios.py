"""Webhooks that concern several canais, or none: each is given its own, and what is nobody's waits for who has it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import trio
from msgspec import Struct

from engine.conector.assinaturas import assinatura_whatsapp
from tests.servidor import Servidor, Usuario, novo_id
from tests.web.conector_de_teste import conectado, token_de_conector

SEGREDO = "o segredo do aplicativo"
OUTRO = "o segredo de outro aplicativo"


class Zap(Struct):
    """A WhatsApp canal."""

    empresa: Usuario
    id: str
    numero: str


class Casa(Struct):
    servidor: Servidor
    http: httpx2.AsyncClient

    async def canal(self, numero: str, empresa: Usuario | None = None, segredo: str = SEGREDO, **config: Any) -> Zap:
        empresa = empresa or self.servidor.nova_empresa()
        corpo = {
            "nome": "Zap",
            "tipo": "whatsapp",
            "config": {"phoneNumberId": numero, "appSecret": segredo, "accessToken": "t"} | config,
        }
        feito = await self.http.post("/atendimento/canais", json=corpo, headers=empresa.cabecalhos)
        assert feito.status_code == 201, feito.text
        return Zap(empresa, feito.json()["id"], numero)

    async def mudar(self, zap: Zap, numero: str, segredo: str = SEGREDO) -> None:
        corpo = {"config": {"phoneNumberId": numero, "appSecret": segredo, "accessToken": "t"}}
        feito = await self.http.patch(f"/atendimento/canais/{zap.id}", json=corpo, headers=zap.empresa.cabecalhos)
        assert feito.status_code == 200, feito.text

    async def chega(self, corpo: bytes, a: Zap | None = None, segredo: str = SEGREDO) -> int:
        caminho = "/webhooks/whatsapp" + ("" if a is None else f"/{a.id}")
        assinado = {"X-Hub-Signature-256": assinatura_whatsapp(corpo, segredo)}
        return (await self.http.post(caminho, content=corpo, headers=assinado)).status_code

    async def recebidos(self, zap: Zap, quantos: int) -> list[dict[str, Any]]:
        """The bodies that a connector of it is given, and reads: so many, and no more."""
        async with conectado(self.servidor, token_de_conector(self.servidor, zap.empresa)) as conector:
            await conector.assinar(zap.id)
            achados = []
            for _ in range(quantos):
                achados.append(await conector.trabalho())
                await conector.responder(achados[-1])
            assert await conector.nada("trabalho")
            return [json.loads(b64decode(um["webhook"]["corpo"])) for um in achados]


@pytest.fixture
async def casa(servidor: Servidor) -> AsyncIterator[Casa]:
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=20) as http:
        yield Casa(servidor, http)


def mudanca(numero: str, *textos: str) -> dict[str, Any]:
    mensagens = [
        {"from": f"55119700{n:05}", "id": novo_id(), "timestamp": "1", "type": "text", "text": {"body": texto}}
        for n, texto in enumerate(textos)
    ]
    return {"field": "messages", "value": {"metadata": {"phone_number_id": numero}, "messages": mensagens}}


def envelope(*mudancas: dict[str, Any], conta: str = "1") -> dict[str, Any]:
    return {"object": "whatsapp_business_account", "entry": [{"id": conta, "changes": list(mudancas)}]}


def corpo(*mudancas: dict[str, Any], conta: str = "1") -> bytes:
    return json.dumps(envelope(*mudancas, conta=conta)).encode()


def textos(achado: dict[str, Any]) -> list[str]:
    return [
        mensagem["text"]["body"]
        for entrada in achado["entry"]
        for uma in entrada["changes"]
        for mensagem in uma["value"]["messages"]
    ]


@pytest.mark.parametrize("no_endereco", [False, True])
async def test_each_of_two_empresas_is_given_what_its_number_received_and_nothing_else(
    casa: Casa, no_endereco: bool
) -> None:
    um, outro = await casa.canal(novo_id()), await casa.canal(novo_id())
    dos_dois = corpo(mudanca(um.numero, "para um"), mudanca(outro.numero, "para outro"), mudanca(um.numero, "mais"))
    assert await casa.chega(dos_dois, um if no_endereco else None) == 200
    (do_um,) = await casa.recebidos(um, 1)
    (do_outro,) = await casa.recebidos(outro, 1)
    assert (textos(do_um), textos(do_outro)) == (["para um", "mais"], ["para outro"])
    assert do_outro["object"] == "whatsapp_business_account"


async def test_a_canal_whose_secret_does_not_confirm_gets_nothing_until_it_does(casa: Casa) -> None:
    um, outro = await casa.canal(novo_id()), await casa.canal(novo_id(), segredo=OUTRO)
    assert await casa.chega(corpo(mudanca(um.numero, "um"), mudanca(outro.numero, "outro"))) == 200
    assert len(await casa.recebidos(um, 1)) == 1
    assert await casa.recebidos(outro, 0) == []
    await casa.mudar(outro, outro.numero)
    assert [textos(achado) for achado in await casa.recebidos(outro, 1)] == [["outro"]]
    assert await casa.recebidos(um, 0) == [], "it did not come again to who has it"


async def test_what_no_canal_signs_is_refused(casa: Casa) -> None:
    um, outro = await casa.canal(novo_id()), await casa.canal(novo_id())
    dos_dois = corpo(mudanca(um.numero, "um"), mudanca(outro.numero, "outro"), mudanca(novo_id(), "ninguém"))
    assert await casa.chega(dos_dois, segredo=OUTRO) == 403
    assert await casa.chega(dos_dois, um, segredo=OUTRO) == 403


async def test_what_came_before_there_was_a_canal_is_taken_when_there_is(casa: Casa) -> None:
    numero = novo_id()
    assert await casa.chega(corpo(mudanca(numero, "antes"))) == 200
    falso = await casa.canal(numero, segredo=OUTRO)
    zap = await casa.canal(numero)
    assert await casa.chega(corpo(mudanca(numero, "depois"))) == 200
    achados = await casa.recebidos(zap, 2)
    assert sorted(texto for achado in achados for texto in textos(achado)) == ["antes", "depois"]
    assert await casa.recebidos(falso, 0) == []


async def test_what_came_to_the_address_of_a_canal_and_is_of_no_canal_waits_too(casa: Casa) -> None:
    um, numero = await casa.canal(novo_id()), novo_id()
    assert await casa.chega(corpo(mudanca(numero, "de ninguém")), um) == 200
    assert await casa.recebidos(um, 0) == []
    outro = await casa.canal(numero, um.empresa)
    assert [textos(achado) for achado in await casa.recebidos(outro, 1)] == [["de ninguém"]]


async def test_a_number_that_moves_is_of_its_new_canal_at_once(casa: Casa) -> None:
    antigo = await casa.canal(numero := novo_id())
    assert await casa.chega(corpo(mudanca(numero, "antes"))) == 200
    await casa.mudar(antigo, novo_id())
    novo = await casa.canal(numero)
    assert await casa.chega(corpo(mudanca(numero, "depois"))) == 200
    assert [textos(achado) for achado in await casa.recebidos(novo, 1)] == [["depois"]]
    assert [textos(achado) for achado in await casa.recebidos(antigo, 1)] == [["antes"]]


def _hostis(numero: str) -> dict[str, bytes]:
    boa = corpo(mudanca(numero, "boa", "TROCA"))
    com_numero = envelope(mudanca(numero, "boa", "má"))
    com_numero["entry"][0]["changes"][0]["value"]["messages"][1]["from"] = 5511999990000
    return {
        "a number for from": json.dumps(com_numero).encode(),
        "half a surrogate pair": boa.replace(b"TROCA", b"\\ud800"),
        "no UTF-8": boa.replace(b"TROCA", b"\xff\xfe"),
        "deep nesting": boa[:-1] + b',"x":' + b"[" * 3_000 + b"]" * 3_000 + b"}",
        "a change that is none": boa.replace(b'"changes": [', b'"changes": [7, '),
        "an entry that is none": boa.replace(b'"entry": [', b'"entry": [7, '),
        "messages that are none": corpo(mudanca(numero, "boa"), mudanca(numero) | {"value": {"messages": 1}}),
    }


@pytest.mark.parametrize("qual", _hostis(""))
async def test_what_is_wrong_in_one_place_does_not_hide_whose_the_rest_is(casa: Casa, qual: str) -> None:
    zap = await casa.canal(novo_id())
    assert await casa.chega(_hostis(zap.numero)[qual]) == 200
    async with conectado(casa.servidor, token_de_conector(casa.servidor, zap.empresa)) as conector:
        await conector.assinar(zap.id)
        assert b"boa" in b64decode((await conector.trabalho())["webhook"]["corpo"])


async def test_what_concerns_an_account_is_given_to_each_of_its_canais(casa: Casa) -> None:
    conta = novo_id()
    um, outro = [await casa.canal(novo_id(), wabaId=conta) for _ in range(2)]
    da_conta = {"field": "account_update", "value": {"event": "x"}}
    assert await casa.chega(corpo(da_conta, mudanca(um.numero, "um"), conta=conta)) == 200
    (do_um,) = await casa.recebidos(um, 1)
    (do_outro,) = await casa.recebidos(outro, 1)
    assert [len(achado["entry"][0]["changes"]) for achado in (do_um, do_outro)] == [2, 1]
    assert do_outro["entry"][0]["id"] == conta


async def test_what_names_more_numbers_than_anybody_sends_is_kept_apart_at_once(casa: Casa) -> None:
    zap = await casa.canal(novo_id())
    muitos = corpo(mudanca(zap.numero, "uma"), *(mudanca(f"{n}") for n in range(1_001)))
    with trio.fail_after(20):
        assert await casa.chega(muitos) == 200
    assert await casa.recebidos(zap, 0) == []
