"""Background tasks: each has a name and an owner, and none ends unseen.

Who runs something beside its callers holds a :class:`Tarefas`, starts everything through it, and stops it at its end::

    self._tarefas = Tarefas("banco", saude)
    self._tarefas.manter("pulso", self._pulsar())      # goes on until parar()
    self._tarefas.lancar("leitura", self._ler(id_))    # ends by itself
    ...
    await self._tarefas.parar()

A task that ends and should not have is logged with its trace and counted by :class:`~engine.saude.Saude`, where
readiness and metrics find it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from engine.saude import Saude

log = logging.getLogger(__name__)

T = TypeVar("T")


class Tarefas:
    """The tasks of one owner, which is in their names: ``dono: nome``."""

    __slots__ = ("_ao_fim", "_dono", "_parando", "_saude", "_vivas")

    def __init__(self, dono: str, saude: Saude) -> None:
        self._dono = dono
        self._saude = saude
        self._vivas: set[asyncio.Task[Any]] = set()
        self._parando = False
        self._ao_fim = self._acabou_sozinha
        """One for all that end by themselves: each of ten thousand idle clients has two of them."""

    def __len__(self) -> int:
        return len(self._vivas)

    def manter(self, nome: str, trabalho: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run what has to go on until :meth:`parar`, or until its task is cancelled: any other end is a failure, and
        the node is not ready any more.

        Raises:
            RuntimeError: this owner has been stopped.
        """
        return self._comecar(nome, trabalho, (), faz_falta=True)

    def lancar(
        self, nome: str, trabalho: Coroutine[Any, Any, T], *, esperados: tuple[type[Exception], ...] = ()
    ) -> asyncio.Task[T]:
        """Run what ends by itself. ``esperados`` are errors that whoever awaits the task is told: they are no failure.

        Raises:
            RuntimeError: this owner has been stopped.
        """
        return self._comecar(nome, trabalho, esperados, faz_falta=False)

    async def parar(self) -> None:
        """Cancel every task and wait until all have ended, those too that are started meanwhile. Nothing is started
        after that. A task of ours may call it, and goes on itself.
        """
        eu = asyncio.current_task()
        while vivas := self._vivas - {eu}:
            for tarefa in vivas:
                tarefa.cancel()
            await asyncio.wait(vivas)
        self._parando = True

    def _comecar(
        self, nome: str, trabalho: Coroutine[Any, Any, T], esperados: tuple[type[Exception], ...], *, faz_falta: bool
    ) -> asyncio.Task[T]:
        inteiro = f"{self._dono}: {nome}"
        if self._parando:
            trabalho.close()
            raise RuntimeError(f"{inteiro}: its owner has been stopped")
        tarefa = asyncio.get_running_loop().create_task(trabalho, name=inteiro)
        self._vivas.add(tarefa)
        if faz_falta or esperados:
            tarefa.add_done_callback(lambda feita: self._acabou(feita, esperados, faz_falta=faz_falta))
        else:
            tarefa.add_done_callback(self._ao_fim)
        return tarefa

    def _acabou_sozinha(self, tarefa: asyncio.Task[Any]) -> None:
        self._acabou(tarefa, (), faz_falta=False)

    def _acabou(self, tarefa: asyncio.Task[Any], esperados: tuple[type[Exception], ...], *, faz_falta: bool) -> None:
        self._vivas.discard(tarefa)
        pedido = tarefa.cancelling() > 0
        if tarefa.cancelled():
            if pedido:
                return
            log.error("task %s ended: something it waited for was cancelled", tarefa.get_name())
        elif (erro := tarefa.exception()) is not None:
            if isinstance(erro, esperados):
                return
            log.error("task %s failed", tarefa.get_name(), exc_info=erro)
        elif pedido or not faz_falta:
            return
        else:
            log.error("task %s ended, and should have gone on", tarefa.get_name())
        self._saude.tarefa_caiu(tarefa.get_name(), faz_falta=faz_falta)
