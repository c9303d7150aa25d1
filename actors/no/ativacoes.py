"""Activations under way: who comes for an empresa meanwhile waits for the same one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any

from actors.diretorio.empresa_viva import EmpresaViva
from engine.errors import BalcaoError, LeaseElsewhere
from engine.saude import Saude
from engine.tarefas import Tarefas

log = logging.getLogger(__name__)

AVISAR_A_CADA_S = 60.0
"""How often it is said that requests come for another node's empresas."""


class Ativacoes:
    """One task for each empresa. It goes on when whoever asks goes away."""

    def __init__(self, ativar: Callable[[str], Coroutine[Any, Any, EmpresaViva]], saude: Saude) -> None:
        self._ativar = ativar
        self._saude = saude
        self._em_curso: dict[str, asyncio.Task[EmpresaViva]] = {}
        self._tarefas = Tarefas("ativações", saude)
        self._avisado = -inf

    async def pedir(self, empresa_id: str) -> EmpresaViva:
        """Raises whatever ``ativar`` raises."""
        tarefa = self._em_curso.get(empresa_id)
        if tarefa is None:
            tarefa = self._tarefas.lancar(empresa_id, self._ativar(empresa_id), esperados=(BalcaoError,))
            self._em_curso[empresa_id] = tarefa
            tarefa.add_done_callback(lambda feita: self._terminou(empresa_id, feita))
        return await asyncio.shield(tarefa)

    async def parar(self) -> None:
        await self._tarefas.parar()

    def _terminou(self, empresa_id: str, tarefa: asyncio.Task[EmpresaViva]) -> None:
        del self._em_curso[empresa_id]
        erro = None if tarefa.cancelled() else tarefa.exception()
        if isinstance(erro, LeaseElsewhere):
            self._de_outro_no(empresa_id, erro)
        elif isinstance(erro, BalcaoError):  # whoever waits sees it raised
            log.debug("empresa %s was not activated: %s", empresa_id, erro)

    def _de_outro_no(self, empresa_id: str, erro: LeaseElsewhere) -> None:
        """Requests come to this node that are for another: counted, and said once a minute."""
        saude = self._saude
        saude.outro_no += 1
        if saude.agora() >= self._avisado + AVISAR_A_CADA_S:
            self._avisado = saude.agora()
            log.warning("wrong node, %d times so far: %s (empresa %s)", saude.outro_no, erro, empresa_id)
