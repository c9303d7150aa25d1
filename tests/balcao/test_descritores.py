"""The server takes as many connections as the system allows, whatever the shell it was started from allows."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from balcao.porta.descritores import abrir_ate_o_limite
from tests.servidor import NovoServidor

BAIXO = 512


@pytest.fixture
def limite_baixo() -> Iterator[int]:
    """The soft limit of this process, and of those it starts, is low; gives the hard one."""
    antes = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (BAIXO, antes[1]))
    yield antes[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, antes)


def test_a_server_raises_its_own_limit_of_open_files(limite_baixo: int, novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    assert resource.prlimit(servidor.pid, resource.RLIMIT_NOFILE) == (limite_baixo, limite_baixo)


def test_the_limit_is_raised_to_what_the_system_allows_and_no_further(limite_baixo: int) -> None:
    assert abrir_ate_o_limite() == limite_baixo
    assert abrir_ate_o_limite() == limite_baixo


def test_where_the_system_refuses_the_limit_stays(limite_baixo: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def recusar(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "setrlimit", recusar)
    assert abrir_ate_o_limite() == BAIXO
    monkeypatch.undo()
