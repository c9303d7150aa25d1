"""``balcao fakes``: what it prints makes a canal that works."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
import trio

from connectors.fakes.push import INSCREVER, LIVRO
from connectors.fakes.registro import FALSOS
from engine.canais import PUBLICOS
from tests.servidor import NovoServidor, Servidor
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


async def test_what_is_pasted_makes_a_ticket_of_what_a_contact_writes(novo_servidor: NovoServidor) -> None:
    servidor: Servidor = novo_servidor({"CONECTORES": "true"})
    admin = servidor.nova_empresa()
    with fakes("whatsapp") as dito:
        async with http(servidor, admin) as api:
            canal = await api.post("/canais", canais(dito)[0])
            for linha in re.findall(r"curl http\S+/_falso/.*", dito):
                ambiente = {"BALCAO_URL": servidor.url, "CANAL": canal["id"]}
                await trio.run_process(linha, shell=True, env=servidor.variaveis() | ambiente, capture_stdout=True)

            async def atendido() -> bool:
                return [ticket["contato_nome"] for ticket in await api.tudo("/tickets")] == ["Ana"]

            await ate(atendido, 60.0)


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
