"""The connector keeps the templates of its canal, and says in words what is wrong with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from connectors.fakes.graph import Falta, GraphFalso, NumeroFalso, graph_no_ar
from connectors.whatsapp.conector import ConectorWhatsApp
from tests.connectors.whatsapp import (
    MotorGravador,
    canal,
    conector_para,
    conversa,
    envio_para,
    mensagem,
    trabalho_de_envio,
    trabalho_de_webhook,
    webhook_de,
)


@asynccontextmanager
async def cena() -> AsyncIterator[tuple[GraphFalso, ConectorWhatsApp, MotorGravador]]:
    motor = MotorGravador()
    async with graph_no_ar() as graph, conector_para(graph, motor) as conector:
        yield graph, conector, motor


async def test_templates_are_fetched_page_by_page_and_again_when_one_changes(mock_clock: MockClock) -> None:
    async with cena() as (graph, conector, motor), trio.open_nursery() as grupo:
        modelos = graph.conta(NumeroFalso().waba_id).modelos
        extra = {"language": "pt_BR", "status": "APPROVED", "category": "UTILITY"}
        modelos += [extra | {"name": f"m{i}", "components": []} for i in range(250)]
        grupo.start_soon(conector.servir)
        while not motor.modelos:
            await trio.lowlevel.checkpoint()
        por_nome = {modelo.nome: modelo for modelo in motor.modelos[0]}
        assert len(motor.modelos[0]) == len(modelos)
        pedido = por_nome["pedido_enviado"]
        assert (pedido.idioma, pedido.estado, pedido.parametros) == ("pt_BR", "APPROVED", 2)
        assert (por_nome["hello_world"].parametros, por_nome["promocao"].estado) == (0, "PAUSED")
        mudou = webhook_de({"event": "APPROVED", "message_template_name": "x"}, "message_template_status_update")
        await conector.fazer(trabalho_de_webhook(mudou))
        await wait_all_tasks_blocked()
        mock_clock.jump(11)
        while len(motor.modelos) < 2:
            await trio.lowlevel.checkpoint()
        while len(motor.modelos) < 3:  # the server closes connections in between: it may take a second time
            await wait_all_tasks_blocked(0.05)
            mock_clock.jump(400)
        grupo.cancel_scope.cancel()


async def test_without_an_account_or_a_token_there_is_nothing_to_serve() -> None:
    for config in ({"wabaId": None}, {"accessToken": ""}):
        async with conector_para(None, dito=canal(**config)) as conector:
            await conector.servir()


# -- what is wrong ----------------------------------------------------------------------------------------------------


async def test_a_canal_that_works_has_nothing_wrong() -> None:
    async with cena() as (_, conector, _motor):
        assert await conector.testar() == []


@pytest.mark.parametrize(
    ("config", "numero", "frase"),
    [
        ({"accessToken": ""}, {}, "Falta accessToken"),
        ({"accessToken": "<the token>"}, {}, "O accessToken não pode ter espaços"),
        ({"phoneNumberId": None}, {}, "Falta phoneNumberId"),
        ({"phoneNumberId": "<Phone number ID>"}, {}, "O phoneNumberId só tem algarismos"),
        ({"wabaId": "<WhatsApp Business Account ID>"}, {}, "O wabaId só tem algarismos"),
        ({"accessToken": "outro"}, {}, "expirou ou foi revogado"),
        ({"phoneNumberId": "999"}, {}, "phoneNumberId (999) não"),
        ({"wabaId": "999"}, {}, "wabaId (999) não existe"),
        ({"wabaId": None}, {}, "Falta wabaId"),
        ({"urlBase": "http://127.0.0.1:9"}, {}, "Não se consegue falar com http://127.0.0.1:9"),
        ({"urlBase": "x"}, {}, "urlBase não é um endereço"),
        ({"urlBase": 7}, {}, "urlBase não é um endereço"),
        ({"urlBase": ["http://127.0.0.1:9"]}, {}, "urlBase não é um endereço"),
        ({"versao": "24"}, {}, "versao não é uma versão"),
        ({"appSecret": ""}, {}, "Falta appSecret"),
        ({"webhookVerifyToken": ""}, {}, "a Meta confirma o endereço"),
        ({}, {"assinado": False}, "O webhook não está assinado"),
        ({}, {"estado": "BANNED"}, "banido"),
    ],
)
async def test_what_is_wrong_with_a_canal_is_told_in_words(
    config: dict[str, Any], numero: dict[str, Any], frase: str
) -> None:
    async with (
        graph_no_ar(NumeroFalso(**numero)) as graph,
        conector_para(graph, dito=canal(graph, **config)) as conector,
    ):
        problemas = await conector.testar()
        assert frase in "\n".join(problemas)
        assert all(problema[0].isupper() for problema in problemas)
        assert graph.livro.aceitas == []


@pytest.mark.parametrize(
    ("codigo", "frase"), [(10, "permissões"), (200, "permissões"), (4, "erro 4"), (3, "permissões")]
)
async def test_what_meta_refuses_is_told_in_words(codigo: int, frase: str) -> None:
    async with cena() as (graph, conector, _):
        graph.roteiro.proximas("numero", Falta(codigo=codigo))
        assert frase in (await conector.testar())[0]
        graph.roteiro.proximas("assinados", Falta(codigo=codigo))
        assert frase in (await conector.testar())[0]


async def test_a_number_of_another_account_is_found_out() -> None:
    numeros = (NumeroFalso(), NumeroFalso(phone_number_id="300", waba_id="400"))
    async with graph_no_ar(*numeros) as graph, conector_para(graph, dito=canal(graph, wabaId="400")) as conector:
        assert "não é da conta wabaId (400)" in (await conector.testar())[0]


async def test_a_canal_whose_address_cannot_be_used_calls_nobody_else() -> None:
    class Ninguem(httpx2.AsyncClient):
        async def send(self, request: httpx2.Request, **_: Any) -> httpx2.Response:
            assert request.url.scheme not in {"http", "https"}, f"{request.url} was called"
            raise httpx2.UnsupportedProtocol("")

    for base, segredo in (("http://eu:senha@127.0.0.1:9", True), (7, False), ("ftp://127.0.0.1", False)):
        dito_do_canal = canal()
        onde = dito_do_canal.segredos if segredo else dito_do_canal.config
        onde["urlBase"] = base
        async with Ninguem() as http:
            conector = ConectorWhatsApp(dito_do_canal, MotorGravador(), http)
            assert any("urlBase não é um endereço" in problema for problema in await conector.testar())
            assert "senha@" not in "".join(await conector.testar())
            assert (await conector.fazer(trabalho_de_envio(envio_para()))).classe == "canal"
            foto = mensagem("image", {"id": "1", "mime_type": "image/png"})
            assert (await conector.fazer(trabalho_de_webhook(webhook_de(conversa(foto))))).desfecho == "falhou"
