"""``balcao doctor`` looks at a machine and leaves it as it was; the options that every command has."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from balcao.ajustes.campos import Ajustes
from balcao.exames import Exame, maquina
from balcao.exames.banco import _relogio
from engine.tempo import SystemClock
from tests.postgres import copiar, pasta_de_servidor, pid_do_servidor
from tests.servidor import RAIZ, SEGREDO, Servidor, novo_id, porta_livre
from web.portaria.autenticacao import Autenticador


@pytest.fixture
def pasta() -> Iterator[Path]:
    with pasta_de_servidor() as pasta:
        yield pasta


@pytest.fixture
def dados(modelo_de_dados: Path, pasta: Path) -> Path:
    return copiar(modelo_de_dados, pasta / "dados")


@pytest.fixture(scope="module")
def no_ar(modelo_de_dados: Path) -> Iterator[Servidor]:
    """A server on an embedded database, and beside its data folder a copy that was made meanwhile."""
    with pasta_de_servidor() as pasta:
        copiar(modelo_de_dados, pasta / "dados")
        with Servidor(pasta) as servidor:
            copiar(pasta / "dados", pasta / "copia")
            yield servidor


def balcao(
    pasta: Path, *argumentos: str, antes: str = "", ambiente: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command in a folder, with nothing set but what is given; ``antes``: a line of shell before it."""
    linha = [sys.executable, "-m", "balcao", *argumentos]
    return subprocess.run(
        ["/bin/sh", "-c", f'{antes}\nexec "$@"', "sh", *linha], check=False, capture_output=True, text=True, cwd=pasta,
        env={"PATH": os.environ["PATH"], "HOME": str(pasta), "PYTHONPATH": str(RAIZ), "PORT": str(porta_livre()),
             **(ambiente or {})},
    )  # fmt: skip


def erradas(feito: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(linha for linha in feito.stdout.splitlines() if linha.startswith("✗"))


def retrato(pasta: Path) -> list[tuple[str, int, int, int]]:
    """Everything in a folder, and what would tell that it was touched."""
    achados = [(str(um), um.lstat()) for um in sorted(pasta.rglob("*"))]
    return [(nome, estado.st_mode, estado.st_uid, estado.st_mtime_ns) for nome, estado in achados]


# -- it only looks -----------------------------------------------------------------------------------------------------


def test_where_nothing_was_ever_started_it_makes_nothing_and_says_how_to_start(pasta: Path) -> None:
    feito = balcao(pasta, "doctor")
    assert feito.returncode == 1
    assert list(pasta.iterdir()) == []
    assert f"✗ banco        não há banco em {pasta / '.balcao'} — inicie com: balcao run" in feito.stdout
    assert "nenhuma ainda" in feito.stdout
    assert list(balcao(pasta, "doctor", "--iniciar").stdout) != []
    assert list(pasta.iterdir()) == []


def test_a_stopped_database_is_not_started_unless_that_is_asked_for(dados: Path) -> None:
    antes = retrato(dados)
    feito = balcao(dados.parent, "doctor", "--sem-servidor", "--dados", str(dados))
    assert retrato(dados) == antes
    assert feito.returncode == 1
    assert "está parado — inicie com: balcao run, ou ligue-o só para examinar: balcao doctor --iniciar" in feito.stdout

    feito = balcao(dados.parent, "doctor", "--sem-servidor", "--dados", str(dados), "--iniciar")
    assert f"embutido em {dados / 'pg'}" in feito.stdout
    assert "rode `balcao migrate`" in erradas(feito)
    assert not (dados / "pg" / "postmaster.pid").exists()
    assert balcao(dados.parent, "migrate", "--dados", str(dados)).returncode == 0
    feito = balcao(dados.parent, "doctor", "--sem-servidor", "--dados", str(dados), "--iniciar")
    assert (feito.returncode, erradas(feito)) == (0, "")


def test_of_a_running_server_it_changes_nothing_and_knows_it_for_that_of_these_data(no_ar: Servidor) -> None:
    antes = [um for um in retrato(no_ar.dados) if "/pg/" not in um[0]]
    feito = balcao(no_ar.pasta, "doctor", "--dados", str(no_ar.dados), ambiente={"PORT": str(no_ar.porta)})
    assert (feito.returncode, erradas(feito)) == (0, "")
    assert f"servidor     usa a pasta {no_ar.dados}" in feito.stdout
    assert "usa o banco examinado abaixo" in feito.stdout
    assert [um for um in retrato(no_ar.dados) if "/pg/" not in um[0]] == antes


def test_a_server_of_other_data_is_not_taken_for_ours(no_ar: Servidor, dsn: str) -> None:
    porta = {"PORT": str(no_ar.porta)}
    copia = no_ar.pasta / "copia"
    feito = balcao(no_ar.pasta, "doctor", "--dados", str(copia), ambiente=porta)
    assert f"é um Balcão de outra pasta de dados, e não de {copia}" in erradas(feito)
    assert f"o PostgreSQL embutido em {copia} está parado" in erradas(feito)
    assert pid_do_servidor(no_ar.dados)
    feito = balcao(no_ar.pasta, "doctor", "--dados", str(no_ar.dados), ambiente={**porta, "DATABASE_URL": dsn})
    assert "usa outro banco que não o examinado abaixo" in erradas(feito)


def test_who_reads_only_its_first_lines_leaves_nothing_running_and_sees_no_traceback(dados: Path) -> None:
    assert balcao(dados.parent, "migrate", "--dados", str(dados)).returncode == 0
    feito = balcao(
        dados.parent, "doctor", "--sem-servidor", "--dados", str(dados), "--iniciar",
        antes='"$@" | grep -q -m 1 "esquema"; exit',
    )  # fmt: skip
    assert feito.stderr == ""
    assert not (dados / "pg" / "postmaster.pid").exists()


# -- what it sees ------------------------------------------------------------------------------------------------------


def test_a_disk_without_room_or_without_inodes_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ajustes = Ajustes(jwt_secret=SEGREDO, dados=tmp_path)

    def com(**valores: int) -> list[Exame]:
        base = {"f_bavail": 10**9, "f_frsize": 4096, "f_files": 10**6, "f_favail": 10**6}
        monkeypatch.setattr(os, "statvfs", lambda _: type("Estado", (), base | valores)())
        return list(maquina.discos(ajustes))

    assert [exame.remedio for exame in com()] == [None]  # data, database and files on one disk: one line
    (cheio,) = com(f_bavail=1000)
    assert "3 MiB livres, menos que" in cheio.texto
    assert cheio.remedio is not None
    (sem_inodes,) = com(f_favail=7)
    assert "só 7 inodes" in sem_inodes.texto
    assert [exame.remedio for exame in com(f_files=0, f_favail=0)] == [None]  # a disk that has no such limit


def test_few_descriptors_are_seen(pasta: Path) -> None:
    feito = balcao(pasta, "doctor", antes="ulimit -n 256")
    assert "até 256 arquivos e conexões abertos" in erradas(feito)
    assert "ulimit -Hn" in erradas(feito)


def test_a_warning_has_a_mark_of_its_own_and_is_no_problem(dados: Path) -> None:
    feito = balcao(dados.parent, "doctor", "--sem-servidor", "--dados", str(dados), ambiente={"DATABSE_URL": "x"})
    assert "! ajustes      aviso: ambiente: DATABSE_URL não é usada; você quis dizer DATABASE_URL?" in feito.stdout
    assert "DATABSE_URL" not in erradas(feito)


def test_a_database_that_is_not_there_is_named_with_the_variable_that_says_it(pasta: Path) -> None:
    url = f"postgresql://ana:s3gr3do@127.0.0.1:{porta_livre()}/loja"
    feito = balcao(pasta, "doctor", "--sem-servidor", ambiente={"DATABASE_URL": url})
    onde = url.rpartition("@")[2].removesuffix("/loja")
    assert f"banco: loja em {onde}, usuário ana (DATABASE_URL) — confira se o PostgreSQL está no ar" in erradas(feito)
    assert "s3gr3do" not in feito.stdout + feito.stderr


def test_a_clock_that_differs_is_seen() -> None:
    assert _relogio(0.4).remedio is None
    assert "está 90 s adiantado" in _relogio(90.2).texto
    assert "está 3 s atrasado" in _relogio(-3.1).texto
    assert _relogio(-3.1).remedio is not None


def test_a_file_store_that_cannot_be_used_is_seen(pasta: Path) -> None:
    (pasta / "arquivo").write_text("")
    feito = balcao(pasta, "doctor", ambiente={"ARQUIVOS_URL": (pasta / "arquivo").as_uri()})
    assert "anexos" in erradas(feito)
    feito = balcao(pasta, "doctor", ambiente={"ARQUIVOS_URL": "ftp://x/y"})
    assert "ARQUIVOS_URL não é um endereço que se conheça" in erradas(feito)
    s3 = {
        "ARQUIVOS_URL": "s3://balcao/x", "AWS_ENDPOINT": f"http://127.0.0.1:{porta_livre()}", "AWS_REGION": "x",
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
    }  # fmt: skip
    feito = balcao(pasta, "doctor", "--sem-servidor", ambiente=s3)
    assert "confira ARQUIVOS_URL, AWS_ACCESS_KEY_ID" in erradas(feito)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user too")
def test_a_data_folder_that_another_user_prepared_is_seen(pasta: Path) -> None:
    publica = pasta / "publica"
    publica.mkdir()
    publica.chmod(0o1777)
    (publica / "dados").mkdir()
    os.chown(publica / "dados", 65_534, 65_534)
    feito = balcao(pasta, "doctor", "--dados", str(publica / "dados"))
    assert (
        f"✗ pasta        {publica / 'dados'}: é de outro usuário" in feito.stdout
        or "é de outro usuário" in feito.stdout
    )
    feito = balcao(pasta, "token", "--empresa", novo_id(), "--dados", str(publica / "dados"))
    assert feito.returncode == 1
    assert "é de outro usuário" in feito.stderr
    assert list((publica / "dados").iterdir()) == []


def test_on_a_screen_of_80_columns_nothing_is_cut_or_broken_by_the_terminal(pasta: Path) -> None:
    dono, escravo = pty.openpty()
    ambiente = {"PATH": os.environ["PATH"], "HOME": str(pasta), "PYTHONPATH": str(RAIZ), "COLUMNS": "80",
                "PORT": str(porta_livre()), "NO_COLOR": "1"}  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "balcao", "doctor"], cwd=pasta, env=ambiente, stdout=escravo, stderr=escravo
    ):
        os.close(escravo)
        dito = b""
        while parte := _ler(dono):
            dito += parte
    os.close(dono)
    linhas = re.sub(r"\x1b\[[0-9;]*m", "", dito.decode()).splitlines()
    assert max(len(linha) for linha in linhas if "/" not in linha) <= 80
    assert any(linha.startswith(" " * 15 + "→ inicie com: balcao run") for linha in linhas)


def _ler(descritor: int) -> bytes:
    try:
        return os.read(descritor, 4096)
    except OSError:  # Linux: the other end is gone
        return b""


# -- which key a token is signed with ------------------------------------------------------------------------------


def test_a_token_says_which_key_it_was_signed_with(pasta: Path) -> None:
    pedido = ("token", "--empresa", novo_id())
    arquivo = pasta / "d" / "jwt_secret"
    feito = balcao(pasta, *pedido, "--dados", "d")
    assert feito.stderr == f"assinado com a chave de {arquivo}, criado agora\n"
    assert balcao(pasta, *pedido, "--dados", "d").stderr == f"assinado com a chave de {arquivo}\n"
    Autenticador(arquivo.read_text().strip(), SystemClock()).autenticar(feito.stdout.strip())

    (pasta / ".env").write_text(f"JWT_SECRET={SEGREDO}\n")
    assert balcao(pasta, *pedido, "--dados", "d").stderr == "assinado com a chave de JWT_SECRET, do .env\n"
    feito = balcao(pasta, *pedido, ambiente={"JWT_SECRET": SEGREDO * 2})
    assert feito.stderr == "assinado com a chave de JWT_SECRET, do ambiente\n"
    assert "chave        dos tokens: JWT_SECRET, do .env" in balcao(pasta, "doctor").stdout


@pytest.mark.parametrize("comando", ["run", "demo", "token", "migrate", "doctor"])
def test_every_command_takes_the_data_folder(comando: str, pasta: Path) -> None:
    assert "--dados PASTA" in balcao(pasta, comando, "--help").stdout
