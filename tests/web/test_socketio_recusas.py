"""What the Socket.IO edge does not take, and how it says so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx2
import pytest
import trio

from tests.web.gateway_apoio import pessoa, uid
from tests.web.sio_apoio import FIM, abertas, ate_tomar, conectar, de_subida, evento, lido, polling, por_ws, url_ws
from tests.web.ws_apoio import ADMIN, FRONTEND, NaThread, na_thread, recusa, token
from web.gateway import AjustesGateway
from web.socketio import AjustesSocketIO


@pytest.fixture(scope="module", params=[True, False], ids=["our-door", "any-asgi-server"])
def servidor(request: pytest.FixtureRequest) -> Iterator[NaThread]:
    with na_thread(direto=request.param) as rodando:
        yield rodando


@pytest.mark.parametrize(
    ("metodo", "consulta", "codigo", "message"),
    [
        ("GET", {"transport": "flashsocket"}, 0, "Transport unknown"),
        ("GET", {"sid": "nada"}, 1, "Session ID unknown"),
        ("POST", {"sid": "nada"}, 1, "Session ID unknown"),
        ("POST", {}, 2, "Bad handshake method"),
        ("GET", {"EIO": "3"}, 5, "Unsupported protocol version"),
    ],
)
async def test_requests_without_a_session_are_refused_as_the_official_server_does(
    servidor: NaThread, metodo: str, consulta: dict[str, str], codigo: int, message: str
) -> None:
    async with polling(servidor) as p:
        resposta = await p.pedir(metodo, b"", **consulta)
        assert (resposta.status_code, resposta.json()) == (400, {"code": codigo, "message": message})


async def test_a_method_that_is_none_of_the_protocols_is_refused_and_the_session_lives_on(servidor: NaThread) -> None:
    async with polling(servidor) as p:
        await p.abrir()
        assert (await p.pedir("PUT", b"2")).json()["code"] == 2
        await p.mandar(conectar(token(ADMIN)))
        assert await p.ate("connected")


@pytest.mark.parametrize("consulta", ["?EIO=4&transport=polling&EIO=4", "?EIO=4&transport=%ff", "?" + "a=1&" * 300])
async def test_a_broken_query_is_refused(servidor: NaThread, consulta: str) -> None:
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{servidor.http}/socket.io/{consulta}")).status_code == 400
    assert (await recusa(f"ws://127.0.0.1:{servidor.porta}/socket.io/{consulta}"))[0] == 400


async def test_a_websocket_for_a_session_that_is_not_there_is_refused_in_the_handshake(servidor: NaThread) -> None:
    assert (await recusa(url_ws(servidor, sid="nada")))[1]["codigo"] == "sessao_desconhecida"
    assert (await recusa(url_ws(servidor, EIO="3")))[1]["codigo"] == "protocolo"


async def test_pages_connect_only_from_the_frontend_and_from_the_server_itself(servidor: NaThread) -> None:
    for origem in (FRONTEND, f"http://127.0.0.1:{servidor.porta}"):
        async with polling(servidor, origin=origem) as p, por_ws(servidor, origem=origem):
            resposta = await p.pedir()
            liberada = resposta.headers.get("access-control-allow-origin")
            assert (resposta.status_code, liberada) == (200, FRONTEND if origem == FRONTEND else None)
            await p.pedir("OPTIONS")
    for origem in ("http://evil.example", "null", "https://localhost:3000"):
        assert (await recusa(url_ws(servidor), origem))[1]["codigo"] == "origem_nao_permitida"
        async with polling(servidor, origin=origem) as p:
            resposta = await p.pedir()
            assert (resposta.status_code, resposta.json()["codigo"]) == (403, "origem_nao_permitida")
            assert "access-control-allow-origin" not in resposta.headers


QUEBRADOS = {
    "empty": "",
    "no-type": "x",
    "unknown-type": "9",
    "open": "0{}",
    "ping": "2",
    "upgrade": "5",
    "empty-message": "4",
    "no-message-type": "4x",
    "unknown-message-type": "49",
    "base64": "bAAAA",
    "broken-base64": "b!",
    "binary-event": '451-/atendimento,["x",{"_placeholder":true,"num":0}]',
    "broken-json": "42/atendimento,[",
    "deep": "42/atendimento," + "[" * 20_000,
    "no-event-name": "42/atendimento,[]",
    "event-name-is-a-number": "42/atendimento,[7]",
    "event-is-no-list": '42/atendimento,{"a":1}',
    "ack-id-too-long": "42/atendimento," + "1" * 101 + '["x"]',
    "other-namespace": '42["ticket:entrar",{}]',
    "connect-error": "44/atendimento,{}",
    "too-early": evento("ticket:entrar", {"ticketId": uid(1)}, 1),
    "too-long": evento("mensagem:enviar", {"conteudo": "x" * 70_000}, 1),
}


@pytest.mark.parametrize("pacote", QUEBRADOS.values(), ids=QUEBRADOS)
async def test_a_broken_packet_closes_the_session_with_a_reason(servidor: NaThread, pacote: str) -> None:
    async with por_ws(servidor) as w:
        await w.mandar(pacote)
        assert await w.ate_fechar() == (1009 if len(pacote) > 65_536 else 1008)
    async with polling(servidor) as p:
        await p.abrir()
        resposta = await p.pedir("POST", pacote.encode())
        assert (resposta.status_code, resposta.json()["code"]) == (400, 3)
        assert (await p.pedir()).json()["code"] == 1


@pytest.mark.parametrize(
    "corpo", [b"\xff\xfe", b"2" * 300_000, b"\x1e".join([b"6"] * 300)], ids=["utf8", "big", "many"]
)
async def test_a_broken_body_closes_the_session(servidor: NaThread, corpo: bytes) -> None:
    async with polling(servidor) as p:
        await p.entrar(ADMIN)
        async with trio.open_nursery() as bercario:
            bercario.start_soon(p.buscar)
            await ate_tomar(servidor, p.sid, tomando=True)
            assert (await p.pedir("POST", corpo)).json()["code"] == 3
        *_, fim, ultimo = p.recebidos
        assert (lido(fim)["event"], ultimo) == ("fechamento", FIM)
        assert lido(fim)["data"]["codigo"] == (1009 if len(corpo) > 262_144 else 1008)


async def test_a_body_that_never_comes_is_not_waited_for_for_ever() -> None:
    with na_thread(socketio=AjustesSocketIO(prazo_do_corpo=50)) as servidor:
        async with polling(servidor) as p:
            await p.abrir()
            async with await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
                alvo = f"/socket.io/?EIO=4&transport=polling&sid={p.sid}"
                await corrente.send_all(f"POST {alvo} HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n4".encode())
                with trio.fail_after(30):
                    assert (await corrente.receive_some()).startswith(b"HTTP/1.1 400 ")


async def test_binary_closes_a_websocket(servidor: NaThread) -> None:
    async with por_ws(servidor) as w:
        await w.mandar(b"\x00\x01")
        assert await w.ate_fechar() == 1008


async def test_a_namespace_that_does_not_exist_is_refused_and_the_right_one_may_still_be_entered(
    servidor: NaThread,
) -> None:
    async with por_ws(servidor) as w:
        for pacote, namespace in (("40", "/"), ("40/admin,{}", "/admin"), ("40/atendimento2,", "/atendimento2")):
            await w.mandar(pacote)
            dito = await w.ler()
            assert dito.startswith("44" if namespace == "/" else f"44{namespace},")
            assert json.loads(dito[dito.index("{") :])["data"] == {"codigo": "namespace_desconhecido"}
        assert (await w.entrar(ADMIN))["userId"] == ADMIN.id
        await w.mandar(conectar(token(ADMIN)))  # twice
        assert await w.ate_fechar() == 1008


@pytest.mark.parametrize(
    ("auth", "codigo"),
    [
        ({}, "token_ausente"),
        ({"token": "abc"}, "token_invalido"),
        ({"token": 7}, "dados_invalidos"),
        ({"token": "x" * 9_000}, "dados_invalidos"),
        ({"desde": -1}, "dados_invalidos"),
        ({"salas": ["x"]}, "dados_invalidos"),
        ({"nada": 1}, "dados_invalidos"),
        ([1], "dados_invalidos"),
    ],
)
async def test_who_may_not_enter_gets_a_connect_error_and_stays_out(
    servidor: NaThread, auth: object, codigo: str
) -> None:
    pacote = f"40/atendimento,{json.dumps(auth)}"
    async with por_ws(servidor) as w:
        await w.mandar(pacote)
        dito = await w.ler()
        assert json.loads(dito.removeprefix("44/atendimento,"))["data"] == {"codigo": codigo}
        assert await w.ate_fechar() in {4401, 4403}
    async with polling(servidor) as p:
        await p.abrir()
        await p.mandar(pacote)
        dito, fim = await p.buscar()
        assert json.loads(dito.removeprefix("44/atendimento,"))["message"]
        assert fim == FIM


async def test_the_token_may_come_in_the_header(servidor: NaThread) -> None:
    async with por_ws(servidor, token(ADMIN)) as w:
        await w.mandar("40/atendimento,")
        assert (await w.ate("connected"))["data"]["userId"] == ADMIN.id
    async with polling(servidor, authorization=f"Bearer {token(ADMIN)}") as p:
        await p.abrir()
        await p.mandar("40/atendimento,{}")
        assert (await p.ate("connected"))["data"]["userId"] == ADMIN.id


async def test_an_empresa_that_cannot_be_served_now_only_ends_the_transport_so_that_the_client_comes_back() -> None:
    with na_thread() as servidor:
        servidor.s.loja.fora = True
        async with por_ws(servidor) as w:
            await w.mandar(conectar(token(ADMIN)))
            assert await w.ate_fechar() == 1013
            assert len(w.recebidos) == 1
        async with polling(servidor) as p:
            await p.abrir()
            await p.mandar(conectar(token(ADMIN)))
            assert await p.buscar() == [FIM]


async def test_one_connection_too_many_is_refused_whatever_carries_it_and_an_upgrade_is_not_one_more() -> None:
    with na_thread(AjustesGateway(max_anonimas=2, prazo_encerramento=200)) as servidor:
        async with por_ws(servidor), polling(servidor) as p, polling(servidor) as outro:
            await p.abrir()
            assert await abertas(servidor) == (2, 2)
            resposta = await outro.pedir()
            assert (resposta.status_code, resposta.json()["codigo"]) == (503, "conexoes_demais")
            assert int(resposta.headers["retry-after"]) > 0
            assert (await recusa(url_ws(servidor), estranha=True))[0] == 503
            async with de_subida(servidor, p.sid) as w:
                await w.mandar("2probe")
                assert await w.ler() == "3probe"
            await p.mandar("1")
            await outro.entrar(pessoa(1))
