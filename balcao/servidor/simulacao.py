"""Simulations of the API, each in a process of its own: so they cannot slow down the routing, whatever they do, and
what they take is bounded by the kernel. A process that starts anew each time has no state of another empresa.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Literal

import msgspec

from balcao.simulador.limites import AO_MESMO_TEMPO, CPU_S, PRAZO_S
from engine.ambiente import ambiente_minimo
from engine.errors import InternalFailure, Overloaded, Unavailable
from engine.simulacao.pedido import SimulacaoFeita
from engine.tarefas import Tarefas
from web.resposta.erros import TooManyRequests

log = logging.getLogger(__name__)

_COMANDO: Final = (sys.executable, "-m", "balcao.simulador")
_EM_CURSO_TENTE_EM: Final = 5
_CHEIO_TENTE_EM: Final = 10
_LONGA_TENTE_EM: Final = 30
"""Seconds after which whoever was refused may ask again."""
_ler = msgspec.json.Decoder(SimulacaoFeita).decode

Fim = Literal["feita", "longa", "falhou"]
"""How a simulation ended."""


class Simulacoes:
    """Implements :class:`web.pedido.simulador.Simulador`. ``contar`` is told how each ended."""

    def __init__(self, tarefas: Tarefas, contar: Callable[[Fim], None], comando: tuple[str, ...] = _COMANDO) -> None:
        self._tarefas = tarefas
        self._contar = contar
        self._comando = comando
        self._em_curso: set[str] = set()

    def livre(self, empresa_id: str) -> None:
        if empresa_id in self._em_curso:
            raise TooManyRequests(
                "simulacao_em_curso", "Há uma simulação desta empresa em curso; espere que termine", _EM_CURSO_TENTE_EM
            )
        if len(self._em_curso) >= AO_MESMO_TEMPO:
            raise Overloaded("simulacoes_demais", "Há simulações demais em curso; tente de novo", _CHEIO_TENTE_EM)

    async def simular(self, empresa_id: str, linhas: list[bytes]) -> SimulacaoFeita:
        self.livre(empresa_id)
        self._em_curso.add(empresa_id)
        rodada = self._rodar(empresa_id, linhas)
        tarefa = self._tarefas.lancar("simulação", rodada, esperados=(Unavailable, InternalFailure))
        return await asyncio.shield(tarefa)

    async def _rodar(self, empresa_id: str, linhas: list[bytes]) -> SimulacaoFeita:
        fim: Fim = "falhou"
        try:
            codigo, saida = await self._em_processo(b"\n".join(linhas))
            if codigo in {-signal.SIGXCPU, -signal.SIGKILL}:
                fim = "longa"
                raise _longa()
            if codigo != 0:
                log.error("a simulation ended with %d", codigo)
                raise InternalFailure
            fim = "feita"
            return _ler(saida)
        finally:
            self._em_curso.discard(empresa_id)
            self._contar(fim)

    async def _em_processo(self, entrada: bytes) -> tuple[int, bytes]:
        """Its exit code, and what it said; -SIGKILL where it was ended for being late. What it complains of is in our
        log.
        """
        processo = await asyncio.create_subprocess_exec(
            *self._comando, stdin=PIPE, stdout=PIPE, env=ambiente_minimo(os.environ)
        )
        try:
            async with asyncio.timeout(PRAZO_S):
                saida, _ = await processo.communicate(entrada)
        except (OSError, RuntimeError):  # it takes too long, or has ended before it was given anything
            return -signal.SIGKILL, b""
        finally:
            await _acabar(processo)
        assert processo.returncode is not None, "it has ended"
        return processo.returncode, saida


async def _acabar(processo: Process) -> None:
    if processo.returncode is None:
        with suppress(ProcessLookupError):
            processo.kill()
        await processo.wait()


def _longa() -> Unavailable:
    frase = f"A simulação passou de {CPU_S} s; peça menos dias ou menos chegadas, ou use balcao simular"
    return Unavailable("simulacao_longa", frase, _LONGA_TENTE_EM)
