"""Who is refused by the head alone is refused before anything of the body is kept."""

from __future__ import annotations

import asyncio

import pytest

from tests.seguranca.http_apoio import SOBRA, Contas, Linha, NoAr, ate, cabeca, memoria, no_ar

ANONIMOS = 150
MUITO = 1_000_000
JSON = "Content-Type: application/json"


async def a_prestacoes(ar: NoAr, *campos: str, alvo: str = "/atendimento/tickets", metodo: str = "POST") -> Linha:
    """A head that announces a large body, which does not come."""
    linha = await ar.ligar()
    linha.escritor.write(cabeca(metodo, alvo, *campos))
    return linha


def test_each_refusal_comes_before_the_body_and_ends_its_connection(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            admin = f"Authorization: Bearer {ar.servidor.usuario().token}"
            atendente = f"Authorization: Bearer {ar.servidor.usuario('atendente').token}"
            tamanho = f"Content-Length: {MUITO}"
            for status, linha in (
                (401, await a_prestacoes(ar, JSON, tamanho)),
                (401, await a_prestacoes(ar, JSON, "Transfer-Encoding: chunked")),
                (401, await a_prestacoes(ar, JSON, tamanho, alvo="/atendimento/mensagens/arquivo")),
                (403, await a_prestacoes(ar, JSON, tamanho, atendente, alvo="/atendimento/filas")),
                (404, await a_prestacoes(ar, JSON, tamanho, alvo="/nada")),
                (405, await a_prestacoes(ar, JSON, tamanho, metodo="PUT")),
                (413, await a_prestacoes(ar, JSON, "Content-Length: 99999999999", admin)),
                (415, await a_prestacoes(ar, "Content-Type: text/plain", tamanho, admin)),
                (415, await a_prestacoes(ar, tamanho, admin)),
            ):
                async with asyncio.timeout(20):
                    resposta = await linha.leitor.readuntil(b"\r\n\r\n")
                    assert resposta.startswith(b"HTTP/1.1 %d" % status), (status, resposta)
                    assert b"connection: close" in resposta.lower()
                    await linha.ate_o_fim()
                linha.sair()

    asyncio.run(main())


def test_a_flood_is_429_by_its_heads(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            anonimos = ar.servidor.app.porteiro._limitador._anonimos
            (_, balde) = anonimos._baldes[0]
            monkeypatch.setattr(type(balde), "demora", lambda self, falta: 10**9)
            linha = await a_prestacoes(ar, JSON, f"Content-Length: {MUITO}")
            assert await linha.status() == 429
            linha.sair()

    asyncio.run(main())


def test_anonymous_bodies_are_not_kept(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            for _ in range(2):  # what is made at the first use is kept
                contas = Contas()
                linhas = [await a_prestacoes(ar, JSON, f"Content-Length: {MUITO}") for _ in range(ANONIMOS)]
                for linha in linhas:
                    linha.escritor.write(b"x" * (MUITO - 1))
                await asyncio.gather(*(linha.status() for linha in linhas))
                depois = memoria()
                for linha in linhas:
                    linha.romper()
                await ate(lambda: not ar.porteira._conexoes, "the end of every connection")
            assert depois - contas.rss < SOBRA + ANONIMOS * 2 * 131_072  # what the kernel and the client hold is theirs
            await contas.voltarem()

    asyncio.run(main())


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked_only_if_it_may_send_it(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            espera, corpo = "Expect: 100-continue", b'{"nome":"Vendas"}'
            tamanho = f"Content-Length: {len(corpo)}"
            linha = await a_prestacoes(ar, JSON, tamanho, espera, alvo="/atendimento/filas")
            assert (await linha.ate_o_fim()).startswith(b"HTTP/1.1 401 ")
            linha.sair()
            admin = f"Authorization: Bearer {ar.servidor.usuario().token}"
            linha = await a_prestacoes(ar, JSON, tamanho, espera, admin, alvo="/atendimento/filas")
            assert (await linha.leitor.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
            linha.escritor.write(corpo)
            assert await linha.status() == 201
            linha.sair()

    asyncio.run(main())


def test_a_client_that_sends_all_before_it_reads_still_reads_why_it_was_refused(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await a_prestacoes(ar, JSON, f"Content-Length: {3 * MUITO}")
            for _ in range(30):
                linha.escritor.write(b"x" * (MUITO // 10))
                await linha.escritor.drain()
            assert await linha.status() == 401
            assert await linha.ate_o_fim() == b""
            linha.sair()

    asyncio.run(main())


def test_a_head_that_comes_drop_by_drop_is_408_and_silence_is_closed(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "balcao.porta.conexao.CABECA_S", 1.5
    )  # what is sent in time must arrive in it on a busy machine too

    async def main() -> None:
        async with no_ar(dsn) as ar:
            assert await ar.pedir(b"") == b""
            assert (await ar.pedir(b"GET /saude HTTP/1.1\r\nHost: x\r\n")).startswith(b"HTTP/1.1 408 ")
            linha = await ar.ligar()
            linha.escritor.write(cabeca("GET", "/saude"))
            assert await linha.status() == 200
            linha.escritor.write(b"G")  # also between two requests, once it has begun
            assert (await linha.ate_o_fim()).startswith(b"HTTP/1.1 408 ")
            linha.sair()

    asyncio.run(main())
