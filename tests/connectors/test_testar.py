"""Whether a canal works, asked over REST and found out by its connector in the host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import trio

from connectors import hospedeiro
from connectors.base import Motor
from connectors.hospedeiro import Hospedeiro
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Resultado, Trabalho
from tests.servidor import Servidor, Usuario

Exame = Callable[[], Awaitable[list[str]]]


def fabrica(examinar: Exame) -> Any:
    class DeTeste:
        """Does nothing but be examined."""

        def __init__(self, canal: CanalDoConector, motor: Motor, http: httpx2.AsyncClient, /) -> None:
            assert canal.tipo == "api"

        async def servir(self) -> None:
            return

        async def fazer(self, trabalho: Trabalho) -> Resultado:
            return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")

        async def testar(self) -> list[str]:
            return await examinar()

    return DeTeste


@asynccontextmanager
async def com_host(servidor: Servidor, admin: Usuario, examinar: Exame) -> AsyncIterator[httpx2.AsyncClient]:
    token = servidor.token(admin.empresa_id, "conector")
    async with (
        httpx2.AsyncClient(base_url=servidor.url, headers=admin.cabecalhos, timeout=60) as http,
        httpx2.AsyncClient(timeout=30) as de_fora,
        trio.open_nursery() as bercario,
    ):
        host = Hospedeiro(servidor.url, token, "host de teste", {"api": fabrica(examinar)}, de_fora)
        bercario.start_soon(host.correr)
        yield http
        host.parar()


async def problemas_de_um_novo(http: httpx2.AsyncClient) -> list[str]:
    """What is wrong with a new canal, once somebody serves it."""
    canal = (await http.post("/atendimento/canais", json={"nome": "Próprio", "tipo": "api"})).json()["id"]
    with trio.fail_after(30):
        while not (await http.get("/atendimento/ops/filas-de-envio")).json()["data"][0]["conectado"]:  # noqa: ASYNC110  # nobody is woken by it
            await trio.sleep(0.02)
    teste = (await http.post(f"/atendimento/canais/{canal}/testar")).json()
    assert teste["ok"] is (not teste["problemas"])
    problemas: list[str] = teste["problemas"]
    return problemas


async def test_what_the_connector_says_reaches_whoever_asked(servidor: Servidor) -> None:
    async def examinar() -> list[str]:
        return ["O servidor recusa a senha: grave outra"]

    async with com_host(servidor, servidor.nova_empresa(), examinar) as http:
        assert await problemas_de_um_novo(http) == ["O servidor recusa a senha: grave outra"]


async def test_a_connector_that_breaks_says_so_and_goes_on(servidor: Servidor) -> None:
    async def examinar() -> list[str]:
        raise RuntimeError("segredo que não se conta")

    async with com_host(servidor, servidor.nova_empresa(), examinar) as http:
        assert await problemas_de_um_novo(http) == ["Erro interno do conector (RuntimeError); está no log dele"]


async def test_a_test_that_does_not_end_is_ended(servidor: Servidor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hospedeiro, "TESTE_S", 0.05)

    async with com_host(servidor, servidor.nova_empresa(), trio.sleep_forever) as http:
        (problema,) = await problemas_de_um_novo(http)
        assert problema.startswith("O teste não terminou")
