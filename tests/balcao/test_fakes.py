"""``balcao fakes``: what it prints makes a canal that works."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import trio

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


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    feito = subprocess.run(
        [sys.executable, "-m", "balcao", "fakes", "zap"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert feito.returncode == 2
    assert "whatsapp" in feito.stderr
