"""What carries a Socket.IO session: polling, a WebSocket, and the way from one to the other."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import trio

from actors.ticket.comandos import EnviarMensagem
from engine.modelo import TicketRow
from tests.web.gateway_apoio import Servidor, uid
from tests.web.sio_apoio import (
    FIM,
    abertas,
    ate_acabarem,
    ate_desistir,
    ate_tomar,
    conectar,
    de_subida,
    evento,
    lido,
    polling,
    por_ws,
)
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, token
from web.gateway import AjustesGateway, Fechamento
from web.socketio import AjustesSocketIO

NADA = "6"
SEM_PRESSA = AjustesSocketIO(ping=50, pong=20_000)
RAPIDO = AjustesSocketIO(ping=2_000, pong=50)


@pytest.fixture(scope="module", params=[True, False], ids=["our-door", "any-asgi-server"])
def servidor(request: pytest.FixtureRequest) -> Iterator[NaThread]:
    with na_thread(direto=request.param) as rodando:
        yield rodando


async def novo_ticket(servidor: NaThread) -> str:
    async def criar(s: Servidor) -> TicketRow:
        return await s.ticket(ADMIN)

    return (await servidor.fazer(criar)).id


async def falar(servidor: NaThread, ticket_id: str, *textos: str) -> None:
    async def enviar(s: Servidor) -> None:
        for texto in textos:
            await s.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo=texto, tipo="texto"))

    await servidor.fazer(enviar)


# -- polling -----------------------------------------------------------------------------------------------------------


async def test_the_first_packet_tells_the_client_what_it_is_held_to(servidor: NaThread) -> None:
    async with polling(servidor) as p, por_ws(servidor) as w:
        dados = await p.abrir()
        assert dados.pop("sid") == p.sid
        comuns = {"pingInterval": 25_000, "pingTimeout": 20_000, "maxPayload": 262_144}
        assert dados == {"upgrades": ["websocket"], **comuns}
        por_websocket = json.loads(w.recebidos[0][1:])
        assert (por_websocket["upgrades"], por_websocket["maxPayload"]) == ([], 262_144)


async def test_packets_of_one_post_are_handled_in_order_and_answered_in_one_get(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with polling(servidor) as p:
        await p.entrar(ADMIN, salas=[ticket_id])
        textos = [f"m{n}" for n in range(50)]
        await p.mandar(
            *(evento("mensagem:enviar", {"ticketId": ticket_id, "conteudo": t}, n) for n, t in enumerate(textos))
        )
        await p.mandar(evento("ticket:sair", {"ticketId": ticket_id}, 99))
        while lido(p.recebidos[-1]).get("ack") != 99:
            await p.buscar()
        assert [q["data"]["conteudo"] for q in p.eventos("nova_mensagem")] == textos
        assert [q["ack"] for q in map(lido, p.recebidos) if "ack" in q] == [*range(50), 99]


async def test_what_does_not_fit_into_one_answer_comes_with_the_next(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with polling(servidor) as p:
        await p.entrar(ADMIN, salas=[ticket_id])
        textos = [f"{n:03}" + "x" * 4_000 for n in range(150)]
        await falar(servidor, ticket_id, *textos)
        await p.buscar()
        assert 0 < len(p.eventos("nova_mensagem")) < 150
        while len(p.eventos("nova_mensagem")) < 150:
            await p.buscar()
        assert [q["data"]["conteudo"] for q in p.eventos("nova_mensagem")] == textos


async def test_two_gets_at_once_end_the_session(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        status: list[int] = []

        async def buscar() -> None:
            resposta = await p.pedir()
            status.append(resposta.status_code)
            assert resposta.status_code == 400 or resposta.text == FIM

        async with trio.open_nursery() as bercario:
            bercario.start_soon(buscar)
            bercario.start_soon(buscar)
        assert sorted(status) == [200, 400]


async def test_a_get_whose_client_hung_up_took_nothing(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with polling(servidor) as p:
        await p.entrar(ADMIN, salas=[ticket_id])
        alvo = f"/socket.io/?EIO=4&transport=polling&sid={p.sid}"
        async with await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
            await corrente.send_all(f"GET {alvo} HTTP/1.1\r\nhost: a\r\n\r\n".encode())
            await ate_tomar(servidor, p.sid, tomando=True)
        await ate_tomar(servidor, p.sid, tomando=False)
        await falar(servidor, ticket_id, "oi")
        assert (await p.ate("nova_mensagem"))["data"]["conteudo"] == "oi"


# -- upgrading ---------------------------------------------------------------------------------------------------------


async def test_a_probe_that_leads_to_nothing_leaves_the_session_polling(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with polling(servidor) as p:
        await p.entrar(ADMIN, salas=[ticket_id])
        for tentativa in (["2probe"], ["2"], ["4x"], ["2probe", "4x"], [b"\x00"], ["2probe", b"\x00"]):
            async with de_subida(servidor, p.sid) as w:
                await w.mandar(*tentativa)
                if tentativa[0] == "2probe":
                    assert await w.ler() == "3probe"
                if tentativa != ["2probe"]:
                    assert await w.ate_fechar() == 1000
            await ate_desistir(servidor, p.sid)
        await ate_tomar(servidor, p.sid, tomando=False)
        esperado: list[str] = []

        async def buscar() -> None:
            esperado.extend(await p.buscar())

        async with trio.open_nursery() as bercario:
            bercario.start_soon(buscar)
            await ate_tomar(servidor, p.sid, tomando=True)
            await falar(servidor, ticket_id, "oi")
        assert [lido(e)["event"] for e in esperado] == ["nova_mensagem"]


async def test_a_probe_takes_its_time_only_so_long() -> None:
    with na_thread(socketio=AjustesSocketIO(subida=50)) as servidor:
        async with polling(servidor) as p:
            await p.abrir()
            async with de_subida(servidor, p.sid) as w:
                assert await w.ate_fechar() == 1000
            await p.mandar(conectar(token(ADMIN)))
            assert await p.ate("connected")


async def test_an_upgrade_in_the_middle_of_traffic_loses_nothing_and_keeps_the_order_both_ways(
    servidor: NaThread,
) -> None:
    ticket_id = await novo_ticket(servidor)
    antes, depois = [f"a{n}" for n in range(150)], [f"d{n}" for n in range(150)]
    minhas = [f"m{n}" for n in range(20)]

    def mensagem(n: int) -> str:
        return evento("mensagem:enviar", {"ticketId": ticket_id, "conteudo": minhas[n]}, n)

    async with polling(servidor) as p, trio.open_nursery() as bercario:
        desde = (await p.entrar(ADMIN, salas=[ticket_id]))["seq"]
        bercario.start_soon(falar, servidor, ticket_id, *antes)
        await p.ate("nova_mensagem")
        async with de_subida(servidor, p.sid) as w:
            await w.mandar("2probe")
            assert await w.ler() == "3probe"
            await p.mandar(*map(mensagem, range(10)))
            await p.buscar()
            bercario.start_soon(falar, servidor, ticket_id, *depois)
            await w.mandar("5", *map(mensagem, range(10, 20)))
            p.recebidos = [r for r in p.recebidos if r != NADA]
            while len(p.eventos("nova_mensagem")) + len(w.eventos("nova_mensagem")) < 320:
                await w.ler()
            while len([r for r in p.recebidos + w.recebidos if r.startswith("43")]) < 20:
                await w.ler()
            assert len(w.eventos("nova_mensagem")) > 10
            vindas = p.eventos("nova_mensagem") + w.eventos("nova_mensagem")
            assert [v["seq"] for v in vindas] == list(range(desde + 1, desde + 321))
            textos = [v["data"]["conteudo"] for v in vindas]
            for ditos in (antes, depois, minhas):
                assert [t for t in textos if t[0] == ditos[0][0]] == ditos
            assert (await p.pedir()).json()["code"] == 3  # it moved: a GET now is a mistake


async def test_only_one_websocket_at_a_time_may_take_a_session_over(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.entrar(ADMIN)
        async with de_subida(servidor, p.sid) as um:
            await um.mandar("2probe")
            assert await um.ler() == "3probe"
            async with de_subida(servidor, p.sid) as outro:
                assert await outro.ate_fechar() == 1008
            await um.mandar("5", evento("ticket:sair", {"ticketId": uid(1)}, 1))
            assert (await um.resposta(1))["ok"]


async def test_a_session_that_is_closed_while_it_moves_says_so_where_it_moved_to() -> None:
    with na_thread() as servidor:
        async with polling(servidor) as p:
            await p.entrar(ADMIN)
            async with de_subida(servidor, p.sid) as w:
                await w.mandar("2probe")
                assert await w.ler() == "3probe"

                async def fechar(s: Servidor) -> None:
                    (sessao,) = servidor.sio._sessoes.values()
                    sessao.fechar(Fechamento(1012, "volte"))

                await servidor.fazer(fechar)
                await w.mandar("5")
                assert await w.ate_fechar() == 1012
                assert w.eventos("fechamento")[0]["data"] == {"codigo": 1012, "motivo": "volte"}


# -- the heartbeat -----------------------------------------------------------------------------------------------------


async def test_who_answers_the_heartbeat_stays_whatever_carries_it() -> None:
    with na_thread(AjustesGateway(prazo_encerramento=200), SEM_PRESSA) as servidor:
        async with por_ws(servidor) as w, polling(servidor) as p:
            for cliente in (w, p):
                await cliente.entrar(ADMIN)
                if "2" in cliente.recebidos:  # there is none after it until it was answered
                    await cliente.mandar("3")
            for _ in range(5):
                assert await w.ler() == "2"
                await w.mandar("3")
                assert await p.buscar() == ["2"]
                await p.mandar("3")
            assert await abertas(servidor) == (2, 2)
            await p.mandar("1")


async def test_who_does_not_answer_it_is_closed_and_leaves_nothing_behind() -> None:
    with na_thread(AjustesGateway(prazo_encerramento=200), RAPIDO) as servidor:
        async with por_ws(servidor) as w, polling(servidor) as p:
            await p.entrar(ADMIN)
            await w.entrar(ADMIN)
            assert await w.ate_fechar() == 1001
            assert w.eventos("fechamento")[0]["data"]["codigo"] == 1001
            await ate_acabarem(servidor)
            assert await abertas(servidor) == (0, 0)


async def test_who_shows_no_token_in_time_is_closed_whatever_carries_it() -> None:
    with na_thread(AjustesGateway(prazo_autenticacao=50, prazo_encerramento=200)) as servidor:
        async with por_ws(servidor) as w:
            assert await w.ate_fechar() == 4401
        async with polling(servidor) as p:
            await p.abrir()
            resposta = await p.pedir()  # held until then, or too late
            assert resposta.text == FIM if resposta.is_success else resposta.json()["code"] == 1
            assert (await p.pedir()).json()["code"] == 1
        assert await abertas(servidor) == (0, 0)
