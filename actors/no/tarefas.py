"""Tasks of one owner: each has a name, and one that ends as nobody expected is said with its trace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from engine.errors import BalcaoError

log = logging.getLogger(__name__)

R = TypeVar("R")


class Tarefas:
    """``await parar()`` ends them all. A refusal (BalcaoError) is expected: whoever waits for the task sees it."""

    __slots__ = ("_vivas",)

    def __init__(self) -> None:
        self._vivas: set[asyncio.Task[Any]] = set()

    def lancar(self, trabalho: Coroutine[Any, Any, R], nome: str) -> asyncio.Task[R]:
        tarefa = asyncio.create_task(trabalho, name=nome)
        self._vivas.add(tarefa)
        tarefa.add_done_callback(self._terminou)
        return tarefa

    async def parar(self) -> None:
        vivas = list(self._vivas)
        for tarefa in vivas:
            tarefa.cancel()
        await asyncio.gather(*vivas, return_exceptions=True)

    def _terminou(self, tarefa: asyncio.Task[Any]) -> None:
        self._vivas.discard(tarefa)
        erro = None if tarefa.cancelled() else tarefa.exception()
        if erro is not None and not isinstance(erro, BalcaoError):
            log.error("task %s ended with an error", tarefa.get_name(), exc_info=erro)
