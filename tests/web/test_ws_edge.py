from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import trio

from engine.modelo import TicketRow
from tests.web.gateway_apoio import OUTRA_EMPRESA, Servidor, pessoa, uid
from tests.web.ws_apoio import ADMIN, FRONTEND, NaThread, Tela, na_thread, recusa, tela, token
from web.gateway import AjustesGateway


@pytest.fixture(scope="module", params=[True, False], ids=["our-door", "any-asgi-server"])
def servidor(request: pytest.FixtureRequest) -> Iterator[NaThread]:
    with na_thread(direto=request.param) as rodando:
        yield rodando


async def novo_ticket(servidor: NaThread) -> str:
    async def criar(s: Servidor) -> TicketRow:
        return await s.ticket(ADMIN)

    return (await servidor.fazer(criar)).id


async def test_a_token_in_the_header_connects(servidor: NaThread) -> None:
    async with tela(servidor.url, token(ADMIN)) as t:
        connect = await t.evento("connect")
        assert connect["data"]["userId"] == ADMIN.id
        assert connect["data"]["message"] == "Conectado com sucesso"
        assert isinstance(connect["data"]["seq"], int)


async def test_a_token_in_the_first_frame_connects_and_is_answered(servidor: NaThread) -> None:
    async with tela(servidor.url) as t:
        resposta = await t.pedir("autenticar", {"token": token(ADMIN)})
        assert resposta == {"ok": True, "userId": ADMIN.id, "salasRecusadas": []}
        assert [f.get("event") for f in t.recebidos] == ["connect", None]


@pytest.mark.parametrize("ruim", ["abc", "a.b.c", "x" * 5000])
async def test_a_bad_token_closes_with_4401_and_a_reason(servidor: NaThread, ruim: str) -> None:
    async with tela(servidor.url, ruim) as t:
        codigo, motivo = await t.ate_fechar()
        assert (codigo, motivo[:14]) == (4401, "Token inválido")
    async with tela(servidor.url) as t:
        await t.mandar("autenticar", {"token": ruim}, "a")
        codigo, motivo = await t.ate_fechar()
        assert (codigo, motivo[:14]) == (4401, "Token inválido")
        assert t.recebidos[0]["data"]["codigo"] == "token_invalido"


async def test_a_token_that_expires_ends_the_session(servidor: NaThread) -> None:
    async with tela(servidor.url, token(ADMIN, 100)) as t:
        await t.evento("connect")
        codigo, motivo = await t.ate_fechar()
        assert (codigo, "expirou" in motivo) == (4401, True)


async def test_a_renewed_token_keeps_the_session_and_a_bad_one_does_not_end_it(servidor: NaThread) -> None:
    async with tela(servidor.url, token(ADMIN, 3_000)) as t:
        assert (await t.pedir("autenticar", {"token": "nada"}))["codigo"] == "token_invalido"
        assert (await t.pedir("autenticar", {"token": token(pessoa(3))}))["codigo"] == "outro_usuario"
        assert (await t.pedir("autenticar", {"token": token(ADMIN)}))["ok"]
        async with tela(servidor.url, token(ADMIN, 3_000)) as irma:
            assert (await irma.ate_fechar())[0] == 4401
        assert not (await t.pedir("ticket:entrar", {"ticketId": uid(1)}))["ok"]


async def test_who_shows_no_token_in_time_is_closed_with_4401() -> None:
    with na_thread(AjustesGateway(prazo_autenticacao=50, prazo_encerramento=200)) as servidor:
        async with tela(servidor.url) as t:
            assert (await t.ate_fechar())[0] == 4401


async def test_before_the_token_nothing_else_is_done(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with tela(servidor.url) as t:
        resposta = await t.pedir("ticket:entrar", {"ticketId": ticket_id})
        assert resposta["codigo"] == "nao_autenticado"
        assert (await t.pedir("autenticar", {"desde": 0}))["codigo"] == "dados_invalidos"
        assert (await t.pedir("autenticar", {"token": token(ADMIN)}))["ok"]
        assert (await t.pedir("ticket:entrar", {"ticketId": ticket_id}))["ok"]


@pytest.mark.parametrize("consulta", ["?token=abc", "?desde=x", "?desde=-1", "?desde=1&desde=2", "?desde=1e3"])
async def test_a_wrong_query_is_refused_in_the_handshake(servidor: NaThread, consulta: str) -> None:
    status, corpo = await recusa(servidor.url + consulta)
    assert (status, corpo["statusCode"]) == (400, 400)
    assert corpo["detalhes"]


async def test_browsers_connect_only_from_the_frontend_and_from_the_server_itself(servidor: NaThread) -> None:
    for origem in (FRONTEND, f"http://127.0.0.1:{servidor.porta}", "HTTP://LOCALHOST:3000"):
        async with tela(servidor.url, token(ADMIN), origem=origem) as t:
            await t.evento("connect")
    for origem in ("http://evil.example", "null", "http://localhost:3001", "http://[", "https://localhost:3000"):
        status, corpo = await recusa(servidor.url, origem)
        assert (status, corpo["codigo"]) == (403, "origem_nao_permitida")


@pytest.mark.parametrize(
    ("texto", "codigo", "ack"),
    [
        ("{", "quadro_invalido", None),
        ("[]", "quadro_invalido", None),
        ('"x"', "quadro_invalido", None),
        ('{"data":{}}', "quadro_invalido", None),
        ('{"event":7,"ack":3}', "quadro_invalido", 3),
        ('{"event":"ticket:entrar","ack":1.5}', "quadro_invalido", None),
        ('{"event":"ticket:entrar","ack":123456789012345678901234567890}', "quadro_invalido", None),
        ('{"event":"ticket:entrar","data":{"ticketId":1e999},"ack":"a"}', "quadro_invalido", "a"),
        ('{"event":"ticket:entrar","data":' + "[" * 9000 + "]" * 9000 + ',"ack":4}', "quadro_invalido", None),
        ('{"event":"ticket:entrar","data":"\\ud800","ack":5}', "quadro_invalido", None),
        ('{"event":"\\u0000","ack":6}', "evento_desconhecido", 6),
        ('{"event":"constructor","data":{"__proto__":{}},"ack":7}', "evento_desconhecido", 7),
        ('{"event":"mensagem:enviar","data":{"ticketId":["x"]},"ack":8}', "dados_invalidos", 8),
    ],
)
async def test_a_broken_frame_is_answered_and_the_connection_lives_on(
    servidor: NaThread, texto: str, codigo: str, ack: int | str | None
) -> None:
    async with tela(servidor.url, token(ADMIN)) as t:
        await t.evento("connect")
        await t.ws.send_message(texto)
        resposta = await t.ate(lambda _: True)
        assert resposta.get("ack") == ack
        assert resposta["data"]["codigo"] == codigo
        assert resposta.get("event") == (None if ack is not None else "erro")
        assert (await t.pedir("ticket:sair", {"ticketId": uid(1)}))["ok"]


@pytest.mark.parametrize(("corpo", "codigo"), [(b"\x00\x01", 1003), ("x" * 65_537, 1009)])
async def test_binary_and_oversized_frames_close_with_a_reason(
    servidor: NaThread, corpo: bytes | str, codigo: int
) -> None:
    async with tela(servidor.url, token(ADMIN)) as t:
        await t.evento("connect")
        await t.ws.send_message(corpo)
        assert (await t.ate_fechar())[0] == codigo


async def test_a_message_travels_from_one_client_to_another_and_back_to_its_sender(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with tela(servidor.url, token(ADMIN)) as a, tela(servidor.url, token(pessoa(5, "supervisor"))) as b:
        for t in (a, b):
            assert (await t.pedir("ticket:entrar", {"ticketId": ticket_id}))["ok"]
        await b.mandar("usuario:digitando", {"ticketId": ticket_id, "nome": "Maria Santos"})
        digitando = (await a.evento("usuario_digitando"))["data"]
        assert digitando == {"ticketId": ticket_id, "userId": uid(5), "nome": "Maria Santos"}
        texto = "Olá 👋 \u202eדג\u202c e\u0301"
        resposta = await b.pedir("mensagem:enviar", {"ticketId": ticket_id, "conteudo": texto, "tipo": "texto"})
        evento = await a.evento("nova_mensagem")
        assert evento["data"] == resposta["mensagem"]
        assert evento["data"]["conteudo"] == texto
        assert not [f for f in b.recebidos if f.get("event") == "usuario_digitando"]


async def test_what_was_missed_while_away_is_replayed_and_goes_on_live(servidor: NaThread) -> None:
    async with tela(servidor.url, token(ADMIN)) as t:
        desde = (await t.evento("connect"))["data"]["seq"]
    perdidos = [await novo_ticket(servidor) for _ in range(5)]
    async with tela(servidor.url, token(ADMIN), desde) as t:
        await t.evento("retomado")
        ao_vivo = await novo_ticket(servidor)
        await t.ate(lambda f: f.get("event") == "ticket_criado" and f["data"]["ticket"]["id"] == ao_vivo)
        duraveis = [f for f in t.recebidos if "seq" in f]
        assert [f["seq"] for f in duraveis] == list(range(desde + 1, desde + 1 + len(duraveis)))
        criados = [f["data"]["ticket"]["id"] for f in duraveis if f["event"] == "ticket_criado"]
        assert criados == [*perdidos, ao_vivo]


async def test_a_position_ahead_of_the_log_gets_one_resync(servidor: NaThread) -> None:
    async with tela(servidor.url) as t:
        await t.pedir("autenticar", {"token": token(ADMIN), "desde": 10**9})
        seq = t.recebidos[0]["data"]["seq"]
        assert (await t.evento("resync"))["data"] == {"seq": seq}


async def test_another_empresa_sees_nothing_of_it(servidor: NaThread) -> None:
    ticket_id = await novo_ticket(servidor)
    async with tela(servidor.url, token(pessoa(0, "admin", OUTRA_EMPRESA))) as t:
        for evento, dados in (
            ("ticket:entrar", {"ticketId": ticket_id}),
            ("mensagem:enviar", {"ticketId": ticket_id, "conteudo": "oi"}),
            ("usuario:digitando", {"ticketId": ticket_id}),
        ):
            assert (await t.pedir(evento, dados))["codigo"] == "ticket_nao_encontrado"
        await novo_ticket(servidor)
        await t.pedir("ticket:sair", {"ticketId": ticket_id})
        assert {f.get("event") for f in t.recebidos} == {"connect", None}


async def test_a_burst_in_one_turn_of_the_loop_does_not_cut_a_reader_that_keeps_up() -> None:
    with na_thread() as servidor:
        async with tela(servidor.url, token(ADMIN)) as t:
            await t.evento("connect")

            async def rajada(s: Servidor) -> None:
                (plateia,) = s.gateway._plateias.values()
                (conexao,) = plateia.conexoes
                for n in range(1_600):
                    conexao.enviar_evento("rajada", json.dumps({"n": n, "x": "x" * 270}))

            await servidor.fazer(rajada)
            await t.ate(lambda f: f["data"].get("n") == 1_599)
            assert [f["data"]["n"] for f in t.recebidos if f["event"] == "rajada"] == list(range(1_600))


async def test_a_reader_that_stalls_is_cut_with_4408_and_resumes_without_a_gap() -> None:
    with na_thread(AjustesGateway(fila_quadros=64, prazo_encerramento=200)) as servidor:
        ticket_id = await novo_ticket(servidor)

        async def conexoes(s: Servidor) -> int:
            return s.gateway.conexoes

        async with tela(servidor.url, token(ADMIN)) as parado, tela(servidor.url, token(ADMIN)) as ativo:
            await parado.pedir("ticket:entrar", {"ticketId": ticket_id})
            desde = parado.recebidos[0]["data"]["seq"]
            textos: list[str] = []
            while await servidor.fazer(conexoes) == 2:
                textos.append(f"{len(textos):05}")
                dados = {"ticketId": ticket_id, "conteudo": textos[-1] + "x" * 4_000}
                assert (await ativo.pedir("mensagem:enviar", dados))["ok"]
            codigo, motivo = await parado.ate_fechar()
            assert (codigo, "desde" in motivo) == (4408, True)
            vistos = _mensagens(parado, desde)
        async with tela(servidor.url) as volta:
            ultimo = max(vistos, default=desde)
            entrada = {"token": token(ADMIN), "desde": ultimo, "salas": [ticket_id]}
            assert (await volta.pedir("autenticar", entrada))["ok"]
            await volta.evento("retomado")
            novos = _mensagens(volta, ultimo)
        assert [*vistos.values(), *novos.values()] == textos
        assert not vistos.keys() & novos.keys()
        assert novos


def _mensagens(t: Tela, desde: int) -> dict[int, str]:
    mensagens = (f for f in t.recebidos if f.get("event") == "nova_mensagem")
    return {f["seq"]: f["data"]["conteudo"][:5] for f in mensagens if f["seq"] > desde}


async def test_an_empresa_that_cannot_be_served_now_is_worth_trying_again() -> None:
    with na_thread() as servidor:
        servidor.s.loja.fora = True
        async with tela(servidor.url, token(ADMIN)) as t:
            assert (await t.ate_fechar())[0] == 1013
        servidor.s.loja.fora = False
        async with tela(servidor.url, token(ADMIN)) as t:
            await t.evento("connect")


async def test_an_empresa_that_does_not_exist_is_refused_with_4403() -> None:
    with na_thread(provisionar=False) as servidor:
        async with tela(servidor.url, token(ADMIN)) as t:
            assert (await t.ate_fechar())[0] == 4403


async def test_at_shutdown_clients_are_told_to_come_back_and_resume() -> None:
    with na_thread() as servidor:
        async with tela(servidor.url, token(ADMIN)) as t, tela(servidor.url) as anonimo:
            await t.evento("connect")
            await anonimo.pedir("autenticar", {})

            async def encerrar(s: Servidor) -> None:
                await s.gateway.encerrar()

            async with trio.open_nursery() as bercario:
                bercario.start_soon(servidor.fazer, encerrar)
                for cliente in (t, anonimo):
                    codigo, motivo = await cliente.ate_fechar()
                    assert (codigo, "desde" in motivo) == (1012, True)
            assert (await recusa(servidor.url))[0] == 503


async def test_connections_that_are_gone_leave_nothing_behind() -> None:
    with na_thread(AjustesGateway(prazo_encerramento=5_000)) as servidor:
        ticket_id = await novo_ticket(servidor)
        for _ in range(10):
            async with tela(servidor.url, token(pessoa(1))) as t:
                await t.evento("connect")
                await t.pedir("ticket:entrar", {"ticketId": ticket_id})
            async with tela(servidor.url):
                pass

        async def sobras(s: Servidor) -> tuple[int, int, int]:
            await s.gateway.encerrar()
            return s.gateway.conexoes, s.gateway.anonimas, len(s.gateway._plateias)

        assert await servidor.fazer(sobras) == (0, 0, 0)
