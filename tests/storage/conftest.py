"""Each test here has a database of its own, on the session's PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Bancos


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
