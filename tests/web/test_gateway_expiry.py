"""A token that expires, on the two edges of a running server: warned of, renewed without reconnecting, and the end."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed

from engine.tempo import SystemClock, iso
from tests.servidor import SEGREDO, Servidor, Usuario
from tests.web.ws_apoio import Tela, tela
from web.portaria.autenticacao import emitir

CURTA_MS = 5_000


def que_vence_ja(quem: Usuario) -> tuple[str, str]:
    """A token of five seconds at most, and when it expires."""
    agora = SystemClock().now()
    token = emitir(SEGREDO, quem.empresa_id, quem.id, None, quem.papel, CURTA_MS, agora)
    return token, iso((agora + CURTA_MS) // 1000 * 1000)


async def test_the_plain_edge_warns_takes_another_token_and_closes_with_the_last_one(servidor: Servidor) -> None:
    admin = servidor.nova_empresa()
    token, expira_em = que_vence_ja(admin)
    async with tela(servidor.url_ws, token) as t, tela(servidor.url_ws, token) as outra:
        aviso = (await t.evento("token_expirando"))["data"]
        assert aviso == {"expiraEm": expira_em, "segundos": aviso["segundos"]}
        assert 0 <= aviso["segundos"] <= CURTA_MS / 1000
        assert await t.pedir("autenticar", {"token": admin.token}) == {"ok": True, "userId": admin.id}
        assert (await outra.ate_fechar())[0] == 4401, "what would have ended it has passed"
        assert (await t.pedir("autenticar", {"token": servidor.token(admin.empresa_id)}))["codigo"] == "outro_usuario"
        token, expira_em = que_vence_ja(admin)
        await t.pedir("autenticar", {"token": token})
        assert (await t.evento("token_expirando"))["data"]["expiraEm"] == expira_em
        assert (await t.ate_fechar())[0] == 4401


async def test_so_does_the_socket_io_edge(servidor: Servidor) -> None:
    admin = servidor.nova_empresa()
    token, expira_em = que_vence_ja(admin)
    url = f"ws://127.0.0.1:{servidor.porta}/socket.io/?EIO=4&transport=websocket"
    async with tela(url) as t, tela(servidor.url_ws, token) as outra:
        await t.ws.send_message(f"40/atendimento,{json.dumps({'token': token})}")
        assert (await ate(t, '42/atendimento,["token_expirando",'))[0]["expiraEm"] == expira_em
        assert await renovar(t, admin.token) == {"ok": True, "userId": admin.id}
        assert (await outra.ate_fechar())[0] == 4401
        token, expira_em = que_vence_ja(admin)
        await renovar(t, token)
        (aviso,) = await ate(t, '42/atendimento,["token_expirando",')
        assert aviso["expiraEm"] == expira_em
        await ate(t, "41/atendimento")  # out of the namespace: the client does not come back by itself
        with trio.fail_after(20), pytest.raises(ConnectionClosed) as fim:
            await t.ws.get_message()
        assert fim.value.reason is not None
        assert fim.value.reason.code == 4401


async def renovar(t: Tela, token: str) -> Any:
    await t.ws.send_message(f'42/atendimento,7["autenticar",{json.dumps({"token": token})}]')
    (resposta,) = await ate(t, "43/atendimento,7[")
    return resposta


async def ate(t: Tela, inicio: str) -> Any:
    """The arguments of the next packet that begins so."""
    with trio.fail_after(20):
        while True:
            texto = await t.ws.get_message()
            assert isinstance(texto, str)
            if texto.startswith(inicio):
                return json.loads(f"[{texto.removeprefix(inicio)}") if texto.endswith("]") else None
