"""``balcao run`` as a process: how it fails to start, starts, stops and finds its data again."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.postgres import pasta_de_servidor
from tests.servidor import NaoIniciou, NovoServidor, Servidor


@pytest.fixture
def embutido() -> Iterator[Servidor]:
    """A server with a PostgreSQL of its own in a new folder; not started."""
    with pasta_de_servidor() as pasta:
        servidor = Servidor(pasta)
        yield servidor
        servidor.fechar()


def unica_linha(servidor: Servidor) -> str:
    """What a server that does not start says: one line, exit 1, no traceback."""
    with pytest.raises(NaoIniciou) as erro:
        servidor.iniciar()
    assert erro.value.codigo == 1
    (linha,) = erro.value.texto.splitlines()
    return linha


# -- what keeps it from starting ---------------------------------------------------------------------------------------


def test_a_taken_port_is_one_line_before_anything_is_written(embutido: Servidor) -> None:
    with socket.create_server(("127.0.0.1", embutido.porta)):
        linha = unica_linha(embutido)
    assert f"a porta {embutido.porta} de 127.0.0.1 já está em uso" in linha
    assert f"PORT={embutido.porta + 1}" in linha
    assert not embutido.dados.exists()


def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "arquivo").write_text("")
    servidor = Servidor(tmp_path, ambiente={"BALCAO_DADOS": str(tmp_path / "arquivo" / "dados")})
    linha = unica_linha(servidor)
    assert "BALCAO_DADOS: não é possível escrever em" in linha
    assert "aponte BALCAO_DADOS para outra" in linha


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    linha = unica_linha(Servidor(tmp_path, "postgresql://ana:senha-secreta@127.0.0.1:1/balcao"))
    assert "O banco não responde" in linha
    assert "banco: balcao em 127.0.0.1:1, usuário ana (DATABASE_URL)" in linha
    assert "senha-secreta" not in linha


def test_a_database_that_refuses_the_user_is_one_line(tmp_path: Path, dsn: str) -> None:
    linha = unica_linha(Servidor(tmp_path, dsn.replace("postgres@", "quem@")))
    assert "O banco recusou a entrada" in linha
    assert "confira usuário e senha" in linha


def test_a_host_of_another_machine_is_one_line(tmp_path: Path) -> None:
    linha = unica_linha(Servidor(tmp_path, ambiente={"HOST": "192.0.2.1"}))
    assert "HOST: 192.0.2.1 não é um endereço desta máquina" in linha


def test_production_without_a_secret_is_one_line(tmp_path: Path) -> None:
    linha = unica_linha(Servidor(tmp_path, ambiente={"BALCAO_ENV": "production", "JWT_SECRET": ""}))
    assert "JWT_SECRET: obrigatória em production" in linha


# -- starting and stopping ---------------------------------------------------------------------------------------------


def test_it_finds_its_data_after_a_stop_and_leaves_nothing_running(embutido: Servidor) -> None:
    embutido.iniciar()
    admin = embutido.usuario("0198c5f0-1d2e-7abc-8def-0123456789ab")
    tickets = f"{embutido.url}/atendimento/tickets"
    criado = httpx2.post(
        tickets, headers=admin.cabecalhos, json={"contato_nome": "Ana", "contato_telefone": "5511999998888"}
    )
    assert criado.status_code == 201

    assert embutido.parar(signal.SIGTERM) == 0
    assert not postgres_vivo(embutido)

    embutido.iniciar()
    achado = httpx2.get(f"{tickets}/{criado.json()['id']}", headers=admin.cabecalhos)
    assert achado.json()["contato_nome"] == "Ana"
    assert embutido.parar(signal.SIGINT) == 0
    assert not postgres_vivo(embutido)


def test_a_client_that_never_reads_does_not_hold_the_stop(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    with socket.create_connection(("127.0.0.1", servidor.porta)) as parado:
        parado.sendall(b"POST /atendimento/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
        assert servidor.parar() == 0


def test_a_second_signal_ends_it_at_once_and_postgres_soon_after(embutido: Servidor) -> None:
    embutido.iniciar()
    postmaster = int((embutido.dados / "pg" / "postmaster.pid").read_text().splitlines()[0])
    # A pending request keeps the first stop waiting.
    with socket.create_connection(("127.0.0.1", embutido.porta)) as parado:
        parado.sendall(b"POST /atendimento/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
        embutido.comecar_a_parar()
        assert embutido.parar() == 130
    esperar_fim(postmaster)


def test_killed_with_the_embedded_postgres_it_starts_again_on_what_was_acknowledged(embutido: Servidor) -> None:
    embutido.iniciar()
    admin = embutido.nova_empresa()
    tickets = f"{embutido.url}/atendimento/tickets"
    corpo = {"contato_nome": "Ana", "contato_telefone": "5511999998888"}
    criado = httpx2.post(tickets, headers=admin.cabecalhos, json=corpo).json()
    embutido.reiniciar()
    assert httpx2.get(f"{tickets}/{criado['id']}", headers=admin.cabecalhos).json()["numero"] == 1


# -- what it shows -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("curl") is None, reason="what is shown is for curl")
def test_in_development_it_shows_few_lines_and_a_script_whose_steps_work(embutido: Servidor, tmp_path: Path) -> None:
    embutido.ambiente["BALCAO_ENV"] = "development"
    primeira = embutido.iniciar().mostrado.splitlines()
    assert len(primeira) == 5
    assert max(map(len, primeira)) < 250
    assert not any("eyJ" in linha for linha in primeira)
    roteiro = primeira[3].partition(": . ")[2]
    programa = f". {roteiro}\nana_online\ncontato_escreve\ntickets_da_ana\n"
    for shell in filter(shutil.which, ("bash", "zsh")):
        feito = subprocess.run([shell, "-c", programa], check=True, capture_output=True, text=True, cwd=tmp_path)
        _, online, criado, tickets = feito.stdout.splitlines()
        assert '"online":true' in online
        assert '"numero":' in criado
        assert '"status":"EM_ANDAMENTO"' in tickets
    for arquivo in ("experimente.sh", "token-admin", "token-atendente"):
        assert (embutido.dados / arquivo).stat().st_mode & 0o777 == 0o600
    empresa = (embutido.dados / "demonstracao.json").read_bytes()
    embutido.parar()
    assert embutido.iniciar().mostrado.splitlines() == primeira
    assert (embutido.dados / "demonstracao.json").read_bytes() == empresa


def test_outside_of_development_it_shows_no_tokens(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    assert servidor.mostrado.strip() == f"Balcão pronto em {servidor.url}  (Ctrl-C para parar)"


def postgres_vivo(servidor: Servidor) -> bool:
    return (servidor.dados / "pg" / "postmaster.pid").exists()


def esperar_fim(pid: int) -> None:
    """Until a process that is not our child is gone."""
    descritor = os.pidfd_open(pid)
    try:
        assert select.select([descritor], [], [], 60)[0], "still running"
    finally:
        os.close(descritor)
