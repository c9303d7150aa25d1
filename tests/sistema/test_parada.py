"""SIGTERM under load: everybody is told, nothing acknowledged is lost, nothing is left running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
import trio

from tests.servidor import Servidor, Usuario
from tests.sistema.carga import Carga
from tests.sistema.cliente import Http, fio, http
from tests.sistema.conferencia import conferir
from tests.web.ws_apoio import Tela

GRANDE: Final = "x" * 4096
GRANDES: Final = 100
"""Large messages: more than the kernel holds for one reader, less than the server does."""
REINICIO: Final = 1012


@pytest.fixture
def embutido(tmp_path: Path) -> Iterator[Servidor]:
    servidor = Servidor(tmp_path)
    yield servidor
    servidor.fechar()


async def test_sigterm_under_load_with_a_stalled_reader_ends_in_time_and_loses_nothing(embutido: Servidor) -> None:
    await trio.to_thread.run_sync(embutido.iniciar)
    postmaster = embutido.dados / "pg" / "postmaster.pid"
    carga = Carga(embutido)
    async with http(embutido, carga.admin) as adm, fio(embutido, carga.admin) as atento:  # noqa: SIM117 - too long in one
        async with emperrado(embutido, adm) as parado, trio.open_nursery() as bercario:
            await carga.comecar(bercario)
            await carga.mais(100)
            assert not parado.getsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_ERROR), "it was cut before the stop"
            bercario.start_soon(ser_avisado, atento)
            assert await trio.to_thread.run_sync(embutido.parar) == 0  # 1, had its own deadline ended it
            assert not postmaster.exists()
            carga.encerrar()

    await trio.to_thread.run_sync(embutido.iniciar)
    await conferir(carga)
    assert await trio.to_thread.run_sync(embutido.parar) == 0
    assert not postmaster.exists()


async def ser_avisado(tela: Tela) -> None:
    """An attentive client is told to come back and resume."""
    codigo, _ = await tela.ate_fechar()
    assert codigo == REINICIO


@asynccontextmanager
async def emperrado(servidor: Servidor, adm: Http) -> AsyncIterator[trio.socket.SocketType]:
    """A client in the room of a ticket that reads no more, with more to read than the kernel takes."""
    ticket = await adm.ticket()
    async with corrente_estreita(servidor.porta) as corrente:
        await corrente.send_all(aperto_de_mao(adm.quem))
        await receber_ate(corrente, b'"event":"connect"')
        await corrente.send_all(quadro(f'{{"event":"ticket:entrar","ack":1,"data":{{"ticketId":"{ticket}"}}}}'))
        await receber_ate(corrente, b'"ack":1')
        for _ in range(GRANDES):
            await adm.post("/mensagens", {"ticketId": ticket, "conteudo": GRANDE})
        yield corrente.socket


@asynccontextmanager
async def corrente_estreita(porta: int) -> AsyncIterator[trio.SocketStream]:
    """A connection whose end here takes little at a time."""
    soquete = trio.socket.socket()
    soquete.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_RCVBUF, 4096)
    await soquete.connect(("127.0.0.1", porta))
    async with trio.SocketStream(soquete) as corrente:
        yield corrente


async def receber_ate(corrente: trio.SocketStream, marca: bytes) -> None:
    recebido = b""
    while marca not in recebido:
        parte = await corrente.receive_some()
        assert parte, recebido
        recebido += parte


def aperto_de_mao(quem: Usuario) -> bytes:
    """The request that opens a WebSocket (RFC 6455 §4.1)."""
    linhas = (
        "GET /atendimento/ws HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Authorization: Bearer {quem.token}", "", "",
    )  # fmt: skip
    return "\r\n".join(linhas).encode()


def quadro(texto: str) -> bytes:
    """A short text frame of a client; the mask is zeros, which change nothing (RFC 6455 §5.2)."""
    dados = texto.encode()
    assert len(dados) < 126
    return bytes((0x81, 0x80 | len(dados), 0, 0, 0, 0)) + dados
