"""Tasks: whatever ends and should not have is seen; what is stopped has ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

import pytest

from engine.errors import NotFound
from engine.saude import Saude
from engine.tarefas import Tarefas


async def sempre() -> None:
    await asyncio.Event().wait()


async def volta() -> str:
    return "feito"


async def quebra() -> NoReturn:
    raise ZeroDivisionError


async def recusa() -> NoReturn:
    raise NotFound("nada", "Nada")


async def espera_quem_e_cancelado() -> None:
    outro = asyncio.ensure_future(sempre())
    asyncio.get_running_loop().call_soon(outro.cancel)
    await outro


class Palco:
    def __init__(self) -> None:
        self.saude = Saude()
        self.tarefas = Tarefas("banco", self.saude)

    async def fim(self, tarefa: asyncio.Task[object]) -> None:
        await asyncio.wait({tarefa})
        await asyncio.sleep(0)  # for what is told of its end


def no_palco(cena: Callable[[Palco], Awaitable[None]]) -> Palco:
    async def main() -> Palco:
        palco = Palco()
        await cena(palco)
        await palco.tarefas.parar()
        return palco

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("trabalho", "dito"),
    [
        (quebra, "task banco: pulso failed"),
        (volta, "task banco: pulso ended, and should have gone on"),
        (espera_quem_e_cancelado, "task banco: pulso ended: something it waited for was cancelled"),
    ],
)
def test_what_had_to_go_on_and_ended_is_logged_and_missed(
    trabalho: Callable[[], Awaitable[object]], dito: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def cena(palco: Palco) -> None:
        await palco.fim(palco.tarefas.manter("pulso", trabalho()))  # type: ignore[arg-type]  # they are coroutines

    palco = no_palco(cena)
    assert [registro.message for registro in caplog.records] == [dito]
    assert palco.saude.faltam == {"banco: pulso"}
    assert palco.saude.quedas == {"banco: pulso": 1}
    assert len(palco.tarefas) == 0


def test_a_failure_is_logged_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def cena(palco: Palco) -> None:
        await palco.fim(palco.tarefas.lancar("leitura", quebra()))

    palco = no_palco(cena)
    (registro,) = caplog.records
    assert registro.levelno == logging.ERROR
    assert registro.exc_info is not None
    assert registro.exc_info[0] is ZeroDivisionError
    assert palco.saude.quedas == {"banco: leitura": 1}
    assert palco.saude.faltam == set(), "others may be started in its place"


def test_what_ends_by_itself_and_what_its_asker_is_told_are_no_failures(caplog: pytest.LogCaptureFixture) -> None:
    async def cena(palco: Palco) -> None:
        assert await palco.tarefas.lancar("leitura", volta()) == "feito"
        recusada = palco.tarefas.lancar("leitura", recusa(), esperados=(NotFound,))
        with pytest.raises(NotFound):
            await recusada
        await asyncio.sleep(0)

    palco = no_palco(cena)
    assert (palco.saude.quedas, palco.saude.faltam, caplog.records) == ({}, set(), [])


def test_a_task_may_be_cancelled_by_who_has_it(caplog: pytest.LogCaptureFixture) -> None:
    async def cena(palco: Palco) -> None:
        tarefa = palco.tarefas.manter("pulso", sempre())
        await asyncio.sleep(0)
        tarefa.cancel()
        await palco.fim(tarefa)

    palco = no_palco(cena)
    assert (palco.saude.faltam, caplog.records) == (set(), [])


def test_when_it_is_stopped_all_have_ended_also_those_started_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    fim: list[str] = []

    async def teimosa(palco: Palco) -> None:
        try:
            await sempre()
        finally:
            palco.tarefas.lancar("despedida", despede())
            await asyncio.sleep(0)
            fim.append("teimosa")

    async def despede() -> None:
        try:
            await sempre()
        finally:
            fim.append("despedida")

    async def cena(palco: Palco) -> None:
        palco.tarefas.manter("teimosa", teimosa(palco))
        await asyncio.sleep(0)
        await palco.tarefas.parar()
        assert len(palco.tarefas) == 0
        assert sorted(fim) == ["despedida", "teimosa"]
        with pytest.raises(RuntimeError, match="banco: depois"):
            palco.tarefas.lancar("depois", volta())

    palco = no_palco(cena)
    assert (palco.saude.quedas, caplog.records) == ({}, [])


def test_a_task_that_fails_while_it_is_stopped_is_logged_and_keeps_nobody_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def mal_educada() -> None:
        try:
            await sempre()
        finally:
            raise ZeroDivisionError

    async def cena(palco: Palco) -> None:
        palco.tarefas.manter("pulso", mal_educada())
        palco.tarefas.manter("outra", sempre())
        await asyncio.sleep(0)

    palco = no_palco(cena)
    assert palco.saude.quedas == {"banco: pulso": 1}
    assert [registro.message for registro in caplog.records] == ["task banco: pulso failed"]


def test_one_of_them_may_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def cena(palco: Palco) -> None:
        outra = palco.tarefas.manter("outra", sempre())
        await palco.tarefas.lancar("fim", palco.tarefas.parar())
        assert outra.cancelled()

    assert len(no_palco(cena).tarefas) == 0
    assert caplog.records == []
