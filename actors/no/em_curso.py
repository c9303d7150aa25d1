"""Work that is under way, by name: who asks for it again meanwhile waits for the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar, cast

from msgspec import Struct

from engine.errors import BalcaoError
from engine.saude import Saude
from engine.tarefas import Tarefas

R = TypeVar("R")


class _Trabalho(Struct, frozen=True):
    resumo: object
    tarefa: asyncio.Task[Any]


class EmCurso:
    """One task for each name. It goes on when whoever asks goes away, since nobody can tell how far it had come."""

    def __init__(self, dono: str, saude: Saude) -> None:
        """``dono`` is what the tasks are called by."""
        self._trabalhos: dict[Hashable, _Trabalho] = {}
        self._tarefas = Tarefas(dono, saude)

    async def fazer(
        self,
        nome: Hashable,
        resumo: object,
        trabalho: Callable[[], Coroutine[Any, Any, R]],
        recusar: Callable[[], Exception],
    ) -> R:
        """What ``trabalho`` returns or raises. ``recusar`` is raised while something else (by its ``resumo``) is under
        way under that name.
        """
        em_curso = self._trabalhos.get(nome)
        if em_curso is None:
            tarefa = self._tarefas.lancar("pedido", trabalho(), esperados=(BalcaoError,))
            em_curso = self._trabalhos[nome] = _Trabalho(resumo, tarefa)
            tarefa.add_done_callback(lambda _: self._trabalhos.pop(nome))
        elif em_curso.resumo != resumo:
            raise recusar()
        return cast("R", await asyncio.shield(em_curso.tarefa))

    async def parar(self) -> None:
        """The node stops: what is still under way is given up, and may be asked of the next one."""
        await self._tarefas.parar()
