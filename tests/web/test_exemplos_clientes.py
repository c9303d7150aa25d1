"""The clients that ``docs/realtime.md`` shows do what it says, also when the server went away for a while."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

import web.websocket
from engine.eventos import POR_TIPO
from tests.servidor import NovoServidor, Servidor, Usuario

EXEMPLOS = Path(__file__).parents[2] / "docs" / "exemplos"
CONTATO = {"contato_nome": "João Silva", "contato_telefone": "5511999998888"}


class Cliente:
    """An example that runs. ``ditos`` are the lines that it has printed, as JSON."""

    def __init__(self, processo: trio.Process) -> None:
        self._processo = processo
        self._mudou = trio.Event()
        self.ditos: list[dict[str, Any]] = []

    async def ler(self) -> None:
        assert self._processo.stdout is not None
        resto = b""
        async for pedaco in self._processo.stdout:
            *linhas, resto = (resto + pedaco).split(b"\n")
            for linha in linhas:
                self.ditos += _objetos(linha.decode())
            self._mudou.set()
            self._mudou = trio.Event()

    async def ate(self, condicao: Callable[[], object]) -> None:
        with trio.fail_after(60):
            while not condicao():
                await self._mudou.wait()

    async def ate_ouvir(self, texto: str) -> None:
        await self.ate(lambda: texto in self.mensagens())

    def mensagens(self) -> list[str]:
        return [d["data"]["conteudo"] for d in self.ditos if d.get("event") == "nova_mensagem"]


def _objetos(linha: str) -> Iterator[dict[str, Any]]:
    """Those of a line, which holds two where two threads have printed at once."""
    while linha:
        dito, fim = json.JSONDecoder().raw_decode(linha)
        yield dito
        linha = linha[fim:]


@asynccontextmanager
async def rodando(programa: list[str], servidor: Servidor, usuario: Usuario, ticket_id: str) -> AsyncIterator[Cliente]:
    ambiente = {**os.environ, "BALCAO_URL": servidor.url, "TOKEN": usuario.token, "TICKET": ticket_id}
    async with trio.open_nursery() as bercario:
        processo = await trio.lowlevel.open_process(programa, stdout=subprocess.PIPE, env=ambiente)
        cliente = Cliente(processo)
        bercario.start_soon(cliente.ler)
        try:
            yield cliente
        finally:
            with trio.CancelScope(shield=True):
                processo.kill()
                await processo.wait()
            bercario.cancel_scope.cancel()


async def pedir(servidor: Servidor, usuario: Usuario, caminho: str, corpo: dict[str, str]) -> Any:
    async with httpx2.AsyncClient(timeout=30) as http:
        resposta = await http.post(f"{servidor.url}/atendimento{caminho}", json=corpo, headers=usuario.cabecalhos)
    assert resposta.status_code == 201, resposta.text
    return resposta.json()


async def conversar_e_retomar(servidor: Servidor, programas: list[list[str]]) -> None:
    """Each greets and is told what is said; then the server is killed, and each is told what it missed, once."""
    admin = servidor.nova_empresa()
    ticket_id = (await pedir(servidor, admin, "/tickets", CONTATO))["id"]
    async with AsyncExitStack() as pilha:
        clientes: list[Cliente] = []
        for programa in programas:
            cliente = await pilha.enter_async_context(rodando(programa, servidor, admin, ticket_id))
            await cliente.ate_ouvir("Olá!")
            await cliente.ate(lambda c=cliente: any("ack" in dito for dito in c.ditos))  # type: ignore[misc]
            clientes.append(cliente)
        for texto in ("um", "dois", "três"):
            await pedir(servidor, admin, "/mensagens", {"ticketId": ticket_id, "conteudo": texto})
            if texto != "dois":  # that is said while none is there, if they are slow
                for cliente in clientes:
                    await cliente.ate_ouvir(texto)
            if texto == "um":
                servidor.reiniciar()
        for n, cliente in enumerate(clientes):
            assert cliente.mensagens() == ["Olá!"] * (len(clientes) - n) + ["um", "dois", "três"]
            await cliente.ate(lambda c=cliente: any(dito.get("event") == "retomado" for dito in c.ditos))  # type: ignore[misc]


async def test_the_python_clients_talk_and_resume(novo_servidor: NovoServidor) -> None:
    programas = [[sys.executable, str(EXEMPLOS / f"cliente_{borda}.py")] for borda in ("websocket", "socketio")]
    await conversar_e_retomar(novo_servidor(), programas)


async def test_the_node_clients_talk_and_resume(novo_servidor: NovoServidor, programa_js: Path) -> None:
    """Node.js finds the packages beside the program, so it is copied to where they are."""
    programas = []
    for borda in ("websocket", "socketio"):
        destino = programa_js.parent / f"exemplo_{borda}.mjs"
        shutil.copyfile(EXEMPLOS / f"cliente_{borda}.mjs", destino)
        programas.append(["node", str(destino)])
    await conversar_e_retomar(novo_servidor(), programas)


@pytest.mark.parametrize("exemplo", sorted(EXEMPLOS.glob("cliente_*")), ids=lambda exemplo: exemplo.name)
def test_each_is_of_fifteen_lines_at_most_and_in_the_page(exemplo: Path) -> None:
    linhas = [linha for linha in exemplo.read_text(encoding="utf-8").splitlines() if linha]
    assert len(linhas) <= 15
    pagina = (EXEMPLOS.parent / "realtime.md").read_text(encoding="utf-8")
    assert exemplo.read_text(encoding="utf-8").strip() in pagina


def test_the_page_names_every_event_and_every_closing_code() -> None:
    pagina = (EXEMPLOS.parent / "realtime.md").read_text(encoding="utf-8")
    codigos = re.findall(r"^(\d{4})   ", web.websocket.__doc__ or "", re.MULTILINE)
    assert {"1012", "4401"} < set(codigos)
    assert not [codigo for codigo in codigos if f"| {codigo} |" not in pagina]
    assert not [evento for evento in POR_TIPO if f"`{evento}`" not in pagina]
