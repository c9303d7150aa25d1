"""The edge of connectors, on a real server: the protocol as docs/connectors.md tells it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx2
import pytest
import trio
from msgspec import Struct
from trio_websocket import ConnectionClosed, HandshakeError

from connectors.fio import websocket
from engine.tempo import SystemClock
from tests.servidor import SEGREDO, NovoServidor, Servidor, Usuario, novo_id
from tests.web.arquivos_apoio import png
from tests.web.conector_de_teste import chave_do_servidor, conectado, mensagem, token_de_conector
from web.portaria.autenticacao import emitir


class Casa(Struct):
    """An empresa with a canal of type ``api``, and its connector's token."""

    servidor: Servidor
    empresa: Usuario
    canal_id: str
    token: str
    http: httpx2.AsyncClient

    async def post(self, caminho: str, **corpo: Any) -> httpx2.Response:
        return await self.http.post(f"/atendimento{caminho}", json=corpo)

    async def ver(self, caminho: str) -> Any:
        return (await self.http.get(f"/atendimento{caminho}")).json()

    async def dizer(self, ticket_id: str, texto: str = "olá") -> str:
        resposta = await self.post("/mensagens", ticketId=ticket_id, conteudo=texto)
        assert resposta.status_code == 201, resposta.text
        return str(resposta.json()["id"])


@pytest.fixture
async def casa(servidor: Servidor) -> AsyncIterator[Casa]:
    empresa = servidor.nova_empresa()
    async with httpx2.AsyncClient(base_url=servidor.url, headers=empresa.cabecalhos, timeout=20) as http:
        canal = await http.post("/atendimento/canais", json={"nome": "Bot", "tipo": "api", "config": {"chave": "x"}})
        assert canal.status_code == 201, canal.text
        yield Casa(servidor, empresa, canal.json()["id"], token_de_conector(servidor, empresa), http)


async def test_what_a_contact_writes_opens_a_ticket_and_the_answer_is_a_job(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        assert [canal["id"] for canal in conector.ola["canais"]] == [casa.canal_id]
        await conector.assinar(casa.canal_id)
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m1", "quero ajuda", nome="Ana")])
        assert ack["ok"]
        assert ack["mensagens"][0]["situacao"] == "nova"
        ticket_id = ack["mensagens"][0]["ticketId"]
        ticket = await casa.ver(f"/tickets/{ticket_id}")
        assert (ticket["contato_nome"], ticket["mensagens"][0]["conteudo"]) == ("Ana", "quero ajuda")
        mensagem_id = await casa.dizer(ticket_id, "claro")
        trabalho = await conector.trabalho()
        assert (trabalho["id"], trabalho["trabalho"]) == (mensagem_id, "enviar_mensagem")
        assert trabalho["envio"] == {"para": {"tipo": "codigo", "valor": "1"}, "conteudo": "claro"}
        assert (await conector.responder(trabalho, idExterno="p1"))["ok"]
        await conector.entregar(casa.canal_id, status=[{"estado": "lido", "em": 1, "idExterno": "p1"}])
        ticket = await casa.ver(f"/tickets/{ticket_id}")
        assert ticket["mensagens"][-1]["statusEntrega"] == "lido"


async def test_a_message_that_comes_again_is_told_apart(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m1"), mensagem("m1"), mensagem("m2")])
        assert [item["situacao"] for item in ack["mensagens"]] == ["nova", "repetida", "nova"]
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m2")])
        assert [item["situacao"] for item in ack["mensagens"]] == ["repetida"]
        assert (await casa.ver("/tickets"))["total"] == 1


async def test_one_bad_message_stops_no_other(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        ack = await conector.entregar(
            casa.canal_id,
            mensagens=[mensagem("boa\0", "com \0 NUL"), mensagem(""), mensagem("x", "y" * 70_000), mensagem("fim")],
        )
        assert [item["situacao"] for item in ack["mensagens"]] == ["nova", "recusada", "recusada", "nova"]
        assert "id: deve ter" in ack["mensagens"][1]["message"]
        assert "conteudo: deve ter" in ack["mensagens"][2]["message"]


async def test_credit_bounds_what_is_in_hand(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        tickets = []
        for n in range(3):
            dele = mensagem(f"m{n}", de={"tipo": "codigo", "valor": str(n)})
            tickets.append((await conector.entregar(casa.canal_id, mensagens=[dele]))["mensagens"][0]["ticketId"])
        for ticket_id in tickets:
            await casa.dizer(ticket_id)
        await conector.assinar(casa.canal_id, 2)
        primeiro, _ = await conector.trabalho(), await conector.trabalho()
        assert await conector.nada("trabalho")
        await conector.responder(primeiro)
        await conector.trabalho()


async def test_a_connector_that_leaves_and_comes_back_keeps_what_it_says_it_has(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.assinar(casa.canal_id)
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m1")])
        await casa.dizer(ack["mensagens"][0]["ticketId"])
        trabalho = await conector.trabalho()
    em_maos = [{"id": trabalho["id"], "tentativa": trabalho["tentativa"]}]
    async with conectado(casa.servidor, casa.token, emMaos=em_maos) as conector:
        await conector.assinar(casa.canal_id)
        assert (await conector.responder(trabalho))["ok"]


async def test_another_connector_of_the_name_takes_the_place_of_the_first(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as primeiro:
        await primeiro.assinar(casa.canal_id)
        async with conectado(casa.servidor, casa.token) as segundo:
            assert await primeiro.fechada() == 4409
            await segundo.assinar(casa.canal_id)
            ack = await segundo.entregar(casa.canal_id, mensagens=[mensagem("m1")])
            await casa.dizer(ack["mensagens"][0]["ticketId"])
            await segundo.trabalho()


async def test_a_canal_that_changes_is_told_and_one_that_goes_too(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        await casa.http.patch(f"/atendimento/canais/{casa.canal_id}", json={"nome": "Outro nome"})
        assert (await conector.receber("canal"))["canal"]["nome"] == "Outro nome"
        await casa.http.delete(f"/atendimento/canais/{casa.canal_id}")
        assert (await conector.receber("canal"))["canal"] is None


async def test_secrets_are_told_only_to_a_token_that_may_have_them(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        assert conector.ola["canais"][0]["segredos"] == {}
    com_segredos = emitir(
        SEGREDO, casa.empresa.empresa_id, novo_id(), None, "conector", 60_000, SystemClock().now(), segredos=True
    )
    async with conectado(casa.servidor, com_segredos) as conector:
        assert conector.ola["canais"][0]["segredos"] == {"chave": "x"}


async def test_a_token_of_some_canais_serves_no_other(casa: Casa) -> None:
    outro = (await casa.post("/canais", nome="Outro", tipo="api")).json()["id"]
    token = emitir(
        SEGREDO, casa.empresa.empresa_id, novo_id(), None, "conector", 60_000, SystemClock().now(), [casa.canal_id]
    )
    async with conectado(casa.servidor, token) as conector:
        assert [canal["id"] for canal in conector.ola["canais"]] == [casa.canal_id]
        await conector.assinar(outro)
        assert (await conector.receber("erro"))["codigo"] == "canal_nao_encontrado"
        ack = await conector.entregar(outro, mensagens=[mensagem("m1")])
        assert (ack["ok"], ack["codigo"]) == (False, "canal_nao_encontrado")


async def test_a_connector_of_another_empresa_sees_nothing(casa: Casa) -> None:
    estranha = casa.servidor.nova_empresa()
    async with conectado(casa.servidor, token_de_conector(casa.servidor, estranha)) as conector:
        assert conector.ola["canais"] == []
        await conector.assinar(casa.canal_id)
        assert (await conector.receber("erro"))["codigo"] == "canal_nao_encontrado"


async def test_the_host_of_the_installation_is_told_of_every_canal_of_its_kinds(casa: Casa) -> None:
    async with conectado(casa.servidor, chave_do_servidor(), novo_id(), tipos=["sms"]) as conector:
        assert conector.ola["canais"] == []
        sms = (await casa.post("/canais", nome="SMS", tipo="sms", config={"senha": "s"})).json()["id"]
        while (canal := await conector.receber("canal"))["canalId"] != sms:
            pass
        assert canal["canal"]["empresaId"] == casa.empresa.empresa_id
        assert canal["canal"]["segredos"] == {"senha": "s"}


def recusada() -> pytest.RaisesGroup[Any]:
    return pytest.RaisesGroup(HandshakeError, flatten_subgroups=True)


@pytest.mark.parametrize("papel", ["admin", "supervisor", "atendente"])
async def test_only_a_connector_comes_in(casa: Casa, papel: Any) -> None:
    with recusada():
        async with conectado(casa.servidor, casa.servidor.token(casa.empresa.empresa_id, papel)):
            pass
    for token in ("x", "a.b.c", "instalacao." + "0" * 64):
        with recusada():
            async with conectado(casa.servidor, token):
                pass


async def test_frames_that_make_no_sense_are_told_and_end_nothing(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token, ola=False) as conector:
        for texto in ("", "{", "[]", '{"tipo":"nada"}', "[" * 5_000, '{"tipo":"ola"}', '"\\ud800"'):
            await conector.cru(texto)
            assert (await conector.receber("erro"))["codigo"] == "quadro_invalido"
        await conector.mandar("batida")
        assert (await conector.receber("erro"))["codigo"] == "sem_ola"
        await conector.mandar("ola", versao=9, conector="x")
        assert (await conector.receber("erro"))["codigo"] == "versao"
        await conector.mandar("ola", versao=1, conector="x")
        await conector.receber("bemvindo")
        await conector.assinar(casa.canal_id, 100_000)
        assert (await conector.receber("erro"))["codigo"] == "credito_invalido"
        await conector.mandar("batida")
        await conector.receber("batida")


async def test_a_revoked_connector_is_out_at_once(casa: Casa) -> None:
    conector_id = novo_id()
    token = casa.servidor.token(casa.empresa.empresa_id, "conector", conector_id)
    async with conectado(casa.servidor, token) as conector:
        resposta = await casa.http.delete(f"/atendimento/acessos/{conector_id}")
        if resposta.status_code == 404:
            pytest.skip("how access is revoked is another test's")
        assert await conector.fechada() == 4403


@pytest.mark.parametrize(
    ("nome", "limpo"),
    [
        ("../../etc/pass\r\nwd\u202egpj.exe", "pass wdgpj.exe"),
        ("C:\\x\\a\tb\x00.pdf", "a b.pdf"),
        ("..", "arquivo"),
        ("\u2066foto\u2069.png", "foto.png"),
    ],
)
async def test_the_name_of_a_file_is_cleaned_where_it_is_kept(casa: Casa, nome: str, limpo: str) -> None:
    async with httpx2.AsyncClient(timeout=20) as http:
        resposta = await http.post(
            f"{casa.servidor.url}/conectores/arquivos",
            params={"canal": casa.canal_id, "nome": nome},
            headers={"Authorization": f"Bearer {casa.token}", "Content-Type": "application/octet-stream"},
            content=b"MZ\x00\x00" * 50,
        )
    guardado = json.loads(urlsafe_b64decode(resposta.json()["ficha"])[32:])["arquivo"]["nome"]
    assert guardado.startswith(limpo)  # and has an ending of what it is


async def test_a_file_is_left_before_the_message_that_has_it(casa: Casa) -> None:
    foto = png()
    cabecalhos = {"Authorization": f"Bearer {casa.token}", "Content-Type": "image/png"}
    onde = f"{casa.servidor.url}/conectores/arquivos"
    async with httpx2.AsyncClient(timeout=20) as http:
        resposta = await http.post(
            onde, params={"canal": casa.canal_id, "nome": "foto.png"}, headers=cabecalhos, content=foto
        )
        assert resposta.status_code == 201, resposta.text
        ficha, tipo = resposta.json()["ficha"], resposta.json()["tipo"]
        assert tipo == "imagem", resposta.text
        programa = await http.post(
            onde, params={"canal": casa.canal_id, "nome": "virus.exe"}, headers=cabecalhos, content=b"MZ\x00\x00" * 50
        )
        assert (programa.status_code, programa.json()["tipo"]) == (201, "documento"), "what a contact sends is kept"
        for sem in ({}, {"canal": "x"}, {"canal": novo_id()}):
            assert (await http.post(onde, params=sem, headers=cabecalhos, content=b"x")).status_code in {201, 400, 403}
        assert (await http.post(onde, params={"canal": casa.canal_id}, content=b"x")).status_code == 401
    async with conectado(casa.servidor, casa.token) as conector:
        ack = await conector.entregar(
            casa.canal_id, mensagens=[mensagem("m1", tipo="imagem", arquivo=ficha), mensagem("m2", arquivo="falsa")]
        )
        assert [item["situacao"] for item in ack["mensagens"]] == ["nova", "recusada"]
        ticket = await casa.ver(f"/tickets/{ack['mensagens'][0]['ticketId']}")
        assert (ticket["mensagens"][0]["tipo"], ticket["mensagens"][0]["arquivoNome"]) == ("imagem", "foto.png")


async def test_a_server_that_is_killed_finds_its_connector_with_the_job_in_hand(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    empresa = servidor.nova_empresa()
    token = token_de_conector(servidor, empresa)
    async with httpx2.AsyncClient(base_url=servidor.url, headers=empresa.cabecalhos, timeout=20) as http:
        canal_id = (await http.post("/atendimento/canais", json={"nome": "Bot", "tipo": "api"})).json()["id"]
        async with conectado(servidor, token) as conector:
            await conector.assinar(canal_id)
            ack = await conector.entregar(canal_id, mensagens=[mensagem("m1")])
            ticket_id = ack["mensagens"][0]["ticketId"]
            await http.post("/atendimento/mensagens", json={"ticketId": ticket_id, "conteudo": "1"})
            await http.post("/atendimento/mensagens", json={"ticketId": ticket_id, "conteudo": "2"})
            trabalho = await conector.trabalho()
            await trio.to_thread.run_sync(servidor.matar)
        await trio.to_thread.run_sync(servidor.iniciar)
        em_maos = [{"id": trabalho["id"], "tentativa": trabalho["tentativa"]}]
        async with conectado(servidor, token, emMaos=em_maos) as conector:
            await conector.assinar(canal_id)
            assert await conector.nada("trabalho"), "the second waits for the first"
            assert (await conector.responder(trabalho))["ok"]
            assert (await conector.trabalho())["envio"]["conteudo"] == "2"


# -- what a connector says too early, or wrongly -----------------------------------------------------------------------


async def test_an_answer_counts_though_the_new_connection_takes_no_jobs_yet(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.assinar(casa.canal_id)
        ticket_id = (await conector.entregar(casa.canal_id, mensagens=[mensagem("m1")]))["mensagens"][0]["ticketId"]
        await casa.dizer(ticket_id, "primeira")
        await casa.dizer(ticket_id, "segunda")
        primeiro = await conector.trabalho()
    em_maos = [{"id": primeiro["id"], "tentativa": primeiro["tentativa"]}]
    async with conectado(casa.servidor, casa.token, emMaos=em_maos) as conector:
        assert (await conector.responder(primeiro))["ok"]
        await conector.assinar(casa.canal_id)
        assert (await conector.trabalho())["envio"]["conteudo"] == "segunda"


@pytest.mark.parametrize(
    ("errada", "dito"),
    [
        ({"de": {"tipo": "zap", "valor": "1"}}, "mensagens[1].de.tipo: 'zap' não serve; use telefone, email"),
        ({"em": 1.5}, "mensagens[1].em deve ser um número inteiro; veio um número"),
        ({"conteudo": None}, "mensagens[1].conteudo deve ser um texto; veio null"),
        ({"de": {"valor": "1"}}, "falta mensagens[1].de.tipo"),
        ({"tipo": "filme"}, "mensagens[1].tipo: 'filme' não serve; use texto, imagem"),
    ],
)
async def test_a_message_that_cannot_be_read_is_refused_alone_and_by_name(
    casa: Casa, errada: dict[str, Any], dito: str
) -> None:  # fmt: skip
    async with conectado(casa.servidor, casa.token) as conector:
        mensagens = [mensagem("m1"), mensagem("m2") | errada, mensagem("m3")]
        ack = await conector.entregar(casa.canal_id, mensagens=mensagens)
        assert ack["ok"]
        assert [um["situacao"] for um in ack["mensagens"]] == ["nova", "recusada", "nova"]
        assert ack["mensagens"][1]["id"] == "m2"
        assert dito in ack["mensagens"][1]["message"]


async def test_an_entrada_that_cannot_be_read_at_all_is_answered_by_its_ref(casa: Casa) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        ack = await conector.entregar(casa.canal_id, mensagens=[mensagem("m1")], status=[{"estado": "feito", "em": 1}])
        assert (ack["ok"], ack["codigo"]) == (False, "quadro_invalido")
        assert "status[0].estado: 'feito' não serve; use enviado, entregue, lido ou falhou" in ack["message"]
        assert (await casa.ver("/tickets"))["total"] == 0
        await conector.mandar("entrada", ref="a", canalId=casa.canal_id)
        assert (await conector.receber("erro"))[
            "message"
        ] == "Quadro inválido: ref deve ser um número inteiro; veio um texto"


@pytest.mark.parametrize(
    ("quadro", "dito"),
    [
        ('{"tipo": "sair"}', "tipo: 'sair' não serve; use ola, assinar"),
        ('{"tipo": "assinar", "canalId": "x"}', "falta credito"),
        (
            '{"tipo": "resultado", "id": "x", "tentativa": 1, "desfecho": "feito"}',
            "desfecho: 'feito' não serve; use aceito",
        ),
        ("[1]", "ele deve ser um objeto; veio uma lista"),
        ("{", "não é um objeto JSON"),
        ('{"tipo": "ola", "versao": 1, "conector": "x"}', "esta conexão já é de teste"),
    ],
)
async def test_a_frame_that_cannot_be_read_is_told_what_may_stand_there(casa: Casa, quadro: str, dito: str) -> None:
    async with conectado(casa.servidor, casa.token) as conector:
        await conector.cru(quadro)
        assert dito in (await conector.receber("erro"))["message"]


async def test_a_token_whose_canal_is_gone_says_so(casa: Casa) -> None:
    token = emitir(
        SEGREDO, casa.empresa.empresa_id, novo_id(), None, "conector", 60_000, SystemClock().now(), [casa.canal_id]
    )
    await casa.http.delete(f"/atendimento/canais/{casa.canal_id}")
    async with conectado(casa.servidor, token) as conector:
        assert conector.ola["canais"] == []
        erro = await conector.receber("erro")
        assert (erro["codigo"], erro["canalId"]) == ("canal_nao_encontrado", casa.canal_id)


async def test_a_token_of_some_canais_is_no_token_for_the_api(casa: Casa) -> None:
    token = emitir(
        SEGREDO, casa.empresa.empresa_id, novo_id(), None, "conector", 60_000, SystemClock().now(), [casa.canal_id]
    )
    ticket = (await casa.post("/tickets", contato_nome="Ana", contato_telefone="5511999990001")).json()["id"]
    cabecalhos = {"Authorization": f"Bearer {token}"}
    for caminho in ("tickets", f"tickets/{ticket}", "contatos", "filas", "canais", f"canais/{casa.canal_id}"):
        resposta = await casa.http.get(f"/atendimento/{caminho}", headers=cabecalhos)
        assert (resposta.status_code, resposta.json()["codigo"]) == (403, "token_de_canal"), caminho
    resposta = await casa.http.post(f"/atendimento/tickets/{ticket}/encerrar", headers=cabecalhos, json={})
    assert resposta.status_code == 403
    url = casa.servidor.url.replace("http", "ws", 1) + "/atendimento/ws"
    async with websocket(url, [(b"Authorization", b"Bearer " + token.encode())], 2**20) as ws:
        with trio.fail_after(10), suppress(ConnectionClosed):
            while True:
                await ws.get_message()
        assert ws.closed is not None
        assert ws.closed.code == 4403


async def test_who_has_less_time_for_a_job_beats_more_often(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"ENVIO_ARRENDAMENTO": "12s"})
    empresa = servidor.nova_empresa()
    async with conectado(servidor, token_de_conector(servidor, empresa)) as conector:
        assert conector.ola["batidaMs"] == 3_000
