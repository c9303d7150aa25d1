"""The seats of an empresa come back, however who had them leaves: amid a handshake, without reading, with a reset."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest
import trio

from tests.seguranca.http_apoio import PACIENCIA_S, descritores
from tests.seguranca.tempo_real_apoio import PLANA, POLLING, WEBSOCKET, Fio, ate_contar, chegarem, fio
from tests.web.gateway_apoio import OUTRA_EMPRESA, Servidor, pessoa
from tests.web.sio_apoio import conectar, por_ws
from tests.web.ws_apoio import NaThread, na_thread, tela, token
from web.gateway import AjustesGateway
from web.socketio import AjustesSocketIO

VAGAS = 4
POUCAS = AjustesGateway(prazo_encerramento=200, prazo_autenticacao=2_000, max_por_empresa=VAGAS, max_por_usuario=0)
IMPACIENTE = AjustesSocketIO(ping=500, pong=500)
"""Whoever left without a word is found out soon."""
VEZES = 3 * VAGAS

Saida = Callable[[Fio, str, str], Awaitable[None]]


def romper(um: Fio) -> None:
    """Leave with a reset: what comes after is thrown away, unread."""
    um.corrente.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    um.corrente.socket.close()


async def no_meio_da_cabeca(um: Fio, caminho: str, com_token: str) -> None:
    await um.corrente.send_all(f"GET {caminho} HTTP/1.1\r\nauthorization: Bearer {com_token}\r\nup".encode())
    romper(um)


async def sem_ler_a_resposta(um: Fio, caminho: str, com_token: str) -> None:
    await um.mandar(caminho, token=com_token)
    romper(um)


async def depois_de_entrar(um: Fio, caminho: str, com_token: str) -> None:
    await um.pedir(caminho, token=com_token)
    romper(um)


async def sem_se_despedir(um: Fio, caminho: str, com_token: str) -> None:
    await um.pedir(caminho, token=com_token)
    await um.corrente.aclose()


async def mandando_sem_ler(um: Fio, caminho: str, com_token: str) -> None:
    await um.pedir(caminho, token=com_token)
    with trio.move_on_after(0.2):
        await um.corrente.send_all(b"\x89\x80\0\0\0\0" * 20_000)  # pings, of which no pong is read
    romper(um)


SAIDAS = [no_meio_da_cabeca, sem_ler_a_resposta, depois_de_entrar, sem_se_despedir, mandando_sem_ler]
BORDAS = {"plain": PLANA, "socketio-websocket": WEBSOCKET, "socketio-polling": POLLING}


async def lotar_e_soltar(servidor: NaThread) -> None:
    """All seats of the empresa can be taken; the next one is told why it is not let in, on every edge; another empresa
    is; and they come back.
    """
    async with chegarem(servidor, PLANA, [token(pessoa(n)) for n in range(VAGAS)]) as status:
        assert status == {101: VAGAS}
        for caminho in BORDAS.values():
            async with fio(servidor) as demais:
                codigo, corpo = await demais.pedir(caminho, token=token(pessoa(90)))
            assert (codigo, json.loads(corpo)["codigo"]) == (429, "conexoes_da_empresa")
            assert str(VAGAS) in json.loads(corpo)["message"]
        async with tela(servidor.url) as t:
            recusa = await t.pedir("autenticar", {"token": token(pessoa(91))})
            assert (recusa["codigo"], recusa["retryAfter"]) == ("conexoes_da_empresa", 5)
            assert (await t.ate_fechar())[0] == 1013
        async with por_ws(servidor) as w:
            await w.mandar(conectar(token(pessoa(92))))
            assert "conexoes_da_empresa" in await w.ler()
            assert await w.ate_fechar() == 1013
        async with fio(servidor) as de_outra:
            assert (await de_outra.pedir(PLANA, token=token(pessoa(1, empresa=OUTRA_EMPRESA))))[0] == 101
    await ate_contar(servidor, (0, 0, 0))


async def ate_todos_sairem(servidor: NaThread) -> None:
    """Also those who left before the server had looked at them: it accepts one after the other."""
    async with fio(servidor) as ultimo:
        assert (await ultimo.pedir(f"{POLLING}&sid=nenhum"))[0] == 400

    async def ligadas(_: Servidor) -> int:
        return len(servidor.porteira._conexoes)

    with trio.fail_after(PACIENCIA_S):
        while await servidor.fazer(ligadas):
            pass
    await ate_contar(servidor, (0, 0, 0))


@pytest.mark.parametrize("sair", SAIDAS)
@pytest.mark.parametrize("caminho", BORDAS.values(), ids=BORDAS)
async def test_the_seats_of_an_empresa_come_back(caminho: str, sair: Saida) -> None:
    with na_thread(POUCAS, IMPACIENTE) as servidor:
        await lotar_e_soltar(servidor)
        antes = descritores()
        for n in range(VEZES):
            async with fio(servidor) as um:
                await sair(um, caminho, token(pessoa(n)))
        await ate_todos_sairem(servidor)
        await lotar_e_soltar(servidor)

        async def sobras(s: Servidor) -> int:
            lotacao = s.gateway._lotacao
            return len(lotacao._por_empresa) + len(lotacao._por_usuario) + len(lotacao._conhecidas)

        assert await servidor.fazer(sobras) == 0
        with trio.fail_after(PACIENCIA_S):
            while descritores() > antes:  # noqa: ASYNC110  # the kernel wakes nobody
                await trio.sleep(0.02)
