"""Each test here has a database of its own, on the session's PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from engine.ports import Store
from tests.postgres import Bancos
from tests.simulacao.loja import LojaEmMemoria
from tests.storage.contrato import Loja
from tests.storage.linhas import aberto


@pytest.fixture(scope="session")
def bancos(postgres: str) -> Bancos:
    return Bancos(postgres)


@pytest.fixture
def postgres_dsn(bancos: Bancos) -> Iterator[str]:
    """A migrated database, thrown away after the test."""
    with bancos.migrado() as dsn:
        yield dsn


@pytest.fixture
def postgres_vazio(bancos: Bancos) -> Iterator[str]:
    """An empty database, thrown away after the test."""
    with bancos.vazio() as dsn:
        yield dsn


@pytest.fixture(params=["na memória", "PostgreSQL"])
def loja(request: pytest.FixtureRequest) -> Loja:
    """Each of the stores that are held to one contract."""

    @asynccontextmanager
    async def na_memoria() -> AsyncIterator[Store]:
        yield LojaEmMemoria()

    @asynccontextmanager
    async def no_postgres() -> AsyncIterator[Store]:
        async with aberto(request.getfixturevalue("postgres_dsn")) as banco:
            yield banco.store

    if request.param == "na memória":
        return na_memoria
    request.getfixturevalue("postgres_dsn")
    return no_postgres
