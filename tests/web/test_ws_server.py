"""The realtime edge of the whole server: Hypercorn, actors, PostgreSQL, from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import trio
from trio_websocket import ConnectionClosed

from engine.modelo import Papel, Quem
from tests.web.ws_apoio import tela, token
from tests.web.ws_processo import Processo


@pytest.fixture(scope="module")
def processo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processo]:
    servidor = Processo(tmp_path_factory.mktemp("servidor"))
    yield servidor
    servidor.parar()


@pytest.fixture
async def servidor(processo: Processo) -> Processo:
    processo.ligar()
    await processo.ate_pronto()
    return processo


class Gente:
    """An empresa of its own, and its people."""

    def __init__(self) -> None:
        self._empresa = str(uuid4())
        self.admin = self.nova("admin")

    def nova(self, papel: Papel) -> Quem:
        usuario_id = str(uuid4())
        return Quem(self._empresa, usuario_id, papel, f"{usuario_id}@example.com")


async def test_the_conversation_of_the_mission_page(servidor: Processo) -> None:
    gente = Gente()
    maria, conector = gente.nova("atendente"), gente.nova("conector")
    async with tela(servidor.url, token(maria)) as m, tela(servidor.url, token(gente.admin)) as chefe:
        await m.evento("connect")
        assert (await m.pedir("atendente:status", {"online": True}))["atendente"]["online"]
        assert (await chefe.evento("atendente_status"))["data"]["online"]

        ticket_id = await servidor.ticket(gente.admin)
        assert (await chefe.evento("ticket_criado"))["data"]["ticket"]["contato_nome"] == "João Silva"
        atribuido = (await m.evento("ticket_atribuido"))["data"]
        assert atribuido["ticketId"] == ticket_id
        assert atribuido["atendente"]["id"] == maria.id

        assert (await chefe.pedir("ticket:entrar", {"ticketId": ticket_id}))["ok"]
        corpo = {"ticketId": ticket_id, "conteudo": "Olá!", "tipo": "texto", "direcao": "recebida"}
        await servidor.rest(conector, "POST", "/mensagens", corpo)
        recebida = (await m.evento("nova_mensagem"))["data"]
        assert recebida["direcao"] == "recebida"
        resposta = await m.pedir("mensagem:enviar", {"ticketId": ticket_id, "conteudo": "Como posso ajudar?"})
        assert (await m.evento("nova_mensagem"))["data"] == resposta["mensagem"]
        await chefe.ate(lambda f: f.get("data", {}).get("conteudo") == "Como posso ajudar?")
        lida = await m.pedir("mensagem:lida", {"mensagemId": recebida["id"]})
        assert lida["mensagem"] == {**recebida, "lida": True}
        assert (await chefe.evento("mensagem_status"))["data"]["lida"]

        await servidor.rest(maria, "PATCH", f"/tickets/{ticket_id}", {"status": "RESOLVIDO"})
        assert (await m.evento("ticket_encerrado"))["data"]["status"] == "RESOLVIDO"
        assert (await m.pedir("atendente:status", {"online": False, "motivo": "fim do turno"}))["ok"]


async def test_many_clients_resume_from_random_places_while_writes_go_on(servidor: Processo) -> None:
    gente = Gente()
    sorte = Random(7)
    ticket_id = await servidor.ticket(gente.admin)
    textos = [f"m{n}" for n in range(400)]
    quadros: list[list[dict[str, Any]]] = []

    async def retomar(desde: int) -> None:
        async with tela(servidor.url) as t:
            entrada = {"token": token(gente.admin), "desde": desde, "salas": [ticket_id]}
            await t.mandar("autenticar", entrada, "a")
            await t.ate(lambda f: f.get("event") == "nova_mensagem" and f["data"]["conteudo"] == textos[-1])
            quadros.append([{"desde": desde}, *(f for f in t.recebidos if "seq" in f)])

    async with tela(servidor.url, token(gente.admin)) as escritora, trio.open_nursery() as bercario:
        inicio = (await escritora.evento("connect"))["data"]["seq"]
        for n, texto in enumerate(textos):
            if n % 10 == 0:
                bercario.start_soon(retomar, sorte.randint(0, inicio))
            await escritora.mandar("mensagem:enviar", {"ticketId": ticket_id, "conteudo": texto}, n)
            if n % 10 == 9:
                await escritora.resposta(n)
    historico = await _historico(servidor, gente.admin, ticket_id)
    assert [texto for texto in historico.values() if texto] == textos
    assert len(quadros) == 40
    for marca, *eventos in quadros:
        seqs = [f["seq"] for f in eventos]
        assert seqs == list(range(marca["desde"] + 1, seqs[-1] + 1))
        ditos = {f["seq"]: f["data"]["conteudo"] for f in eventos if f["event"] == "nova_mensagem"}
        assert list(ditos.values()) == textos


async def _historico(servidor: Processo, quem: Quem, ticket_id: str) -> dict[str, str]:
    mensagens: dict[str, str] = {}
    for page in range(1, 6):
        pagina = await servidor.rest(quem, "GET", f"/tickets/{ticket_id}/mensagens?limit=100&page={page}")
        mensagens.update({m["id"]: m["conteudo"] for m in pagina["data"]})
    return mensagens


async def test_after_kill_9_nothing_acknowledged_is_missing_from_the_resumed_stream(servidor: Processo) -> None:
    gente = Gente()
    ticket_id = await servidor.ticket(gente.admin)
    async with tela(servidor.url, token(gente.admin)) as leitora:
        desde = (await leitora.evento("connect"))["data"]["seq"]
    confirmadas: list[str] = []

    async def escrever(task_status: trio.TaskStatus[None]) -> None:
        """Write with 30 messages under way, until the connection is lost."""
        async with tela(servidor.url, token(gente.admin)) as t:
            with suppress(ConnectionClosed):
                for n in count():
                    await t.mandar("mensagem:enviar", {"ticketId": ticket_id, "conteudo": f"m{n}"}, n)
                    if n >= 30:
                        confirmadas.append((await t.resposta(n - 30))["data"]["mensagem"]["id"])
                    if n == 200:
                        task_status.started()

    async with trio.open_nursery() as bercario:
        await bercario.start(escrever)
        servidor.matar()
    assert len(confirmadas) > 150
    servidor.ligar()
    await servidor.ate_pronto()
    async with tela(servidor.url) as volta:
        entrada = {"token": token(gente.admin), "desde": desde, "salas": [ticket_id]}
        assert (await volta.pedir("autenticar", entrada))["ok"]
        await volta.evento("retomado")
        eventos = [f for f in volta.recebidos if "seq" in f]
        assert [f["seq"] for f in eventos] == list(range(desde + 1, desde + 1 + len(eventos)))
        ditos = [f["data"]["id"] for f in eventos if f["event"] == "nova_mensagem"]
        assert ditos[: len(confirmadas)] == confirmadas


async def test_a_stopping_server_closes_with_1012_and_the_next_one_goes_on(servidor: Processo) -> None:
    gente = Gente()
    await servidor.ticket(gente.admin)
    async with tela(servidor.url, token(gente.admin)) as t:
        seq = (await t.evento("connect"))["data"]["seq"]
        async with trio.open_nursery() as bercario:
            bercario.start_soon(trio.to_thread.run_sync, servidor.parar)
            codigo, motivo = await t.ate_fechar()
        assert (codigo, "desde" in motivo) == (1012, True)
    servidor.ligar()
    await servidor.ate_pronto()
    async with tela(servidor.url, token(gente.admin), seq) as t:
        await t.evento("retomado")
        novo = await servidor.ticket(gente.admin)
        criado = await t.evento("ticket_criado")
        assert (criado["seq"], criado["data"]["ticket"]["id"]) == (seq + 1, novo)
