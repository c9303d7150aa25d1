"""The whole server behind its own door, on the loop of the test, and clients that do what no client should."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from weakref import WeakSet

from balcao.ajustes.campos import Ajustes
from balcao.porta.catraca import Lugares
from balcao.porta.configuracao import configuracao
from balcao.porta.porta import Porta
from balcao.servidor.montagem import montar
from tests.servidor import CHAVE_DOS_SEGREDOS
from tests.web.rest_apoio import SEGREDO, Servidor
from web.portaria.endereco_do_cliente import EnderecoDoCliente

PACIENCIA_S: Final = 20.0
"""How long what must happen may take on a busy machine."""
SOBRA: Final = 16 * 1024 * 1024
"""Bytes by which memory may seem to have grown."""
PAGINA: Final = os.sysconf("SC_PAGE_SIZE")
CHAVE: Final = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
SOBE: Final = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", CHAVE)


class NoAr:
    """A running server."""

    def __init__(self, servidor: Servidor, porta: int, porteira: Porta) -> None:
        self.servidor = servidor
        self.porta = porta
        self.porteira = porteira
        self.arquivo = ""
        """The path of a file that was sent to it, once a test has."""
        self._ligadas: WeakSet[Linha] = WeakSet()

    async def ligar(self, de: str = "127.0.0.1") -> Linha:
        linha = Linha(*await asyncio.open_connection("127.0.0.1", self.porta, local_addr=(de, 0), limit=2**24))
        self._ligadas.add(linha)
        return linha

    def soltar(self) -> None:
        """Close what a test that failed has left open."""
        for linha in self._ligadas:
            linha.sair()

    async def pedir(self, bruto: bytes, de: str = "127.0.0.1") -> bytes:
        """Everything that a connection of its own is answered, until the server closes it."""
        linha = await self.ligar(de)
        try:
            linha.escritor.write(bruto)
            return await linha.ate_o_fim()
        finally:
            linha.sair()

    async def websocket(self, caminho: str = "/atendimento/ws", *extras: str) -> Linha:
        linha = await self.ligar()
        linha.escritor.write(cabeca("GET", caminho, *SOBE, *extras))
        resposta = await linha.leitor.readuntil(b"\r\n\r\n")
        assert b" 101 " in resposta, resposta
        assert b"sec-websocket-extensions" not in resposta.lower()
        return linha


class Linha:
    """One TCP connection."""

    def __init__(self, leitor: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        self.leitor = leitor
        self.escritor = escritor

    async def ate_o_fim(self) -> bytes:
        async with asyncio.timeout(PACIENCIA_S):
            return await self.leitor.read(-1)

    async def status(self) -> int:
        """Of the next answer, whose body is taken too."""
        async with asyncio.timeout(PACIENCIA_S):
            linhas = (await self.leitor.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
            campos = dict(linha.lower().split(": ", 1) for linha in linhas[1:] if linha)
            await self.leitor.readexactly(int(campos.get("content-length", "0")))
            return int(linhas[0].split()[1])

    def romper(self) -> None:
        """Leave with a reset."""
        soquete: socket.socket = self.escritor.get_extra_info("socket")
        soquete.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.escritor.transport.abort()

    def sair(self) -> None:
        self.escritor.close()


@asynccontextmanager
async def no_ar(
    dsn: str, lugares: Lugares | None = None, origem: EnderecoDoCliente | None = None
) -> AsyncIterator[NoAr]:
    async with AsyncExitStack() as pilha:
        dados = Path(pilha.enter_context(TemporaryDirectory(prefix="balcao-teste-")))
        ajustes = Ajustes(
            jwt_secret=SEGREDO, database_url=dsn, port=0, dados=dados, chaves_dos_segredos=(CHAVE_DOS_SEGREDOS,),
            limite_usuario=1_000_000, limite_empresa=1_000_000, limite_endereco=1_000_000,
        )  # fmt: skip
        vivo = await montar(pilha, ajustes)
        porta = vivo.soquete.getsockname()[1]
        porteira = Porta(
            vivo.app, configuracao(vivo.soquete), lugares, origem, ao_recusar=vivo.metricas.conexao_recusada
        )
        await porteira.abrir()
        ar = NoAr(Servidor(vivo.app, vivo.no), porta, porteira)
        try:
            yield ar
        finally:
            ar.soltar()
            await porteira.recusar()
            await vivo.gateway.encerrar()
            await porteira.fechar(1)


def cabeca(metodo: str, caminho: str, *campos: str, host: str = "x") -> bytes:
    return "\r\n".join([f"{metodo} {caminho} HTTP/1.1", f"Host: {host}", *campos, "", ""]).encode()


def quadro(opcode: int, dados: bytes, *, fim: bool = True, rsv1: bool = False) -> bytes:
    """A client's frame, masked with zeros."""
    primeiro = opcode | (0x80 if fim else 0) | (0x40 if rsv1 else 0)
    if len(dados) < 126:
        tamanho = bytes([0x80 | len(dados)])
    elif len(dados) < 65_536:
        tamanho = b"\xfe" + len(dados).to_bytes(2)
    else:
        tamanho = b"\xff" + len(dados).to_bytes(8)
    return bytes([primeiro]) + tamanho + b"\0\0\0\0" + dados


class Contas:
    """What a process has that a client could leave behind: descriptors, tasks, memory."""

    def __init__(self) -> None:
        recolher()
        self.descritores = descritores()
        self.tarefas = len(asyncio.all_tasks())
        self.rss = memoria()

    async def voltarem(self) -> None:
        """Until there is no more of anything than there was (of memory, not much more)."""
        await ate(lambda: descritores() <= self.descritores, "descriptors")
        await ate(lambda: len(asyncio.all_tasks()) <= self.tarefas, "tasks")
        recolher()
        assert memoria() - self.rss < SOBRA


def descritores(pid: int | str = "self") -> int:
    """How many files and sockets a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def recolher() -> None:
    """Give back what nobody holds: what the allocator keeps of it differs from run to run by as much as is sought."""
    gc.collect()
    with suppress(AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)


def memoria(pid: int | str = "self") -> int:
    """Bytes of a process that are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGINA


async def ate(condicao: Callable[[], bool], o_que: str = "it") -> None:
    try:
        async with asyncio.timeout(PACIENCIA_S):
            while not condicao():  # noqa: ASYNC110  # the kernel wakes nobody
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{o_que} did not come about") from None
