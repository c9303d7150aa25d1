"""The fake Graph API behaves like the real one: its webhooks, its limits, its book."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from trio.testing import MockClock, wait_all_tasks_blocked

from connectors.fakes.graph import (
    EXEMPLOS,
    Comportamento,
    Contato,
    Escrita,
    Falta,
    GraphFalso,
    NumeroFalso,
    graph_no_ar,
)
from connectors.fakes.graph.entradas import em_bytes
from connectors.fakes.servidor_http import servindo
from connectors.whatsapp.conector import ConectorWhatsApp
from tests.connectors.whatsapp import MARIA, Recebedor, conector_para, dito, envio_para, trabalho_de_envio

MARIA_ = Contato(telefone=MARIA)


@asynccontextmanager
async def cena(**comportamento: Any) -> AsyncIterator[tuple[GraphFalso, ConectorWhatsApp, Recebedor]]:
    """A fake whose webhooks come back at once, however often they have to be sent."""
    recebedor = Recebedor()
    async with servindo(recebedor.atender) as servidor:
        numero = NumeroFalso(webhook=f"{servidor.base}/webhooks/whatsapp")
        como = Comportamento(**({"espera_s": 0.0} | comportamento))
        async with graph_no_ar(numero, comportamento=como) as graph, conector_para(graph) as conector:
            yield graph, conector, recebedor


def escritas(quantas: int) -> list[Escrita]:
    return [Escrita(de=MARIA_, texto=f"{i}", em=1_700_000_000 + i) for i in range(quantas)]


async def test_what_a_contact_writes_comes_signed_and_with_its_accents_escaped() -> None:
    async with cena() as (graph, _, recebedor):
        ids = graph.receber([Escrita(de=Contato(telefone=MARIA, nome="Conceição"), texto="Olá / ação")])
        await graph.esvaziado()
        lida = recebedor.leituras[0].mensagens[0].mensagem
        assert (lida.id, lida.conteudo, lida.nome) == (ids[0], "Olá / ação", "Conceição")
        assert b"Ol\\u00e1 \\/ a" in recebedor.corpos[0]


async def test_every_type_comes() -> None:
    async with cena() as (graph, _, recebedor):
        graph.receber([Escrita(de=MARIA_, tipo=tipo) for tipo in EXEMPLOS])
        await graph.esvaziado()
        lidas = recebedor.leituras[0].mensagens
        assert {lida.mensagem.metadados["tipoOriginal"] for lida in lidas} == set(EXEMPLOS)
        assert all(lida.midia.sha256 for lida in lidas if lida.midia)


async def test_contacts_may_have_no_phone() -> None:
    async with cena() as (graph, _, recebedor):
        graph.receber([Escrita(de=Contato(usuario="BR.9")), Escrita(de=Contato(telefone=MARIA, usuario="BR.123"))])
        await graph.esvaziado()
        assert b'"from"' in recebedor.corpos[0]
        de = [lida.mensagem.de.valor for lida in recebedor.leituras[0].mensagens]
        assert sorted(de) == ["+" + MARIA, "BR.9"]


async def test_batches_duplicates_and_shuffling() -> None:
    async with cena() as (graph, _, recebedor):
        graph.receber(escritas(2_500))
        await graph.esvaziado()
        assert sorted(len(leitura.mensagens) for leitura in recebedor.leituras) == [500, 1_000, 1_000]
        recebedor.corpos.clear()
        graph.receber(escritas(10), por_webhook=1, vezes=2, embaralhar=True)
        await graph.esvaziado()
        assert sorted(recebedor.textos, key=int) == [f"{i}" for i in range(10) for _ in range(2)]


async def test_a_webhook_is_sent_until_it_is_answered_200() -> None:
    async with cena() as (graph, _, recebedor):
        recebedor.respostas = [500, 0, 403, 201, 302]
        graph.receber(escritas(1))
        await graph.esvaziado()
        assert recebedor.textos == ["0"]
        assert (graph.correio().entregues, graph.correio().perdidas) == (1, 0)
        graph.comportamento.tentativas = 12
        recebedor.respostas = [500] * 100
        graph.receber(escritas(1))
        await graph.esvaziado()
        assert graph.correio().perdidas == 1


async def test_a_wrong_signature_is_sent_once() -> None:
    async with cena() as (graph, _, recebedor):
        graph.receber(escritas(1), assinatura_errada=True)
        await graph.esvaziado()
        assert (recebedor.sem_assinatura, recebedor.textos) == (1, [])


async def test_the_address_of_a_webhook_is_verified() -> None:
    async with cena() as (graph, _, _recebedor):
        assert await graph.correio().verificar()
        graph.numeros[next(iter(graph.numeros))].verify_token = "outro"
        assert not await graph.correio().verificar()


# -- statuses ---------------------------------------------------------------------------------------------------------


async def test_what_was_accepted_has_its_statuses_with_the_echo_of_its_job() -> None:
    async with cena(status=("sent", "delivered", "read")) as (graph, conector, recebedor):
        trabalho = trabalho_de_envio(envio_para())
        resultado = await conector.fazer(trabalho)
        await graph.esvaziado()
        assert sorted(recebedor.estados) == sorted((resultado.id_externo, e) for e in ("enviado", "entregue", "lido"))
        assert {status.trabalho_id for leitura in recebedor.leituras for status in leitura.status} == {trabalho.id}


async def test_an_answer_that_was_dropped_has_its_statuses_still() -> None:
    async with cena(status=("sent",)) as (graph, conector, recebedor):
        graph.roteiro.proximas("mensagens", Falta(cair="depois"))
        assert (await conector.fazer(trabalho_de_envio(envio_para()))).desfecho == "desconhecido"
        await graph.esvaziado()
        assert recebedor.estados == [(graph.livro.aceitas[0].id, "enviado")]


async def test_a_message_may_fail_after_it_was_accepted() -> None:
    async with cena() as (graph, conector, recebedor):
        graph.roteiro.proximas("mensagens", Falta(falhar_depois=131026))
        assert (await conector.fazer(trabalho_de_envio(envio_para()))).desfecho == "aceito"
        await graph.esvaziado()
        status = recebedor.leituras[0].status
        assert [(s.estado, s.classe, s.codigo) for s in status] == [("falhou", "final", "131026")]


async def test_statuses_are_omitted_duplicated_shuffled_and_put_together() -> None:
    async with cena(status=("sent",), omitir=1.0) as (graph, conector, recebedor):
        await conector.fazer(trabalho_de_envio(envio_para()))
        await graph.esvaziado()
        assert recebedor.estados == []
    async with cena(status=("sent",), duplicar=1.0) as (graph, conector, recebedor):
        await conector.fazer(trabalho_de_envio(envio_para()))
        await graph.esvaziado()
        assert len(recebedor.estados) == 2
    async with cena(lote=1_000, embaralhar=True) as (graph, _, recebedor):
        for i in range(500):
            graph.correio().por_status({"id": f"wamid.{i}", "status": "sent", "timestamp": "1700000000"})
        await graph.esvaziado()
        assert len(recebedor.corpos) < 250
        assert {externo for externo, _ in recebedor.estados} == {f"wamid.{i}" for i in range(500)}


async def test_statuses_may_take_their_time(mock_clock: MockClock) -> None:
    async with cena(status=("sent",), demora_de_status_s=20.0) as (graph, conector, recebedor):
        await conector.fazer(trabalho_de_envio(envio_para()))
        assert (graph.pendentes, recebedor.estados) == (1, [])
        await wait_all_tasks_blocked()
        mock_clock.jump(20)
        await graph.esvaziado()
        assert len(recebedor.estados) == 1


async def test_a_free_text_outside_the_window_fails_afterwards() -> None:
    async with cena(janela=True, status=("sent",)) as (graph, conector, recebedor):
        graph.receber([Escrita(de=Contato(telefone="551188887777"))])
        await graph.esvaziado()
        for telefone in ("+5511988887777", "+5511977776666"):
            assert (await conector.fazer(trabalho_de_envio(envio_para(telefone)))).desfecho == "aceito"
            await graph.esvaziado()
        modelo = {"modelo": {"nome": "hello_world", "idioma": "en_US"}}
        assert (
            await conector.fazer(trabalho_de_envio(envio_para("+5511977776666", opcoes=modelo)))
        ).desfecho == "aceito"
        await graph.esvaziado()
        assert [estado for _, estado in recebedor.estados] == ["enviado", "falhou", "enviado"]


async def test_the_fake_may_name_a_line_without_its_ninth_digit() -> None:
    async with cena(sem_nono=True) as (graph, conector, recebedor):
        await conector.fazer(trabalho_de_envio(envio_para()))
        await graph.esvaziado()
        assert b'"recipient_id":"551199998888"' in recebedor.corpos[0]


# -- refusals ---------------------------------------------------------------------------------------------------------

BASE = {"messaging_product": "whatsapp", "to": "+5511999998888", "type": "text", "text": {"body": "x"}}
ERRADOS: list[tuple[object, int]] = [
    ([], 100),
    ({}, 100),
    (BASE | {"messaging_product": "x"}, 100),
    ({k: v for k, v in BASE.items() if k != "to"}, 100),
    (BASE | {"to": "abc"}, 131009),
    (BASE | {"to": "551130000000"}, 131021),
    (BASE | {"type": "carta"}, 100),
    (BASE | {"text": None}, 131008),
    (BASE | {"text": {"body": ""}}, 100),
    (BASE | {"text": {"body": "x" * 4_097}}, 100),
    (BASE | {"biz_opaque_callback_data": "x" * 513}, 100),
    (BASE | {"context": {}}, 131009),
    (BASE | {"type": "image", "image": {"id": "nenhuma"}}, 100),
    (BASE | {"type": "interactive", "interactive": {}}, 131008),
    (BASE | {"type": "interactive", "interactive": {"body": {"text": "x"}, "type": "button", "action": {}}}, 131009),
    (BASE | {"type": "reaction", "reaction": {}}, 131009),
    (BASE | {"type": "template", "template": {"name": "nada", "language": {"code": "x"}}}, 132001),
    (BASE | {"type": "template", "template": {"name": "promocao", "language": {"code": "pt_BR"}}}, 132015),
    (BASE | {"type": "template", "template": {"name": "boas_vindas", "language": {"code": "pt_BR"}}}, 132000),
    (
        BASE
        | {"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}, "components": [1]}},
        100,
    ),
]


@pytest.mark.parametrize(("corpo", "codigo"), ERRADOS)
async def test_a_body_that_the_real_one_refuses_is_refused(corpo: object, codigo: int) -> None:
    async with graph_no_ar() as graph, httpx2.AsyncClient(base_url=graph.base) as http:
        caminho, token = "/v24.0/100000000000001/messages", {"authorization": "Bearer token-do-falso"}
        resposta = await http.post(caminho, json=corpo, headers=token)
        assert (resposta.status_code >= 400, resposta.json()["error"]["code"]) == (True, codigo)
        assert (await http.post(caminho, content=b"{", headers=token)).json()["error"]["code"] == 100
        assert (await http.post(caminho, json=BASE, headers=token)).status_code == 200


async def test_a_wrong_token_number_or_version_is_refused() -> None:
    async with graph_no_ar() as graph, httpx2.AsyncClient(base_url=graph.base) as http:
        for caminho, token, codigo in (
            ("/v24.0/100000000000001/messages", "outro", 190),
            ("/v24.0/999/messages", "token-do-falso", 100),
            ("/100000000000001/messages", "token-do-falso", 2500),
            ("/v24.0/100000000000001/nada", "token-do-falso", 2500),
        ):
            resposta = await http.post(caminho, json=BASE, headers={"authorization": f"Bearer {token}"})
            assert resposta.json()["error"]["code"] == codigo


async def test_the_book_tells_what_each_contact_got_in_order_and_what_came_twice() -> None:
    async with cena() as (graph, conector, _):
        for i in range(5):
            await conector.fazer(trabalho_de_envio(envio_para(conteudo=f"{i}")))
        repetido = trabalho_de_envio(envio_para("+5511977776666"))
        for _vez in range(2):
            await conector.fazer(repetido)
        assert [aceita.texto for aceita in graph.livro.de(MARIA)] == ["0", "1", "2", "3", "4"]
        assert graph.livro.repetidos() == {repetido.id: 2}


# -- from another process ---------------------------------------------------------------------------------------------


async def test_another_process_works_it_by_http() -> None:
    recebedor = Recebedor()
    async with (
        servindo(recebedor.atender) as servidor,
        graph_no_ar() as graph,
        conector_para(graph) as conector,
        httpx2.AsyncClient(base_url=f"{graph.base}/_falso/") as http,
    ):
        assert (await http.post("numeros", json={"webhook": servidor.base})).json() == {"ok": True}
        assert (await http.post("comportamento", json={"status": ["read"]})).json() == {"ok": True}
        assert (await http.post("roteiro", json={"falta": {"codigo": 131056}})).json() == {"ok": True}
        mensagens = [{"de": {"telefone": MARIA}, "texto": "Oi", "id": "wamid.X"}]
        assert (await http.post("receber", json={"mensagens": mensagens})).json() == {"ids": ["wamid.X"]}
        assert dito(await conector.fazer(trabalho_de_envio(envio_para())))[1] == "contato"
        aceito = await conector.fazer(trabalho_de_envio(envio_para()))
        await graph.esvaziado()
        assert recebedor.textos == ["Oi"]
        assert recebedor.estados == [(aceito.id_externo, "lido")]
        livro = (await http.get("livro", params={"para": "+" + MARIA})).json()
        assert [item["id"] for item in livro["aceitas"]] == [aceito.id_externo]
        estado = (await http.get("estado")).json()
        assert (estado["aceitas"], estado["webhooksEntregues"], estado["webhooksPendentes"]) == (1, 2, 0)
        for caminho, corpo in (("receber", "{"), ("roteiro", '{"chamada":"x"}'), ("numeros", "[]"), ("nada", "{}")):
            assert (await http.post(caminho, content=corpo)).status_code in {400, 404}


def test_a_body_is_written_as_meta_writes_it() -> None:
    assert em_bytes({"a": "ç/"}) == b'{"a":"\\u00e7\\/"}'
    assert json.loads(em_bytes({"a": "ç/"})) == {"a": "ç/"}


async def test_the_book_agrees_with_what_was_answered() -> None:
    async with cena(por_segundo=None, cair_depois=0.2, duplicar=0.3, embaralhar=True, lote=7) as (
        graph,
        conector,
        recebedor,
    ):
        trabalhos = [trabalho_de_envio(envio_para(f"+55119{i % 20:08d}", conteudo=f"{i}")) for i in range(200)]
        resultados = {trabalho.id: await conector.fazer(trabalho) for trabalho in trabalhos}
        await graph.esvaziado()
    assert {r.desfecho for r in resultados.values()} == {"aceito", "desconhecido"}
    assert [aceita.trabalho for aceita in graph.livro.aceitas] == [trabalho.id for trabalho in trabalhos]
    entregues = {s.trabalho_id for leitura in recebedor.leituras for s in leitura.status if s.estado == "entregue"}
    assert entregues == resultados.keys()
