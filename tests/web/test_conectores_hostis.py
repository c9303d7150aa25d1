"""A connector that says what no engine should take, on a real server: it is told so, and nobody else notices."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
import trio

from engine.conector.assinaturas import assinatura_whatsapp
from tests.web.conector_de_teste import conectado, mensagem
from tests.web.test_conectores import Casa, casa

__all__ = ["casa"]

SEGREDO_DO_APP: Final = "segredo do app"


async def com_trabalho(casa: Casa, conector: Any) -> dict[str, Any]:
    """A job that the connector has."""
    await conector.assinar(casa.canal_id)
    ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m1")])
    await casa.dizer(ack["mensagens"][0]["ticketId"])
    trabalho: dict[str, Any] = await conector.trabalho()
    return trabalho


@pytest.mark.parametrize(
    "campos",
    [
        {"desfecho": "aceito", "idExterno": "p\0" + "x" * 1000},
        {"desfecho": "falhou", "classe": "final", "codigo": "c\0", "erro": "e\0 " + "x" * 100_000},
        {"desfecho": "falhou", "classe": "numero", "tentarEmMs": 2**63 - 1},
        {"desfecho": "falhou", "classe": "tentar", "tentarEmMs": 2**63},
        {"desfecho": "falhou", "classe": "contato", "tentarEmMs": -(2**63)},
    ],
)
async def test_an_answer_that_no_database_holds_is_an_answer(casa: Casa, campos: dict[str, Any]) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        trabalho = await com_trabalho(casa, conector)
        assert (await conector.responder(trabalho, **campos))["ok"]
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m2")])
        assert ack["mensagens"][0]["situacao"] == "nova"


@pytest.mark.parametrize(
    "status",
    [
        {"estado": "falhou", "codigo": "c\0" + "x" * 1000, "erro": "e\0" + "x" * 100_000},
        {"estado": "entregue", "idExterno": "p\0" + "x" * 1000},
        {"estado": "entregue", "trabalhoId": "não é um uuid"},
    ],
)
async def test_a_status_that_no_database_holds_stops_nothing(casa: Casa, status: dict[str, Any]) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        trabalho = await com_trabalho(casa, conector)
        await conector.responder(trabalho, idExterno="p1")
        status = {"em": 1, "trabalhoId": trabalho["id"]} | status
        ack = await conector.entregar(
            casa.canal_id, status=[status, {"estado": "lido", "em": 1, "trabalhoId": trabalho["id"]}]
        )
        assert ack["ok"], ack
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m2")])
        assert ack["mensagens"][0]["situacao"] == "nova"
        ticket = await casa.ver(f"/tickets/{ack['mensagens'][0]['ticketId']}")
        assert [uma["statusEntrega"] for uma in ticket["mensagens"] if uma["id"] == trabalho["id"]] == ["lido"]
        assert "\0" not in str(ticket)


async def test_news_of_a_canal_are_bounded_and_can_be_stored(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        novidades = [
            {"tipo": "conta", "dados": {"a\0": "b\0"}, "pausar": True, "motivo": "m\0" + "x" * 100_000},
            {"tipo": "qualidade", "dados": {"a": "x" * 200_000}},
        ]
        await conector.entregar(casa.canal_id, novidades=novidades)
        modelos = [{"nome": "a\0", "idioma": "pt", "estado": "x\0", "corpo": "y\0"}]
        await conector.entregar(casa.canal_id, modelos=modelos)
        canal = await casa.ver(f"/canais/{casa.canal_id}")
        assert len(str(canal)) < 100_000
        assert "\\x00" not in repr(canal)
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m2", respondeA="r\0" + "x" * 10_000)])
        assert ack["mensagens"][0]["situacao"] == "nova"
        ticket = await casa.ver(f"/tickets/{ack['mensagens'][0]['ticketId']}")
        assert len(ticket["mensagens"][0]["metadados"]["respondeA"]) <= 512
        assert "\0" not in str(ticket)


async def test_a_connector_with_an_impossible_name_takes_no_job(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token, ola=False) as conector:
        await conector.mandar("ola", versao=1, conector="a\0b")
        assert (await conector.receber("erro"))["codigo"] == "ola_invalido"


async def test_a_flood_of_answers_and_beats_is_no_flood_of_tasks(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        await com_trabalho(casa, conector)
        with trio.fail_after(60):
            for n in range(3_000):
                await conector.mandar("batida")
                await conector.mandar("resultado", id=f"nenhum {n}", tentativa=1, desfecho="aceito")
            for _ in range(3_000):
                await conector.receber("anotado")


async def whatsapp(casa: Casa) -> str:
    canal = await casa.post("/canais", nome="Zap", tipo="whatsapp", config={"appSecret": SEGREDO_DO_APP})
    return str(canal.json()["id"])


async def webhook(casa: Casa, canal_id: str, de: str, enchimento: int) -> None:
    """One that the provider signed, of about so many bytes."""
    valor = {"messages": [{"from": de}], "x": "x" * enchimento}
    corpo = json.dumps({"entry": [{"changes": [{"value": valor}]}]}).encode()
    cabecalhos = {"X-Hub-Signature-256": assinatura_whatsapp(corpo, SEGREDO_DO_APP)}
    resposta = await casa.http.post(f"/webhooks/whatsapp/{canal_id}", content=corpo, headers=cabecalhos)
    assert resposta.status_code == 200, resposta.text


async def test_webhooks_of_megabytes_do_not_cut_a_connector_that_reads_slowly(casa: Casa) -> None:
    canal_id = await whatsapp(casa)
    quantos = 16
    for n in range(quantos):
        await webhook(casa, canal_id, f"55119{n:08}", 3_000_000)
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.assinar(canal_id, credito=200)
        await trio.sleep(1)
        recebidos = set()
        for _ in range(quantos):
            trabalho = await conector.trabalho()
            recebidos.add(trabalho["id"])
            assert trabalho["tentativa"] == 1
            assert (await conector.responder(trabalho))["ok"]
    assert len(recebidos) == quantos


async def test_what_a_connector_did_not_get_before_it_left_is_not_in_doubt(casa: Casa) -> None:
    canal_id = await whatsapp(casa)
    for n in range(16):
        await webhook(casa, canal_id, f"55119{n:08}", 3_000_000)
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.assinar(canal_id, credito=200)
        await trio.sleep(1)
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.assinar(canal_id, credito=200)
        for _ in range(16):
            trabalho = await conector.trabalho()
            await conector.mandar("resultado", id=trabalho["id"], tentativa=trabalho["tentativa"], desfecho="aceito")
        for _ in range(16):
            assert (await conector.receber("anotado"))["ok"]
