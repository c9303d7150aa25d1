"""Which process is the server of a folder: what a copied, a moved or a stale file says of one is not believed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import EmbutidoFalhou, PostgresEmbutido
from storage.embutido import postgres
from tests.postgres import copiar, pasta_de_servidor, perguntar, pid_do_servidor

VALOR = "SELECT valor FROM guardado"


@pytest.fixture
def pasta(modelo_de_dados: Path) -> Iterator[Path]:
    """A folder with a data folder ``dados`` in it; whatever is left running in those beside it is stopped."""
    with pasta_de_servidor() as pasta:
        copiar(modelo_de_dados, pasta / "dados")
        yield pasta
        for dados in pasta.iterdir():
            PostgresEmbutido(dados).parar()


def test_a_copied_folder_has_a_server_and_data_of_its_own(pasta: Path) -> None:
    original = PostgresEmbutido(pasta / "dados")
    dsn = original.iniciar()
    perguntar(dsn, "CHECKPOINT")
    copiar(pasta / "dados", pasta / "copia")
    assert PostgresEmbutido(pasta / "copia").no_ar() is None

    copia = PostgresEmbutido(pasta / "copia")
    dsn_da_copia = copia.iniciar()
    assert dsn_da_copia != dsn
    assert pid_do_servidor(pasta / "copia") != pid_do_servidor(pasta / "dados")
    perguntar(dsn_da_copia, "UPDATE guardado SET valor = 2")
    assert perguntar(dsn, VALOR) == 1

    copia.parar()
    assert perguntar(dsn, VALOR) == 1
    original.parar()
    assert perguntar(copia.iniciar(), VALOR) == 2
    copia.parar()


def test_stopping_a_copy_that_was_never_started_leaves_the_original_alone(pasta: Path) -> None:
    original = PostgresEmbutido(pasta / "dados")
    dsn = original.iniciar()
    copiar(pasta / "dados", pasta / "copia")
    PostgresEmbutido(pasta / "copia").parar()
    assert perguntar(dsn, VALOR) == 1
    original.parar()


def test_a_copy_with_a_long_path_does_not_meet_the_originals_socket(pasta: Path) -> None:
    longe = pasta / ("p" * 100)
    (pasta / "dados").rename(longe)
    original = PostgresEmbutido(longe)
    dsn = original.iniciar()
    copiar(longe, longe.with_name("q" * 100))
    copia = PostgresEmbutido(longe.with_name("q" * 100))
    perguntar(copia.iniciar(), "UPDATE guardado SET valor = 2")
    assert perguntar(dsn, VALOR) == 1
    copia.parar()
    original.parar()


def test_a_folder_moved_while_its_server_runs_is_joined_where_it_is(pasta: Path) -> None:
    original = PostgresEmbutido(pasta / "dados")
    original.iniciar()
    pid = pid_do_servidor(pasta / "dados")
    (pasta / "dados").rename(pasta / "movida")
    copiar(pasta / "movida", pasta / "dados")  # another one where the first was

    movida = PostgresEmbutido(pasta / "movida")
    copia = PostgresEmbutido(pasta / "dados")
    perguntar(copia.iniciar(), "UPDATE guardado SET valor = 2")
    dsn = movida.iniciar()
    assert (pid_do_servidor(pasta / "movida"), perguntar(dsn, VALOR)) == (pid, 1)
    assert pid_do_servidor(pasta / "dados") != pid
    copia.parar()
    assert perguntar(dsn, VALOR) == 1
    original._pasta = pasta / "movida"
    original.parar()
    movida.parar()
    assert not (pasta / "movida" / "pg" / "postmaster.pid").exists()


def test_hard_linked_files_are_not_served_twice(pasta: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_SOBRAS_S", 0.2)
    original = PostgresEmbutido(pasta / "dados")
    dsn = original.iniciar()
    copiar(pasta / "dados", pasta / "copia", "-l")
    with pytest.raises(EmbutidoFalhou, match=r"ainda usa os arquivos de .*copia.*; pare-o, ou use outra pasta"):
        PostgresEmbutido(pasta / "copia").iniciar()
    assert perguntar(dsn, VALOR) == 1
    original.parar()
    shutil.rmtree(pasta / "copia")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_a_folder_reached_by_another_mount_is_the_same(pasta: Path) -> None:
    original = PostgresEmbutido(pasta / "dados")
    original.iniciar()
    (pasta / "montada").mkdir()
    if subprocess.run(["mount", "--bind", pasta / "dados", pasta / "montada"], check=False).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        outro = PostgresEmbutido(pasta / "montada")
        assert perguntar(outro.iniciar(), VALOR) == 1
        assert pid_do_servidor(pasta / "montada") == pid_do_servidor(pasta / "dados")
        original.parar()
        assert perguntar(outro.iniciar(), VALOR) == 1
        outro.parar()
    finally:
        subprocess.run(["umount", pasta / "montada"], check=True)
        (pasta / "montada").rmdir()


LINHAS = "{pid}\n{pg}\n1\n5432\n{pg}\n\n  5432001         1\nready   \n"
"""A whole pid file that names this folder."""


def test_what_a_stale_pid_file_says_is_not_believed(pasta: Path, postgres: str) -> None:
    with subprocess.Popen(["true"]) as morto:
        pass
    servidor = PostgresEmbutido(pasta / "dados")
    restos = ("", "lixo\n", "\0\xff", "1\n", "-7\n", "99999999999999999999\n", f"{os.getpid()}\n")
    for texto in (*restos, *(linhas(pasta, pid) for pid in (os.getpid(), morto.pid, pid_da_sessao(postgres)))):
        deixar(pasta / "dados", texto)
        assert servidor.no_ar() is None
        servidor.parar()  # stops nobody
    assert perguntar(postgres) == 1


@pytest.mark.parametrize("de_quem", ["nobody", "this-process", "another-postgres"])
def test_and_does_not_keep_it_from_starting(pasta: Path, postgres: str, de_quem: str) -> None:
    """The number may be that of any process now, which PostgreSQL itself would take for the server."""
    outros = {"this-process": os.getpid(), "another-postgres": pid_da_sessao(postgres)}
    deixar(pasta / "dados", "" if de_quem == "nobody" else linhas(pasta, outros[de_quem]))
    servidor = PostgresEmbutido(pasta / "dados")
    assert perguntar(servidor.iniciar(), VALOR) == 1
    servidor.parar()


def test_a_pid_file_that_cannot_be_read_is_ignored(pasta: Path) -> None:
    deixar(pasta / "dados", "1\n")
    (pasta / "dados" / "pg" / "postmaster.pid").chmod(0)
    servidor = PostgresEmbutido(pasta / "dados")
    assert perguntar(servidor.iniciar(), VALOR) == 1
    servidor.parar()


def pid_da_sessao(dsn: str) -> int:
    """The postmaster of the session's server, which is not of the folder that is tested."""
    diretorio = str(perguntar(dsn, "SHOW data_directory"))
    return int((Path(diretorio) / "postmaster.pid").read_text().split()[0])


def linhas(pasta: Path, pid: int) -> str:
    return LINHAS.format(pid=pid, pg=pasta / "dados" / "pg")


def deixar(dados: Path, texto: str) -> None:
    """What a server leaves behind, as its owner's."""
    dono = (dados / "pg").stat()
    for nome in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (dados / "pg" / nome).write_bytes(texto.encode("latin-1"))
        os.chown(dados / "pg" / nome, dono.st_uid, dono.st_gid)
