"""The host of connectors that ``balcao run`` starts: it lives and dies with it, and alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import httpx2

from balcao.servidor.conectores import nome_do_hospedeiro
from tests.servidor import SEGREDO, NovoServidor, Servidor

PACIENCIA_S = 30.0


def filhos(pid: int) -> list[int]:
    """The hosts that a server has."""
    achados = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(um) for um in achados if b"connectors" in Path(f"/proc/{um}/cmdline").read_bytes()]


def vivo(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def esperar(ate: Callable[[], bool]) -> None:
    prazo = monotonic() + PACIENCIA_S
    while not ate():
        assert monotonic() < prazo, "it did not come to be"
        sleep(0.1)


def ligado(servidor: Servidor, vezes: int = 1) -> None:
    esperar(lambda: servidor.registro.count("connected to the engine") >= vezes)


def com_conectores(novo_servidor: NovoServidor) -> Servidor:
    servidor = novo_servidor({"CONECTORES": "true"})
    ligado(servidor)
    return servidor


def test_a_host_that_is_killed_is_started_again(novo_servidor: NovoServidor) -> None:
    servidor = com_conectores(novo_servidor)
    (pid,) = filhos(servidor.pid)
    os.kill(pid, signal.SIGKILL)
    ligado(servidor, 2)
    assert filhos(servidor.pid) != [pid]


def test_a_server_that_is_killed_leaves_no_host_behind(novo_servidor: NovoServidor) -> None:
    servidor = com_conectores(novo_servidor)
    (pid,) = filhos(servidor.pid)
    servidor.matar()
    esperar(lambda: not vivo(pid))


def test_they_stop_together_and_in_order(novo_servidor: NovoServidor) -> None:
    servidor = com_conectores(novo_servidor)
    (pid,) = filhos(servidor.pid)
    assert servidor.parar() == 0
    assert not vivo(pid)
    assert "Traceback" not in servidor.registro


def test_a_mailbox_that_is_not_found_is_one_line_in_words_and_stands_in_its_canal(novo_servidor: NovoServidor) -> None:
    servidor = com_conectores(novo_servidor)
    config = {"endereco": "suporte@empresa.com", "imapHost": "nao-existe.invalid", "imapUsuario": "x", "imapSenha": "y"}
    with httpx2.Client(base_url=servidor.url, headers=servidor.nova_empresa().cabecalhos, timeout=20) as http:
        criado = http.post("/atendimento/canais", json={"nome": "E-mail", "tipo": "email", "config": config})
        assert criado.status_code == 201, criado.text
        onde = f"/atendimento/canais/{criado.json()['id']}"
        esperar(lambda: http.get(onde).json()["situacao"] is not None)
        assert "O nome 'nao-existe.invalid' não existe" in http.get(onde).json()["situacao"]["conexao"]["imap"]
        outra = http.patch(onde, json={"config": config | {"imapHost": "127.0.0.1", "imapPort": 9}}).json()
        assert outra["situacao"] is None
        esperar(lambda: "Ninguém atende em 127.0.0.1" in http.get(onde).text)
    servidor.parar()
    assert servidor.registro.count("nao-existe.invalid") == 1
    assert "Traceback" not in servidor.registro


def test_no_secret_is_in_the_command_of_the_host_nor_in_its_log(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor({"CONECTORES": "true", "LOG_LEVEL": "debug"})
    ligado(servidor)
    (pid,) = filhos(servidor.pid)
    plantado = "segredo-plantado-no-canal"
    empresa = servidor.nova_empresa()
    config = {"phoneNumberId": "1", "wabaId": "2", "urlBase": "http://127.0.0.1:9", "accessToken": plantado}
    canal = {"nome": "Zap", "tipo": "whatsapp", "config": config | {"appSecret": plantado + "2"}}
    resposta = httpx2.post(f"{servidor.url}/atendimento/canais", headers=empresa.cabecalhos, json=canal, timeout=20)
    assert resposta.status_code == 201, resposta.text
    esperar(lambda: "could not be fetched" in servidor.registro)
    assert SEGREDO.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    servidor.parar()
    assert plantado not in servidor.registro
    assert SEGREDO not in servidor.registro


def test_each_server_on_a_database_has_a_host_of_another_name() -> None:
    nome = nome_do_hospedeiro("no1", "http://127.0.0.1:3000")
    assert nome == nome_do_hospedeiro("no1", "http://10.0.0.1:3000"), "the same when it starts again"
    assert nome != nome_do_hospedeiro("no2", "http://127.0.0.1:3000")
    assert nome != nome_do_hospedeiro("no1", "http://127.0.0.1:3001")
    assert len(nome_do_hospedeiro("n" * 300, "http://127.0.0.1:3001")) <= 100
