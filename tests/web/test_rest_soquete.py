"""REST through a real socket: Hypercorn, keep-alive, a slow client, a large body, HTTP/1.0."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded
from hypercorn.asyncio import serve
from hypercorn.config import Config

from balcao.ajustes import Ajustes
from balcao.servidor import montar
from tests.web.rest_apoio import SEGREDO, Servidor


class Linha:
    """One TCP connection that speaks HTTP/1.1 by hand."""

    def __init__(self, leitor: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
        self._leitor = leitor
        self._escritor = escritor

    async def mandar(self, dados: bytes) -> None:
        self._escritor.write(dados)
        await self._escritor.drain()

    async def resposta(self) -> tuple[int, dict[str, str], bytes]:
        cabeca = (await self._leitor.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (linha.partition(":") for linha in cabeca[1:] if linha)}
        corpo = await self._leitor.readexactly(int(headers.get("content-length", "0")))
        return int(cabeca[0].split()[1]), headers, corpo

    async def fim(self) -> bytes:
        return await self._leitor.read()

    def fechar(self) -> None:
        self._escritor.close()


@asynccontextmanager
async def no_ar(dsn: str) -> AsyncIterator[tuple[Servidor, int]]:
    async with AsyncExitStack() as pilha:
        dados = Path(pilha.enter_context(TemporaryDirectory(prefix="balcao-teste-")))
        vivo = await montar(pilha, Ajustes(jwt_secret=SEGREDO, database_url=dsn, port=0, dados=dados))
        porta = vivo.soquete.getsockname()[1]
        config = Config()
        config.bind = [f"fd://{vivo.soquete.detach()}"]
        config.graceful_timeout = 1
        config.errorlog = None
        parar = asyncio.Event()

        async def esperar() -> None:
            await parar.wait()

        servindo = asyncio.create_task(serve(vivo.app, config, shutdown_trigger=esperar, mode="asgi"))
        try:
            yield Servidor(vivo.app), porta
        finally:
            parar.set()
            await servindo


async def ligar(porta: int) -> Linha:
    return Linha(*await asyncio.open_connection("127.0.0.1", porta))


def pedido(metodo: str, caminho: str, corpo: Any = None, token: str | None = None, *extras: str) -> bytes:
    dados = b"" if corpo is None else json.dumps(corpo).encode()
    linhas = [f"{metodo} {caminho} HTTP/1.1", "Host: x", *extras]
    if token is not None:
        linhas.append(f"Authorization: Bearer {token}")
    if corpo is not None:
        linhas += ["Content-Type: application/json", f"Content-Length: {len(dados)}"]
    return "\r\n".join([*linhas, "", ""]).encode() + dados


def test_one_connection_carries_many_requests(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            linha, token = await ligar(porta), s.usuario().token
            ids = []
            for _ in range(3):
                corpo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
                await linha.mandar(pedido("POST", "/atendimento/tickets", corpo, token))
                status, headers, dados = await linha.resposta()
                assert (status, headers["content-type"]) == (201, "application/json")
                ids.append(json.loads(dados)["numero"])
            assert ids == [1, 2, 3]
            await linha.mandar(pedido("GET", "/nada"))
            assert (await linha.resposta())[0] == 404
            await linha.mandar(pedido("HEAD", "/saude"))
            linha.fechar()

    asyncio.run(main())


def test_a_body_over_http2_needs_no_content_length(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            leitor, escritor = await asyncio.open_connection("127.0.0.1", porta)
            h2 = H2Connection(H2Configuration(client_side=True))
            h2.initiate_connection()
            headers = [
                (":method", "POST"), (":path", "/atendimento/filas"), (":scheme", "http"), (":authority", "x"),
                ("authorization", f"Bearer {s.usuario().token}"), ("content-type", "application/json"),
            ]  # fmt: skip
            h2.send_headers(1, headers)
            h2.send_data(1, b'{"nome":"Vendas"}', end_stream=True)
            escritor.write(h2.data_to_send())
            recebidos: list[Event] = []
            async with asyncio.timeout(5):
                while not any(isinstance(evento, StreamEnded) for evento in recebidos):
                    recebidos += h2.receive_data(await leitor.read(65_536))
                    escritor.write(h2.data_to_send())
            (resposta,) = [evento for evento in recebidos if isinstance(evento, ResponseReceived)]
            assert dict(resposta.headers or ())[b":status"] == b"201"
            dados = b"".join(evento.data or b"" for evento in recebidos if isinstance(evento, DataReceived))
            assert json.loads(dados)["nome"] == "Vendas"
            escritor.close()

    asyncio.run(main())


def test_a_large_body_is_refused_and_does_not_hang_the_connection(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            linha, token = await ligar(porta), s.usuario().token
            await linha.mandar(pedido("POST", "/atendimento/tickets", {"assunto": "x" * 3_000_000}, token))
            status, _, dados = await asyncio.wait_for(linha.resposta(), 5)
            assert (status, json.loads(dados)["codigo"]) == (413, "corpo_grande_demais")
            await linha.mandar(pedido("GET", "/saude"))
            assert (await asyncio.wait_for(linha.resposta(), 5))[0] == 200
            linha.fechar()

    asyncio.run(main())


def test_slow_bodies_hold_no_turn_of_their_empresa(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            token = s.usuario().token
            lentas = [await ligar(porta) for _ in range(12)]
            inteiro = pedido("POST", "/atendimento/filas", {"nome": "Vendas"}, token)
            for linha in lentas:
                await linha.mandar(inteiro[:-5])
            rapida = await ligar(porta)
            await rapida.mandar(pedido("GET", "/atendimento/atendentes", None, token))
            assert (await asyncio.wait_for(rapida.resposta(), 5))[0] == 200
            await lentas[0].mandar(inteiro[-5:])
            assert (await asyncio.wait_for(lentas[0].resposta(), 5))[0] == 201
            for linha in (*lentas, rapida):
                linha.fechar()

    asyncio.run(main())


def test_two_hundred_at_once_of_one_empresa_are_all_answered(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            token = s.usuario().token
            corpo = {"contato_nome": "João", "contato_email": "joao@example.com"}

            async def um() -> int:
                linha = await ligar(porta)
                await linha.mandar(pedido("POST", "/atendimento/tickets", corpo, token))
                status, _, dados = await linha.resposta()
                linha.fechar()
                assert status == 201
                numero: int = json.loads(dados)["numero"]
                return numero

            numeros = await asyncio.wait_for(asyncio.gather(*(um() for _ in range(200))), 30)
            assert sorted(numeros) == list(range(1, 201))

    asyncio.run(main())


def test_a_websocket_to_nowhere_is_404(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (_, porta):
            linha = await ligar(porta)
            aperto = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
            await linha.mandar(
                pedido("GET", "/nada", None, None, *aperto, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
            )
            assert (await asyncio.wait_for(linha.resposta(), 5))[0] == 404
            linha.fechar()

    asyncio.run(main())
