"""Visitors' sockets: live, resumed after a drop with nothing missed or doubled, typing and ticks both ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx2
import pytest
import trio
import trio.testing
from trio_websocket import ConnectionClosed, ConnectionRejected

from tests.postgres import perguntar
from tests.servidor import NovoServidor, Servidor, novo_id
from tests.web.chat_apoio import AMBIENTE, LOJA, Visitante, chat
from tests.web.ws_apoio import Tela, tela


@pytest.fixture(scope="module")
def casa_do_chat(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    with Servidor(tmp_path_factory.mktemp("chat"), novo_banco(), AMBIENTE) as servidor:
        yield servidor


async def mensagem(t: Tela, de: str = "atendente") -> dict[str, Any]:
    quadro = await t.ate(lambda q: q.get("event") == "mensagem" and q["data"]["de"] == de)
    return dict(quadro["data"])


async def situacao(t: Tela, qual: str) -> dict[str, Any]:
    quadro = await t.ate(lambda q: q.get("event") == "conversa" and q["data"]["situacao"] == qual)
    return dict(quadro["data"])


async def test_an_answer_comes_live_and_its_ticks_go_to_the_agent(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        ana, v = await c.agente(), await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        async with tela(casa_do_chat.url_ws, ana.token) as agente, v.soquete() as t:
            await agente.evento("connect")
            await agente.pedir("ticket:entrar", {"ticketId": ticket["id"]})
            await t.evento("em_dia")
            dita = await c.responde(ticket["id"], "olá", ana)
            fala = await mensagem(t)
            assert (fala["texto"], fala["nome"], fala["lida"]) == ("olá", "Ana", False)
            entregue = await agente.evento("mensagem_status")
            assert (entregue["data"]["id"], entregue["data"]["statusEntrega"]) == (dita["id"], "entregue")
            assert (await t.pedir("lida", {"cursor": fala["cursor"]}))["ok"]
            assert (await agente.evento("mensagem_status"))["data"]["statusEntrega"] == "lido"


async def test_the_first_message_of_a_conversation_and_its_answer_reach_a_socket_that_was_open_before(
    casa_do_chat: Servidor,
) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        async with v.soquete() as t:
            await t.evento("em_dia")
            await v.escreve("oi", "m1")
            assert (await mensagem(t, "visitante"))["id"] == "m1"
            await situacao(t, "aguardando")
            await c.responde((await c.tickets())[0]["id"], "olá")
            assert (await mensagem(t))["texto"] == "olá"


async def test_who_waits_sees_its_place_and_sees_it_move_and_nothing_of_the_empresa(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        outro, v = await c.visitante().comecar(), await c.visitante().comecar()
        await outro.escreve("cheguei antes")
        async with v.soquete() as t:
            await t.evento("em_dia")
            await v.escreve("oi")
            assert (await t.evento("fila_posicao"))["data"] == {"posicao": 2, "esperaEstimada": None}
            primeiro, _ = await c.tickets()
            await c.api("POST", f"/tickets/{primeiro['id']}/encerrar", {"motivo": "desistiu"})
            assert (await t.evento("fila_posicao"))["data"] == {"posicao": 1, "esperaEstimada": None}
        async with v.soquete() as t:
            assert (await t.evento("fila_posicao"))["data"]["posicao"] == 1


async def test_where_the_canal_does_not_show_it_nobody_is_told_its_place(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, mostrarPosicao=False) as c:
        v = await c.visitante().comecar()
        await v.escreve("oi")
        async with v.soquete() as t:
            await situacao(t, "aguardando")
            await t.evento("em_dia")
            await c.responde((await c.tickets())[0]["id"], "olá")
            await mensagem(t)
            assert not [um for um in t.recebidos if um.get("event") == "fila_posicao"]


async def test_typing_is_seen_on_both_sides(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        ana, v = await c.agente(), await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        async with tela(casa_do_chat.url_ws, ana.token) as agente, v.soquete() as t:
            await agente.evento("connect")
            await agente.pedir("ticket:entrar", {"ticketId": ticket["id"]})
            await t.evento("em_dia")
            await agente.pedir("usuario:digitando", {"ticketId": ticket["id"], "nome": "Ana Lima"})
            assert (await t.evento("digitando"))["data"] == {}
            assert (await t.pedir("digitando", {}))["ok"]
            visto = await agente.evento("usuario_digitando")
            assert visto["data"] == {"ticketId": ticket["id"], "userId": None, "nome": "Visitante"}


async def test_what_the_agent_reads_is_ticked_on_the_visitors_page(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("um", "m1")
        (ticket,) = await c.tickets()
        (row,) = await c.mensagens(ticket["id"])
        async with v.soquete() as t:
            await t.evento("em_dia")
            await c.api("PATCH", f"/mensagens/{row['id']}/lida")
            assert (await t.evento("lidas"))["data"] == {"ids": ["m1"]}
            await v.escreve("dois", "m2")
            await c.api("POST", f"/tickets/{ticket['id']}/mensagens/lidas")
            assert "ate" in (await t.evento("lidas"))["data"]
        assert [um["lida"] for um in (await v.le())["mensagens"]] == [True, True]


async def test_the_end_of_a_conversation_and_a_deleted_message_are_told(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        async with v.soquete() as t:
            await t.evento("em_dia")
            dita = await c.responde(ticket["id"], "engano")
            fala = await mensagem(t)
            await c.api("DELETE", f"/mensagens/{dita['id']}")
            assert (await t.evento("excluida"))["data"] == {"id": fala["id"]}
            await c.api("POST", f"/tickets/{ticket['id']}/encerrar", {"motivo": "feito"})
            await situacao(t, "encerrada")


async def test_two_visitors_sockets_hear_only_what_is_theirs(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await a.escreve("sou a")
        await b.escreve("sou b")
        de_a, de_b = await c.tickets()
        async with a.soquete() as ta, b.soquete() as tb:
            await ta.evento("em_dia")
            await tb.evento("em_dia")
            await c.responde(de_a["id"], "para a")
            await c.responde(de_b["id"], "para b")
            assert (await mensagem(ta))["texto"] == "para a"
            assert (await mensagem(tb))["texto"] == "para b"
            assert "para b" not in json.dumps(ta.recebidos)
            assert "para a" not in json.dumps(tb.recebidos)


async def test_dropped_again_and_again_nothing_is_missed_or_doubled(casa_do_chat: Servidor) -> None:
    """An agent answers without a pause while the visitor's line comes and goes."""
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        await v.escreve("oi")
        (ticket,) = await c.tickets()
        vistas: list[str] = []
        cursor = (await v.le())["cursor"]

        async def responder() -> None:
            for n in range(60):
                await c.responde(ticket["id"], str(n))

        async with trio.open_nursery() as bercario:
            bercario.start_soon(responder)
            while len(vistas) < 60:
                async with v.soquete(cursor) as t:
                    for _ in range(min(9, 60 - len(vistas))):
                        fala = await mensagem(t)
                        vistas.append(fala["texto"])
                        cursor = fala["cursor"]
        assert vistas == [str(n) for n in range(60)]
        assert (await v.le(cursor))["mensagens"] == []


def test_killed_the_server_has_lost_nothing_and_the_session_goes_on(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor(AMBIENTE)

    async def teste() -> None:
        async with chat(servidor) as c:
            v = await c.visitante().comecar()
            await v.escreve("oi", "m1")
            (ticket,) = await c.tickets()
            await c.responde(ticket["id"], "já volto")
            await trio.to_thread.run_sync(servidor.reiniciar)
            assert (await v.escreve("oi", "m1"))["repetida"]
            assert await v.textos() == ["oi", "já volto"]
            assert (await c.mensagens(ticket["id"]))[-1]["statusEntrega"] == "entregue"
            async with v.soquete() as t:
                assert (await mensagem(t))["texto"] == "já volto"

    trio.run(teste)


def test_killed_the_server_says_once_where_who_waits_stands(novo_servidor: NovoServidor) -> None:
    """Once before it died, and once because it was due after; and neither again."""
    servidor = novo_servidor(AMBIENTE)
    aviso = {"texto": "Você é o {posicao}º da fila.", "aposSegundos": 2}

    async def teste() -> None:
        async with chat(servidor) as c:
            (fila,) = (await c.api("GET", "/filas"))["data"]
            await c.api("PUT", f"/filas/{fila['id']}/politica", {"mensagemDeEspera": aviso | {"aposSegundos": 0}})
            antes = await c.visitante().comecar()
            await antes.escreve("oi")
            async with antes.soquete() as t:
                dita = await mensagem(t)
                assert (dita["texto"], dita["nome"]) == ("Você é o 1º da fila.", None)
            await c.api("PUT", f"/filas/{fila['id']}/politica", {"mensagemDeEspera": aviso})
            depois = await c.visitante().comecar()
            await depois.escreve("olá")
            await trio.to_thread.run_sync(servidor.reiniciar)
            await c.tickets()
            async with depois.soquete() as t:
                assert (await mensagem(t))["texto"] == "Você é o 2º da fila."
            assert await antes.textos() == ["oi", "Você é o 1º da fila."]
            assert await depois.textos() == ["olá", "Você é o 2º da fila."]

    trio.run(teste)


def test_what_a_visitor_had_before_a_crash_is_told_when_it_shows_its_place(novo_servidor: NovoServidor) -> None:
    """The page had the message, and the server died before that was written down."""
    servidor = novo_servidor(AMBIENTE)

    async def teste() -> None:
        async with chat(servidor) as c:
            v = await c.visitante().comecar()
            await v.escreve("oi")
            (ticket,) = await c.tickets()
            await c.responde(ticket["id"], "olá")
            cursor = (await v.le())["cursor"]
            await trio.to_thread.run_sync(servidor.reiniciar)
            perguntar(servidor.dsn or "", "UPDATE atendimento_mensagens SET status_entrega = 'enviado'")
            async with v.soquete(cursor) as t:
                await t.evento("em_dia")
            assert (await c.mensagens(ticket["id"]))[-1]["statusEntrega"] == "entregue"

    trio.run(teste)


def test_when_the_server_stops_visitors_are_told_to_come_back(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor(AMBIENTE)

    async def teste() -> None:
        async with chat(servidor) as c:
            v = await c.visitante().comecar()
            async with v.soquete() as t:
                await t.evento("em_dia")
                await trio.to_thread.run_sync(servidor.comecar_a_parar)
                assert (await t.ate_fechar())[0] == 1012

    trio.run(teste)


# -- who may not -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quadro", "codigo"),
    [
        ("{", 4400), ('{"event":"autenticar"}', 4400), ('{"event":"lida","data":{"cursor":"x"}}', 4401),
        ('{"event":"autenticar","data":{"token":"x"}}', 4401),
        ('{"event":"autenticar","data":{"token":"v1.AAAA.BBBB"}}', 4401), ("x" * 5_000, 1009), ("[" * 4_000, 4400),
    ],
)  # fmt: skip
async def test_a_first_frame_that_shows_no_session_is_the_end(casa_do_chat: Servidor, quadro: str, codigo: int) -> None:
    async with tela(f"ws://127.0.0.1:{casa_do_chat.porta}/webchat/ws") as t:
        await t.ws.send_message(quadro)
        assert (await t.ate_fechar())[0] == codigo


async def test_a_foreign_page_is_not_let_in(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        v.origem = "https://mau.example"
        async with v.soquete() as t:
            assert (await t.ate_fechar())[0] == 4403
        with pytest.raises(ExceptionGroup) as recusa:
            async with tela(f"{c.url_ws}?canal={c.canal}", origem="https://mau.example"):
                pass
        (erro,) = recusa.value.exceptions
        assert isinstance(erro, ConnectionRejected)
        assert erro.status_code == 403
        v.origem = None  # our own page is no page of the shop's either
        async with v.soquete() as t:
            assert (await t.ate_fechar())[0] == 4401


async def test_a_cursor_of_somebody_else_opens_nothing(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        a, b = await c.visitante().comecar(), await c.visitante().comecar()
        await a.escreve("segredo")
        async with b.soquete((await a.le())["cursor"]) as t:
            assert (await t.ate_fechar())[0] == 4400
            assert "segredo" not in json.dumps(t.recebidos)


async def test_when_the_canal_changes_its_visitors_are_looked_at_again(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        async with v.soquete() as t:
            await t.evento("em_dia")
            await c.api("PATCH", f"/canais/{c.canal}", {"config": {"origens": "https://outra.example"}})
            assert (await t.ate_fechar())[0] == 1012
        async with v.soquete() as t:
            assert (await t.ate_fechar())[0] == 4403


async def test_frames_that_make_no_sense_are_told_and_too_many_are_the_end(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        async with v.soquete() as t:
            await t.evento("em_dia")
            assert (await t.pedir("apagar", {}))["codigo"] == "evento_desconhecido"
            assert (await t.pedir("lida", {"cursor": "x"}))["codigo"] == "cursor_invalido"
            assert (await t.pedir("lida", {"x": 1}))["codigo"] == "dados_invalidos"
            for _ in range(60):
                with suppress(ConnectionClosed):
                    await t.mandar("digitando", {})
            if t.ws.closed is None:
                await t.ate_fechar()
            assert t.ws.closed is not None
            assert t.ws.closed.code == 1013


# -- floods ------------------------------------------------------------------------------------------------------------


async def test_a_visitor_that_floods_is_held_back_and_another_is_not(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        mau, bom = await c.visitante().comecar(), await c.visitante().comecar()
        situacoes = [
            (await mau.pedir("POST", "/mensagens", {"id": novo_id(), "texto": "spam"})).status_code for _ in range(30)
        ]
        assert 429 in situacoes
        assert situacoes.count(201) < 30
        assert not (await bom.escreve("bom dia"))["repetida"]


async def test_one_address_with_many_sessions_is_still_one_address(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        endereco = "203.0.113.7"
        maus = [await c.visitante(endereco=endereco).comecar() for _ in range(12)]
        respostas: list[httpx2.Response] = []

        async def abusar(mau: Visitante) -> None:
            spam = [{"id": novo_id(), "texto": "spam"} for _ in range(9)]
            respostas.extend([await mau.pedir("POST", "/mensagens", uma) for uma in spam])

        async with trio.open_nursery() as bercario:
            for mau in maus:
                bercario.start_soon(abusar, mau)
        recusadas = [resposta for resposta in respostas if resposta.status_code == 429]
        assert recusadas
        assert all("retry-after" in resposta.headers for resposta in recusadas)
        await (await c.visitante().comecar()).escreve("bom dia")


async def test_more_sockets_of_one_session_close_the_oldest(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat) as c:
        v = await c.visitante().comecar()
        async with v.soquete() as primeiro:
            await primeiro.evento("em_dia")
            async with v.soquete() as b, v.soquete() as d, v.soquete() as e, v.soquete() as f:
                for t in (b, d, e, f):
                    await t.evento("em_dia")
                assert (await primeiro.ate_fechar())[0] == 4409


async def test_strangers_of_one_address_are_few(casa_do_chat: Servidor) -> None:
    """They show no session: beyond a few of one address, no more are let in."""
    url = f"ws://127.0.0.1:{casa_do_chat.porta}/webchat/ws"
    recusadas = 0
    async with trio.open_nursery() as bercario:

        async def estranho() -> None:
            async with tela(url, origem=LOJA):
                await trio.sleep_forever()

        for _ in range(20):
            bercario.start_soon(estranho)
        await trio.testing.wait_all_tasks_blocked(0.5)
        try:
            async with tela(url):
                pass
        except ExceptionGroup as grupo:
            (erro,) = grupo.exceptions
            assert isinstance(erro, ConnectionRejected)
            recusadas, status = 1, erro.status_code
            assert status == 429
        bercario.cancel_scope.cancel()
    assert recusadas == 1
