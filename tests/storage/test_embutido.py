"""The PostgreSQL of our own: started, joined, stopped by the last, and robust against what a crash leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import EmbutidoFalhou, PostgresEmbutido
from tests.postgres import pasta_de_servidor
from tests.storage.linhas import por_fora


@pytest.fixture
def pasta() -> Iterator[Path]:
    """A folder whose server, if one is left in it, is stopped after the test."""
    with pasta_de_servidor() as pasta:
        yield pasta
        if (pasta / "pg" / "PG_VERSION").exists():
            PostgresEmbutido(pasta).parar()


def perguntar(dsn: str, consulta: str = "SELECT 1") -> object:
    async def main() -> object:
        async with por_fora(dsn) as con:
            return await con.fetchval(consulta)

    return asyncio.run(main())


def no_ar(pasta: Path) -> bool:
    return (pasta / "pg" / "postmaster.pid").exists()


def test_it_starts_in_an_empty_folder_stops_and_finds_its_data_again(pasta: Path) -> None:
    servidor = PostgresEmbutido(pasta / "nova" / "pasta com espaço")
    perguntar(servidor.iniciar(), "CREATE TABLE guardado AS SELECT 42 AS valor")
    servidor.parar()
    servidor.parar()
    assert not no_ar(pasta / "nova" / "pasta com espaço")
    outro = PostgresEmbutido(pasta / "nova" / "pasta com espaço")
    assert perguntar(outro.iniciar(), "SELECT valor FROM guardado") == 42
    assert perguntar(outro.iniciar(), "SELECT valor FROM guardado") == 42
    outro.parar()


def test_the_last_one_to_leave_stops_it(pasta: Path) -> None:
    primeiro, segundo = PostgresEmbutido(pasta), PostgresEmbutido(pasta)
    dsn = primeiro.iniciar()
    assert segundo.iniciar() == dsn
    primeiro.parar()
    assert perguntar(dsn) == 1
    segundo.parar()
    assert not no_ar(pasta)


def test_those_who_start_it_at_the_same_time_share_one(pasta: Path) -> None:
    servidores = [PostgresEmbutido(pasta) for _ in range(3)]
    achados: list[str] = []
    threads = [threading.Thread(target=lambda um=um: achados.append(um.iniciar())) for um in servidores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(achados) == 3
    assert len(set(achados)) == 1
    for servidor in servidores:
        servidor.parar()
    assert not no_ar(pasta)


def test_a_process_that_was_killed_does_not_count_as_using_it(pasta: Path) -> None:
    programa = (
        "import sys; from pathlib import Path; from storage import PostgresEmbutido\n"
        "servidor = PostgresEmbutido(Path(sys.argv[1])); print(servidor.iniciar(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", programa, str(pasta)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as processo:
        assert processo.stdout is not None
        dsn = processo.stdout.readline().strip()
        meu = PostgresEmbutido(pasta)
        assert meu.iniciar() == dsn
        processo.kill()
        processo.wait()
    assert perguntar(dsn) == 1
    meu.parar()
    assert not no_ar(pasta)


def test_a_killed_server_is_started_again(pasta: Path) -> None:
    servidor = PostgresEmbutido(pasta)
    perguntar(servidor.iniciar(), "CREATE TABLE guardado AS SELECT 42 AS valor")
    os.kill(int((pasta / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert perguntar(servidor.iniciar(), "SELECT valor FROM guardado") == 42
    servidor.parar()


def test_a_creation_that_was_cut_short_is_done_again(pasta: Path) -> None:
    (pasta / "pg.novo" / "base").mkdir(parents=True)
    (pasta / "pg.novo" / "PG_VERSION").write_text("18\n")
    servidor = PostgresEmbutido(pasta)
    assert perguntar(servidor.iniciar()) == 1
    assert not (pasta / "pg.novo").exists()
    servidor.parar()


def test_its_socket_is_reached_however_long_the_path_is(pasta: Path) -> None:
    servidor = PostgresEmbutido(pasta / ("p" * 100))
    assert perguntar(servidor.iniciar()) == 1
    servidor.parar()


def test_data_of_another_version_is_refused_with_what_to_do(pasta: Path) -> None:
    (pasta / "pg").mkdir()
    (pasta / "pg" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EmbutidoFalhou, match=r"9\.6.*pg_upgrade") as erro:
        PostgresEmbutido(pasta).iniciar()
    assert "\n" not in str(erro.value)
    (pasta / "pg" / "PG_VERSION").unlink()


def test_a_server_that_cannot_start_says_why_in_one_line(pasta: Path) -> None:
    servidor = PostgresEmbutido(pasta)
    servidor.iniciar()
    servidor.parar()
    with (pasta / "pg" / "postgresql.conf").open("a") as ajustes:
        ajustes.write("max_connections = muitas\n")
    with pytest.raises(EmbutidoFalhou, match=r"não ligou: .+; veja .*postgres\.log") as erro:
        servidor.iniciar()
    assert "\n" not in str(erro.value)


def test_a_folder_that_cannot_be_is_refused_with_what_to_do(pasta: Path) -> None:
    (pasta / "arquivo").write_text("não é pasta")
    with pytest.raises(EmbutidoFalhou, match=r"arquivo.*; libere a pasta") as erro:
        PostgresEmbutido(pasta / "arquivo" / "dados").iniciar()
    assert "\n" not in str(erro.value)


def test_stopping_what_was_never_started_does_nothing(pasta: Path) -> None:
    PostgresEmbutido(pasta).parar()
    assert list(pasta.iterdir()) == []


def test_only_its_owner_can_read_the_data(pasta: Path) -> None:
    servidor = PostgresEmbutido(pasta)
    servidor.iniciar()
    assert (pasta / "pg").stat().st_mode & 0o077 == 0
    assert (pasta / "postgres.log").stat().st_mode & 0o077 == 0
    servidor.parar()
