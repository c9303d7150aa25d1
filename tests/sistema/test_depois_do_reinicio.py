"""What nobody asks anything of, after a restart: its deadlines come, and the first scrape tells of it."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
import trio

from tests.servidor import NovoServidor, Servidor, Usuario
from tests.sistema.cliente import ate, http, novo_ticket
from tests.web.ws_apoio import tela

CHEGA_S = 60.0
"""When it is given up that something happens by itself."""


def medida(servidor: Servidor, nome: str, empresa_id: str) -> float | None:
    """Of an empresa, as Prometheus is told: asking does not activate it. None: it is not told."""
    texto = httpx2.get(f"{servidor.url}/metrics").text
    achada = re.search(rf'^{nome}{{empresa_id="{empresa_id}"}} (\S+)$', texto, re.MULTILINE)
    return None if achada is None else float(achada[1])


async def ate_medir(servidor: Servidor, nome: str, empresa_id: str, valor: float) -> None:
    async def chegou() -> bool:
        return await trio.to_thread.run_sync(medida, servidor, nome, empresa_id) == valor

    await ate(chegou, CHEGA_S)


async def ate_acordar(servidor: Servidor, empresa_id: str, antes: str) -> None:
    """Until the empresa has been activated. ``antes`` is what the server had logged before its last start."""

    async def acordou() -> bool:
        return f"empresa {empresa_id} active" in servidor.registro.removeprefix(antes)

    await ate(acordou, CHEGA_S)


async def com_tickets(servidor: Servidor, quantos: int) -> Usuario:
    """An empresa with so many open tickets, and somebody online."""
    admin = servidor.nova_empresa()
    alguem = servidor.usuario(admin.empresa_id, "atendente")
    async with http(servidor, alguem) as api:
        await api.patch(f"/atendentes/{alguem.id}/status", {"online": True})
    async with http(servidor, admin) as api:
        for _ in range(quantos):
            await api.post("/tickets", novo_ticket())
    return admin


@pytest.mark.parametrize("como", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_the_first_scrape_after_a_restart_tells_of_every_empresa(
    novo_servidor: NovoServidor, como: signal.Signals
) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admins = [await com_tickets(servidor, n) for n in range(4)]
    await trio.to_thread.run_sync(servidor.parar, como)
    await trio.to_thread.run_sync(servidor.iniciar)
    abertos = [medida(servidor, "tickets_abertos", admin.empresa_id) for admin in admins]
    online = [medida(servidor, "atendentes_online", admin.empresa_id) for admin in admins]
    assert abertos == [0, 1, 2, 3]
    assert online == [1] * 4


async def test_it_tells_of_them_still_when_they_have_been_activated_by_themselves(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = await com_tickets(servidor, 2)
    antes = servidor.registro
    await trio.to_thread.run_sync(servidor.reiniciar)
    await ate_acordar(servidor, admin.empresa_id, antes)
    assert medida(servidor, "tickets_abertos", admin.empresa_id) == 2
    assert medida(servidor, "atendentes_online", admin.empresa_id) == 1


async def test_who_was_online_by_a_connection_that_died_with_the_node_goes_offline_though_nobody_asks_anything(
    novo_servidor: NovoServidor,
) -> None:
    """The grace period is a deadline like any other, and comes in an empresa that is quiet."""
    servidor = await trio.to_thread.run_sync(novo_servidor, {"GRACA_CONEXAO": "1s"})
    admin = servidor.nova_empresa()
    atendente = servidor.usuario(admin.empresa_id, "atendente")
    async with http(servidor, admin) as api:
        await api.post("/tickets", novo_ticket())
        async with tela(servidor.url_ws, atendente.token) as ws:
            await ws.pedir("atendente:status", {"online": True})
            await ate_medir(servidor, "atendentes_online", admin.empresa_id, 1)
            await trio.to_thread.run_sync(servidor.matar)
    await trio.to_thread.run_sync(servidor.iniciar)
    await ate_medir(servidor, "atendentes_online", admin.empresa_id, 0)
    assert medida(servidor, "tickets_abertos", admin.empresa_id) == 1


async def test_an_empresa_in_which_time_does_nothing_is_left_asleep(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    quieta = servidor.nova_empresa()
    async with http(servidor, quieta) as api:
        await api.get("/filas")
    outra = await com_tickets(servidor, 1)  # its id is the greater one: it is woken last
    antes = servidor.registro
    await trio.to_thread.run_sync(servidor.reiniciar)
    await ate_acordar(servidor, outra.empresa_id, antes)
    assert f"empresa {quieta.empresa_id} active" not in servidor.registro.removeprefix(antes)
    assert medida(servidor, "tickets_abertos", quieta.empresa_id) == 0


async def test_a_second_node_that_starts_leaves_what_the_first_has_alone(
    novo_banco: Callable[[], str], tmp_path: Path
) -> None:
    dsn = novo_banco()
    um, dois = (Servidor(tmp_path / nome, dsn, {"BALCAO_NO": nome}) for nome in ("primeiro", "segundo"))
    with um as primeiro:
        admin = await com_tickets(primeiro, 1)
        with dois as segundo:
            outra = segundo.nova_empresa()
            async with http(segundo, outra) as api:
                await api.get("/filas")
            assert segundo.registro.count(" active: ") == 1
            assert medida(segundo, "tickets_abertos", admin.empresa_id) is None
            assert medida(primeiro, "tickets_abertos", admin.empresa_id) == 1
            async with http(primeiro, admin) as api:
                await api.post("/tickets", novo_ticket())
