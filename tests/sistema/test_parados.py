"""A hundred clients that stop reading are cut, and the others hear all."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import trio

from tests.servidor import NovoServidor, Servidor, Usuario
from tests.sistema.cliente import fio, http
from tests.sistema.receptor import parado
from tests.web.ws_apoio import Tela

PARADOS: Final = 100
SAUDAVEIS: Final = 5
MENSAGENS: Final = 400
"""Of four thousand characters: together more than a stalled reader may leave waiting."""
MEMORIA: Final = 192 * 1024 * 1024


async def test_stalled_clients_are_cut_and_the_others_miss_nothing(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as adm:
        sala = await adm.ticket()
    async with AsyncExitStack() as pilha:
        telas = [await pilha.enter_async_context(fio(servidor, admin, salas=(sala,))) for _ in range(SAUDAVEIS)]
        antes = pico(servidor)
        presos = [await pilha.enter_async_context(parado(servidor, admin, sala)) for _ in range(PARADOS)]
        await conversar(servidor, admin, sala, telas)
        assert pico(servidor) - antes < MEMORIA
        assert await cortados(servidor, presos) == PARADOS

        for _ in range(PARADOS):
            await pilha.enter_async_context(parado(servidor, admin, sala))
        await conversar(servidor, admin, sala, telas, MENSAGENS // 4)  # too little to be cut for
        assert await trio.to_thread.run_sync(servidor.parar) == 0  # 1, had its own deadline ended it


async def conversar(servidor: Servidor, admin: Usuario, sala: str, telas: list[Tela], quantas: int = MENSAGENS) -> None:
    """Write to the room, and hear each message in every one of these clients before the next: none waits for those who
    do not read.
    """
    async with http(servidor, admin) as adm:
        for n in range(quantas):
            texto = f"{n} ".ljust(4_000, "x")
            await adm.post("/mensagens", {"ticketId": sala, "conteudo": texto})
            for tela in telas:
                assert (await tela.evento("nova_mensagem"))["data"]["conteudo"] == texto


async def cortados(servidor: Servidor, presos: list[trio.socket.SocketType]) -> int:
    """How many of these have been closed by the server: what it wrote is read to its end."""
    fechados = 0
    for preso in presos:
        with trio.fail_after(20):
            while True:
                try:
                    parte = await preso.recv(1 << 20)
                except OSError:
                    parte = b""
                if not parte:
                    fechados += 1
                    break
    return fechados


def pico(servidor: Servidor) -> int:
    """The most memory it has ever had, in bytes."""
    estado = Path(f"/proc/{servidor.pid}/status").read_text(encoding="utf-8")
    achado = re.search(r"VmHWM:\s+(\d+) kB", estado)
    assert achado is not None
    return int(achado[1]) * 1024
