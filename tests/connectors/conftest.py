"""A server with its connectors' process, for tests from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.servidor import Servidor


@pytest.fixture(scope="session")
def com_conectores(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    """For the session. Make an empresa of your own, and leave the server as it is."""
    ambiente = {"CONECTORES": "true", "LIMITE_ENDERECO": "1000000"}
    with Servidor(tmp_path_factory.mktemp("com-conectores"), novo_banco(), ambiente) as servidor:
        yield servidor
