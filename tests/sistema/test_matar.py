"""kill -9 under load: what was acknowledged is there, once, in order, and without a gap."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from tests.servidor import NovoServidor, Servidor
from tests.sistema.carga import Carga
from tests.sistema.cliente import http
from tests.sistema.conferencia import conferir, conferir_ouvinte
from tests.sistema.ouvinte import Ouvinte

MORTES = 12
MORTES_DO_BANCO = 2
FIM = "o fim"


async def test_kills_under_load_lose_nothing_acknowledged_and_double_nothing(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    await atravessar(servidor, MORTES, servidor.matar)


async def test_nor_do_kills_that_take_the_embedded_postgres_along(embutido: Servidor) -> None:
    def matar_tudo() -> None:
        processos = do_postgres(embutido)
        embutido.matar()
        for pid in processos:
            with suppress(ProcessLookupError):  # the children do not outlive the postmaster for long
                os.kill(pid, signal.SIGKILL)

    await trio.to_thread.run_sync(embutido.iniciar)
    await atravessar(embutido, MORTES_DO_BANCO, matar_tudo)


@pytest.fixture
def embutido(tmp_path: Path) -> Iterator[Servidor]:
    servidor = Servidor(tmp_path)
    yield servidor
    servidor.fechar()


async def atravessar(servidor: Servidor, mortes: int, matar: Callable[[], None]) -> None:
    """Write through so many kills, at random moments, and look at what is there."""
    acaso = random.Random()
    carga = Carga(servidor)
    async with trio.open_nursery() as bercario:
        await carga.comecar(bercario)
        salas = list(carga.de_mensagens)
        ouvinte = Ouvinte(servidor, carga.admin, salas)
        bercario.start_soon(ouvinte.ouvir_ate, "ticket_criado", FIM)
        await ouvinte.ouvindo.wait()
        for _ in range(mortes):
            await carga.mais(acaso.randrange(20, 500))
            await trio.sleep(acaso.uniform(0, 0.02))
            await trio.to_thread.run_sync(matar)
            await trio.to_thread.run_sync(servidor.iniciar)
            carga.voltou()
        await carga.mais(100)
        carga.encerrar()
        async with http(servidor, carga.admin) as adm:
            await adm.ticket(FIM)
    assert ouvinte.retomadas >= mortes
    assert all(livro.quantas("confirmada") for livro in carga.livros())
    await conferir(carga)
    await conferir_ouvinte(carga, ouvinte, salas)


def do_postgres(servidor: Servidor) -> list[int]:
    """The embedded server's processes: the postmaster, which a kill must reach first, and its children."""
    postmaster = int((servidor.dados / "pg" / "postmaster.pid").read_text().splitlines()[0])
    filhos = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, filhos)]
