"""One deadline for many waits, kept by one timer.

``asyncio.timeout`` makes and cancels a timer for each wait, which costs more than most of the waits it is for. Here all
waits have the same length, so the first to begin is the first to expire, and one alarm, for that one, is enough.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Prazo:
    """Waits of at most ``segundos``."""

    __slots__ = ("_alarme", "_ate", "_segundos", "_vencidas")

    def __init__(self, segundos: float) -> None:
        self._segundos = segundos
        self._ate: dict[asyncio.Task[Any], float] = {}
        self._vencidas: set[asyncio.Task[Any]] = set()
        self._alarme: asyncio.TimerHandle | None = None

    async def cumprir(self, trabalho: Coroutine[Any, Any, T]) -> T:
        """Await ``trabalho`` in this task. Raises TimeoutError when it takes too long."""
        loop = asyncio.get_running_loop()
        tarefa = asyncio.current_task()
        assert tarefa is not None
        self._ate[tarefa] = loop.time() + self._segundos
        if self._alarme is None:
            self._armar(loop)
        try:
            return await trabalho
        except asyncio.CancelledError:
            if tarefa not in self._vencidas:
                raise
            tarefa.uncancel()
            raise TimeoutError from None
        finally:
            self._ate.pop(tarefa, None)
            self._vencidas.discard(tarefa)

    def _armar(self, loop: asyncio.AbstractEventLoop) -> None:
        primeira = next(iter(self._ate.values()), None)
        self._alarme = None if primeira is None else loop.call_at(primeira, self._tocar, loop)

    def _tocar(self, loop: asyncio.AbstractEventLoop) -> None:
        agora = loop.time()
        for tarefa in [tarefa for tarefa, ate in self._ate.items() if ate <= agora]:
            del self._ate[tarefa]
            self._vencidas.add(tarefa)
            tarefa.cancel()
        self._armar(loop)
