"""The folders, files and locks of the embedded PostgreSQL, against another user of the same machine."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import EmbutidoFalhou, PostgresEmbutido, pastas
from storage.embutido import hba, lugar, programas, travas
from storage.embutido.conta import Conta
from storage.embutido.programas import Programas
from tests.postgres import apagar_banco, copiar, pasta_de_servidor, perguntar, pid_do_servidor

NINGUEM = 65_534
"""The other user: no process of ours runs as it."""
SO_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user too")
COMPRIDO = "p" * 100


@pytest.fixture
def pasta() -> Iterator[Path]:
    with pasta_de_servidor() as pasta:
        yield pasta


@pytest.fixture
def dados(modelo_de_dados: Path, pasta: Path) -> Path:
    """A data folder with a database of its own, stopped."""
    return copiar(modelo_de_dados, pasta / "dados")


@pytest.fixture
def servidor(dados: Path) -> Iterator[PostgresEmbutido]:
    """That of ``dados``, not started."""
    servidor = PostgresEmbutido(dados)
    yield servidor
    servidor._pasta = dados
    servidor.parar()


@pytest.fixture
def publica(pasta: Path) -> Path:
    """A folder where anybody may write, as the temporary one."""
    publica = pasta / "publica"
    publica.mkdir()
    publica.chmod(0o1777)
    return publica


def dono(caminho: Path) -> int:
    return caminho.lstat().st_uid


def modo(caminho: Path) -> int:
    return stat.S_IMODE(caminho.stat().st_mode)


def recusa(pasta: Path) -> str:
    """Why a data folder is not used, in the one line that is said."""
    with pytest.raises(EmbutidoFalhou) as erro:
        PostgresEmbutido(pasta).iniciar()
    assert "\n" not in str(erro.value)
    return str(erro.value)


# -- who may connect ---------------------------------------------------------------------------------------------------


def test_nobody_is_trusted_and_what_we_make_is_for_its_owner_alone(dados: Path, servidor: PostgresEmbutido) -> None:
    antes = os.umask(0)
    dsn = servidor.iniciar()
    os.umask(antes)
    metodos = "SELECT string_agg(DISTINCT auth_method, ' ' ORDER BY auth_method) FROM pg_hba_file_rules"
    assert perguntar(dsn, metodos) == "peer reject"
    abertos = {p.name for p in dados.iterdir() if p.is_file() and p.stat().st_mode & 0o077}
    assert abertos == set()
    assert modo(dados / "pg") == 0o700
    assert modo(dados) == pastas.modo_da_pasta()


@SO_ROOT
def test_another_user_who_comes_to_the_socket_is_refused(dados: Path, servidor: PostgresEmbutido) -> None:
    """Were its folder open."""
    servidor.iniciar()
    (dados / "pg").chmod(0o711)
    entrar = ("-h", str(dados / "pg"), "-U", "postgres", "-Xqc", "SELECT 1", "balcao")
    feito = Programas(Conta(NINGUEM, NINGUEM)).rodar("psql", *entrar)
    (dados / "pg").chmod(0o700)
    assert feito.returncode != 0
    assert "Peer authentication failed" in feito.stderr
    assert Programas(Conta((dados / "pg").stat().st_uid, NINGUEM)).rodar("psql", *entrar).returncode == 0


def test_a_database_that_trusted_everybody_is_converted_at_its_start(dados: Path, servidor: PostgresEmbutido) -> None:
    confiar(dados)
    dsn = servidor.iniciar()
    assert perguntar(dsn, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'") == 0


def test_and_so_is_one_that_runs(dados: Path, servidor: PostgresEmbutido) -> None:
    perguntar(servidor.iniciar(), "SELECT 1")
    confiar(dados)
    dsn = servidor.iniciar()
    assert perguntar(dsn, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'") == 0


def test_rules_that_somebody_added_stay_unless_they_trust() -> None:
    regras = (
        "# comentário\nlocal all all trust\nlocal\tall\tana\tpeer map=ana\nlocal all all peer\n"
        'host all all 10.0.0.0/8 scram-sha-256\nhost all all \\\n  ::1/128 trust\nlocal "all" all "trust"\n'
        "hostssl all all 10.0.0.0 255.0.0.0 trust clientcert=verify-ca\n"
    )
    depois = hba.sem_confianca(regras)
    valendo = [" ".join(linha.split()) for linha in depois.splitlines() if not linha.startswith("#")]
    assert valendo == [
        "local all all peer map=balcao",
        "local all ana peer map=ana",
        "local all all peer map=balcao",
        "host all all 10.0.0.0/8 scram-sha-256",
        'local "all" all peer map=balcao',
    ]
    assert hba.sem_confianca(depois) == depois
    assert hba.com_mapa(hba.com_mapa("ana x y\n", "bia"), "caio").splitlines()[:1] == ["ana x y"]
    assert "bia" not in hba.com_mapa(hba.com_mapa("ana x y\n", "bia"), "caio")


def confiar(dados: Path) -> None:
    """As a version before made them."""
    (dados / "pg" / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 trust\n")
    (dados / "pg" / "pg_ident.conf").write_text("")


# -- what somebody else prepared ---------------------------------------------------------------------------------------


@SO_ROOT
def test_a_folder_made_beforehand_by_another_user_is_not_taken_for_the_socket(dados: Path) -> None:
    longe = dados.rename(dados.with_name(COMPRIDO))
    servidor, segundo = PostgresEmbutido(longe), PostgresEmbutido(longe)
    onde = pasta_do_soquete(servidor.iniciar())
    assert onde.parent in {Path(tempfile.gettempdir()).resolve(), lugar.BASE}
    assert (modo(onde), dono(onde)) == (0o700, (longe / "pg").stat().st_uid)
    servidor.parar()
    assert not onde.exists()

    onde.mkdir(mode=0o777)
    os.chown(onde, NINGUEM, NINGUEM)
    try:
        outra = pasta_do_soquete(servidor.iniciar())
        assert outra != onde
        assert (dono(onde), list(onde.iterdir())) == (NINGUEM, [])
        assert pasta_do_soquete(segundo.iniciar()) == outra
    finally:
        segundo.parar()
        servidor.parar()
        onde.rmdir()


@SO_ROOT
def test_nor_is_the_name_that_a_version_before_used_nor_a_link_by_ours(dados: Path, pasta: Path) -> None:
    longe = dados.rename(dados.with_name(COMPRIDO))
    servidor = PostgresEmbutido(longe)
    onde = pasta_do_soquete(servidor.iniciar())
    servidor.parar()
    marca = hashlib.sha256(os.fsencode(longe / "pg")).hexdigest()[:12]
    antiga = Path(tempfile.gettempdir()) / f"balcao-{marca}"
    alvo = pasta / "alvo"
    alvo.mkdir()
    for isca in (antiga, onde):
        isca.symlink_to(alvo)
        os.lchown(isca, NINGUEM, NINGUEM)
    try:
        assert pasta_do_soquete(servidor.iniciar()) not in {antiga, onde}
        servidor.parar()
        assert (dono(alvo), modo(alvo) & 0o700, list(alvo.iterdir())) == (0, 0o700, [])
    finally:
        antiga.unlink()
        onde.unlink()


@SO_ROOT
@pytest.mark.parametrize("o_que", ["folder", "link", "link-above"])
def test_a_data_folder_that_another_user_prepared_where_anybody_writes_is_refused(publica: Path, o_que: str) -> None:
    alvo = publica.parent / "alvo"
    alvo.mkdir(mode=0o700)
    isca = publica / "balcao"
    if o_que == "folder":
        isca.mkdir(mode=0o777)
    else:
        isca.symlink_to(alvo)
    os.lchown(isca, NINGUEM, NINGUEM)
    motivo = recusa(isca / "dados" if o_que == "link-above" else isca)
    assert "é de outro usuário" in motivo
    assert str(isca) in motivo
    assert (dono(alvo), modo(alvo), list(alvo.iterdir())) == (0, 0o700, [])


@SO_ROOT
def test_a_data_folder_where_anybody_writes_is_refused_or_closed(publica: Path, pasta: Path) -> None:
    assert "chmod o-w" in recusa(publica)
    assert list(publica.iterdir()) == []
    aberta = pasta / "aberta"
    aberta.mkdir()
    aberta.chmod(0o777)
    with pastas.dos_dados(aberta):
        assert modo(aberta) == 0o775


@SO_ROOT
@pytest.mark.parametrize("nome", ["partida.trava", "uso.trava", "servidor.trava", "postgres.log"])
def test_a_file_of_ours_that_is_a_link_a_fifo_or_anothers_is_refused(dados: Path, nome: str) -> None:
    alvo = dados / "alvo"
    alvo.write_text("intacto")
    alvo.chmod(0o644)
    arquivo = dados / nome
    arquivo.unlink(missing_ok=True)
    arquivo.symlink_to(alvo)
    assert f"{nome}: é um link" in recusa(dados)
    assert (alvo.read_text(), dono(alvo), modo(alvo)) == ("intacto", 0, 0o644)
    arquivo.unlink()
    os.mkfifo(arquivo)
    assert f"{nome}: não é um arquivo comum" in recusa(dados)
    arquivo.unlink()
    arquivo.touch()
    os.chown(arquivo, NINGUEM, NINGUEM)
    assert f"{nome}: é de outro usuário" in recusa(dados)
    arquivo.unlink()


def test_a_half_made_database_that_is_a_link_is_not_followed(pasta: Path) -> None:
    alvo = pasta / "alvo"
    alvo.mkdir(mode=0o755)
    (pasta / "dados").mkdir()
    (pasta / "dados" / "pg.novo").symlink_to(alvo)
    assert "pg.novo" in recusa(pasta / "dados")
    assert (dono(alvo), modo(alvo), list(alvo.iterdir())) == (os.geteuid(), 0o755, [])


@SO_ROOT
def test_a_database_that_is_a_link_by_the_data_folders_owner_leads_root_nowhere(pasta: Path) -> None:
    alvo = pasta / "alvo"
    alvo.mkdir(mode=0o755)
    (pasta / "dados").mkdir()
    (pasta / "dados" / "pg").symlink_to(alvo)
    for um in (pasta / "dados", pasta / "dados" / "pg"):
        os.lchown(um, NINGUEM, NINGUEM)
    assert "pg: é um link de outro usuário" in recusa(pasta / "dados")
    assert (dono(alvo), modo(alvo), list(alvo.iterdir())) == (0, 0o755, [])


# -- locks -------------------------------------------------------------------------------------------------------------


@SO_ROOT
def test_another_user_cannot_hold_our_locks(dados: Path, servidor: PostgresEmbutido) -> None:
    for nome in (travas.PARTIDA, travas.USO, travas.SERVIDOR):
        (dados / nome).chmod(0o644)  # as a version before left them
    servidor.iniciar()
    for nome in (travas.PARTIDA, travas.USO, travas.SERVIDOR):
        abrir = subprocess.run(["/bin/sh", "-c", f"exec 3<'{dados / nome}'"], user=NINGUEM, check=False, stderr=-3)
        assert abrir.returncode != 0, nome


@pytest.mark.parametrize(("nome", "modo_da_trava"), [(travas.PARTIDA, fcntl.LOCK_SH), (travas.USO, fcntl.LOCK_EX)])
def test_a_lock_that_is_held_ends_in_a_message_that_says_by_whom(
    dados: Path, nome: str, modo_da_trava: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(travas, "_ESPERA_S", 0.5)
    monkeypatch.setattr(travas, "_AVISO_S", 0.0)
    programa = (
        "import fcntl, sys; trava = open(sys.argv[1]); fcntl.flock(trava, int(sys.argv[2])); "
        "print(flush=True); sys.stdin.read()"
    )
    (dados / nome).touch()
    argumentos = [sys.executable, "-c", programa, str(dados / nome), str(modo_da_trava)]
    with subprocess.Popen(argumentos, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as outro:
        assert outro.stdout is not None
        outro.stdout.readline()
        with caplog.at_level(logging.WARNING):
            motivo = recusa(dados)
        outro.communicate()
    assert str(dados / nome) in motivo
    assert "tente de novo" in motivo
    if Path("/proc/locks").exists():
        assert f"Pid {outro.pid} segura" in motivo
        assert f"{nome}, held by pid {outro.pid}" in caplog.text


# -- root, whose server runs as another user ---------------------------------------------------------------------------


@pytest.fixture
def fechada(pasta: Path) -> Path:
    """A folder that only root enters, as ``/root``."""
    fechada = pasta / "fechada"
    fechada.mkdir(mode=0o700)
    return fechada


@SO_ROOT
def test_no_folder_above_is_opened_and_the_database_goes_where_its_account_may_go(
    fechada: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dados = fechada / "acima" / "dados"
    servidor = PostgresEmbutido(dados)
    perguntar(servidor.iniciar(), "CREATE TABLE guardado AS SELECT 1 AS valor")
    try:
        elsewhere = (dados / "pg").resolve()
        assert elsewhere.is_relative_to(lugar.BASE)
        assert f"the database will be in {elsewhere.parent}" in caplog.text
        assert (modo(elsewhere), modo(fechada)) == (0o700, 0o700)
        servidor.parar()

        movida = dados.rename(fechada / "movida")
        servidor = PostgresEmbutido(movida)
        assert perguntar(servidor.iniciar(), "SELECT valor FROM guardado") == 1

        shutil.copytree(movida, fechada / "copia", symlinks=True)
        motivo = recusa(fechada / "copia")
        assert "parece uma cópia" in motivo
        assert str(elsewhere) in motivo
        with pytest.raises(EmbutidoFalhou, match="parece uma cópia"):
            PostgresEmbutido(fechada / "copia").parar()
        assert pid_do_servidor(movida)
        servidor.parar()

        elsewhere.parent.rename(elsewhere.parent.with_suffix(".outro"))
        assert "não está mais lá" in recusa(movida)
        elsewhere.parent.with_suffix(".outro").rename(elsewhere.parent)
    finally:
        servidor.parar()
        apagar_banco(dados if dados.exists() else fechada / "movida")


@SO_ROOT
def test_a_database_its_account_cannot_come_to_any_more_is_refused_with_what_to_do(dados: Path, fechada: Path) -> None:
    longe = dados.rename(fechada / "dados")
    motivo = recusa(longe)
    assert "não passa pelas pastas acima" in motivo
    assert f"mv {longe / 'pg'}" in motivo
    assert modo(fechada) == 0o700
    longe.rename(dados)


@SO_ROOT
def test_a_database_of_roots_own_is_refused_with_what_to_do(dados: Path) -> None:
    os.chown(dados / "pg", 0, 0)
    assert "chown -R pgserver:" in recusa(dados)


@SO_ROOT
def test_programs_its_account_cannot_come_to_are_copied_not_opened(
    pasta: Path, fechada: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pacotes = programas._ORIGEM.parents[2]
    for parte in programas._partes(pacotes):
        shutil.copytree(parte, fechada / parte.relative_to(pacotes), symlinks=True, ignore=programas._de_sobra)
    instalado = fechada / programas._ORIGEM.relative_to(pacotes)
    monkeypatch.setattr(programas, "_ORIGEM", instalado)
    monkeypatch.setattr(programas, "BASE", pasta / "base")
    servidor = PostgresEmbutido(pasta / "dados")
    assert perguntar(servidor.iniciar()) == 1
    servidor.parar()
    assert modo(fechada) == 0o700
    (copia,) = (pasta / "base").iterdir()
    assert (dono(copia), modo(copia) & 0o022) == (0, 0)


# -- the other folders -------------------------------------------------------------------------------------------------


@SO_ROOT
def test_folders_above_the_data_are_made_for_us_alone_whatever_the_umask(pasta: Path) -> None:
    antes = os.umask(0)
    try:
        with pastas.dos_dados(pasta / "a" / "b"):
            pass
        pastas.garantir(pasta / "a" / "b" / "arquivos")
    finally:
        os.umask(antes)
    assert [modo(pasta / "a"), modo(pasta / "a" / "b")] == [0o711, 0o711]
    assert modo(pasta / "a" / "b" / "arquivos") == 0o700


def test_a_link_that_whoever_runs_the_machine_put_there_is_followed(pasta: Path) -> None:
    (pasta / "disco").mkdir()
    (pasta / "elo").symlink_to("disco")
    pastas.garantir(pasta / "elo" / "dados")
    assert (pasta / "disco" / "dados").is_dir()
    (pasta / "laço").symlink_to("laço")
    with pytest.raises(OSError, match="Too many levels"):
        pastas.garantir(pasta / "laço" / "dados")


def pasta_do_soquete(dsn: str) -> Path:
    return Path(str(perguntar(dsn, "SHOW unix_socket_directories")))
