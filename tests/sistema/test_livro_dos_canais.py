"""The ledger of channels: whatever is killed, every message is in its ticket once and in order, every answer comes to
its contact, and the provider's book says the same as ours.

``make livro`` runs it at full length.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest
import trio

from connectors.fakes.graph import Comportamento, graph_no_ar
from tests.postgres import pasta_de_servidor, pid_do_servidor
from tests.servidor import Servidor
from tests.sistema.cliente import ate, http
from tests.sistema.conferencia_dos_canais import conferir_canais, em_aberto
from tests.sistema.livro_dos_canais import CargaDosCanais
from tests.sistema.processos import conectores

INTEIRO = "LIVRO_INTEIRO" in os.environ
ESCRITAS, POR_SEGUNDO, RESPOSTAS, NUMEROS, PESSOAS = (
    (10_000, 100, 5_000, 4, 50) if INTEIRO else (1_500, 150, 500, 2, 20)
)
MORTES, MORTES_DO_BANCO = (5, 2) if INTEIRO else (2, 1)
VOLTAR_S = 60.0
ESVAZIAR_S = 300.0
PRESSA = {
    "CONECTORES": "true",
    "ENVIO_ARRENDAMENTO": "5s",
    "ENVIO_DUVIDA": "2s",
    "ENVIO_RECUO": "200ms",
    "ENVIO_TENTATIVAS": "20",
}
"""What is lost is missed soon: nobody waits a minute for it."""


@pytest.fixture
def servidor() -> Iterator[Servidor]:
    """With a PostgreSQL of its own, that can be killed."""
    with pasta_de_servidor() as pasta, Servidor(pasta, None, PRESSA) as servidor:
        yield servidor


async def test_whatever_is_killed_nothing_is_lost_doubled_or_out_of_order(servidor: Servidor) -> None:
    acaso = Random()
    comportamento = Comportamento(
        por_contato=False, cair_depois=0.03, duplicar=0.2, embaralhar=True, lote=20, tentativas=1_000,
        espera_maxima_s=0.5,
    )  # fmt: skip
    async with graph_no_ar(comportamento=comportamento) as graph:
        carga = CargaDosCanais(servidor, graph, ESCRITAS, POR_SEGUNDO, RESPOSTAS, acaso)
        await carga.preparar(NUMEROS, PESSOAS, int(time.time()))
        mortes = [*([servidor_morre] * MORTES), *([conectores_morrem] * MORTES), *([banco_morre] * MORTES_DO_BANCO)]
        acaso.shuffle(mortes)
        async with trio.open_nursery() as bercario:
            carga.comecar(bercario)
            for n, morrer in enumerate(mortes, 1):
                await carga.ate(n / (len(mortes) + 1))
                await trio.sleep(acaso.uniform(0, 0.3))
                await morrer(servidor)
                carga.voltou()
            await carga.ate(1)
            carga.encerrar()
        with trio.fail_after(ESVAZIAR_S):
            await graph.esvaziado()

        async def feito() -> bool:
            return await em_aberto(carga) == 0

        await ate(feito, ESVAZIAR_S)
        with trio.fail_after(ESVAZIAR_S):
            await graph.esvaziado()
        await ate(feito, ESVAZIAR_S)
        await conferir_canais(carga)
        assert graph.correio().perdidas == 0


async def servidor_morre(servidor: Servidor) -> None:
    await trio.to_thread.run_sync(servidor.reiniciar)


async def conectores_morrem(servidor: Servidor) -> None:
    """As soon as one is there: it may have died a moment ago."""

    async def ha() -> bool:
        return bool(conectores(servidor.pid))

    await ate(ha, VOLTAR_S)
    for pid in conectores(servidor.pid):
        os.kill(pid, signal.SIGKILL)


async def banco_morre(servidor: Servidor) -> None:
    """It is started again by the server, which says so."""
    morto = pid_do_servidor(servidor.dados)
    os.kill(morto, signal.SIGKILL)
    async with http(servidor, servidor.nova_empresa()) as adm:

        async def outro() -> bool:
            with suppress(FileNotFoundError, IndexError):  # it is being written
                pronto = (await adm.pedir("GET", "/saude/pronto")).status == 200
                return pronto and pid_do_servidor(servidor.dados) != morto
            return False

        await ate(outro, VOLTAR_S)
