"""A node that is stopped (SIGSTOP, swapped out, stuck): another takes over, and it tells nothing that is over."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from tests.servidor import Servidor
from tests.sistema.banco import consultar
from tests.sistema.cliente import Http, ate, fio, http, novo_ticket

log = logging.getLogger(__name__)

_VIVA = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'balcao viver ' || $1"
)
ASSUME_S = 60.0
"""When it is given up that the second node serves: six seconds on a machine that is not busy, or never."""


@pytest.fixture(scope="module")
def nos(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Servidor, Servidor]]:
    """Two running servers on one database."""
    dsn, pasta = novo_banco(), tmp_path_factory.mktemp("parado")
    um, dois = (_servidor(pasta / nome, dsn, nome) for nome in ("primeiro", "segundo"))
    with um as primeiro, dois as segundo:
        yield primeiro, segundo


def _servidor(pasta: Path, dsn: str, nome: str) -> Servidor:
    return Servidor(pasta, dsn, {"BALCAO_NO": nome})


@contextmanager
def parado(servidor: Servidor) -> Iterator[None]:
    os.kill(servidor.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(servidor.pid, signal.SIGCONT)


async def servir(cliente: Http) -> float:
    """Ask until the node serves the empresa; how long that took."""
    inicio = time.monotonic()

    async def serve() -> bool:
        return (await cliente.pedir("POST", "/atendimento/tickets", novo_ticket())).status == 201

    await ate(serve, ASSUME_S)
    return time.monotonic() - inicio


async def test_a_second_node_serves_while_the_first_is_still_stopped_and_the_first_tells_nothing_old_when_it_goes_on(
    nos: tuple[Servidor, Servidor],
) -> None:
    primeiro, segundo = nos
    admin = primeiro.nova_empresa()
    async with (
        http(primeiro, admin) as la,
        http(primeiro, admin) as tambem_la,
        http(segundo, admin) as ca,
        fio(primeiro, admin) as tela,
    ):
        ticket_id = await la.ticket("antigo")
        async with trio.open_nursery() as bercario:
            with parado(primeiro):
                log.info("served by the second node after %.1f s", await servir(ca))
                await ca.patch(f"/tickets/{ticket_id}", {"assunto": "novo", "status": "FECHADO"})
                respostas: list[int] = []

                async def perguntar(cliente: Http, caminho: str) -> None:
                    """Asked of the stopped node: it lies in the socket until the node goes on."""
                    respostas.append((await cliente.pedir("GET", f"/atendimento{caminho}")).status)

                bercario.start_soon(perguntar, la, "/atendentes")
                bercario.start_soon(perguntar, tambem_la, "/filas")
                await trio.testing.wait_all_tasks_blocked(0.1)
        assert respostas == [503, 503], "what is in memory was told before anybody knew whose the empresa is"
        assert (await tela.ate_fechar())[0] == 1012
        recusa = (await la.pedir("POST", "/atendimento/tickets", novo_ticket())).erro(503)
        assert recusa["codigo"] == "empresa_em_outro_no"
        assert "segundo" in recusa["message"]
        assert (await ca.get(f"/tickets/{ticket_id}"))["assunto"] == "novo"
        assert sum(ticket["id"] == ticket_id for ticket in await ca.tudo("/tickets")) == 1
    assert "wrong node" in primeiro.registro


async def test_a_node_that_was_stopped_and_that_nobody_took_over_from_goes_on_with_its_empresas_and_its_sockets(
    nos: tuple[Servidor, Servidor],
) -> None:
    primeiro, _ = nos
    admin = primeiro.nova_empresa()
    async with http(primeiro, admin) as la, fio(primeiro, admin) as tela:
        await la.ticket("antes")
        with parado(primeiro):
            await _ate_perder_a_trava(primeiro)

        async def voltou() -> bool:
            return (await la.pedir("POST", "/atendimento/tickets", novo_ticket("depois"))).status == 201

        await ate(voltou, ASSUME_S)
        assert (await tela.ate(lambda quadro: _assunto(quadro) == "depois"))["event"] == "ticket_criado"


def _assunto(quadro: dict[str, Any]) -> object:
    return quadro["data"].get("ticket", {}).get("assunto") if quadro.get("event") == "ticket_criado" else None


async def _ate_perder_a_trava(servidor: Servidor) -> None:
    """Until the database has ended the lock's connection of the node that is stopped."""

    async def perdeu() -> bool:
        assert servidor.dsn is not None
        return await consultar(servidor.dsn, _VIVA, servidor.ambiente["BALCAO_NO"]) == []

    await ate(perdeu, ASSUME_S)
