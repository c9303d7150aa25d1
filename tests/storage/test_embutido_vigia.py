"""The embedded PostgreSQL dies, and whoever uses it starts it again."""

from __future__ import annotations

import logging
import os
import queue
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from storage import PostgresEmbutido
from storage.embutido import Vigia, vigia
from tests.postgres import copiar, pasta_de_servidor, perguntar, pid_do_servidor

PRAZO_S = 60.0


@pytest.fixture
def pasta(modelo_de_dados: Path) -> Iterator[Path]:
    with pasta_de_servidor() as pasta:
        yield copiar(modelo_de_dados, pasta / "dados")


@contextmanager
def usado(pasta: Path, religados: Queue[str], nome: str) -> Iterator[tuple[PostgresEmbutido, str]]:
    """A user of the server, who minds it; each time it was this one who started it again, it says its name."""
    servidor = PostgresEmbutido(pasta)
    dsn = servidor.iniciar()
    guarda = Vigia(servidor, lambda: religados.put(nome))
    guarda.comecar()
    try:
        yield servidor, dsn
    finally:
        guarda.parar()
        servidor.parar()


def matar(pasta: Path) -> int:
    pid = pid_do_servidor(pasta)
    os.kill(pid, signal.SIGKILL)
    return pid


def test_killed_it_is_started_again_once_by_one_of_those_who_use_it(pasta: Path) -> None:
    religados: Queue[str] = Queue()
    with usado(pasta, religados, "segundo") as (_, dsn):
        with usado(pasta, religados, "primeiro"):
            perguntar(dsn, "UPDATE guardado SET valor = 42")
            morto = matar(pasta)
            assert religados.get(timeout=PRAZO_S) in {"primeiro", "segundo"}
            assert perguntar(dsn, "SELECT valor FROM guardado") == 42
            assert pid_do_servidor(pasta) != morto
        # The one who started it first has left: the other goes on minding it.
        assert perguntar(dsn) == 1
        assert religados.empty()
        matar(pasta)
        assert religados.get(timeout=PRAZO_S) == "segundo"
        assert perguntar(dsn, "SELECT valor FROM guardado") == 42
    assert religados.empty()
    assert not (pasta / "pg" / "postmaster.pid").exists()


def test_one_that_does_not_start_is_tried_again_less_and_less_often(
    pasta: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pausas: Queue[float] = Queue()
    chamado = Vigia._chamado

    def anotar(self: Vigia, segundos: float) -> bool:
        pausas.put(segundos)
        return chamado(self, min(segundos, 0.01))

    monkeypatch.setattr(Vigia, "_chamado", anotar)
    religados: Queue[str] = Queue()
    with usado(pasta, religados, "eu") as (_, dsn), caplog.at_level(logging.WARNING):
        ajustes = pasta / "pg" / "postgresql.conf"
        certos = ajustes.read_text()
        ajustes.write_text(f"{certos}\nmax_connections = muitas\n")
        matar(pasta)
        ditas: list[float] = []
        while len(set(ditas)) < 3:
            ditas.append(pausas.get(timeout=PRAZO_S))
        with pytest.raises(queue.Empty):
            religados.get_nowait()
        ajustes.write_text(certos)
        religados.get(timeout=PRAZO_S)
        assert perguntar(dsn) == 1
    assert sorted(ditas) == ditas
    assert max(ditas) <= vigia._PAUSA_S[1]
    assert "did not start: O PostgreSQL embutido não ligou" in caplog.text


def test_data_that_are_gone_are_not_replaced_by_an_empty_database(
    pasta: Path, caplog: pytest.LogCaptureFixture
) -> None:
    religados: Queue[str] = Queue()
    longe = pasta.with_name("longe")
    with usado(pasta, religados, "eu"), caplog.at_level(logging.ERROR):
        matar(pasta)
        pasta.rename(longe)
        while "did not start" not in caplog.text:
            with pytest.raises(queue.Empty):
                religados.get(timeout=0.1)
        assert not pasta.exists()
        longe.rename(pasta)
        assert religados.get(timeout=PRAZO_S) == "eu"


def test_a_watch_that_ends_by_a_fault_of_ours_is_logged_with_its_trace(
    pasta: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def falhar(*_: object) -> bool:
        raise RuntimeError("a bug")

    monkeypatch.setattr(PostgresEmbutido, "esperar_fim", falhar)
    guarda = Vigia(PostgresEmbutido(pasta), lambda: None)
    guarda.comecar()
    guarda.parar()
    (registro,) = caplog.records
    assert registro.getMessage() == "nobody watches the embedded PostgreSQL any more"
    assert registro.exc_info is not None
    assert str(registro.exc_info[1]) == "a bug"
