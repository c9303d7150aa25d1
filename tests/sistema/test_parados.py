"""A hundred clients that stop reading are cut, and cost the others nothing."""

from __future__ import annotations

import re
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import trio

from tests.servidor import PARAR_S, NovoServidor, Servidor, Usuario
from tests.sistema.cliente import fio, http
from tests.sistema.receptor import parado
from tests.web.ws_apoio import Tela

PARADOS: Final = 100
SAUDAVEIS: Final = 5
MENSAGENS: Final = 400
"""Of four thousand characters: together more than a stalled reader may leave waiting."""
INTERVALO_S: Final = 0.01
MEMORIA: Final = 192 * 1024 * 1024


class Cronometro:
    """How long each message took from before it was sent until each client of the room had it."""

    def __init__(self) -> None:
        self.enviadas: dict[str, float] = {}
        self.demoras: list[float] = []

    def p99(self) -> float:
        return sorted(self.demoras)[len(self.demoras) * 99 // 100]


async def test_stalled_clients_are_cut_and_the_others_do_not_notice(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as adm:
        sala = await adm.ticket()
    async with AsyncExitStack() as pilha:
        telas = [await pilha.enter_async_context(fio(servidor, admin, salas=(sala,))) for _ in range(SAUDAVEIS)]
        sem = await medir(servidor, admin, sala, telas)
        antes = pico(servidor)
        presos = [await pilha.enter_async_context(parado(servidor, admin, sala)) for _ in range(PARADOS)]
        com = await medir(servidor, admin, sala, telas)
        assert pico(servidor) - antes < MEMORIA
        assert com.p99() < 1.5 * sem.p99() + 0.1, (com.p99(), sem.p99())
        assert await cortados(servidor, presos) == PARADOS

        for _ in range(PARADOS):
            await pilha.enter_async_context(parado(servidor, admin, sala))
        await medir(servidor, admin, sala, telas, MENSAGENS // 4)  # too little to be cut for
        inicio = time.monotonic()
        assert await trio.to_thread.run_sync(servidor.parar) == 0
        assert time.monotonic() - inicio < PARAR_S


async def medir(
    servidor: Servidor, admin: Usuario, sala: str, telas: list[Tela], quantas: int = MENSAGENS
) -> Cronometro:
    """Write to the room at a steady rate, and hear it in each of these clients."""
    cronometro = Cronometro()
    async with http(servidor, admin) as adm, trio.open_nursery() as bercario:
        for tela in telas:
            bercario.start_soon(ouvir, tela, cronometro, quantas)
        proxima = trio.current_time()
        for n in range(quantas):
            texto = f"{n} ".ljust(4_000, "x")
            cronometro.enviadas[texto] = time.monotonic()
            await adm.post("/mensagens", {"ticketId": sala, "conteudo": texto})
            proxima += INTERVALO_S
            await trio.sleep_until(proxima)
    return cronometro


async def ouvir(tela: Tela, cronometro: Cronometro, quantas: int) -> None:
    for _ in range(quantas):
        evento = await tela.evento("nova_mensagem")
        cronometro.demoras.append(time.monotonic() - cronometro.enviadas[evento["data"]["conteudo"]])


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
