"""The server is killed with everybody connected: all come back at once, have missed nothing, and were never away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

import trio

from tests.servidor import NovoServidor, Servidor, Usuario
from tests.sistema.banco import consultar, dsn_de
from tests.sistema.cliente import Http, Interrompida, NaoEnviada, fio, http
from tests.sistema.receptor import Receptor

ATENDENTES: Final = 1_000
DE_VOLTA_S: Final = 180.0
"""When it is given up; how soon they are back is measured elsewhere."""
FIM: Final = "o fim da tempestade"
_ESTADOS: Final = "SELECT online FROM atendimento_atendentes WHERE empresa_id = $1"
_SAIDAS: Final = """
SELECT atendente_id::text FROM atendimento_eventos
WHERE empresa_id = $1 AND tipo = 'atendente_status' AND dados LIKE '%"online":false%'
"""


async def test_a_thousand_agents_are_back_and_complete_soon_after_a_kill(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"GRACA_CONEXAO": "10m"})  # nobody is late
    admin = servidor.nova_empresa()
    agentes = [servidor.usuario(admin.empresa_id, "atendente") for _ in range(ATENDENTES)]
    fila = await contratar(servidor, admin, agentes)
    receptores = [Receptor(servidor, agente) for agente in agentes]
    ao_entrar = trio.CapacityLimiter(100)
    async with trio.open_nursery() as bercario:
        for receptor in receptores:
            bercario.start_soon(receptor.seguir_sempre_ate, FIM.encode(), ao_entrar)
        await ate(lambda: all(receptor.entradas for receptor in receptores), DE_VOLTA_S)
        async with trio.open_nursery() as escrita:
            escrita.start_soon(escrever, servidor, admin, fila)
            await ate(lambda: all(len(receptor.seqs) >= 20 for receptor in receptores), DE_VOLTA_S)
            await trio.to_thread.run_sync(servidor.reiniciar)
            await ate(lambda: all(receptor.retomados for receptor in receptores), DE_VOLTA_S)
            escrita.cancel_scope.cancel()
        async with http(servidor, admin) as adm:
            await adm.ticket(FIM, fila)

    log = await consultar(dsn_de(servidor), "SELECT seq FROM atendimento_eventos ORDER BY seq")
    assert log == list(range(1, len(log) + 1))
    for receptor in receptores:
        assert receptor.seqs == log[receptor.inicio :]
        assert set(receptor.avisos) <= {"fila_posicao"}
    assert await consultar(dsn_de(servidor), _SAIDAS, admin.empresa_id) == []
    assert set(await consultar(dsn_de(servidor), _ESTADOS, admin.empresa_id)) == {True}


async def test_who_comes_back_within_the_grace_was_never_away_and_who_does_not_was(novo_servidor: NovoServidor) -> None:
    """Rocket.Chat 23563: a phone without reception for a moment was an agent that had left."""
    servidor = await trio.to_thread.run_sync(novo_servidor, {"GRACA_CONEXAO": "6s"})
    admin = servidor.nova_empresa()
    ana, bia, rui = (servidor.usuario(admin.empresa_id, "atendente") for _ in range(3))
    async with fio(servidor, ana) as a, fio(servidor, bia) as b, fio(servidor, rui) as r:
        for tela in (a, b, r):
            assert (await tela.pedir("atendente:status", {"online": True}))["ok"]
        await trio.to_thread.run_sync(servidor.reiniciar)
    async with fio(servidor, ana) as a:
        await a.evento("connect")
        await trio.to_thread.run_sync(servidor.reiniciar)
    async with fio(servidor, admin) as chefe, fio(servidor, ana), fio(servidor, bia):
        saiu = await chefe.evento("atendente_status")
        assert (saiu["data"]["id"], saiu["data"]["motivo"]) == (rui.id, "conexao_perdida")
    assert await consultar(dsn_de(servidor), _SAIDAS, admin.empresa_id) == [rui.id]


async def test_a_status_is_the_same_whichever_way_it_was_set_and_on_every_device(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"GRACA_CONEXAO": "1s"})
    admin = servidor.nova_empresa()
    ana = servidor.usuario(admin.empresa_id, "atendente")
    caminho = f"/atendentes/{ana.id}/status"
    async with fio(servidor, admin) as chefe, http(servidor, ana) as rest:
        async with fio(servidor, ana) as celular:
            async with fio(servidor, ana) as mesa:
                pausa = {"online": True, "estado": "pausa", "motivo": "café"}
                pelo_fio = (await mesa.pedir("atendente:status", pausa))["atendente"]
                assert await rest.patch(caminho, pausa) == pelo_fio
                assert (await rest.patch(caminho, {"online": True}))["estado"] == "pausa"
                volta = await rest.patch(caminho, {"online": True, "estado": "disponivel"})
                assert volta | {"updatedAt": pelo_fio["updatedAt"], "estado": "pausa", "motivo": "café"} == pelo_fio
                for tela in (chefe, mesa, celular):
                    vistos = [(await tela.evento("atendente_status"))["data"] for _ in range(2)]
                    assert [visto["estado"] for visto in vistos] == ["pausa", "disponivel"]
            assert (await celular.pedir("atendente:status", pausa))["ok"]
            assert (await chefe.evento("atendente_status"))["data"]["estado"] == "pausa"
        saiu = await chefe.evento("atendente_status")
        assert (saiu["data"]["online"], saiu["data"]["motivo"]) == (False, "conexao_perdida")


async def contratar(servidor: Servidor, admin: Usuario, agentes: list[Usuario]) -> str:
    """A fila where all of them work, by hand; all are online before anybody is connected to hear of it."""
    async with http(servidor, admin) as adm:
        (fila,) = await adm.tudo("/filas")
        await adm.patch(f"/filas/{fila['id']}", {"distribuicaoAutomatica": False})
    vez = iter(agentes)
    async with trio.open_nursery() as bercario:
        for _ in range(8):
            bercario.start_soon(_contratar, servidor, admin, vez)
    fila_id: str = fila["id"]
    return fila_id


async def _contratar(servidor: Servidor, admin: Usuario, vez: Iterator[Usuario]) -> None:
    async with http(servidor, admin) as adm:
        for agente in vez:
            await adm.post("/atendentes", {"id": agente.id, "nome": "Ana", "email": f"{agente.id}@exemplo.com"})
            await adm.patch(f"/atendentes/{agente.id}/status", {"online": True})


async def escrever(servidor: Servidor, admin: Usuario, fila: str) -> None:
    """Tickets and messages that all of them see, also across the kill."""
    async with http(servidor, admin) as adm:
        for n in count():
            try:
                await _uma(adm, fila, n)
            except (Interrompida, NaoEnviada):
                await trio.sleep(0.1)


async def _uma(adm: Http, fila: str, n: int) -> None:
    ticket = await adm.ticket(f"ticket {n}", fila)
    for m in range(3):
        await adm.post("/mensagens", {"ticketId": ticket, "conteudo": f"mensagem {m}"})


async def ate(condicao: Callable[[], bool], prazo_s: float) -> None:
    """Wait until something is so of all the listeners."""
    with trio.fail_after(prazo_s):
        while not condicao():  # noqa: ASYNC110 - of a thousand listeners, which would wake us a thousand times
            await trio.sleep(0.05)
