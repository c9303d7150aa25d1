"""The tasks of one owner."""

from __future__ import annotations

import asyncio

import pytest

from actors.no.tarefas import Tarefas
from engine.errors import Conflict


async def quebrar() -> None:
    raise ZeroDivisionError("boom")


async def recusar() -> None:
    raise Conflict("nao", "Não")


def test_a_task_that_breaks_is_said_by_its_name_and_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        await asyncio.wait([Tarefas().lancar(quebrar(), "ler o mundo")])

    asyncio.run(main())
    assert "ler o mundo" in caplog.text
    assert "ZeroDivisionError: boom" in caplog.text


def test_a_refusal_is_for_whoever_waits_and_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        await Tarefas().lancar(recusar(), "pedir")

    with pytest.raises(Conflict):
        asyncio.run(main())
    assert caplog.text == ""


def test_its_owner_ends_them_all() -> None:
    async def main() -> None:
        tarefas = Tarefas()
        vivas = [tarefas.lancar(asyncio.Event().wait(), f"esperar {n}") for n in range(2)]
        await tarefas.parar()
        assert all(tarefa.cancelled() for tarefa in vivas)

    asyncio.run(main())
