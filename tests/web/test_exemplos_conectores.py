"""The connectors that ``docs/connectors.md`` shows do what it says, also when they or the server are killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
import trio

from engine.conector import protocolo
from engine.conector.entradas import Modelo
from engine.conector.trabalhos import Push
from tests.servidor import RAIZ, NovoServidor, Servidor, Usuario
from tests.sistema.cliente import Http, ate, http

EXEMPLOS = RAIZ / "docs" / "exemplos"
PAGINA = EXEMPLOS.parent / "connectors.md"
PROGRAMAS = ("conector.py", "conector.mjs")
JOAO = "+5511999990001"
PRAZO_S = 60.0


class Rodando:
    """An example that runs. ``enviadas`` is what it has sent to contacts."""

    def __init__(self, processo: trio.Process) -> None:
        self.processo = processo
        self.enviadas: list[dict[str, str]] = []
        self._mudou = trio.Event()

    async def escrever(self, id_: str, texto: str) -> None:
        """A contact writes."""
        assert self.processo.stdin is not None
        dito = {"id": id_, "de": JOAO, "nome": "João", "texto": texto}
        await self.processo.stdin.send_all(json.dumps(dito).encode() + b"\n")

    async def ler(self) -> None:
        assert self.processo.stdout is not None
        resto = b""
        async for pedaco in self.processo.stdout:
            *linhas, resto = (resto + pedaco).split(b"\n")
            self.enviadas += [json.loads(linha) for linha in linhas]
            self._mudou.set()
            self._mudou = trio.Event()

    async def ate_enviar(self, *textos: str) -> None:
        with trio.fail_after(PRAZO_S):
            while [um["texto"] for um in self.enviadas] != [*textos]:
                await self._mudou.wait()


@asynccontextmanager
async def rodando(comando: list[str], servidor: Servidor, conector: Usuario, canal_id: str) -> AsyncIterator[Rodando]:
    ambiente = {**os.environ, "BALCAO_URL": servidor.url, "TOKEN": conector.token, "CANAL": canal_id}
    async with trio.open_nursery() as bercario:
        processo = await trio.lowlevel.open_process(
            comando, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ambiente
        )
        exemplo = Rodando(processo)
        bercario.start_soon(exemplo.ler)
        try:
            yield exemplo
        finally:
            with trio.CancelScope(shield=True):
                processo.kill()
                await processo.wait()
            bercario.cancel_scope.cancel()


def comando_de(programa: str) -> list[str]:
    """How it is run here; the test is skipped where it cannot be."""
    caminho = str(EXEMPLOS / programa)
    if programa.endswith(".py"):
        return [sys.executable, caminho]
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for opcoes in ([], ["--experimental-websocket"]):
        tem = subprocess.run(
            ["node", *opcoes, "-p", "typeof WebSocket"], capture_output=True, text=True, check=False
        ).stdout
        if tem.strip() == "function":
            return ["node", *opcoes, caminho]
    pytest.skip("this Node.js has no WebSocket")


async def mensagens(api: Http) -> list[tuple[str, str, str]]:
    """Those of the only ticket, oldest first: direction, text, and what became of it."""
    tickets = await api.tudo("/tickets")
    if not tickets:
        return []
    (ticket,) = tickets
    todas = await api.tudo(f"/tickets/{ticket['id']}/mensagens")
    return [(um["direcao"], um["conteudo"], um["statusEntrega"]) for um in todas]


def tem(api: Http, *esperadas: tuple[str, str]) -> Callable[[], Awaitable[bool]]:
    """Whether the ticket has exactly these by now, and what was sent is known to be with the provider."""

    async def esta() -> bool:
        ditas = await mensagens(api)
        enviadas = all(status == "enviado" for direcao, _, status in ditas if direcao == "enviada")
        return enviadas and [(direcao, texto) for direcao, texto, _ in ditas] == [*esperadas]

    return esta


@pytest.mark.parametrize("programa", PROGRAMAS)
async def test_it_brings_what_contacts_write_and_takes_what_agents_answer(
    novo_servidor: NovoServidor, programa: str
) -> None:
    comando = comando_de(programa)
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as api:
        canal_id: str = (await api.post("/canais", {"nome": "Fora", "tipo": "api"}))["id"]
        conector = servidor.usuario(admin.empresa_id, "conector")

        async def responder(texto: str) -> None:
            (ticket,) = await api.tudo("/tickets")
            await api.post("/mensagens", {"ticketId": ticket["id"], "conteudo": texto})

        async with rodando(comando, servidor, conector, canal_id) as exemplo:
            await exemplo.escrever("m1", "oi")
            await exemplo.escrever("m1", "oi")  # told twice
            conversa = [("recebida", "oi")]
            await ate(tem(api, *conversa), PRAZO_S)
            await responder("Olá!")
            await exemplo.ate_enviar("Olá!")
            assert exemplo.enviadas[0]["para"] == JOAO
            conversa.append(("enviada", "Olá!"))
            await ate(tem(api, *conversa), PRAZO_S)

            await trio.to_thread.run_sync(servidor.matar)
            await exemplo.escrever("m2", "estão aí?")
            await trio.to_thread.run_sync(servidor.iniciar)
            api.fechar()
            conversa.append(("recebida", "estão aí?"))
            await ate(tem(api, *conversa), PRAZO_S)
            await responder("Estamos.")
            await exemplo.ate_enviar("Olá!", "Estamos.")
            conversa.append(("enviada", "Estamos."))
            await ate(tem(api, *conversa), PRAZO_S)
        await responder("Volte sempre.")  # while none is there
        async with rodando(comando, servidor, conector, canal_id) as outro:
            await outro.ate_enviar("Volte sempre.")
            conversa.append(("enviada", "Volte sempre."))
            await ate(tem(api, *conversa), PRAZO_S)


@pytest.mark.parametrize("programa", PROGRAMAS)
def test_each_is_of_sixty_lines_at_most_and_in_the_page(programa: str) -> None:
    texto = (EXEMPLOS / programa).read_text(encoding="utf-8")
    assert len([linha for linha in texto.splitlines() if linha]) <= 60
    assert texto.strip() in PAGINA.read_text(encoding="utf-8")


def test_the_page_names_every_frame_every_field_and_every_word_of_the_protocol() -> None:
    pagina = PAGINA.read_text(encoding="utf-8")
    ditas = palavras()
    assert {"ola", "emMaos", "creditoMaximo"} - ditas == {"creditoMaximo"}
    assert not sorted(palavra for palavra in ditas if not re.search(rf"[`\"]{palavra}[`\"]", pagina))


def palavras() -> set[str]:
    """What the frames are called and made of, and what their fields may say; but for what no job of an ``api`` has."""
    achadas: set[str] = set()
    vistos: set[object] = {Push, Modelo}
    por_ver: list[Any] = [*get_args(protocolo.DoConector), *get_args(protocolo.DoMotor)]
    while por_ver:
        tipo = por_ver.pop()
        if tipo in vistos:
            continue
        vistos.add(tipo)
        if get_origin(tipo) is Literal:
            achadas |= {*get_args(tipo)}
        elif isinstance(tipo, type) and issubclass(tipo, msgspec.Struct):
            achadas |= {*tipo.__struct_encode_fields__, str(tipo.__struct_config__.tag or "id")}
            por_ver += get_type_hints(tipo).values()
        else:
            por_ver += [um for um in get_args(tipo) if um is not Ellipsis]
    return achadas


def test_the_page_has_every_code_with_which_a_connector_is_closed() -> None:
    fechados = {
        codigo
        for arquivo in (RAIZ / "web" / "conectores").glob("*.py")
        for codigo in re.findall(r"Fechamento\((\d{4})", arquivo.read_text(encoding="utf-8"))
    }
    assert {"1012", "4409"} < fechados
    assert not [codigo for codigo in fechados if f"| {codigo} |" not in PAGINA.read_text(encoding="utf-8")]
