"""What every test package shares: one PostgreSQL for the session, and servers on it.

Databases are cheap and servers are not: tests share the session's server and each make an empresa of their own, unless
they kill or stop it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

import storage
from storage import PostgresEmbutido
from tests.postgres import pasta_de_servidor, perguntar
from tests.servidor import NovoServidor, Servidor

# How long an example takes depends on what else the machine does. A change is judged by the same examples as the one
# before it; ACASO=1 draws new ones, to look for what nobody has seen yet.
settings.register_profile(
    "balcao", deadline=None, derandomize=not os.environ.get("ACASO"), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("balcao")


_LONGOS = ("test_contrato_schemathesis.py", "test_simulacao.py", "test_exame.py")
"""Files that take minutes: they come first, so that of the processes that share the tests none is left with one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in _LONGOS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The DSN of a PostgreSQL of the session's own, thrown away at its end."""
    with pasta_de_servidor() as pasta:
        embutido = PostgresEmbutido(pasta)
        yield embutido.iniciar()
        embutido.parar()


@pytest.fixture(scope="session")
def modelo_de_dados() -> Iterator[Path]:
    """A data folder whose embedded database is stopped: to be copied (``copiar``), and never started."""
    with pasta_de_servidor() as pasta:
        servidor = PostgresEmbutido(pasta / "dados")
        perguntar(servidor.iniciar(), "CREATE TABLE guardado AS SELECT 1 AS valor")
        servidor.parar()
        yield pasta / "dados"


@pytest.fixture(scope="session")
def novo_banco(postgres: str) -> Callable[[], str]:
    """Makes an empty database on the session's PostgreSQL and gives its DSN."""
    numeros = count(1)

    def criar() -> str:
        nome = f"teste_{next(numeros)}"
        asyncio.run(_criar(postgres, nome))
        return urlsplit(postgres)._replace(path=f"/{nome}").geturl()

    return criar


async def _criar(dsn: str, nome: str) -> None:
    con = await asyncpg.connect(dsn)
    try:
        await con.execute(f"CREATE DATABASE {nome} TEMPLATE template0")
    finally:
        await con.close()


@pytest.fixture(scope="session")
def dsn(novo_banco: Callable[[], str]) -> str:
    """A migrated database for all the tests that work on empresas of their own."""
    dsn = novo_banco()
    asyncio.run(storage.migrar(dsn))
    return dsn


@pytest.fixture(scope="session")
def servidor(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    """A running server for the session. Make an empresa of your own, and leave the server as it is."""
    with Servidor(tmp_path_factory.mktemp("servidor"), dsn) as servidor:
        yield servidor


@pytest.fixture
def novo_servidor(novo_banco: Callable[[], str], tmp_path: Path) -> Iterator[NovoServidor]:
    """Makes running servers for one test, each on a database of its own. They may be killed and stopped."""
    feitos: list[Servidor] = []

    def criar(ambiente: Mapping[str, str] | None = None) -> Servidor:
        servidor = Servidor(tmp_path / f"servidor-{len(feitos)}", novo_banco(), ambiente)
        feitos.append(servidor)
        return servidor.iniciar()

    yield criar
    for servidor in feitos:
        servidor.fechar()
