"""A conector is a program: with whatever id, it is nobody's presence, by no door."""

from __future__ import annotations

import json

import httpx2
import pytest
import trio

from tests.seguranca.identidade_apoio import Casa, casa, conectada
from tests.servidor import NovoServidor, Servidor, Usuario
from tests.web.sio_apoio import conectar, evento, lido
from tests.web.ws_apoio import tela

SEM_GRACA = {"GRACA_CONEXAO": "1ms"}


async def por_rest(c: Casa, quem: Usuario) -> str:
    recusa = await c.pedir(quem, "PATCH", f"/atendentes/{quem.id}/status", {"online": True})
    assert recusa.status_code == 403
    return str(recusa.json()["codigo"])


async def por_ws(c: Casa, quem: Usuario) -> str:
    async with conectada(c, quem) as t:
        return str((await t.pedir("atendente:status", {"online": True}))["codigo"])


async def por_socketio(c: Casa, quem: Usuario) -> str:
    consulta = {"EIO": "4", "transport": "polling"}
    async with httpx2.AsyncClient(base_url=c.servidor.url, params=consulta, timeout=30) as http:
        sid = json.loads((await http.get("/socket.io/")).text[1:])["sid"]
        pacotes = (conectar(quem.token), evento("atendente:status", {"online": True}, 1))
        await http.post("/socket.io/", params={"sid": sid}, content="\x1e".join(pacotes).encode())
        with trio.fail_after(30):
            while True:
                for pacote in (await http.get("/socket.io/", params={"sid": sid})).text.split("\x1e"):
                    if lido(pacote).get("ack") == 1:
                        return str(lido(pacote)["data"]["codigo"])


@pytest.mark.parametrize("porta", [por_rest, por_ws, por_socketio])
async def test_a_conector_with_an_atendentes_id_does_not_change_its_presence(servidor: Servidor, porta: object) -> None:
    async with casa(servidor) as c:
        ana = await c.cadastrado()
        assert await porta(c, c.gente("conector", ana.id)) == "papel_sem_permissao"  # type: ignore[operator]
        assert not (await c.feito(c.admin, "GET", f"/atendentes/{ana.id}"))["online"]
        assert await porta(c, c.gente("conector")) == "papel_sem_permissao"  # type: ignore[operator]


def test_a_conectors_connection_holds_nobody_online(novo_servidor: NovoServidor) -> None:
    """Its owner leaves, and counts as gone, whatever program is still connected under its id."""
    servidor = novo_servidor(SEM_GRACA)

    async def teste() -> None:
        async with casa(servidor) as c, conectada(c, c.admin) as chefe:
            ana = await c.cadastrado()
            async with tela(servidor.url_ws, c.gente("conector", ana.id).token) as programa:
                await programa.evento("connect")
                async with conectada(c, ana) as t:
                    assert (await t.pedir("atendente:status", {"online": True}))["ok"]
                saiu = await chefe.ate(lambda q: q.get("event") == "atendente_status" and not q["data"]["online"])
                assert saiu["data"]["motivo"] == "conexao_perdida"

    trio.run(teste)


def test_a_conectors_connection_that_ends_sends_nobody_away(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor(SEM_GRACA)

    async def teste() -> None:
        async with casa(servidor) as c:
            ana, bia = await c.cadastrado(), await c.cadastrado()
            for quem in (ana, bia):  # online by REST: no connection holds them
                await c.feito(quem, "PATCH", f"/atendentes/{quem.id}/status", {"online": True})
            async with conectada(c, c.gente("conector", ana.id)):
                pass
            async with conectada(c, c.admin) as chefe:
                async with conectada(c, bia):
                    pass
                saiu = await chefe.ate(lambda q: q.get("event") == "atendente_status")
                assert saiu["data"]["id"] == bia.id  # whose own connection it was; ana's came and went before
            assert (await c.feito(c.admin, "GET", f"/atendentes/{ana.id}"))["online"]

    trio.run(teste)
