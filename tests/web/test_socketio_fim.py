"""How Socket.IO sessions end: what the client is told, that it may resume, and that nothing is left of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
import trio

from tests.web.gateway_apoio import Servidor, pessoa
from tests.web.sio_apoio import FIM, abertas, ate_acabarem, ate_tomar, lido, polling, por_ws, url_ws
from tests.web.test_socketio_transportes import falar, novo_ticket
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, recusa, token
from web.gateway import AjustesGateway

POUCO = AjustesGateway(fila_quadros=16, prazo_encerramento=200)


async def encerrar(s: Servidor) -> None:
    await s.gateway.encerrar()


async def test_at_shutdown_clients_are_told_to_come_back_and_resume() -> None:
    with na_thread() as servidor:
        async with por_ws(servidor) as w, por_ws(servidor) as anonima, polling(servidor) as p:
            await w.entrar(ADMIN)
            await p.entrar(ADMIN)
            async with trio.open_nursery() as bercario:
                bercario.start_soon(p.buscar)
                await ate_tomar(servidor, p.sid, tomando=True)
                bercario.start_soon(servidor.fazer, encerrar)
                assert await w.ate_fechar() == 1012
                assert await anonima.ate_fechar() == 1012
            *_, dito, fim = p.recebidos
            for fechamento in (w.eventos("fechamento")[0], lido(dito)):
                assert fechamento["data"]["codigo"] == 1012
                assert "desde" in fechamento["data"]["motivo"]
            assert fim == FIM
            assert (await recusa(url_ws(servidor)))[0] == 503
            async with polling(servidor) as outro:
                assert (await outro.pedir()).json()["codigo"] == "reiniciando"
        assert (await abertas(servidor))[1] == 0


async def test_a_slow_polling_client_is_cut_with_4408_and_resumes_without_a_gap() -> None:
    with na_thread(POUCO) as servidor:
        ticket_id = await novo_ticket(servidor)
        textos = [f"m{n}" for n in range(40)]
        async with polling(servidor) as p, polling(servidor) as volta:
            desde = (await p.entrar(ADMIN, salas=[ticket_id]))["seq"]
            await falar(servidor, ticket_id, *textos)
            dito, fim = await p.buscar()
            assert (lido(dito)["data"]["codigo"], fim) == (4408, FIM)
            assert await abertas(servidor) == (0, 0)
            await volta.entrar(ADMIN, desde=desde, salas=[ticket_id])
            if not volta.eventos("retomado"):
                await volta.ate("retomado")
            assert [q["data"]["conteudo"] for q in volta.eventos("nova_mensagem")] == textos


@pytest.mark.parametrize("direto", [True, False], ids=["our-door", "any-asgi-server"])
async def test_a_websocket_reader_that_stalls_is_cut_with_4408_and_resumes_without_a_gap(direto: bool) -> None:
    with na_thread(POUCO, direto=direto) as servidor:
        ticket_id = await novo_ticket(servidor)
        textos: list[str] = []
        async with por_ws(servidor) as parado:
            desde = (await parado.entrar(ADMIN, salas=[ticket_id]))["seq"]
            while (await abertas(servidor))[1] == 1:
                novos = [f"{len(textos) + n:05}" + "x" * 4_000 for n in range(20)]
                await falar(servidor, ticket_id, *novos)
                textos += [texto[:5] for texto in novos]
            assert await parado.ate_fechar() == 4408
            vistos = parado.eventos("nova_mensagem")
        async with por_ws(servidor) as volta:
            ultimo = vistos[-1]["seq"] if vistos else desde
            await volta.entrar(ADMIN, desde=ultimo, salas=[ticket_id])
            await volta.ate("retomado")
            todos = vistos + volta.eventos("nova_mensagem")
        assert [q["data"]["conteudo"][:5] for q in todos] == textos


Saida = Callable[[Any], Awaitable[None]]


async def _fecha(cliente: Any) -> None:
    await cliente.mandar("1")


async def _quebra_o_protocolo(cliente: Any) -> None:
    with suppress(AssertionError):  # a POST is answered 400
        await cliente.mandar("9")


@pytest.mark.parametrize("sair", [_fecha, _quebra_o_protocolo])
async def test_who_leaves_leaves_nothing_behind_whatever_carried_it(sair: Saida) -> None:
    with na_thread() as servidor:
        ticket_id = await novo_ticket(servidor)
        async with por_ws(servidor) as w, polling(servidor) as p, polling(servidor) as anonimo:
            await w.entrar(pessoa(1), salas=[ticket_id])
            await p.entrar(pessoa(2), salas=[ticket_id])
            await anonimo.abrir()
            assert await abertas(servidor) == (3, 3)
            for cliente in (w, p, anonimo):
                await sair(cliente)
            await w.ate_fechar()
            await ate_acabarem(servidor)
            assert await _sobras(servidor) == (0, 0, 0)


async def test_who_vanishes_leaves_nothing_behind() -> None:
    with na_thread() as servidor:
        for _ in range(5):
            async with por_ws(servidor) as w:
                await w.entrar(pessoa(1))
        await ate_acabarem(servidor)
        assert await _sobras(servidor) == (0, 0, 0)


async def _sobras(servidor: NaThread) -> tuple[int, int, int]:
    async def contar(s: Servidor) -> tuple[int, int, int]:
        return len(servidor.sio._sessoes), s.gateway.conexoes + s.gateway.anonimas, len(s.gateway._plateias)

    return await servidor.fazer(contar)


async def test_a_token_that_expires_puts_the_client_out_of_the_namespace() -> None:
    with na_thread() as servidor:
        async with por_ws(servidor) as w, polling(servidor) as p:
            await p.abrir()
            await p.mandar(f'40/atendimento,{{"token":"{token(ADMIN, 100)}"}}')
            await w.mandar(f'40/atendimento,{{"token":"{token(ADMIN, 100)}"}}')
            assert await w.ate_fechar() == 4401
            assert w.recebidos[-1] == "41/atendimento,"
            while p.recebidos[-1] != FIM:
                await p.buscar()
            assert p.recebidos[-2] == "41/atendimento,"
