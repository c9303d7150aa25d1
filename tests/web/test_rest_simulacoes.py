"""A policy tried over REST before it is set: aside, bounded, and with what the empresa has."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from balcao.servidor import simulacao
from balcao.servidor.simulacao import Simulacoes
from engine.errors import InternalFailure, Overloaded, Unavailable
from engine.saude import Saude
from engine.tarefas import Tarefas
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_equipes import equipe_de
from tests.web.test_rest_tickets import abrir, chegar, fila_com
from web.resposta.erros import TooManyRequests

INVENTADO = {"trafego": {"chegadasPorHora": 30, "atendimentoSegundos": 240}, "dias": 2}
MUITOS = {"trafego": {"chegadasPorHora": 600, "atendimentoSegundos": 240}, "dias": 2}


async def simular(quem: Usuario, fila: str, politica: Any, **campos: Any) -> Any:
    return await quem("POST", f"/filas/{fila}/politica/simular", {"politica": politica, **campos})


def test_a_policy_is_tried_against_the_one_in_force(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, bia, eva = s.usuario(), *(s.usuario("atendente") for _ in range(3))
        for pessoa in (ana, bia, eva):
            await chegar(pessoa)
        fila = await fila_com(admin, ana, bia)
        equipe = await equipe_de(admin, eva)
        (await admin("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        tarde = {
            "equipes": [{"equipeId": equipe, "atrasoSegundos": 600}],
            "maximo": {"acao": "encerrar", "segundos": 1},
        }
        corpo = (await simular(admin, fila, tarde, **MUITOS)).ok()
        em_vigor, proposta = corpo["emVigor"], corpo["proposta"]
        assert em_vigor["total"]["chegadas"] == proposta["total"]["chegadas"] == 20_000
        assert corpo["limitada"] is True
        assert em_vigor["total"]["encerrados"] == 0 < proposta["total"]["encerrados"]
        assert sum(1 for um in em_vigor["atendentes"] if um["tickets"]) == 3, "Eva too, by her equipe"
        assert sum(1 for um in proposta["atendentes"] if um["tickets"]) == 2, "and not before ten minutes have passed"
        outra_vez = (await simular(admin, fila, tarde, **MUITOS)).ok()
        assert outra_vez["proposta"]["total"] == proposta["total"]

    com_servidor(dsn, teste)


def test_without_rates_it_is_what_came_in_the_last_days(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        fila = await fila_com(admin, ana)
        for _ in range(3):
            ticket = await abrir(admin, filaId=fila)
            (await ana("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()
        corpo = (await simular(admin, fila, {"estrategia": "ROUND_ROBIN"}, dias=1)).ok()
        assert corpo["emVigor"]["total"]["chegadas"] == corpo["proposta"]["total"]["chegadas"] == 3
        assert corpo["limitada"] is False

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    ("corpo", "campo", "problema"),
    [
        ({}, "politica", "é obrigatório"),
        ({"politica": {"estrategia": "SORTE"}}, "politica.estrategia", "deve ser um de MENOS_OCUPADO, "),
        ({"politica": {"maximo": {"acao": "encerrar"}}, **INVENTADO}, "politica.maximo", "não diz de quanto"),
        ({"politica": {"estrategia": "MANUAL"}, **INVENTADO}, "politica.estrategia", "nada distribui por si"),
        ({"politica": {}, "dias": 60}, "dias", "deve ser um número inteiro de 1 a 31"),
        ({"politica": {}, "trafego": {"chegadasPorHora": 5}}, "trafego", "atendimentoSegundos: é obrigatório"),
        (
            {"politica": {}, "trafego": {"chegadasPorHora": 0}},
            "trafego",
            "chegadasPorHora: deve ser um número inteiro de 1 a 10000",
        ),
    ],
)
def test_what_is_wrong_is_told_by_the_field(dsn: str, corpo: Any, campo: str, problema: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_com(admin)
        erro = (await admin("POST", f"/filas/{fila}/politica/simular", corpo)).erro(400)
        assert any(um["campo"] == campo and problema in um["problema"] for um in erro["detalhes"]), erro

    com_servidor(dsn, teste)


def test_it_is_for_who_configures_and_of_an_own_fila(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        (await simular(admin, novo_id(), {}, **INVENTADO)).erro(404, "fila_nao_encontrada")
        de_outra = s.usuario(empresa=novo_id())
        (await simular(de_outra, await fila_com(admin), {}, **INVENTADO)).erro(404, "fila_nao_encontrada")
        (await simular(s.usuario("atendente"), await fila_com(admin), {}, **INVENTADO)).erro(403)

    com_servidor(dsn, teste)


# -- the process ---------------------------------------------------------------------------------------------------

DORMIR = (sys.executable, "-c", "import time; time.sleep(600)")
QUEIMAR = (
    sys.executable,
    "-c",
    "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
)
CAIR = (sys.executable, "-c", "raise SystemExit(3)")


@asynccontextmanager
async def simulacoes(comando: tuple[str, ...]) -> AsyncIterator[tuple[Simulacoes, asyncio.Queue[str]]]:
    """With another program in the place of the simulator; and how each simulation ended."""
    fins: asyncio.Queue[str] = asyncio.Queue()
    tarefas = Tarefas("simulations", Saude())
    try:
        yield Simulacoes(tarefas, fins.put_nowait, comando), fins
    finally:
        await tarefas.parar()


def rodar(teste: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(teste(), 60))


def test_one_empresa_has_one_at_a_time_and_a_node_a_few() -> None:
    async def teste() -> None:
        async with simulacoes(DORMIR) as (todas, _):
            esperas = [asyncio.ensure_future(todas.simular(empresa, [b"{}"])) for empresa in ("a", "b")]
            await asyncio.sleep(0)
            with pytest.raises(TooManyRequests):
                todas.livre("a")
            with pytest.raises(Overloaded):
                todas.livre("c")
            for espera in esperas:
                espera.cancel()

    rodar(teste)


def test_who_leaves_does_not_leave_it_running_for_ever_and_the_place_is_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulacao, "PRAZO_S", 0.5)

    async def teste() -> None:
        async with simulacoes(DORMIR) as (todas, fins):
            espera = asyncio.ensure_future(todas.simular("a", [b"{}"]))
            await asyncio.sleep(0)
            espera.cancel()
            with pytest.raises(TooManyRequests):
                todas.livre("a")
            assert await fins.get() == "longa"
            todas.livre("a")

    rodar(teste)


@pytest.mark.parametrize(
    ("comando", "erro", "fim"), [(QUEIMAR, Unavailable, "longa"), (CAIR, InternalFailure, "falhou")], ids=["cpu", "cai"]
)
def test_one_that_takes_too_long_or_falls_is_told_and_counted(
    comando: tuple[str, ...], erro: type[Exception], fim: str
) -> None:
    async def teste() -> None:
        async with simulacoes(comando) as (todas, fins):
            with pytest.raises(erro):
                await todas.simular("a", [b"{}"])
            assert fins.get_nowait() == fim
            todas.livre("a")

    rodar(teste)


def test_stopping_the_server_ends_what_is_being_simulated() -> None:
    async def teste() -> None:
        async with simulacoes(DORMIR) as (todas, fins):
            espera = asyncio.ensure_future(todas.simular("a", [b"{}"]))
            for _ in range(3):
                await asyncio.sleep(0)  # it has begun
        assert fins.get_nowait() == "falhou"
        assert espera.cancelled() or espera.done()

    rodar(teste)
