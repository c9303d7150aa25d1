"""The embedded PostgreSQL is killed under a running server: it comes back, with everything that was acknowledged."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from tests.postgres import copiar, pasta_de_servidor, pid_do_servidor
from tests.servidor import Servidor
from tests.sistema.cliente import ate, http, novo_ticket

VOLTAR_S = 60.0
MORTES = 2


@pytest.fixture
def servidor(modelo_de_dados: Path) -> Iterator[Servidor]:
    with pasta_de_servidor() as pasta:
        copiar(modelo_de_dados, pasta / "dados")
        with Servidor(pasta) as servidor:
            yield servidor


async def test_a_server_whose_postgres_is_killed_serves_again_and_has_lost_nothing(servidor: Servidor) -> None:
    async with http(servidor, servidor.nova_empresa()) as adm:

        async def pronto() -> bool:
            return (await adm.pedir("GET", "/saude/pronto")).status == 200

        criados = [(await adm.post("/tickets", novo_ticket("antes")))["numero"]]
        for morte in range(1, MORTES + 1):
            morto = pid_do_servidor(servidor.dados)
            await trio.to_thread.run_sync(os.kill, morto, signal.SIGKILL)

            async def outro(morto: int = morto) -> bool:
                with suppress(FileNotFoundError, IndexError):  # it is being written
                    return await pronto() and pid_do_servidor(servidor.dados) != morto
                return False

            async def contado(morte: int = morte) -> bool:  # after the start: the server may be ready a moment before
                metricas = (await adm.pedir("GET", "/metrics")).corpo.decode()
                return f"balcao_postgres_reinicios_total {morte}.0" in metricas

            await ate(outro, VOLTAR_S)
            await ate(contado, VOLTAR_S)
            contato = {"contato_nome": "Ana", "contato_email": f"{morte}@b.co"}
            criados.append((await adm.post("/tickets", contato))["numero"])
        assert sorted(ticket["numero"] for ticket in await adm.tudo("/tickets")) == sorted(criados)
    assert len(re.findall("PostgreSQL died: starting it again", servidor.registro)) == MORTES
