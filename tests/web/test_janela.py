"""The window of WhatsApp, on a real server: it is the contact's, in whichever of its tickets somebody answers; and who
writes within it is seen to be writing.
"""

from __future__ import annotations

import time
from typing import Any

import httpx2

from tests.servidor import Servidor, Usuario
from tests.web.conector_de_teste import conectado, mensagem
from tests.web.conector_de_teste import token_de_conector as chave
from tests.web.ws_apoio import tela

ANA = "+5511987654321"


def agora() -> int:
    return int(time.time() * 1_000)


async def novo_canal(http: httpx2.AsyncClient, **config: str) -> str:
    canal = await http.post("/atendimento/canais", json={"nome": "Zap", "tipo": "whatsapp", "config": config})
    assert canal.status_code == 201, canal.text
    return str(canal.json()["id"])


async def a_mao(http: httpx2.AsyncClient, canal_id: str, telefone: str = ANA) -> str:
    corpo = {"contato_nome": "Ana", "contato_telefone": telefone, "canalId": canal_id}
    ticket = await http.post("/atendimento/tickets", json=corpo)
    assert ticket.status_code == 201, ticket.text
    return str(ticket.json()["id"])


async def dizer(http: httpx2.AsyncClient, ticket_id: str, **campos: Any) -> httpx2.Response:
    return await http.post("/atendimento/mensagens", json={"ticketId": ticket_id, "conteudo": "olá", **campos})


def cliente(servidor: Servidor, empresa: Usuario) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=servidor.url, headers=empresa.cabecalhos, timeout=20)


async def test_a_window_counts_in_each_ticket_of_the_contact(servidor: Servidor) -> None:
    empresa = servidor.nova_empresa()
    async with (
        cliente(servidor, empresa) as http,
        conectado(servidor, chave(servidor, empresa)) as conector,
    ):
        canal_id = await novo_canal(http, phoneNumberId="1")
        dela = await a_mao(http, canal_id)
        recusa = await dizer(http, dela)
        assert (recusa.status_code, recusa.json()["codigo"]) == (409, "janela_fechada")
        assert f"/canais/{canal_id}/modelos" in recusa.json()["detalhes"][0]["problema"]
        de = {"tipo": "telefone", "valor": ANA}
        ack = await conector.entregar(canal_id, mensagens=[mensagem("m1", de=de, em=agora())])
        assert ack["mensagens"][0]["ticketId"] == dela
        outra = await a_mao(http, canal_id)
        assert (await dizer(http, outra)).status_code == 201
        janelas = {(await http.get(f"/atendimento/tickets/{um}")).json()["janelaAte"] for um in (dela, outra)}
        assert len(janelas - {None}) == 1
        outro = await a_mao(http, canal_id, "+5511987654322")
        assert (await dizer(http, outro)).status_code == 409


async def test_what_the_contact_wrote_days_ago_opens_nothing(servidor: Servidor) -> None:
    empresa = servidor.nova_empresa()
    async with (
        cliente(servidor, empresa) as http,
        conectado(servidor, chave(servidor, empresa)) as conector,
    ):
        canal_id = await novo_canal(http)
        de, em = {"tipo": "telefone", "valor": ANA}, agora() - 2 * 86_400_000
        ack = await conector.entregar(canal_id, mensagens=[mensagem("m1", de=de, em=em)])
        assert (await dizer(http, ack["mensagens"][0]["ticketId"])).json()["codigo"] == "janela_fechada"


async def test_a_message_that_somebody_took_elsewhere_opens_it_too(servidor: Servidor) -> None:
    async with cliente(servidor, servidor.nova_empresa()) as http:
        dela = await a_mao(http, await novo_canal(http, phoneNumberId="1"))
        assert (await dizer(http, dela)).status_code == 409
        assert (await dizer(http, dela, direcao="recebida")).status_code == 201
        assert (await dizer(http, dela)).status_code == 201


async def test_a_canal_that_has_no_number_yet_refuses_nobody(servidor: Servidor) -> None:
    async with cliente(servidor, servidor.nova_empresa()) as http:
        assert (await dizer(http, await a_mao(http, await novo_canal(http)))).status_code == 201


async def test_the_contact_sees_once_that_somebody_types_and_types(servidor: Servidor) -> None:
    empresa = servidor.nova_empresa()
    async with (
        cliente(servidor, empresa) as http,
        conectado(servidor, chave(servidor, empresa)) as conector,
    ):
        canal_id = await novo_canal(http)
        de = {"tipo": "telefone", "valor": ANA}
        ack = await conector.entregar(canal_id, mensagens=[mensagem("m1", de=de, em=agora())])
        ticket_id = ack["mensagens"][0]["ticketId"]
        await conector.assinar(canal_id)
        async with tela(servidor.url_ws, empresa.token) as agente:
            await agente.evento("connect")
            for _ in range(5):
                await agente.pedir("usuario:digitando", {"ticketId": ticket_id})
            trabalho = await conector.trabalho()
            assert (trabalho["trabalho"], trabalho["envio"]["opcoes"]) == (
                "sinalizar", {"sinal": "digitando", "a": "m1"}
            )  # fmt: skip
            await conector.responder(trabalho)
            assert (await dizer(http, ticket_id)).status_code == 201
            assert (await conector.trabalho())["trabalho"] == "enviar_mensagem"
