"""The HTTP server of the fakes, over real sockets."""

from __future__ import annotations

import httpx2
import pytest
import trio

from connectors.fakes import servidor_http
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta, resposta_json, servindo


async def eco(pedido: Pedido) -> Resposta | Cair:
    if pedido.caminho == "/cair":
        return CAIR
    if pedido.caminho == "/cortar":
        return Resposta(corpo=b"0123456789", cortada_em=4)
    dados = {"metodo": pedido.metodo, "caminho": pedido.caminho, "q": dict(pedido.consulta), "n": len(pedido.corpo)}
    return resposta_json(dados | {"tipo": pedido.tipo}, 201, {"X-Nome": "valor"})


async def test_a_request_comes_whole_and_its_answer_goes_back() -> None:
    async with servindo(eco) as servidor, httpx2.AsyncClient(base_url=servidor.base) as http:
        resposta = await http.post("/a%20b?x=1&y=", content=b"z" * 200_000, headers={"content-type": "Text/Plain; a=b"})
        assert resposta.status_code == 201
        assert resposta.headers["x-nome"] == "valor"
        esperado = {"metodo": "POST", "caminho": "/a b", "q": {"x": "1", "y": ""}, "n": 200_000, "tipo": "text/plain"}
        assert resposta.json() == esperado
        assert (await http.head("/")).content == b""
        assert (await http.get("/")).json()["n"] == 0


async def test_a_connection_is_used_again() -> None:
    pedido = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with servindo(eco) as servidor:
        corrente = await trio.open_tcp_stream("127.0.0.1", servidor.porta)
        async with corrente:
            await corrente.send_all(pedido + pedido)
            recebido = b""
            while recebido.count(b"HTTP/1.1 201") < 2:
                recebido += await corrente.receive_some()


async def test_a_handler_can_let_the_connection_drop() -> None:
    async with servindo(eco) as servidor, httpx2.AsyncClient(base_url=servidor.base) as http:
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.post("/cair")
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.get("/cortar")
        assert (await http.get("/")).status_code == 201


async def test_what_is_not_http_is_refused_and_the_server_goes_on() -> None:
    async with servindo(eco) as servidor, httpx2.AsyncClient(base_url=servidor.base) as http:
        async with await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
            await corrente.send_all(b"\x00\xff nonsense\r\n\r\n")
            assert b"400" in await corrente.receive_some()
        assert (await http.get("/")).status_code == 201


async def test_a_body_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servidor_http, "CORPO_MAXIMO", 1_000)
    async with servindo(eco) as servidor, httpx2.AsyncClient(base_url=servidor.base) as http:
        assert (await http.post("/", content=b"z" * 1_001)).status_code == 413
        assert (await http.post("/", content=b"z" * 1_000)).status_code == 201
