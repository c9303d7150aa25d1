"""Two server processes on one database: an empresa is one's at a time, and changes hands without loss."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio

from tests.servidor import Servidor
from tests.sistema.banco import consultar
from tests.sistema.carga import Carga
from tests.sistema.cliente import Http, Resposta, ate, http, novo_ticket
from tests.sistema.conferencia import conferir
from tests.sistema.livro import Livro, anotar

ASSUME_S = 60.0
"""When it is given up that the second node serves what a killed one held; it is a matter of a second."""
_CORTAR = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name LIKE 'balcao % ' || $1"
)


@pytest.fixture
def nos(novo_banco: Callable[[], str], tmp_path: Path) -> Iterator[tuple[Servidor, Servidor]]:
    """Two running servers on one database."""
    dsn = novo_banco()
    um, dois = (Servidor(tmp_path / nome, dsn, {"BALCAO_NO": nome}) for nome in ("primeiro", "segundo"))
    with um as primeiro, dois as segundo:
        yield primeiro, segundo


async def test_a_second_node_is_refused_with_the_name_of_the_first_and_serves_others(
    nos: tuple[Servidor, Servidor],
) -> None:
    primeiro, segundo = nos
    admin = primeiro.nova_empresa()
    async with http(primeiro, admin) as la, http(segundo, admin) as ca, http(segundo, segundo.nova_empresa()) as outra:
        await la.ticket()
        exigir_recusa(await abrir(ca), primeiro)
        assert (await outra.post("/tickets", novo_ticket()))["numero"] == 1
        assert (await la.post("/tickets", novo_ticket()))["numero"] == 2  # as if nobody had asked
        exigir_recusa(await abrir(ca), primeiro)


async def test_the_second_takes_over_from_one_that_was_killed_and_keeps_it(nos: tuple[Servidor, Servidor]) -> None:
    primeiro, segundo = nos
    carga = Carga(primeiro)
    async with http(segundo, carga.admin) as ca:
        async with trio.open_nursery() as bercario:
            await carga.comecar(bercario)
            for _ in range(20):  # whoever asks the wrong node does the right one no harm
                await carga.mais(10)
                exigir_recusa(await abrir(ca), primeiro)
            await trio.to_thread.run_sync(primeiro.matar)
            await assumir(ca)
            carga.encerrar()
        carga.de_tickets.append(await escrever(ca, "segundo"))

        await trio.to_thread.run_sync(primeiro.iniciar)
        async with http(primeiro, carga.admin) as la:
            exigir_recusa(await abrir(la), segundo)
        carga.de_tickets.append(await escrever(ca, "ainda"))
    carga.servidor = segundo
    await conferir(carga)


async def test_a_node_that_stops_in_good_order_hands_its_empresas_over_at_once(nos: tuple[Servidor, Servidor]) -> None:
    primeiro, segundo = nos
    admin = primeiro.nova_empresa()
    async with http(primeiro, admin) as la:
        await la.ticket()
    assert await trio.to_thread.run_sync(primeiro.parar) == 0
    async with http(segundo, admin) as ca:
        assert (await ca.post("/tickets", novo_ticket()))["numero"] == 2


async def test_a_node_frozen_while_another_took_over_can_write_no_more(nos: tuple[Servidor, Servidor]) -> None:
    """It does not know yet, and has the empresa in memory: only the fence is in its way."""
    primeiro, segundo = nos
    carga = Carga(primeiro)
    async with http(segundo, carga.admin) as ca, http(primeiro, carga.admin) as la, trio.open_nursery() as bercario:
        await carga.comecar(bercario)
        await carga.mais(100)
        os.kill(primeiro.pid, signal.SIGSTOP)
        try:
            assert segundo.dsn is not None
            await consultar(segundo.dsn, _CORTAR, _dono(primeiro))
            await assumir(ca)
        finally:
            os.kill(primeiro.pid, signal.SIGCONT)
        await ate_recusar(la, segundo)
        carga.encerrar()
        carga.de_tickets.append(await escrever(ca, "segundo"))
    carga.servidor = segundo
    await conferir(carga)


async def abrir(cliente: Http) -> Resposta:
    return await cliente.pedir("POST", "/atendimento/tickets", novo_ticket())


async def assumir(cliente: Http) -> None:
    """Ask until the node has the empresa."""

    async def aberto() -> bool:
        return (await abrir(cliente)).status == 201

    await ate(aberto, ASSUME_S)


async def ate_recusar(cliente: Http, dono: Servidor) -> None:
    """Ask until the node says who has the empresa; until then it refuses without knowing."""

    async def sabe() -> bool:
        return _dono(dono) in (await abrir(cliente)).erro(503)["message"]

    await ate(sabe, ASSUME_S)


async def escrever(cliente: Http, autor: str) -> Livro:
    """Some tickets, each acknowledged."""
    livro = Livro(autor)
    for _ in range(20):
        tentativa = livro.tentar()
        anotar(tentativa, await cliente.pedir("POST", "/atendimento/tickets", novo_ticket(tentativa.marca)))
        assert tentativa.destino == "confirmada"
    return livro


def exigir_recusa(resposta: Resposta, dono: Servidor) -> None:
    """A 503 that says who has the empresa, and not where that is."""
    message = resposta.erro(503)["message"]
    assert _dono(dono) in message
    assert "127.0.0.1" not in message
    assert str(dono.porta) not in message


def _dono(servidor: Servidor) -> str:
    """What a node is called."""
    return servidor.ambiente["BALCAO_NO"]
