"""Strangers do not shut customers out of realtime, whatever they do at its door."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from balcao.porta.descritores import abrir_ate_o_limite
from tests.seguranca.tempo_real_apoio import PLANA, POLLING, WEBSOCKET, ate_contar, chegarem, contar, fio
from tests.web.gateway_apoio import SEM_LIMITES, pessoa, uid
from tests.web.sio_apoio import conectar, de_subida, polling, por_ws
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, tela, token
from web.gateway import AjustesGateway
from web.portaria.limites import LimitesDeRitmo

LENTO = AjustesGateway(prazo_encerramento=200, prazo_autenticacao=600_000)
"""Nobody is closed for taking long."""
POUCOS = AjustesGateway(
    prazo_encerramento=200, prazo_autenticacao=600_000, max_conexoes=3, max_anonimas=4, max_anonimas_endereco=2
)
BORDAS = {"plain": PLANA, "socketio-websocket": WEBSOCKET, "socketio-polling": POLLING}
TODAS = pytest.mark.parametrize("caminho", BORDAS.values(), ids=BORDAS)


async def todos_entram(servidor: NaThread) -> None:
    """Everybody with a token in the header comes in, by every edge."""
    for caminho in BORDAS.values():
        async with fio(servidor) as um:
            assert (await um.pedir(caminho, token=token(ADMIN)))[0] in {101, 200}
    async with tela(servidor.url, token(ADMIN)) as t:
        assert (await t.evento("connect"))["data"]["userId"] == ADMIN.id


# -- places ------------------------------------------------------------------------------------------------------------


async def test_999_handshakes_on_one_connection_take_only_the_places_of_their_address() -> None:
    with na_thread(LENTO, limites=LimitesDeRitmo()) as servidor:
        async with fio(servidor) as um:
            status = Counter([(await um.pedir(POLLING))[0] for _ in range(999)])
        assert status[200] == LENTO.max_anonimas_endereco
        assert status.keys() == {200, 429, 503}
        assert await contar(servidor) == (100, 100, 100)
        await todos_entram(servidor)


@TODAS
async def test_a_thousand_silent_strangers_of_one_address_take_only_its_places(caminho: str) -> None:
    abrir_ate_o_limite()
    with na_thread(LENTO) as servidor:
        async with chegarem(servidor, caminho, [None] * 1_000) as status:
            assert status == {101 if caminho != POLLING else 200: 100, 503: 900}
            await todos_entram(servidor)


async def test_strangers_of_many_addresses_fill_only_their_own_pool_and_the_oldest_gives_way() -> None:
    with na_thread(POUCOS, proxies=["127.0.0.1/32"]) as servidor:
        async with fio(servidor) as velha, fio(servidor) as nova:
            assert (await velha.pedir(PLANA, de="198.51.100.1"))[0] == 101
            async with chegarem(servidor, POLLING, [None] * 5, [f"203.0.113.{n}" for n in range(5)]) as status:
                assert status == {200: 5}
                assert b"conex" in await velha.ate_fechar()
                assert (await contar(servidor))[2] == POUCOS.max_anonimas
                assert (await nova.pedir(PLANA, de="192.0.2.1"))[0] == 101
                async with tela(servidor.url) as cliente:  # and whoever shows its token in a frame is in at once
                    assert (await cliente.pedir("autenticar", {"token": token(ADMIN)}))["ok"]
                await todos_entram(servidor)


async def test_an_ipv6_subscriber_is_one_address_however_many_it_uses() -> None:
    with na_thread(POUCOS, proxies=["127.0.0.1/32"]) as servidor:
        mesmas = [f"2001:db8:1:2::{n:x}" for n in range(1, 9)]
        async with chegarem(servidor, POLLING, [None] * 8, mesmas) as status:
            assert status == {200: 2, 503: 6}
        async with fio(servidor) as outra:
            assert (await outra.pedir(POLLING, de="2001:db8:1:3::1"))[0] == 200


async def test_who_may_not_be_believed_does_not_choose_its_address() -> None:
    with na_thread(POUCOS) as servidor:
        async with chegarem(servidor, POLLING, [None] * 8, [f"203.0.113.{n}" for n in range(8)]) as status:
            assert status == {200: 2, 503: 6}


@TODAS
async def test_a_bad_token_in_the_header_is_a_stranger(caminho: str) -> None:
    with na_thread(POUCOS) as servidor:
        async with fio(servidor) as um:
            for _ in range(2):
                assert (await um.pedir(POLLING))[0] == 200
        for ruim in ("abc", token(ADMIN)[:-4] + "AAAA"):
            async with fio(servidor) as outra:
                assert (await outra.pedir(caminho, token=ruim))[0] == 503


async def test_strangers_never_take_the_place_of_somebody_with_a_token() -> None:
    with na_thread(POUCOS) as servidor:
        async with chegarem(servidor, PLANA, [None] * 2):
            pessoas: list[str | None] = [token(pessoa(n)) for n in range(3)]
            async with chegarem(servidor, PLANA, pessoas) as status, fio(servidor) as demais:
                assert status == {101: 3}
                codigo, corpo = await demais.pedir(POLLING, token=token(ADMIN))
                assert (codigo, json.loads(corpo)["codigo"]) == (503, "conexoes_demais")
            await ate_contar(servidor, (0, 2, 2))
            await todos_entram(servidor)


async def test_more_than_a_thousand_clients_with_tokens_come_back_at_once_and_all_are_let_in() -> None:
    abrir_ate_o_limite()
    with na_thread(AjustesGateway(prazo_encerramento=200), limites=LimitesDeRitmo()) as servidor:
        async with fio(servidor) as estranho:
            while (await estranho.pedir(POLLING))[0] != 429:
                pass
        tokens: list[str | None] = [token(pessoa(n % 300)) for n in range(1_200)]
        async with chegarem(servidor, PLANA, tokens[::2]) as planas, chegarem(servidor, POLLING, tokens[1::2]) as sio:
            assert (planas, sio) == ({101: 600}, {200: 600})


async def test_one_user_does_not_fill_the_server_and_is_told_so() -> None:
    ajustes = AjustesGateway(prazo_encerramento=200, max_por_usuario=2, max_por_empresa=3)
    with na_thread(ajustes) as servidor:
        async with chegarem(servidor, PLANA, [token(ADMIN)] * 2) as status, fio(servidor) as um:
            assert status == {101: 2}
            codigo, corpo = await um.pedir(POLLING, token=token(ADMIN))
            assert (codigo, json.loads(corpo)["codigo"]) == (429, "conexoes_do_usuario")
            async with tela(servidor.url) as t:
                assert (await t.pedir("autenticar", {"token": token(ADMIN)}))["codigo"] == "conexoes_do_usuario"
                assert (await t.ate_fechar())[0] == 1013
            async with por_ws(servidor) as w:
                await w.mandar(conectar(token(ADMIN)))
                assert "conexoes_do_usuario" in await w.ler()
                assert await w.ate_fechar() == 1013
            async with por_ws(servidor) as w:
                await w.entrar(pessoa(1))
                async with fio(servidor) as dois:
                    codigo, corpo = await dois.pedir(PLANA, token=token(pessoa(2)))
                    assert (codigo, json.loads(corpo)["codigo"]) == (429, "conexoes_da_empresa")
        await ate_contar(servidor, (0, 0, 0))
        async with tela(servidor.url, token(ADMIN)) as t:
            assert await t.evento("connect")


# -- time --------------------------------------------------------------------------------------------------------------


async def test_polling_sessions_without_a_token_end_at_the_deadline_whether_a_get_is_held_or_not() -> None:
    ajustes = AjustesGateway(prazo_encerramento=200, prazo_autenticacao=2_000)
    with na_thread(ajustes) as servidor:
        async with polling(servidor) as ocupada, polling(servidor) as largada, polling(servidor) as recusada:
            await largada.abrir()
            await recusada.abrir()
            await recusada.mandar('40/outro,{"token":1}')
            async with fio(servidor) as sem_leitura:
                _, corpo = await sem_leitura.pedir(POLLING)
                sid = json.loads(corpo[1:])["sid"]
                await sem_leitura.pedir(f"{POLLING}&sid={sid}", metodo="POST", corpo=conectar("abc").encode())
                await ocupada.abrir()
                assert (await ocupada.pedir()).text in {"1", '{"code":1,"message":"Session ID unknown"}'}
                await ate_contar(servidor, (0, 0, 0))
            for sessao in (ocupada, largada, recusada):
                assert (await sessao.pedir()).json()["code"] == 1


async def test_half_an_upgrade_does_not_outlive_the_deadline() -> None:
    ajustes = AjustesGateway(prazo_encerramento=200, prazo_autenticacao=2_000)
    with na_thread(ajustes) as servidor:
        async with polling(servidor) as p:
            await p.abrir()
            async with de_subida(servidor, p.sid) as w:
                await w.mandar("2probe")
                assert await w.ler() == "3probe"
                assert await w.ate_fechar() == 1000
        await ate_contar(servidor, (0, 0, 0))


# -- rates -------------------------------------------------------------------------------------------------------------

POR_ENDERECO = LimitesDeRitmo(usuario=0, empresa=0, endereco=1)


@TODAS
async def test_handshakes_without_a_token_count_for_their_address_and_those_with_one_do_not(caminho: str) -> None:
    with na_thread(LENTO, limites=POR_ENDERECO, proxies=["127.0.0.1/32"]) as servidor:
        async with chegarem(servidor, caminho, [None] * 20, ["192.0.2.1"]) as status:
            assert status[429] >= 10
            assert sum(status.values()) == 20
            async with chegarem(servidor, caminho, [token(ADMIN)] * 20, ["192.0.2.1"]) as com_token:
                assert sum(com_token.values()) == com_token[101] + com_token[200] == 20
            async with fio(servidor) as vizinha:
                assert (await vizinha.pedir(caminho, de="192.0.2.2"))[0] in {101, 200}


@pytest.mark.parametrize(
    ("metodo", "consulta"),
    [
        ("GET", "&sid=adivinhado"),
        ("POST", "&sid=adivinhado"),
        ("PUT", ""),
        ("POST", ""),
        ("OPTIONS", ""),
        ("GET", "&EIO=4"),
        ("GET", "&t=%ff"),
    ],
)
async def test_what_leads_nowhere_counts_too(metodo: str, consulta: str) -> None:
    with na_thread(LENTO, limites=POR_ENDERECO) as servidor:
        status = []
        for _ in range(8):
            async with fio(servidor) as um:
                status.append((await um.pedir(POLLING + consulta, metodo=metodo))[0])
        assert status[-1] == 429
        await todos_entram(servidor)


async def test_the_requests_of_a_session_count_for_its_address_and_once_it_has_shown_a_token_for_its_user() -> None:
    with na_thread(LENTO, limites=LimitesDeRitmo(usuario=1, empresa=0, endereco=1)) as servidor:
        async with polling(servidor) as p:
            await p.abrir()
            while (resposta := await p.pedir("POST", b"40/outro,")).is_success:
                pass
            assert resposta.status_code == 429
            assert int(resposta.headers["retry-after"]) > 0
        async with polling(servidor, authorization=f"Bearer {token(ADMIN)}") as q, polling(servidor) as r:
            await q.abrir()
            while (resposta := await q.pedir("POST", b"6")).is_success:
                pass
            assert resposta.status_code == 429
            assert (await r.pedir(sid=q.sid)).status_code == 429  # whoever asks for it
        async with polling(servidor, authorization=f"Bearer {token(pessoa(1))}") as outra:
            await outra.entrar(pessoa(1))


async def test_who_shows_a_token_gives_its_address_back_what_was_counted() -> None:
    """An office is one address, and its people come back at once."""
    with na_thread(LENTO, limites=POR_ENDERECO) as servidor:
        for n in range(20):
            async with tela(servidor.url) as t:
                assert (await t.pedir("autenticar", {"token": token(pessoa(n))}))["ok"]
            async with por_ws(servidor) as w:
                await w.entrar(pessoa(n))
        for n in range(5):
            async with fio(servidor) as um:
                assert (await um.pedir(PLANA))[0] == 101, n


async def test_what_strangers_say_counts_as_well_and_too_much_of_it_closes() -> None:
    with na_thread(LENTO, limites=POR_ENDERECO) as servidor:
        async with tela(servidor.url) as t:
            for _ in range(10):
                await t.mandar("ticket:entrar", {"ticketId": uid(1)})
            assert (await t.ate_fechar())[0] == 1013
        await todos_entram(servidor)
    with na_thread(LENTO, limites=POR_ENDERECO) as servidor:
        async with por_ws(servidor) as w:
            await w.mandar(*["40/outro,"] * 10)
            assert await w.ate_fechar() == 1013
        await todos_entram(servidor)


async def test_without_limits_nothing_is_counted() -> None:
    with na_thread(LENTO, limites=SEM_LIMITES) as servidor:
        async with fio(servidor) as um:
            status = Counter([(await um.pedir(f"{POLLING}&sid=x"))[0] for _ in range(300)])
        assert status == {400: 300}


# -- memory ------------------------------------------------------------------------------------------------------------


async def test_a_stranger_may_send_what_a_token_takes_and_no_more() -> None:
    with na_thread(LENTO) as servidor:
        async with polling(servidor) as p:
            await p.abrir()
            assert (await p.pedir("POST", b"4" * 20_000)).status_code == 400
            assert (await p.pedir()).json()["code"] == 1
        async with polling(servidor) as p:
            await p.abrir()
            salas = [uid(n) for n in range(50)]
            await p.mandar(conectar(token(ADMIN), salas=salas))
            assert await p.ate("connected")
