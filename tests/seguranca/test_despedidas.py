"""Clients that leave as no client should: of a hundred nothing stays, on whatever they spoke."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.seguranca.http_apoio import CHAVE, Contas, Linha, NoAr, ate, cabeca, no_ar, quadro

QUANTOS = 100
PACOTE = "/docs/swagger-ui-bundle.js"
POLLING = "/socket.io/?EIO=4&transport=polling"

Comeco = Callable[[NoAr], Awaitable[Linha]]


async def pedindo(ar: NoAr) -> Linha:
    """A request is under way, and its body has not come."""
    linha = await ar.ligar()
    token = ar.servidor.usuario().token
    campos = (f"Authorization: Bearer {token}", "Content-Type: application/json", "Content-Length: 50000")
    linha.escritor.write(cabeca("POST", "/atendimento/tickets", *campos) + b"{")
    await linha.escritor.drain()
    return linha


async def respondida(ar: NoAr) -> Linha:
    linha = await ar.ligar()
    linha.escritor.write(cabeca("GET", "/saude"))
    assert await linha.status() == 200
    return linha


async def no_meio_da_cabeca(ar: NoAr) -> Linha:
    linha = await ar.ligar()
    linha.escritor.write(b"GET /saude HTTP/1.1\r\nHost")
    return linha


async def baixando(ar: NoAr) -> Linha:
    """A megabyte and a half is under way, and nobody reads it."""
    linha = await ar.ligar()
    linha.escritor.write(cabeca("GET", PACOTE))
    await linha.leitor.readexactly(4_096)
    transporte = linha.escritor.transport
    assert isinstance(transporte, asyncio.ReadTransport)
    transporte.pause_reading()
    return linha


async def baixando_arquivo(ar: NoAr) -> Linha:
    """The same of a file, which is read as it leaves."""
    linha = await ar.ligar()
    linha.escritor.write(cabeca("GET", await _arquivo(ar)))
    assert b" 200 " in await linha.leitor.readuntil(b"\r\n\r\n")
    transporte = linha.escritor.transport
    assert isinstance(transporte, asyncio.ReadTransport)
    transporte.pause_reading()
    return linha


async def enviando_arquivo(ar: NoAr) -> Linha:
    linha = await ar.ligar()
    token = ar.servidor.usuario().token
    campos = (
        f"Authorization: Bearer {token}",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Length: 900000",
    )
    linha.escritor.write(cabeca("POST", "/atendimento/mensagens/arquivo", *campos) + b"--x\r\n")
    return linha


async def esperando(ar: NoAr) -> Linha:
    """A long poll is held."""
    linha = await ar.ligar()
    linha.escritor.write(cabeca("GET", POLLING))
    async with asyncio.timeout(20):
        await linha.leitor.readuntil(b"\r\n\r\n")
        aberto = (await linha.leitor.readuntil(b"}"))[1:]
    linha.escritor.write(cabeca("GET", f"{POLLING}&sid={json.loads(aberto)['sid']}"))
    return linha


async def no_websocket(ar: NoAr) -> Linha:
    linha = await ar.websocket()
    linha.escritor.write(quadro(1, b'{"event":"autenticar"', fim=False))
    return linha


async def no_socketio(ar: NoAr) -> Linha:
    return await ar.websocket("/socket.io/?EIO=4&transport=websocket")


COMECOS: list[Comeco] = [
    pedindo, respondida, no_meio_da_cabeca, baixando, baixando_arquivo, enviando_arquivo, esperando, no_websocket,
    no_socketio,
]  # fmt: skip


def test_a_hundred_rude_goodbyes_on_every_protocol_leave_nothing_behind(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balcao.porta.conexao.CABECA_S", 2.0)

    async def main() -> None:
        async with no_ar(dsn) as ar:
            for comeco in COMECOS:
                await _despedir(ar, comeco)  # for what is made at the first use, and kept
                contas = Contas()
                await _despedir(ar, comeco)
                await contas.voltarem()

    asyncio.run(main())


async def _arquivo(ar: NoAr) -> str:
    """The address of a large file, which is sent once."""
    if not ar.arquivo:
        admin = ar.servidor.usuario()
        ticket = (await admin("POST", "/tickets", {"contato_nome": "A", "contato_email": "a@exemplo.com"})).ok(201)
        campos = b'--x\r\nContent-Disposition: form-data; name="ticketId"\r\n\r\n' + ticket["id"].encode()
        arquivo = (
            b'\r\n--x\r\nContent-Disposition: form-data; name="arquivo"; filename="a.txt"\r\n\r\n' + b"oi " * 10**6
        )
        formulario = campos + arquivo + b"\r\n--x--\r\n"
        tipo = "multipart/form-data; boundary=x"
        mensagem = (await admin("POST", "/mensagens/arquivo", formulario, content_type=tipo)).ok(201)
        partes = urlsplit(mensagem["arquivoUrl"])
        ar.arquivo = f"{partes.path}?{partes.query}"
    return ar.arquivo


async def _despedir(ar: NoAr, comeco: Comeco) -> None:
    for fim in (Linha.romper, Linha.sair):
        for linha in [await comeco(ar) for _ in range(QUANTOS // 2)]:
            fim(linha)
        await ate(lambda: not ar.porteira._conexoes, f"the end of every connection of {comeco.__name__}")
    catraca = ar.porteira.catraca
    assert [*catraca._todas, *catraca._chaves, *catraca._empresas, *catraca._por_empresa, *catraca._alem] == []
    for sessao in list(_sessoes(ar).values()):  # those of long polls outlive their requests, until their pulse
        sessao.acabar()


def _sessoes(ar: NoAr) -> Any:
    (borda,) = {b for b in ar.servidor.app.caminhos._bordas.values() if hasattr(b, "_sessoes")}
    return borda._sessoes


def test_http2_by_prior_knowledge_is_closed_and_its_offer_ignored(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            prefacio = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"
            assert await ar.pedir(prefacio) == b""
            linha = await ar.ligar()
            for _ in range(2):  # and the connection serves on
                oferta = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")
                linha.escritor.write(cabeca("GET", "/saude", *oferta))
                assert await linha.status() == 200
            linha.sair()
            assert (await ar.pedir(b"GET /saude HTTP/2.0\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 505 ")
            falso = cabeca("GET", "/atendimento/ws", "Upgrade: h2c, websocket", "Connection: Upgrade", CHAVE)
            linha = await ar.ligar()
            linha.escritor.write(falso)
            assert await linha.status() == 404
            linha.sair()

    asyncio.run(main())
