"""HTTP straight on trio, as httpx2 sees it: over real sockets, with all that goes wrong on them."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx2
import pytest
import trio
from trio.testing import MockClock

from connectors.corpo_limitado import ler_ate
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta, resposta_json, servindo
from connectors.transporte import Transporte

Conversa = Callable[[trio.SocketStream], Awaitable[None]]


@asynccontextmanager
async def cliente(ligacoes: int = 10, prazo_s: float | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    transporte = Transporte(ligacoes=ligacoes)
    async with httpx2.AsyncClient(transport=transporte, timeout=prazo_s, trust_env=False) as http:
        yield http


@asynccontextmanager
async def servidor_cru(conversa: Conversa) -> AsyncIterator[str]:
    """One that says exactly what the test wants."""

    async def atender(corrente: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError):
            async with corrente:
                await conversa(corrente)

    async with trio.open_nursery() as grupo:
        escutas = await grupo.start(trio.serve_tcp, atender, 0)
        yield f"http://127.0.0.1:{escutas[0].socket.getsockname()[1]}"
        grupo.cancel_scope.cancel()


async def eco(pedido: Pedido) -> Resposta | Cair:
    if pedido.caminho == "/cair":
        return CAIR
    if pedido.caminho == "/cortar":
        return Resposta(corpo=b"0123456789", cortada_em=4)
    if pedido.caminho == "/grande":
        return Resposta(corpo=b"x" * 1_000_000)
    return resposta_json({"n": len(pedido.corpo), "q": dict(pedido.consulta), "t": pedido.tipo})


def dizendo(*respostas: bytes) -> Conversa:
    async def conversa(corrente: trio.SocketStream) -> None:
        for resposta in respostas:
            await corrente.receive_some()
            await corrente.send_all(resposta)

    return conversa


async def test_a_request_goes_and_its_answer_comes() -> None:
    async with servindo(eco) as servidor, cliente() as http:
        resposta = await http.post(f"{servidor.base}/a?x=1", content=b"z" * 300_000, headers={"content-type": "a/b"})
        assert resposta.json() == {"n": 300_000, "q": {"x": "1"}, "t": "a/b"}
        enviado = await http.post(servidor.base, data={"a": "b"}, files={"file": ("n.txt", b"conteudo", "text/plain")})
        assert enviado.json()["t"] == "multipart/form-data"
        assert (await http.head(servidor.base)).status_code == 200


async def test_a_body_that_comes_bit_by_bit_goes_so() -> None:
    async def aos_poucos() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"z" * 30_000

    async with servindo(eco) as servidor, cliente() as http:
        assert (await http.post(servidor.base, content=aos_poucos())).json()["n"] == 300_000


async def test_connections_are_used_again_and_not_more_than_allowed() -> None:
    ligadas = 0

    async def conversa(corrente: trio.SocketStream) -> None:
        nonlocal ligadas
        ligadas += 1
        while await corrente.receive_some():
            await corrente.send_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    async with servidor_cru(conversa) as base, cliente(ligacoes=2) as http, trio.open_nursery() as grupo:
        for _ in range(20):
            grupo.start_soon(http.get, base)
    assert ligadas == 2


async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    async with servidor_cru(dizendo(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) as base, cliente() as http:
        for _ in range(5):
            assert (await http.get(base)).status_code == 200
            await trio.testing.wait_all_tasks_blocked(0.02)  # the server's end arrives


async def test_a_connection_that_was_idle_for_long_is_not_used_again(mock_clock: MockClock) -> None:
    async with servindo(eco) as servidor, cliente() as http:
        for _ in range(3):
            assert (await http.get(servidor.base)).status_code == 200
            mock_clock.jump(5)


async def test_what_is_idle_is_closed_whoever_is_spoken_to_next(mock_clock: MockClock) -> None:
    acabou = trio.Event()

    async def conversa(corrente: trio.SocketStream) -> None:
        while await corrente.receive_some():
            await corrente.send_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        acabou.set()

    async with servidor_cru(conversa) as base, servindo(eco) as outro, cliente() as http:
        await http.get(base)
        mock_clock.jump(5)
        await http.get(outro.base)
        await acabou.wait()


async def test_of_origins_that_nobody_speaks_to_any_more_nothing_is_kept(mock_clock: MockClock) -> None:
    transporte = Transporte()
    async with httpx2.AsyncClient(transport=transporte, timeout=None, trust_env=False) as http, servindo(eco) as ultimo:
        for _ in range(3):
            async with servindo(eco) as servidor:
                await http.get(servidor.base)
        with pytest.raises(httpx2.ConnectError):
            await http.get(servidor.base)  # nobody is there any more
        mock_clock.jump(5)
        await http.get(ultimo.base)
        assert [origem[2] for origem in transporte._destinos] == [ultimo.porta]


async def test_an_origin_that_hangs_holds_up_no_other() -> None:
    async def calado(corrente: trio.SocketStream) -> None:
        await trio.sleep_forever()

    async with (
        servidor_cru(calado) as base,
        servindo(eco) as outro,
        cliente(ligacoes=2) as http,
        trio.open_nursery() as grupo,
    ):
        for _ in range(5):
            grupo.start_soon(http.get, base)
        await trio.testing.wait_all_tasks_blocked(0.02)
        assert (await http.get(outro.base)).status_code == 200
        grupo.cancel_scope.cancel()


async def test_a_connection_that_says_close_is_closed() -> None:
    fim = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nate o fim"
    async with servidor_cru(dizendo(fim)) as base, cliente() as http:
        for _ in range(3):
            assert (await http.get(base)).text == "ate o fim"


async def test_what_comes_before_an_answer_is_skipped() -> None:
    dita = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    async with servidor_cru(dizendo(dita)) as base, cliente() as http:
        assert (await http.get(base)).status_code == 204


@pytest.mark.parametrize(
    "dita",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 200_000,
        b"\x16\x03\x01" * 20,
    ],
)
async def test_what_is_no_answer_is_an_error_of_the_server(dita: bytes) -> None:
    async with servidor_cru(dizendo(dita)) as base, cliente() as http:
        for _ in range(2):
            with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
                await http.get(base)


async def test_a_dropped_answer_is_an_error_and_the_next_request_works() -> None:
    async with servindo(eco) as servidor, cliente(ligacoes=1) as http:
        for caminho in ("/cair", "/cortar"):
            with pytest.raises(httpx2.RemoteProtocolError):
                await http.get(servidor.base + caminho)
        assert (await http.get(servidor.base)).status_code == 200


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with cliente() as http:
        for base in ("http://127.0.0.1:9", "http://nao-existe.invalid"):
            with pytest.raises(httpx2.ConnectError):
                await http.get(base)
        with pytest.raises(httpx2.UnsupportedProtocol):
            await http.get("ftp://x/y")
    async with servindo(eco) as servidor, cliente() as http:
        with pytest.raises(httpx2.ConnectError):  # it speaks no TLS
            await http.get(servidor.base.replace("http:", "https:"))


@pytest.mark.parametrize("valor", ["a\r\nb: c", "a\nb", "a\0"])
async def test_a_header_that_would_be_two_is_never_sent(valor: str) -> None:
    async with servindo(eco) as servidor, cliente() as http:
        with pytest.raises(httpx2.LocalProtocolError):
            await http.get(servidor.base, headers={"x": valor})
        assert (await http.get(servidor.base)).status_code == 200


async def test_each_wait_has_its_limit() -> None:
    async def calado(corrente: trio.SocketStream) -> None:
        await trio.sleep_forever()

    async with servidor_cru(calado) as base, cliente(ligacoes=1, prazo_s=0.05) as http:
        with pytest.raises(httpx2.ReadTimeout):
            await http.get(base)
        with pytest.raises(httpx2.WriteTimeout):
            await http.post(base, content=b"x" * 50_000_000)
    pela_metade = dizendo(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")

    async def e_calado(corrente: trio.SocketStream) -> None:
        await pela_metade(corrente)
        await trio.sleep_forever()

    async with (
        servidor_cru(e_calado) as base,
        cliente(ligacoes=1, prazo_s=0.05) as http,
        http.stream("GET", base) as resposta,
    ):
        with pytest.raises(httpx2.PoolTimeout):
            await http.get(base)
        with pytest.raises(httpx2.ReadTimeout):
            await resposta.aread()


async def test_a_cancelled_request_gives_its_place_back() -> None:
    async def calado(corrente: trio.SocketStream) -> None:
        await trio.sleep_forever()

    async with servidor_cru(calado) as base, servindo(eco) as servidor, cliente(ligacoes=1) as http:
        for _ in range(3):
            with trio.move_on_after(0.02):
                await http.get(base)
        assert (await http.get(servidor.base)).status_code == 200


async def test_all_is_closed_also_where_all_is_cancelled() -> None:
    async with servindo(eco) as servidor:
        with trio.CancelScope() as escopo:
            async with cliente() as http:
                async with trio.open_nursery() as grupo:
                    for _ in range(5):
                        grupo.start_soon(http.get, servidor.base)
                escopo.cancel()
        gc.collect()


async def test_an_answer_may_be_left_at_any_point() -> None:
    async with servindo(eco) as servidor, cliente(ligacoes=1) as http:
        for _ in range(3):
            async with http.stream("GET", f"{servidor.base}/grande") as resposta:
                assert await ler_ate(resposta, 100_000) is None
            async with http.stream("GET", f"{servidor.base}/grande"):
                pass
            async with http.stream("GET", f"{servidor.base}/grande") as inteira:
                assert len(await ler_ate(inteira, 1_000_000) or b"") == 1_000_000
            gc.collect()
