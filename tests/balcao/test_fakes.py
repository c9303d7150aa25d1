"""``balcao fakes``: what it prints makes a canal that works."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from msgspec.structs import replace

from balcao.comandos.fakes import _exigir_livres
from balcao.erros import ErroDeUso
from connectors.fakes.push import INSCREVER, LIVRO
from connectors.fakes.registro import FALSOS
from engine.canais import PUBLICOS
from tests.servidor import NovoServidor, Servidor, Usuario
from tests.sistema.cliente import ate, http


@contextmanager
def fakes(*nomes: str) -> Iterator[str]:
    """What the command says until it is ready; at the end it is asked to stop."""
    comando = [sys.executable, "-m", "balcao", "fakes", "--portas-livres", *nomes]
    with subprocess.Popen(comando, stdout=subprocess.PIPE, text=True) as processo:
        assert processo.stdout is not None
        dito = ""
        for linha in processo.stdout:
            dito += linha
            if linha.startswith("Prontos"):
                break
        try:
            yield dito
        finally:
            processo.send_signal(signal.SIGINT)
            assert processo.wait(30) == 0


def canais(dito: str) -> list[dict[str, object]]:
    return [json.loads(um) for um in re.findall(r"-d '(\{\"nome\".*\})'", dito)]


def test_every_fake_has_an_address_and_a_canal_that_uses_it() -> None:
    with fakes() as dito:
        assert [um["tipo"] for um in canais(dito)] == [*FALSOS]
        assert all(falso.titulo in dito for falso in FALSOS.values())
    for canal in canais(dito):
        publicos = PUBLICOS[canal["tipo"]]  # type: ignore[index]
        assert publicos & canal["config"].keys(), "its names are those of the contract"  # type: ignore[attr-defined]


def blocos(dito: str) -> list[str]:
    """What there is to paste, one after the other: what stands under a title, up to an empty line."""
    achados = re.findall(r"^  [^\n]+:\n((?:  .*\n)+)|^(  : .*\n  : .*\n)", dito, re.MULTILINE)
    return [bloco or tokens for bloco, tokens in achados if not re.match(r"  \S+: http", bloco or tokens)]


def colar(bloco: str, servidor: Servidor, admin: Usuario, pasta: Path, depois: str = "") -> str:
    """What a shell says that has the token, and was told nothing else."""
    ambiente = servidor.variaveis() | {"ADMIN": admin.token, "AGENT": admin.token}
    feito = subprocess.run(
        ["bash", "-c", f"{bloco}\n{depois}"], env=ambiente, cwd=pasta, capture_output=True, text=True, check=False
    )
    return feito.stdout


@pytest.mark.parametrize("nome", ["whatsapp", "email"])
def test_what_is_pasted_as_it_is_makes_a_ticket_of_what_a_contact_writes(
    nome: str, novo_servidor: NovoServidor, tmp_path: Path
) -> None:
    servidor = novo_servidor({"CONECTORES": "true"})
    admin = servidor.nova_empresa()
    with fakes(nome, "--url", servidor.url) as dito:
        tokens, criar, *resto = blocos(dito)
        assert servidor.url in criar
        assert not {"$BALCAO_URL", "<"} & set(dito.split())
        ticket = f"{servidor.url}/atendimento/tickets?canalId=$CANAL"
        espera = f"""for _ in $(seq 300); do curl -sS "{ticket}" -H "Authorization: Bearer $ADMIN" |
          grep -q '"contato_nome":"Ana"' && break; sleep 0.2; done"""
        escrever = "\n".join(resto[:-1] if nome == "email" else resto)
        dado = colar(
            f"{tokens}{criar}{escrever}{espera}\n{resto[-1] if nome == 'email' else ''}",
            servidor,
            admin,
            tmp_path,
            depois=f'curl -sS "{ticket}" -H "Authorization: Bearer $ADMIN"',
        )
    assert '"contato_nome":"Ana"' in dado
    assert (tmp_path / "carta.eml").exists() is (nome == "email")


def test_ports_that_are_taken_are_all_named_and_what_to_do_about_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ocupada:
        porta = ocupada.getsockname()[1]
        falsos = {"sms": replace(FALSOS["sms"], porta=porta), "livre": replace(FALSOS["push"], porta=0)}
        with pytest.raises(ErroDeUso, match=rf"a porta {porta} \(Twilio \(SMS\)\) de 127\.0\.0\.1.*--portas-livres"):
            _exigir_livres(falsos, "127.0.0.1")
    _exigir_livres(falsos, "127.0.0.1")


async def test_a_browser_that_the_fake_has_gets_what_an_agent_is_told(novo_servidor: NovoServidor) -> None:
    servidor: Servidor = novo_servidor({"CONECTORES": "true"})
    admin = servidor.nova_empresa()
    with fakes("push") as dito:
        base = re.search(r"http://127\.0\.0\.1:\d+", dito)
        assert base is not None
        async with http(servidor, admin) as api, httpx2.AsyncClient(base_url=base[0], timeout=30) as navegador:
            canal = await api.post("/canais", canais(dito)[0])
            inscricao = await navegador.post(INSCREVER, content=canal["config"]["vapidChavePublica"])
            ana = servidor.usuario(admin.empresa_id, "atendente")
            await api.post("/atendentes", {"id": ana.id, "nome": "Ana", "email": "ana@empresa.com"})
            async with http(servidor, ana) as dela:
                await dela.post("/push/inscricoes", inscricao.json())
            ticket = await api.post("/tickets", {"contato_nome": "João", "contato_telefone": "5511999990001"})
            await api.patch("/tickets/" + ticket["id"] + "/atribuir", {"atendenteId": ana.id, "forcar": True})

            async def avisada() -> bool:
                return bool((await navegador.get(LIVRO)).json())

            await ate(avisada, 60.0)


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    feito = subprocess.run(
        [sys.executable, "-m", "balcao", "fakes", "zap"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert feito.returncode == 2
    assert "whatsapp" in feito.stderr
