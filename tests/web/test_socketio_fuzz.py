"""Whatever a client sends to the Socket.IO edge is answered or closes its session, and harms nobody."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trio_websocket import ConnectionClosed

from tests.web.gateway_apoio import Servidor, uid
from tests.web.sio_apoio import NS, conectar, evento, lido, polling, por_ws
from tests.web.test_ws_fuzz import EVENTOS, FORASTEIRO, dados, textos, valores
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, token

nomes = st.sampled_from([*EVENTOS, "autenticar", "connect", "disconnect"]) | textos
namespaces = st.sampled_from([f"{NS},", "", "/,", "/outro,", f"{NS}?x=1,", NS])
ids = st.sampled_from(["", "1", "007", "9" * 100, "9" * 101, "-1", "٣"])
argumentos = st.lists(dados, max_size=3).flatmap(lambda resto: nomes.map(lambda nome: [nome, *resto])) | valores
eventos = st.builds(lambda n, i, a: f"42{n}{i}{json.dumps(a)}", namespaces, ids, argumentos)
certos = st.builds(evento, nomes, dados, st.integers(0, 9))
outros = st.builds(
    lambda tipo, n, resto: f"{tipo}{n}{resto}",
    st.sampled_from([*"012356789b", *(f"4{t}" for t in "013456789"), "4", "451-", "4٣"]),
    namespaces,
    textos | valores.map(json.dumps),
)
pacotes = st.one_of(certos, certos, eventos, outros, textos)


@pytest.fixture(scope="module")
def servidor() -> Iterator[NaThread]:
    with na_thread() as rodando:
        yield rodando


@pytest.fixture(scope="module")
def alheio() -> list[str]:
    return []


async def _ticket_alheio(servidor: NaThread, alheio: list[str]) -> str:
    async def criar(s: Servidor) -> str:
        return (await s.ticket(ADMIN)).id

    if not alheio:
        alheio.append(await servidor.fazer(criar))
    return alheio[0]


async def _conferir(servidor: NaThread, recebidos: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """Only answers and errors came, none of them for a bug, and nothing of another empresa."""
    quadros = [lido(r) for r in recebidos if r[:2] in {"42", "43"}]
    assert {q["event"] for q in quadros if "event" in q} <= {"connected", "erro", "fechamento"}
    respostas = [q["data"] for q in quadros if "ack" in q or q["event"] == "erro"]
    assert all(r["codigo"] != "erro_interno" for r in respostas if not r.get("ok"))
    assert not [r for r in respostas if "mensagem" in r or "atendente" in r]

    async def publicados(s: Servidor) -> set[str]:
        return {e.tipo for e in s.loja.eventos if e.empresa_id == ADMIN.empresa_id}

    assert await servidor.fazer(publicados) <= {"fila_criada", "contato_criado", "ticket_criado"}
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


@given(lista=st.lists(pacotes, max_size=15))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_packets_on_a_websocket(
    servidor: NaThread, alheio: list[str], caplog: pytest.LogCaptureFixture, lista: list[str]
) -> None:
    ticket_id = await _ticket_alheio(servidor, alheio)
    async with por_ws(servidor) as w:
        await w.entrar(FORASTEIRO)
        codigo = None
        try:
            await w.mandar(*(pacote.replace("alheio", ticket_id) for pacote in lista))
            await w.mandar(evento("ticket:sair", {"ticketId": uid(1)}, 10))
            assert (await w.resposta(10))["ok"]
        except ConnectionClosed as fim:
            codigo = fim.reason and fim.reason.code
        assert codigo in {None, 1000, 1008}
        await _conferir(servidor, w.recebidos, caplog)


@given(lista=st.lists(pacotes, max_size=15), cedo=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_packets_by_polling(
    servidor: NaThread, alheio: list[str], caplog: pytest.LogCaptureFixture, lista: list[str], cedo: bool
) -> None:
    """``cedo``: before the namespace was entered."""
    ticket_id = await _ticket_alheio(servidor, alheio)
    async with polling(servidor) as p:
        await p.abrir()
        if not cedo:
            await p.mandar(conectar(token(FORASTEIRO)))
            await p.ate("connected")
        for pacote in lista:
            resposta = await p.pedir("POST", pacote.replace("alheio", ticket_id).encode())
            if resposta.status_code != 200:
                assert resposta.status_code == 400
                assert resposta.json()["code"] in {1, 3}
        ultimo = await p.pedir("POST", b"1")
        assert ultimo.status_code in {200, 400}
        resposta = await p.pedir()
        if resposta.status_code == 200:
            p.recebidos += resposta.text.split("\x1e")
        await _conferir(servidor, p.recebidos, caplog)


@given(
    corpo=st.binary(max_size=200),
    metodo=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    dados=st.data(),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
async def test_requests(
    servidor: NaThread, caplog: pytest.LogCaptureFixture, corpo: bytes, metodo: str, dados: st.DataObject
) -> None:
    campos = st.sampled_from(["EIO", "transport", "sid", "t", "b64", "j"])
    conteudos = st.sampled_from(["4", "3", "polling", "websocket", "", "%ff"]) | st.text(max_size=10)
    consulta: dict[str, Any] = dados.draw(st.dictionaries(campos, conteudos, max_size=5))
    async with polling(servidor) as p:
        await p.abrir()
        if dados.draw(st.booleans()) and metodo != "GET":
            consulta = {"sid": p.sid, **consulta}
        p.sid = ""
        resposta = await p.pedir(metodo, corpo, **consulta)
        assert resposta.status_code < 500
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
