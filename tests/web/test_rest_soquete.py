"""REST through a real socket: Hypercorn, keep-alive, a slow client, a large body, HTTP/1.0."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from balcao.ajustes.campos import Ajustes
from balcao.porta.configuracao import configuracao
from balcao.porta.porta import Porta
from balcao.servidor.montagem import montar
from tests.servidor import CHAVE_DOS_SEGREDOS
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
        ajustes = Ajustes(
            jwt_secret=SEGREDO, database_url=dsn, port=0, dados=dados, chaves_dos_segredos=(CHAVE_DOS_SEGREDOS,)
        )
        vivo = await montar(pilha, ajustes)
        porta = vivo.soquete.getsockname()[1]
        porteira = Porta(vivo.app, configuracao(vivo.soquete))
        await porteira.abrir()
        try:
            yield Servidor(vivo.app, vivo.no), porta
        finally:
            await porteira.recusar()
            await porteira.fechar(1)


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


def test_a_large_body_is_refused_and_its_connection_ends_with_the_answer(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (s, porta):
            linha, token = await ligar(porta), s.usuario().token
            await linha.mandar(pedido("POST", "/atendimento/tickets", {"assunto": "x" * 3_000_000}, token))
            status, headers, dados = await asyncio.wait_for(linha.resposta(), 30)
            assert (status, json.loads(dados)["codigo"]) == (413, "corpo_grande_demais")
            assert headers["connection"] == "close"
            assert await asyncio.wait_for(linha.fim(), 30) == b""
            linha.fechar()

    asyncio.run(main())


def test_a_short_body_that_is_refused_leaves_its_connection_as_it_was(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as (_, porta):
            linha = await ligar(porta)
            for _ in range(3):
                await linha.mandar(pedido("POST", "/atendimento/tickets", {"assunto": "x" * 30_000}))
                assert (await asyncio.wait_for(linha.resposta(), 30))[0] == 401
            await linha.mandar(pedido("GET", "/saude"))
            assert (await asyncio.wait_for(linha.resposta(), 30))[0] == 200
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
            assert (await asyncio.wait_for(rapida.resposta(), 30))[0] == 200
            await lentas[0].mandar(inteiro[-5:])
            assert (await asyncio.wait_for(lentas[0].resposta(), 30))[0] == 201
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
            assert (await asyncio.wait_for(linha.resposta(), 30))[0] == 404
            linha.fechar()

    asyncio.run(main())
