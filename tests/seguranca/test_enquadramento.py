"""Requests that two readers would understand differently are refused, and their connections with them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balcao.porta.cabeca import CABECA_MAXIMA, CAMPOS_MAXIMO, CabecaRecusada, conferir
from tests.seguranca.http_apoio import SOBE, NoAr, cabeca, no_ar

SEGUNDA = b"GET /saude HTTP/1.1\r\nHost: x\r\n\r\n"
"""What is smuggled: it must never be answered."""
TOKEN = "Authorization: Bearer a.b.c"


def post(*campos: str, corpo: bytes = b"", versao: str = "1.1") -> bytes:
    linhas = [f"POST /atendimento/tickets HTTP/{versao}", "Host: x", *campos, "", ""]
    return "\r\n".join(linhas).encode("latin1") + corpo


PEDACOS = "Transfer-Encoding: chunked"
AMBIGUAS = {
    "length and coding": post("Content-Length: 5", PEDACOS, corpo=b"0\r\n\r\n"),
    "coding and length": post(PEDACOS, "content-length: 5", corpo=b"0\r\n\r\n"),
    "two lengths": post("Content-Length: 2", "Content-Length: 3", corpo=b"{} "),
    "one length twice": post("Content-Length: 2", "Content-Length: 2", corpo=b"{}"),
    "a list of lengths": post("Content-Length: 2, 2", corpo=b"{}"),
    "a signed length": post("Content-Length: +2", corpo=b"{}"),
    "a length in hex": post("Content-Length: 0x2", corpo=b"{}"),
    "an empty length": post("Content-Length:", corpo=b"{}"),
    "a length in spaces alone": post("Content-Length: \t ", corpo=b"{}"),
    "a length of other digits": post("Content-Length: \xb2", corpo=b"{}"),
    "a coding that is none": post("Transfer-Encoding: identity", corpo=b"0\r\n\r\n"),
    "chunked twice": post("Transfer-Encoding: chunked, chunked", corpo=b"0\r\n\r\n"),
    "chunked not last": post("Transfer-Encoding: chunked, gzip", corpo=b"0\r\n\r\n"),
    "chunked with a parameter": post("Transfer-Encoding: chunked;q=1", corpo=b"0\r\n\r\n"),
    "chunked in quotes": post('Transfer-Encoding: "chunked"', corpo=b"0\r\n\r\n"),
    "chunked after nothing": post("Transfer-Encoding: ,chunked", corpo=b"0\r\n\r\n"),
    "chunked after a vertical tab": post("Transfer-Encoding: \x0bchunked", corpo=b"0\r\n\r\n"),
    "no coding": post("Transfer-Encoding:", corpo=b"0\r\n\r\n"),
    "coding in HTTP/1.0": post(PEDACOS, versao="1.0", corpo=b"0\r\n\r\n"),
    "two tokens": post(TOKEN, TOKEN),
    "two keys": post("Idempotency-Key: a", "Idempotency-Key: b"),
    "two types": post("Content-Type: application/json", "Content-Type: text/plain"),
    "two hosts": cabeca("GET", "/saude", "Host: y"),
    "a host with a space": cabeca("GET", "/saude", host="x y"),
    "a host with a name before it": cabeca("GET", "/saude", host="a@x"),
    "a host with a path": cabeca("GET", "/saude", host="x/y"),
    "a host with a port that is none": cabeca("GET", "/saude", host="x:a"),
    "a host in half a bracket": cabeca("GET", "/saude", host="[::1"),
    "no host": b"GET /saude HTTP/1.1\r\n\r\n",
    "a folded line": b"GET /saude HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n",
    "a folded line, by a tab": b"GET /saude HTTP/1.1\r\nHost: x\r\nX-A: a\r\n\tb\r\n\r\n",
    "lines that end in LF": b"GET /saude HTTP/1.1\nHost: x\n\n",
    "one line that ends in LF": b"GET /saude HTTP/1.1\r\nHost: x\nX-A: a\r\n\r\n",
    "a head that ends in LF": b"GET /saude HTTP/1.1\r\nHost: x\r\n\n",
    "a bare CR": b"GET /saude HTTP/1.1\r\nHost: x\rX-A: a\r\n\r\n",
    "a space before a colon": b"GET /saude HTTP/1.1\r\nHost: x\r\nX-A : a\r\n\r\n",
    "a NUL": b"GET /saude HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
    "no colon": b"GET /saude HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n",
    "an authority": cabeca("CONNECT", "x:443"),
    "an unknown scheme": cabeca("GET", "ftp://x/saude"),
    "a name before the host": cabeca("GET", "http://a@x/saude"),
    "no host in the target": cabeca("GET", "http:///saude"),
    "a host with a backslash in the target": cabeca("GET", "http://x\\y/saude"),
    "a space before the colon of a token": cabeca("GET", "/saude", "Authorization : Bearer a.b.c"),
    "a tab before the colon of a length": post("Content-Length\t: 2", corpo=b"{}"),
    "a websocket with a body": cabeca("GET", "/atendimento/ws", *SOBE, "Content-Length: 3"),
}
MAUS_PEDACOS = {
    "no size": b"x\r\nab\r\n0\r\n\r\n",
    "a signed size": b"+2\r\n{}\r\n0\r\n\r\n",
    "a size with a prefix": b"0x2\r\n{}\r\n0\r\n\r\n",
    "a size too long to be one": b"00000000000000002\r\n{}\r\n0\r\n\r\n",
    "a size that ends in LF": b"2\n{}\r\n0\r\n\r\n",
    "an extension that holds LF": b"2;a\n\r\n{}\r\n0\r\n\r\n",
    "an extension that holds CR": b"2;a\rb\r\n{}\r\n0\r\n\r\n",
    "more than it said": b"2\r\n{}x\r\n0\r\n\r\n",
    "a chunk that ends in LF": b"2\r\n{}\n0\r\n\r\n",
    "an end in LF": b"2\r\n{}\r\n0\r\n\n",
    "a trailer that ends in LF": b"2\r\n{}\r\n0\r\nX-A: a\n\r\n",
    "a folded trailer": b"2\r\n{}\r\n0\r\nX-A: a\r\n b\r\n\r\n",
    "endless trailers": b"2\r\n{}\r\n0\r\n" + b"X-A: a\r\n" * 2_000,
    "an endless extension": b"2;" + b"a" * 9_000,
}


@pytest.fixture(scope="module")
def aberto(dsn: str) -> object:
    """Every input on one server: they end connections, not servers."""
    respostas: dict[str, bytes] = {}

    async def main() -> None:
        async with no_ar(dsn) as ar:
            for nome, bruto in AMBIGUAS.items():
                respostas[nome] = await ar.pedir(bruto + SEGUNDA)
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            for nome, corpo in MAUS_PEDACOS.items():
                bruto = post(token, PEDACOS, "Content-Type: application/json", corpo=corpo)
                respostas[nome] = await ar.pedir(bruto + SEGUNDA)

    asyncio.run(main())
    return respostas


@pytest.mark.parametrize("nome", [*AMBIGUAS, *MAUS_PEDACOS])
def test_what_can_be_read_in_two_ways_is_answered_once_with_400_and_closed(aberto: dict[str, bytes], nome: str) -> None:
    resposta = aberto[nome]
    assert resposta.startswith(b"HTTP/1.1 400 "), resposta
    assert resposta.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in resposta
    assert b'"codigo":"requisicao_malformada"' in resposta


def test_a_head_that_is_too_long_is_431_whole_or_not(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            longa = cabeca("GET", "/saude", "X-A: " + "a" * CABECA_MAXIMA)
            for bruto in (longa, longa[:-10]):
                assert (await ar.pedir(bruto)).startswith(b"HTTP/1.1 431 ")

    asyncio.run(main())


def test_a_head_of_too_many_fields_is_431_whole_or_not(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            muitas = cabeca("GET", "/saude", *["a:"] * CAMPOS_MAXIMO)
            for bruto in (muitas, muitas[:-2], cabeca("GET", "/saude", *["a:"] * 2_000)):
                assert (await ar.pedir(bruto)).startswith(b"HTTP/1.1 431 ")

    asyncio.run(main())


def test_a_coding_that_is_one_and_is_not_known_is_501(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            resposta = await ar.pedir(post("Transfer-Encoding: gzip, chunked", corpo=b"0\r\n\r\n") + SEGUNDA)
            assert resposta.startswith(b"HTTP/1.1 501 ")
            assert resposta.count(b"HTTP/1.1 ") == 1

    asyncio.run(main())


@pytest.mark.parametrize("resto", [b"\r\n", SEGUNDA, b"\0" * 100_000], ids=["a line", "a request", "anything"])
@pytest.mark.parametrize("campo", ["Connection: close", ""], ids=["close", "HTTP/1.0"])
def test_what_comes_after_the_last_request_is_dropped_and_that_one_answered(dsn: str, campo: str, resto: bytes) -> None:
    """It was done: a refusal would have its client do it again."""

    async def main() -> None:
        async with no_ar(dsn) as ar:
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            corpo = b'{"nome":"Vendas"}'
            campos = (token, "Content-Type: application/json", f"Content-Length: {len(corpo)}", campo)
            bruto = cabeca("POST", "/atendimento/filas", *filter(None, campos)) + corpo
            if not campo:
                bruto = bruto.replace(b"HTTP/1.1", b"HTTP/1.0", 1)
            resposta = await ar.pedir(bruto + resto)
            assert resposta.startswith(b"HTTP/1.1 201 "), resposta
            assert resposta.count(b"HTTP/1.1 ") == 1

    asyncio.run(main())


def test_an_empty_line_before_a_request_is_passed_over(dsn: str) -> None:
    """RFC 9112 §2.2: some clients send one after a body."""

    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.ligar()
            linha.escritor.write(b"\r\n" + SEGUNDA)
            assert await linha.status() == 200
            linha.escritor.write(b"\r")
            await asyncio.sleep(0)
            linha.escritor.write(b"\n" + SEGUNDA)
            assert await linha.status() == 200
            linha.sair()

    asyncio.run(main())


@pytest.mark.parametrize("linhas", [("10.0.0.9, 198.51.100.1",), ("10.0.0.9", "198.51.100.1")], ids=["one", "two"])
def test_who_was_passed_on_is_told_from_all_the_lines_that_say_it(dsn: str, linhas: tuple[str, ...]) -> None:
    """Each proxy may add a line of its own instead of a value to that of the one before it."""
    vistos: list[bytes | None] = []

    async def main() -> None:
        async with no_ar(dsn) as ar:
            porteiro: Any = ar.servidor.app.porteiro
            contar = porteiro.entrar

            async def entrar(scope: Any, cabecalhos: dict[bytes, bytes]) -> Any:
                vistos.append(cabecalhos.get(b"x-forwarded-for"))
                return await contar(scope, cabecalhos)

            porteiro.entrar = entrar
            campos = (f"X-Forwarded-For: {linha}" for linha in linhas)
            linha = await ar.ligar()
            linha.escritor.write(cabeca("GET", "/nada", *campos))
            assert await linha.status() == 404
            linha.sair()

    asyncio.run(main())
    assert vistos == [b"10.0.0.9, 198.51.100.1"]


def test_an_absolute_target_is_served_as_the_path_it_names(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.ligar()
            for alvo in ("http://x/saude", "HTTPS://outro:8443/saude?a=1", "http://x/saude/"):
                linha.escritor.write(cabeca("GET", alvo))
                assert await linha.status() == 200
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            linha.escritor.write(cabeca("GET", "http://x/atendimento/filas", token))
            assert await linha.status() == 200
            linha.escritor.write(cabeca("GET", "/"))
            raiz = await linha.status()
            for alvo, status in (("http://x", raiz), ("http://x?", raiz), ("http://x/nada", 404)):
                linha.escritor.write(cabeca("GET", alvo))
                assert await linha.status() == status
            linha.escritor.write(cabeca("OPTIONS", "*"))
            assert await linha.status() < 500
            linha.sair()

    asyncio.run(main())


def test_a_chunked_body_that_is_one_is_read_whatever_its_pieces(dsn: str) -> None:
    corpo = b'{"nome":"Vendas"}'
    inteiro = b"".join(b"%x ;a=b\r\n%b\r\n" % (1, corpo[n : n + 1]) for n in range(len(corpo)))
    inteiro += b"000\r\nX-A: a\r\n\r\n"

    async def main() -> None:
        async with no_ar(dsn) as ar:
            linha = await ar.ligar()
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            campos = (token, PEDACOS, "Content-Type: application/json")
            for tamanho in (1, 2, 7, len(inteiro)):
                linha.escritor.write(cabeca("POST", "/atendimento/filas", *campos))
                for inicio in range(0, len(inteiro), tamanho):
                    linha.escritor.write(inteiro[inicio : inicio + tamanho])
                    await asyncio.sleep(0)
                assert await linha.status() in {201, 409}  # the name is taken from the second time on
            linha.escritor.write(SEGUNDA)
            assert await linha.status() == 200
            linha.sair()

    asyncio.run(main())


CAMINHOS = (
    "/atendimento/mensagens/arquivo",
    "/atendimento/tickets",
    "/saude",
    "/docs",
    "/socket.io",
    "/atendimento/ws",
)
VARIANTES = ("{}/", "/{}", "{}//", "{}/.", "{}%2F", "{}/x", "/.{}", "{};a", "{}%00", "{}?")


async def nunca_500(ar: NoAr, token: str) -> None:
    for caminho in CAMINHOS:
        encodado = "".join(f"%{ord(c):02X}" if c.isalpha() else c for c in caminho)
        for alvo in (caminho, encodado, *(variante.format(caminho) for variante in VARIANTES)):
            for metodo in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "PATCH", "DELETE"):
                for tipo in ("application/json", "multipart/form-data; boundary=x"):
                    campos = (token, f"Content-Type: {tipo}", "Content-Length: 2", "Connection: close")
                    resposta = await ar.pedir(cabeca(metodo, alvo, *campos) + b"{}")
                    status = int(resposta.split(b" ", 2)[1])
                    assert status < 500, (metodo, alvo, tipo, resposta)


def test_no_spelling_of_a_path_is_a_500(dsn: str) -> None:
    async def main() -> None:
        async with no_ar(dsn) as ar:
            await nunca_500(ar, f"Authorization: Bearer {ar.servidor.usuario().token}")

    asyncio.run(main())


@pytest.mark.parametrize("caminho", ["/atendimento/mensagens/arquivo/", "/atendimento/mensagens/%61rquivo"])
def test_a_file_sent_to_another_spelling_of_its_path_is_taken_there(dsn: str, caminho: str) -> None:
    formulario = (
        b'--x\r\nContent-Disposition: form-data; name="ticketId"\r\n\r\n00000000-0000-7000-8000-000000000000\r\n'
        b'--x\r\nContent-Disposition: form-data; name="arquivo"; filename="a.txt"\r\n\r\noi\r\n--x--\r\n'
    )

    async def main() -> None:
        async with no_ar(dsn) as ar:
            token = f"Authorization: Bearer {ar.servidor.usuario().token}"
            tipo, tamanho = "Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(formulario)}"
            resposta = await ar.pedir(cabeca("POST", caminho, token, tipo, tamanho, "Connection: close") + formulario)
            assert b"ticket_nao_encontrado" in resposta, resposta  # it was read to its end

    asyncio.run(main())


@given(st.binary(max_size=200))
def test_whatever_bytes_come_a_head_is_taken_refused_or_waited_for(recebido: bytes) -> None:
    lida = None
    with suppress(CabecaRecusada):
        lida = conferir(recebido)
    assert lida is None or b"\r\n\r\n" in recebido


@given(st.integers(0, 120))
def test_a_good_head_is_waited_for_wherever_it_is_cut(onde: int) -> None:
    inteira = cabeca("POST", "/atendimento/tickets", TOKEN, "Content-Length: 2")
    if onde < len(inteira):
        assert conferir(inteira[:onde]) is None
    lida = conferir(inteira + b"\n\n")
    assert lida is not None
    assert lida.tem_corpo
