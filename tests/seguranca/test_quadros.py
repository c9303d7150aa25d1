"""Frames made to cost more than they weigh: bombs, endless messages, floods of what is no message."""

from __future__ import annotations

import asyncio
import os
import socket
import zlib
from pathlib import Path

import pytest

from balcao.porta import quadros
from engine.balde import SEGUNDO, Balde
from tests.seguranca.http_apoio import PACIENCIA_S, SOBE, SOBRA, Contas, Linha, ate, cabeca, memoria, no_ar, quadro
from tests.servidor import Servidor

BOMBAS = 50
OFERTA = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
BORDAS = ("/atendimento/ws", "/socket.io/?EIO=4&transport=websocket")
COMPRESSOR = zlib.compressobj(9, zlib.DEFLATED, -15)
BOMBA = COMPRESSOR.compress(b"x" * 64 * 1024 * 1024) + COMPRESSOR.flush(zlib.Z_SYNC_FLUSH)[:-4]
"""64 MB in 65 KB."""

em_cada_borda = pytest.mark.parametrize("borda", BORDAS, ids=["plain", "socket.io"])


async def codigo(linha: Linha) -> int:
    """The code of the close frame that ends it; 0: there was none."""
    tudo = await linha.ate_o_fim()
    linha.sair()
    while len(tudo) >= 2:
        tamanho, inicio = tudo[1], 2
        if tamanho == 126:
            tamanho, inicio = int.from_bytes(tudo[2:4]), 4
        if tudo[0] == 0x88:
            return int.from_bytes(tudo[inicio : inicio + 2])
        tudo = tudo[inicio + tamanho :]
    return 0


async def sem_parar(linha: Linha) -> None:
    """Go on sending to somebody who does not take it."""
    async with asyncio.timeout(PACIENCIA_S):
        while True:
            linha.escritor.write(quadro(1, b"x" * 1_000))
            await linha.escritor.drain()
            await asyncio.sleep(0)


@em_cada_borda
def test_fifty_bombs_are_not_inflated_and_leave_nothing(dsn: str, borda: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            for _ in range(2):  # what is made at the first use is kept
                contas = Contas()
                linhas = [await ar.websocket(borda, OFERTA) for _ in range(BOMBAS)]
                for linha in linhas:
                    linha.escritor.write(quadro(1, BOMBA, rsv1=True))
                assert set(await asyncio.gather(*map(codigo, linhas))) == {1002}
                await ate(lambda: not ar.porteira._conexoes, "the end of every connection")
            await contas.voltarem()

    asyncio.run(main())


@em_cada_borda
def test_a_message_that_is_too_large_ends_its_connection_and_is_read_no_further(dsn: str, borda: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            linhas = [await ar.websocket(borda) for _ in range(BOMBAS)]
            inteira = quadro(1, b"x" * 65_537)
            aos_pedacos = quadro(1, b"x" * 40_000, fim=False) + quadro(0, b"x" * 40_000, fim=False)
            for qual, linha in enumerate(linhas):
                linha.escritor.write((inteira, aos_pedacos)[qual % 2])
            assert set(await asyncio.gather(*map(codigo, linhas))) == {1009}
            await ate(lambda: not ar.porteira._conexoes, "the end of every connection")
            linha = await ar.websocket(borda)
            linha.escritor.write(aos_pedacos)
            with pytest.raises(ConnectionError):
                await sem_parar(linha)
            linha.sair()

    asyncio.run(main())


def test_a_server_under_fifty_bombs_keeps_its_memory_and_its_pace(servidor: Servidor) -> None:
    """The loop is held up by what it computes, and that is counted by the kernel, however busy the machine is: to
    inflate the fifty takes ten seconds.
    """
    antes, gastos = memoria(servidor.pid), _gastos(servidor.pid)
    aperto = cabeca("GET", "/atendimento/ws", *SOBE, OFERTA)
    soquetes = [socket.create_connection(("127.0.0.1", servidor.porta), PACIENCIA_S) for _ in range(BOMBAS)]
    for soquete in soquetes:
        soquete.sendall(aperto)
        assert b" 101 " in soquete.recv(4_096)
    for soquete in soquetes:
        soquete.sendall(quadro(1, BOMBA, rsv1=True))
    for soquete in soquetes:
        while soquete.recv(4_096):
            pass
        soquete.close()
    assert memoria(servidor.pid) - antes < SOBRA
    assert _gastos(servidor.pid) - gastos < 2


def _gastos(pid: int) -> float:
    """Seconds of a processor that a process has used (proc(5): utime and stime)."""
    campos = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(campos[11]) + int(campos[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("quadros_mandados", "esperado"),
    [
        (quadro(1, b"\xff\xfe"), 1007),
        (quadro(3, b""), 1002),
        (quadro(1, b"a", rsv1=True), 1002),
        (quadro(9, b"x" * 126), 1002),
        (quadro(0, b"a"), 1002),
        (b"\x81\x01a", 1002),
        (quadro(1, b"", fim=False) + quadro(0, b"", fim=False) * quadros.FRAGMENTOS_MAXIMO, 1009),
    ],
    ids=["not UTF-8", "unknown", "compressed", "long ping", "continues nothing", "unmasked", "fragments"],
)
def test_what_is_not_websocket_is_told_so_before_it_is_hung_up_on(
    dsn: str, quadros_mandados: bytes, esperado: int
) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.websocket()
            linha.escritor.write(quadros_mandados)
            assert await codigo(linha) == esperado

    asyncio.run(main())


def test_a_message_that_never_ends_is_given_up(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadros, "MENSAGEM_S", 0.2)

    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.websocket()
            linha.escritor.write(quadro(1, b"a", fim=False))
            assert await codigo(linha) == 1008

    asyncio.run(main())


@pytest.mark.parametrize(
    "enchente",
    [quadro(9, b""), quadro(10, b""), quadro(1, b"{}", fim=False) + quadro(0, b" "), quadro(1, b"{}")],
    ids=["pings", "pongs", "fragments", "messages"],
)
def test_every_frame_takes_from_the_bucket_that_messages_take_from(
    dsn: str, monkeypatch: pytest.MonkeyPatch, enchente: bytes
) -> None:
    """Counted where they are read: of a flood, no more than the bucket holds is handled before it is slowed."""
    tomadas: list[int] = []
    reservar = Balde.reservar

    def contando(self: Balde, agora: int) -> int:
        tomadas.append(reservar(self, agora))
        return SEGUNDO // 2 if len(tomadas) >= 200 else 0

    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.websocket()
            monkeypatch.setattr(Balde, "reservar", contando)
            linha.escritor.write(enchente * 5_000)
            await ate(lambda: len(tomadas) >= 200, "the bottom of the bucket")
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(tomadas) <= 201  # the reading has stopped
            linha.romper()

    asyncio.run(main())
