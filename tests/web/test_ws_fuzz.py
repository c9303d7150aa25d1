from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.gateway_apoio import OUTRA_EMPRESA, Servidor, pessoa, uid
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, tela, token

EVENTOS = ["ticket:entrar", "ticket:sair", "usuario:digitando", "mensagem:enviar", "mensagem:lida", "atendente:status"]
CAMPOS = ["ticketId", "conteudo", "tipo", "direcao", "nome", "mensagemId", "online", "estado", "motivo", "token", "x"]
FORASTEIRO = pessoa(3, "admin", OUTRA_EMPRESA)

textos = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
valores: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | textos | st.sampled_from(["alheio", "texto", uid(1)]),
    lambda interior: st.lists(interior, max_size=3) | st.dictionaries(textos, interior, max_size=3),
    max_leaves=6,
)
dados = st.dictionaries(st.sampled_from(CAMPOS), valores, max_size=5) | valores
quadros = st.fixed_dictionaries(
    {"event": st.sampled_from(EVENTOS) | textos}, optional={"data": dados, "ack": st.integers() | textos | valores}
)
frames = st.one_of(textos, valores.map(json.dumps), quadros.map(json.dumps))


@pytest.fixture(scope="module")
def servidor() -> Iterator[NaThread]:
    with na_thread() as rodando:
        yield rodando


@pytest.fixture(scope="module")
def alheio() -> list[str]:
    return []


@given(lista=st.lists(frames, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
async def test_whatever_a_client_sends_is_answered_and_harms_nobody(
    servidor: NaThread, alheio: list[str], caplog: pytest.LogCaptureFixture, lista: list[str]
) -> None:
    """``alheio`` keeps the id of another empresa's ticket, which the frames name where they say "alheio"."""

    async def criar(s: Servidor) -> str:
        return (await s.ticket(ADMIN)).id

    if not alheio:
        alheio.append(await servidor.fazer(criar))
    async with tela(servidor.url, token(FORASTEIRO)) as t:
        await t.evento("connect")
        for texto in lista:
            await t.ws.send_message(texto.replace("alheio", alheio[0]))
        await t.mandar("ticket:sair", {"ticketId": uid(1)}, "o último")  # no frame of the list has this ack
        fim = (await t.resposta("o último"))["data"]
        assert fim == {"ok": True, "ticketId": uid(1)}
        assert {f.get("event") for f in t.recebidos} <= {"connect", "erro", None}
        respostas = [f["data"] for f in t.recebidos if "ack" in f or f.get("event") == "erro"]
        sem_ack_e_certos = len(lista) + 1 - len(respostas)
        assert sem_ack_e_certos >= 0
        assert all(r["codigo"] != "erro_interno" for r in respostas if not r.get("ok"))
        assert not [r for r in respostas if "mensagem" in r or "atendente" in r]

    async def publicados(s: Servidor) -> set[str]:
        return {e.tipo for e in s.loja.eventos if e.empresa_id == ADMIN.empresa_id}

    assert await servidor.fazer(publicados) <= {"fila_criada", "contato_criado", "ticket_criado"}
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
