"""The cases of the public suites of the Engine.IO and Socket.IO protocols, on this server: its one namespace is
``/atendimento``, its events are the gateway's, and nothing binary is taken.

The suites are https://github.com/socketio/engine.io-protocol and https://github.com/socketio/socket.io-protocol.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import trio

from tests.web.gateway_apoio import uid
from tests.web.sio_apoio import (
    FIM,
    PorWs,
    abertas,
    ate_acabarem,
    ate_tomar,
    conectar,
    de_subida,
    evento,
    lido,
    polling,
    por_ws,
    url_ws,
)
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, recusa, tela, token
from web.gateway import AjustesGateway
from web.socketio import AjustesSocketIO

NADA = "6"
PINGS = {"official": AjustesSocketIO(), "often": AjustesSocketIO(ping=20, pong=20_000)}
SEM_PRESSA = AjustesGateway(prazo_encerramento=200, prazo_autenticacao=60_000)


@pytest.fixture(scope="module", params=PINGS.values(), ids=list(PINGS))
def servidor(request: pytest.FixtureRequest) -> Iterator[NaThread]:
    """At any ping setting the answers are the same; the pings come between."""
    with na_thread(SEM_PRESSA, request.param) as rodando:
        yield rodando


@pytest.fixture(scope="module")
def impaciente() -> Iterator[NaThread]:
    """Its heartbeat is that of the suites."""
    with na_thread(SEM_PRESSA, AjustesSocketIO(ping=300, pong=200)) as rodando:
        yield rodando


def pergunta(ack: int) -> str:
    """An event that anybody in the namespace may send, and that is answered."""
    return evento("ticket:sair", {"ticketId": uid(1)}, ack)


async def sem_pings(w: PorWs) -> str:
    while (pacote := await w.ler()) == "2":
        await w.mandar("3")
    return pacote


# -- Engine.IO: the handshake ------------------------------------------------------------------------------------------


async def test_a_session_opens_by_polling_and_by_websocket(servidor: NaThread) -> None:
    async with polling(servidor) as p, por_ws(servidor) as w:
        por_polling, por_websocket = await p.abrir(), json.loads(w.recebidos[0][1:])
    for dados, upgrades in ((por_polling, ["websocket"]), (por_websocket, [])):
        assert dados.keys() == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
        assert isinstance(dados["sid"], str)
        assert dados["upgrades"] == upgrades


@pytest.mark.parametrize(
    "consulta",
    [
        "?transport=polling",
        "?EIO=abc&transport=polling",
        "?EIO=3&transport=polling",
        "?EIO=4",
        "?EIO=4&transport=abc",
        "?EIO=4&transport=websocket",
        "",
    ],
)
async def test_a_handshake_of_another_version_or_transport_is_refused(servidor: NaThread, consulta: str) -> None:
    async with polling(servidor) as p:
        assert (await p.pedir_em(consulta)).status_code == 400


@pytest.mark.parametrize(
    "consulta", ["?transport=websocket", "?EIO=abc&transport=websocket", "?EIO=4", "?EIO=4&transport=abc"]
)
async def test_a_websocket_of_another_version_or_transport_is_refused(servidor: NaThread, consulta: str) -> None:
    assert (await recusa(f"ws://127.0.0.1:{servidor.porta}/socket.io/{consulta}"))[0] == 400


@pytest.mark.parametrize("metodo", ["POST", "PUT", "PATCH", "DELETE"])
async def test_only_a_get_begins_a_session(servidor: NaThread, metodo: str) -> None:
    antes = await abertas(servidor)
    async with polling(servidor) as p:
        assert (await p.pedir(metodo)).status_code == 400
    assert await abertas(servidor) == antes


# -- Engine.IO: messages -----------------------------------------------------------------------------------------------


async def test_a_post_of_one_or_of_several_packets_is_answered_ok(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        await p.mandar(conectar(token(ADMIN)))
        await p.mandar(pergunta(1), pergunta(2), pergunta(3))
        while len(acks := [q["ack"] for q in map(lido, p.recebidos) if "ack" in q]) < 3:
            await p.buscar()
        assert acks == [1, 2, 3]


@pytest.mark.parametrize("corpo", [b"abc", b"4hello\x1ebAQIDBA==", b"", b"\x1e", b"4hello"])
async def test_an_invalid_packet_ends_a_polling_session_at_once(servidor: NaThread, corpo: bytes) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        assert (await p.pedir("POST", corpo)).status_code == 400
        assert (await p.pedir()).status_code == 400


@pytest.mark.parametrize("pacote", ["abc", "4abc", b"\x01\x02\x03\x04", "", "4"])
async def test_an_invalid_packet_ends_a_websocket(servidor: NaThread, pacote: str | bytes) -> None:
    async with por_ws(servidor) as w:
        await w.mandar(pacote)
        assert await w.ate_fechar() == 1008


async def test_two_gets_at_once_end_the_session() -> None:
    with na_thread(SEM_PRESSA) as servidor:
        async with polling(servidor) as p, trio.open_nursery() as bercario:
            await p.abrir()
            bercario.start_soon(p.buscar)
            await ate_tomar(servidor, p.sid, tomando=True)
            assert (await p.pedir(t="burst")).status_code == 400
        assert p.recebidos[-1] == FIM
        async with polling(servidor) as outro:
            outro.sid = p.sid
            assert (await outro.pedir()).status_code == 400
        assert await abertas(servidor) == (0, 0)


async def test_two_posts_at_once_end_the_session(servidor: NaThread) -> None:
    async with polling(servidor) as p, await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
        await p.abrir()
        alvo = f"/socket.io/?EIO=4&transport=polling&sid={p.sid}"
        await corrente.send_all(f"POST {alvo} HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n4".encode())
        await ate_receber(servidor, p.sid)
        assert (await p.pedir("POST", b"6")).status_code == 400
        assert (await p.pedir()).status_code == 400
        assert (await p.pedir("POST", b"6")).json()["code"] == 1


async def ate_receber(servidor: NaThread, sid: str) -> None:
    """Until a POST of this session is being served."""

    async def ver(_: Any) -> bool:
        return servidor.sio._sessoes[sid].recebendo

    with trio.fail_after(30):
        while not await servidor.fazer(ver):
            pass


# -- Engine.IO: the heartbeat ------------------------------------------------------------------------------------------


async def test_the_heartbeat_goes_on_by_polling_and_by_websocket() -> None:
    with na_thread(SEM_PRESSA, AjustesSocketIO(ping=20, pong=20_000)) as servidor:
        async with polling(servidor) as p, por_ws(servidor) as w:
            await p.abrir()
            for _ in range(3):
                assert await p.buscar() == ["2"]
                await p.mandar("3")
                assert await w.ler() == "2"
                await w.mandar("3")


async def test_who_does_not_answer_the_heartbeat_is_gone(impaciente: NaThread) -> None:
    async with polling(impaciente) as p, por_ws(impaciente) as w:
        await p.abrir()
        assert await w.ate_fechar() == 1001
        await ate_acabarem(impaciente)
        assert (await p.pedir()).status_code == 400


# -- Engine.IO: closing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dentro", [False, True])
async def test_a_closing_post_lets_the_held_get_go_with_a_noop(dentro: bool) -> None:
    with na_thread(SEM_PRESSA) as servidor:
        async with polling(servidor) as p:
            await (p.entrar(ADMIN) if dentro else p.abrir())
            async with trio.open_nursery() as bercario:
                bercario.start_soon(p.buscar)
                await ate_tomar(servidor, p.sid, tomando=True)
                await p.mandar("1")
            assert p.recebidos[-1] == NADA
            assert (await p.pedir()).status_code == 400
        assert await abertas(servidor) == (0, 0)


async def test_a_closing_packet_ends_a_websocket(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        await w.mandar("1")
        assert await w.ate_fechar() == 1000


# -- Engine.IO: the upgrade --------------------------------------------------------------------------------------------


async def test_a_session_moves_from_polling_to_a_websocket(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        async with de_subida(servidor, p.sid) as w:
            await w.mandar("2probe")
            assert await w.ler() == "3probe"
            assert (await p.buscar())[-1] in {NADA, "2"}  # what ends the GET cleanly, unless a ping was waiting
            await w.mandar("5", conectar(token(ADMIN)), pergunta(1))
            assert (await w.resposta(1))["ok"]


async def _get(servidor: NaThread, sid: str) -> None:
    async with polling(servidor) as p:
        p.sid = sid
        assert (await p.pedir()).status_code == 400


async def _post(servidor: NaThread, sid: str) -> None:
    async with polling(servidor) as p:
        p.sid = sid
        assert (await p.pedir("POST", b"1")).status_code == 400


async def _websocket(servidor: NaThread, sid: str) -> None:
    async with de_subida(servidor, sid) as w:
        assert await w.ate_fechar() == 1008


INTRUSOS = {"get": _get, "post": _post, "websocket": _websocket}


@pytest.mark.parametrize("intruso", INTRUSOS.values(), ids=INTRUSOS)
@pytest.mark.parametrize("responde", [True, False], ids=["probe-answered", "probe-at-once"])
async def test_what_comes_for_a_session_that_moved_is_refused_and_it_goes_on(
    servidor: NaThread, intruso: Callable[[NaThread, str], Awaitable[None]], responde: bool
) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        async with de_subida(servidor, p.sid) as w:
            await w.mandar("2probe")
            if responde:
                assert await w.ler() == "3probe"
            await w.mandar("5", conectar(token(ADMIN)), pergunta(1))
            assert (await w.resposta(1))["ok"]
            for n in range(2, 4):
                await intruso(servidor, p.sid)
                await w.mandar(pergunta(n))
                assert (await w.resposta(n))["ok"]


async def test_a_get_that_was_held_when_the_session_moved_is_told_so(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.entrar(ADMIN)
        status: list[int] = []

        async def buscar() -> None:
            while not status or status[-1] == 200:  # pings end it too
                status.append((await p.pedir()).status_code)

        async with de_subida(servidor, p.sid) as w, trio.open_nursery() as bercario:
            bercario.start_soon(buscar)
            await ate_tomar(servidor, p.sid, tomando=True)
            await w.mandar("2probe", "5", pergunta(1))
            assert (await w.resposta(1))["ok"]
        assert status[-1] == 400


async def test_a_websocket_for_a_session_that_began_with_one_is_closed(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        sid = json.loads(w.recebidos[0][1:])["sid"]
        for intruso in INTRUSOS.values():
            await intruso(servidor, sid)
        await w.mandar(conectar(token(ADMIN)), pergunta(1))
        assert (await w.resposta(1))["ok"]


async def test_an_upgrade_that_is_not_finished_ends_with_its_session(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        async with de_subida(servidor, p.sid) as w:
            await w.mandar("2probe")
            assert await w.ler() == "3probe"
            await p.mandar("1")
            assert await w.ate_fechar() == 1000


# -- Socket.IO: connecting ---------------------------------------------------------------------------------------------


async def test_the_namespace_is_entered_with_a_payload(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        await w.mandar(conectar(token(ADMIN)))
        dito = await sem_pings(w)
        assert dito.startswith("40/atendimento,")
        assert json.loads(dito.removeprefix("40/atendimento,")).keys() == {"sid"}
        assert lido(await sem_pings(w))["event"] == "connected"


async def test_the_namespace_is_entered_without_a_payload_where_the_header_has_the_token(servidor: NaThread) -> None:
    for pacote in ("40/atendimento", "40/atendimento,"):
        async with por_ws(servidor, token(ADMIN)) as w:
            await w.mandar(pacote)
            assert (await w.ate("connected"))["data"]["userId"] == ADMIN.id


@pytest.mark.parametrize("namespace", ["", "/custom", "/random", "/atendimento2"])
async def test_a_namespace_that_is_not_there_is_a_connect_error_and_the_session_goes_on(
    servidor: NaThread, namespace: str
) -> None:
    async with por_ws(servidor) as w:
        await w.mandar(f"40{namespace}")
        dito = await sem_pings(w)
        assert dito.startswith(f"44{namespace}" + ("," if namespace else "{"))
        assert json.loads(dito[dito.index("{") :])["message"]
        assert (await w.entrar(ADMIN))["userId"] == ADMIN.id


async def test_who_never_enters_a_namespace_is_closed() -> None:
    with na_thread(AjustesGateway(prazo_autenticacao=100, prazo_encerramento=200)) as servidor:
        async with tela(url_ws(servidor)) as t:
            assert await PorWs(t).ate_fechar() == 4401


# -- Socket.IO: disconnecting ------------------------------------------------------------------------------------------


async def test_who_leaves_the_namespace_stays_connected_and_may_enter_it_again() -> None:
    with na_thread(SEM_PRESSA, PINGS["often"]) as servidor:
        async with por_ws(servidor) as w:
            await w.entrar(ADMIN)
            for _ in range(2):
                await w.mandar("41/atendimento,", "3")
                assert await w.ler() == "2"
                assert (await abertas(servidor))[1] == 1
                assert await _plateias(servidor) == 0
                await w.entrar(ADMIN)
                await w.mandar(pergunta(1))
                assert (await w.resposta(1))["ok"]


async def test_who_left_the_namespace_hears_nothing_of_it_and_is_closed_in_time() -> None:
    with na_thread(AjustesGateway(prazo_autenticacao=3_000, prazo_encerramento=200)) as servidor:
        async with por_ws(servidor) as w, polling(servidor) as p:
            await w.entrar(ADMIN)
            await p.entrar(ADMIN)
            ouvido = len(w.recebidos)
            await w.mandar("41/atendimento,")
            await p.mandar("41/atendimento,")
            assert await w.ate_fechar() == 4401
            assert w.recebidos[ouvido:] == []
            await ate_acabarem(servidor)
            assert await abertas(servidor) == (0, 0)


async def _plateias(servidor: NaThread) -> int:
    async def contar(s: Any) -> int:
        return len(s.gateway._plateias)

    return await servidor.fazer(contar)


# -- Socket.IO: messages -----------------------------------------------------------------------------------------------


async def test_an_event_with_an_ack_is_answered_under_its_number_and_one_without_is_not(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        await w.entrar(ADMIN)
        await w.mandar(evento("ticket:sair", {"ticketId": uid(1)}), pergunta(456))
        dito = await sem_pings(w)
        while not dito.startswith("43"):
            dito = await sem_pings(w)
        assert dito.startswith("43/atendimento,456[")
        assert json.loads(dito.removeprefix("43/atendimento,456"))[0]["ok"]


QUEBRADOS = {
    "unknown type": "4abc",
    "data is no list": "42/atendimento,{}",
    "data is a text": '42/atendimento,"x"',
    "ack is no number": '42/atendimento,abc["ticket:sair",{}]',
    "namespace not entered": '42["ticket:sair",{}]',
    "connect twice": conectar("x"),
    "connect error": "44/atendimento,",
    "binary event": '452-/atendimento,["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    "binary ack": '461-/atendimento,1[{"_placeholder":true,"num":0}]',
}


@pytest.mark.parametrize("pacote", QUEBRADOS.values(), ids=QUEBRADOS)
async def test_a_packet_that_is_none_closes_who_is_in(servidor: NaThread, pacote: str) -> None:
    async with por_ws(servidor) as w:
        await w.entrar(ADMIN)
        await w.mandar(pacote)
        assert await w.ate_fechar() == 1008
        assert w.eventos("fechamento")[0]["data"]["codigo"] == 1008


async def test_leaving_a_namespace_that_was_not_entered_closes(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        await w.mandar("41/atendimento,")
        assert await w.ate_fechar() == 1008
