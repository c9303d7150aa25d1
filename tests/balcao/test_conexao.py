"""Connections, on real sockets: what leaves and when, who is held up, and when they end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import h11
import pytest
from hypercorn.config import Config
from hypercorn.protocol.events import Request
from hypercorn.protocol.h11 import H11Protocol, H11WSConnection

from balcao.erros import ErroDeUso
from balcao.porta import encaixe
from balcao.porta.conexao import Conexao
from balcao.porta.escuta import abrir
from balcao.porta.porta import Porta
from engine.saude import Saude
from web.soquetes.saidas import ESCRITA

PEDIDO = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
APERTO_DE_MAO = (
    b"GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
GRANDE = b"x" * 65_536
CABE = 16 * 1024 * 1024
"""More than the kernel and the server hold together for one reader."""


class Aplicacao:
    """Answers with ``partes``, once ``pode`` is set. ``enviadas`` counts those that were taken."""

    def __init__(self, partes: list[bytes]) -> None:
        self.partes = partes
        self.enviadas = 0
        self.escrita: Any = None
        self.chegou = asyncio.Event()
        self.pode = asyncio.Event()
        self.pode.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await vida(receive, send)
            return
        self.escrita = scope["state"].get(ESCRITA)
        if scope["type"] == "websocket":
            await escuta(receive, send)
            return
        self.chegou.set()
        await self.pode.wait()
        tamanho = sum(map(len, self.partes))
        cabecalhos = [(b"content-length", str(tamanho).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": cabecalhos})
        for parte in self.partes:
            await send({"type": "http.response.body", "body": parte, "more_body": True})
            self.enviadas += 1
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def vida(receive: Any, send: Any) -> None:
    while (mensagem := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{mensagem['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def escuta(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "oi"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


class Cliente:
    def __init__(self, leitor: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        self.leitor = leitor
        self.escritor = escritor

    def pedir(self) -> None:
        self.escritor.write(PEDIDO)

    async def cabeca(self) -> bytes:
        return await self.leitor.readuntil(b"\r\n\r\n")

    async def ate_o_fim(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(30):
            return await self.leitor.read(-1)


@asynccontextmanager
async def servindo(
    app: Aplicacao, ociosa_s: float = 60, ping_s: float = 60, saude: Saude | None = None
) -> AsyncIterator[tuple[Porta, Cliente]]:
    config = Config()
    soquete = abrir("127.0.0.1", 0)
    endereco = soquete.getsockname()[:2]
    config.bind = [f"fd://{soquete.detach()}"]
    config.keep_alive_timeout = ociosa_s
    config.websocket_ping_interval = ping_s
    porta = Porta(app, config, saude=saude)
    await porta.abrir()
    cliente = Cliente(*await asyncio.open_connection(*endereco, limit=2**26))
    try:
        yield porta, cliente
    finally:
        cliente.escritor.close()
        await porta.recusar()
        await porta.fechar(1)


def test_what_is_sent_in_many_parts_arrives_whole_and_in_order() -> None:
    async def main() -> None:
        partes = [bytes([n % 256]) * (n % 5_000) for n in range(3_000)]
        async with servindo(Aplicacao(partes)) as (_, cliente):
            for _ in range(2):
                cliente.pedir()
                await cliente.cabeca()
                assert await cliente.leitor.readexactly(sum(map(len, partes))) == b"".join(partes)

    asyncio.run(main())


def test_a_reader_that_stalls_holds_up_who_sends_and_gets_it_all_in_the_end() -> None:
    async def main() -> None:
        app = Aplicacao([GRANDE] * (4 * CABE // len(GRANDE)))
        async with servindo(app) as (_, cliente):
            transporte = cliente.escritor.transport
            assert isinstance(transporte, asyncio.ReadTransport)
            transporte.pause_reading()
            cliente.pedir()
            await app.chegou.wait()
            antes = -1
            while app.enviadas != antes:  # until it is stuck
                antes = app.enviadas
                await asyncio.sleep(0.05)
            assert 0 < app.enviadas * len(GRANDE) < CABE
            transporte.resume_reading()
            await cliente.cabeca()
            assert len(await cliente.leitor.readexactly(4 * CABE)) == 4 * CABE

    asyncio.run(main())


def test_a_connection_whose_client_left_ends_at_once() -> None:
    async def main() -> None:
        async with servindo(Aplicacao([b"oi"])) as (porta, cliente):
            cliente.pedir()
            await cliente.cabeca()
            (conexao,) = porta._conexoes
            cliente.escritor.close()
            done, _ = await asyncio.wait({conexao}, timeout=30)
            assert done == {conexao}

    asyncio.run(main())


def test_a_websocket_whose_client_left_ends_at_once_whenever_its_next_ping_is_due() -> None:
    async def main() -> None:
        async with servindo(Aplicacao([])) as (porta, cliente):
            cliente.escritor.write(APERTO_DE_MAO)
            assert b" 101 " in await cliente.cabeca()
            (conexao,) = porta._conexoes
            cliente.escritor.close()
            done, _ = await asyncio.wait({conexao}, timeout=30)
            assert done == {conexao}

    asyncio.run(main())


def test_a_websocket_is_pinged_again_and_again_until_its_client_leaves() -> None:
    async def main() -> None:
        async with servindo(Aplicacao([]), ping_s=0.01) as (porta, cliente):
            cliente.escritor.write(APERTO_DE_MAO)
            assert b" 101 " in await cliente.cabeca()
            for _ in range(3):
                await cliente.leitor.readuntil(b"\x89\x00")
            (conexao,) = porta._conexoes
            cliente.escritor.close()
            await asyncio.wait_for(conexao, timeout=30)

    asyncio.run(main())


def test_of_a_connection_that_speaks_websocket_nothing_of_http_is_kept() -> None:
    async def main() -> None:
        de_outros = _de_http()
        async with servindo(Aplicacao([])) as (_, cliente):
            cliente.escritor.write(APERTO_DE_MAO)
            await cliente.leitor.readuntil(b"\x81\x02oi")
            assert not [um for um in _de_http() if not any(um is outro for outro in de_outros)]

    asyncio.run(main())


def _de_http() -> list[object]:
    gc.collect()
    return [um for um in gc.get_objects() if isinstance(um, (h11.Connection, H11WSConnection, Request))]


def test_a_connection_is_closed_when_it_has_been_idle_for_long_enough() -> None:
    async def main() -> None:
        async with servindo(Aplicacao([b"oi"]), ociosa_s=0.1) as (_, cliente):
            cliente.pedir()
            assert (await cliente.ate_o_fim()).endswith(b"\r\n\r\noi")

    asyncio.run(main())


def test_a_request_that_takes_longer_than_that_is_not_cut() -> None:
    async def main() -> None:
        app = Aplicacao([b"oi"])
        app.pode.clear()
        async with servindo(app, ociosa_s=0.05) as (_, cliente):
            cliente.pedir()
            await app.chegou.wait()
            asyncio.get_running_loop().call_later(0.2, app.pode.set)
            assert (await cliente.ate_o_fim()).endswith(b"\r\n\r\noi")

    asyncio.run(main())


def test_when_the_server_stops_an_idle_connection_is_closed_and_a_request_under_way_is_answered_first() -> None:
    async def main() -> None:
        app = Aplicacao([b"oi"])
        async with servindo(app) as (porta, cliente):
            await porta.recusar()
            assert await cliente.ate_o_fim() == b""
        app = Aplicacao([b"oi"])
        app.pode.clear()
        async with servindo(app) as (porta, cliente):
            cliente.pedir()
            await app.chegou.wait()
            await porta.recusar()
            app.pode.set()
            assert (await cliente.ate_o_fim()).endswith(b"\r\n\r\noi")

    asyncio.run(main())


def test_a_websocket_is_offered_its_connection_and_what_is_written_there_keeps_its_place() -> None:
    async def main() -> None:
        app = Aplicacao([])
        async with servindo(app) as (porta, cliente):
            cliente.escritor.write(APERTO_DE_MAO)
            await cliente.cabeca()
            assert isinstance(app.escrita, Conexao)
            antes = app.escrita.pendentes()
            for _ in range(2):
                app.escrita.escrever(b"\x81\x01a")
            assert app.escrita.pendentes() == antes + 6
            await app.escrita.escoar()
            assert app.escrita.pendentes() == 0
            recebido = b""
            while not recebido.endswith(b"\x81\x01a\x81\x01a"):
                recebido += await cliente.leitor.read(100)
            assert b"\x81\x02oi" in recebido
            (conexao,) = porta._conexoes
            app.escrita.abortar()
            assert await asyncio.wait({conexao}, timeout=30)

    asyncio.run(main())


def test_every_task_of_the_door_says_what_it_is() -> None:
    async def main() -> None:
        app = Aplicacao([b"oi"])
        app.pode.clear()
        async with servindo(app) as (_, cliente):
            cliente.pedir()
            await app.chegou.wait()
            nomes = sorted(tarefa.get_name() for tarefa in asyncio.all_tasks() - {asyncio.current_task()})
            assert nomes == ["application: lifespan", "door: _servir", "door: connection"]
            app.pode.set()

    asyncio.run(main())


def test_a_connection_that_crashes_is_told_with_its_trace_and_health_knows(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def quebrar(*_: object) -> None:
        raise RuntimeError("a bug")

    async def main() -> None:
        saude = Saude()
        async with servindo(Aplicacao([b"oi"]), saude=saude) as (_, cliente):
            assert await cliente.ate_o_fim() == b""
        assert saude.quedas == {"door: connection": 1}
        assert not saude.faltam

    monkeypatch.setattr(Conexao, "_ler", quebrar)
    asyncio.run(main())
    (dito,) = caplog.records
    assert dito.getMessage() == "task door: connection failed"
    assert dito.exc_info is not None


def test_this_hypercorn_is_one_that_we_fit() -> None:
    encaixe.conferir()


@pytest.mark.parametrize(
    ("nome", "novo", "dito"),
    [
        ("_maybe_recycle", None, "H11Protocol._maybe_recycle mudou (não existe)"),
        ("handle", lambda self, evento, prazo: None, "handle mudou (self evento prazo)"),
    ],
)
def test_a_hypercorn_that_changed_is_refused_before_the_port_opens(
    monkeypatch: pytest.MonkeyPatch, nome: str, novo: Any, dito: str
) -> None:
    if novo is None:
        monkeypatch.delattr(H11Protocol, nome)
    else:
        monkeypatch.setattr(H11Protocol, nome, novo)

    async def main() -> None:
        await Porta(Aplicacao([]), Config()).abrir()

    with pytest.raises(ErroDeUso) as problema:
        asyncio.run(main())
    assert dito in str(problema.value)
    assert "requirements.lock" in problema.value.remedio
