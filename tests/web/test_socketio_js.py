"""The official JavaScript client where the edges differ: how it comes back by itself, and when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio

from tests.web.gateway_apoio import Servidor, pessoa
from tests.web.js_apoio import ClienteJs, Node, node
from tests.web.sio_apoio import abertas, ate_acabarem
from tests.web.test_bordas import TRANSPORTES
from tests.web.test_socketio_transportes import falar, novo_ticket
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, token
from web.gateway import AjustesGateway, Fechamento
from web.socketio import AjustesSocketIO

TODOS = pytest.mark.parametrize("transportes", TRANSPORTES.values(), ids=TRANSPORTES)


@pytest.fixture
async def js(programa_js: Path) -> AsyncIterator[Node]:
    async with node(programa_js) as rodando:
        yield rodando


def cliente(js: Node, servidor: NaThread, transportes: list[str], **auth: object) -> ClienteJs:
    return js.cliente(f"{servidor.http}/atendimento", transports=transportes, auth={"token": token(ADMIN), **auth})


def textos(c: ClienteJs) -> list[str]:
    return [f["data"]["conteudo"] for f in c.eventos() if f["event"] == "nova_mensagem"]


async def ate_ouvir(c: ClienteJs, quantos: int) -> None:
    await c.ate(lambda: len(textos(c)) >= quantos)


async def ate_contar(c: ClienteJs, fato: str, quantos: int) -> None:
    await c.ate(lambda: len(c.contados(fato)) >= quantos)


@TODOS
async def test_a_client_that_the_server_closes_comes_back_by_itself_and_misses_nothing(
    js: Node, transportes: list[str]
) -> None:
    with na_thread(AjustesGateway(prazo_encerramento=200)) as servidor:
        ticket_id = await novo_ticket(servidor)
        c = cliente(js, servidor, transportes, salas=[ticket_id])
        assert (await c.conectar()).get("ok")
        esperados: list[str] = []
        for volta in range(1, 4):
            novos = [f"{volta}.{n}" for n in range(20)]
            async with trio.open_nursery() as bercario:
                bercario.start_soon(falar, servidor, ticket_id, *novos)
                bercario.start_soon(servidor.fazer, _fechar_todas)
            esperados += novos
            await ate_contar(c, "voltou", volta)
            await ate_ouvir(c, 20 * volta)
        assert textos(c) == esperados
        seqs = [f["seq"] for f in c.eventos() if "seq" in f]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        fechamentos = [f["data"]["codigo"] for f in c.eventos() if f["event"] == "fechamento"]
        assert fechamentos == [1012] * 3
        await c.desconectar()
        await ate_acabarem(servidor)
        assert await abertas(servidor) == (0, 0)


async def _fechar_todas(s: Servidor) -> None:
    for plateia in s.gateway._plateias.values():
        for conexao in list(plateia.conexoes):
            conexao.saida.fechar(Fechamento(1012, "volte"))


@TODOS
async def test_a_client_whose_token_expired_stays_out_until_it_is_told_to_connect(
    js: Node, transportes: list[str]
) -> None:
    with na_thread() as servidor:
        c = js.cliente(f"{servidor.http}/atendimento", transports=transportes, auth={"token": token(ADMIN, 100)})
        assert (await c.conectar()).get("ok")
        await c.ate_fato("saiu", "io server disconnect")
        recusa = await c.voltar({"token": "abc"})
        assert recusa["data"] == {"codigo": "token_invalido"}
        assert (await c.voltar({"token": token(ADMIN)})).get("ok")
        assert "voltou" not in {chave for fato in c.fatos for chave in fato}


@TODOS
async def test_a_heartbeat_goes_on_for_as_long_as_the_client_does(js: Node, transportes: list[str]) -> None:
    with na_thread(socketio=AjustesSocketIO(ping=40, pong=20_000)) as servidor:
        ticket_id = await novo_ticket(servidor)
        c = cliente(js, servidor, transportes, salas=[ticket_id])
        assert (await c.conectar()).get("ok")
        for n in range(10):
            await _ate_bater(servidor)
            await falar(servidor, ticket_id, str(n))
        await ate_ouvir(c, 10)
        assert not c.contados("saiu")


async def _ate_bater(servidor: NaThread) -> None:
    """Until the next heartbeat of the only session was answered."""

    async def esperar(_: Servidor) -> None:
        (sessao,) = servidor.sio._sessoes.values()
        bateu = asyncio.Event()
        antes = sessao._bateu

        def ao_bater() -> None:
            antes()
            bateu.set()

        sessao._bateu = ao_bater  # type: ignore[method-assign]
        await bateu.wait()

    await servidor.fazer(esperar)


@TODOS
async def test_a_client_upgrades_while_messages_flow_both_ways(js: Node, transportes: list[str]) -> None:
    with na_thread() as servidor:
        ticket_id = await novo_ticket(servidor)
        c = cliente(js, servidor, transportes, salas=[ticket_id])
        meus = [f"m{n}" for n in range(30)]
        dele = [f"f{n}" for n in range(100)]
        async with trio.open_nursery() as bercario:
            assert (await c.conectar()).get("ok")
            bercario.start_soon(falar, servidor, ticket_id, *dele)
            for texto in meus:
                await c.soltar("mensagem:enviar", {"ticketId": ticket_id, "conteudo": texto})
        await ate_ouvir(c, 130)
        assert [t for t in textos(c) if t[0] == "m"] == meus
        assert [t for t in textos(c) if t[0] == "f"] == dele
        assert c.contados("transporte") == transportes
        outro = js.cliente(
            f"{servidor.http}/atendimento",
            transports=transportes,
            extraHeaders={"authorization": f"Bearer {token(pessoa(1))}"},
        )
        assert (await outro.conectar()).get("ok")
        await outro.ate(outro.eventos)
        assert outro.eventos()[0]["data"]["userId"] == pessoa(1).id


async def test_a_namespace_that_does_not_exist_is_a_connect_error(js: Node) -> None:
    with na_thread() as servidor:
        c = js.cliente(f"{servidor.http}/outro", auth={"token": token(ADMIN)})
        assert (await c.conectar())["data"] == {"codigo": "namespace_desconhecido"}
