"""Reports of the API: what was counted, and pictures of it, each drawn in a process of its own: the loop never waits
for matplotlib, and what a picture takes is bounded by the kernel.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from balcao.desenho.limites import AO_MESMO_TEMPO, PRAZO_S
from engine.ambiente import ambiente_minimo
from engine.errors import Overloaded, Unavailable
from engine.ports import Clock
from engine.relatorios.guarda import LeitorDeRelatorios
from web.pedido.relatorios import Imagem

log = logging.getLogger(__name__)

_COMANDO: Final = (sys.executable, "-m", "balcao.desenho")
_TENTE_EM: Final = 5
"""Seconds after which whoever was refused may ask again."""


class RelatoriosDoServidor:
    """Implements :class:`web.pedido.relatorios.Relatorios`. ``em_dia`` has an empresa counted; ``pasta`` is where
    matplotlib keeps what it has found out about fonts.
    """

    def __init__(
        self, leitor: LeitorDeRelatorios, em_dia: Callable[[str], Awaitable[bool]], relogio: Clock, pasta: Path,
        comando: tuple[str, ...] = _COMANDO,
    ) -> None:  # fmt: skip
        self._leitor = leitor
        self._em_dia = em_dia
        self._relogio = relogio
        self._pasta = pasta
        self._comando = comando
        self._de_quem: list[str] = []

    @property
    def leitor(self) -> LeitorDeRelatorios:
        return self._leitor

    def agora(self) -> int:
        return self._relogio.now()

    async def em_dia(self, empresa_id: str) -> None:
        await self._em_dia(empresa_id)

    async def desenhar(self, empresa_id: str, relatorio: bytes, imagem: Imagem) -> bytes:
        """Of one empresa one at a time, so that it leaves others a place."""
        if empresa_id in self._de_quem or len(self._de_quem) >= AO_MESMO_TEMPO:
            raise Overloaded("graficos_demais", "Há gráficos demais em curso; tente de novo em instantes", _TENTE_EM)
        self._de_quem.append(empresa_id)
        try:
            return await self._em_processo(relatorio, imagem)
        finally:
            self._de_quem.remove(empresa_id)

    async def _em_processo(self, relatorio: bytes, imagem: Imagem) -> bytes:
        ambiente = ambiente_minimo(os.environ) | {"MPLCONFIGDIR": str(self._pasta), "OPENBLAS_NUM_THREADS": "1"}
        processo = await asyncio.create_subprocess_exec(*self._comando, imagem, stdin=PIPE, stdout=PIPE, env=ambiente)
        try:
            async with asyncio.timeout(PRAZO_S):
                desenho, _ = await processo.communicate(relatorio)
        except (OSError, RuntimeError):  # it takes too long, or has ended before it was given anything
            desenho = b""
        finally:
            await _acabar(processo)
        if processo.returncode != 0 or not desenho:
            log.error("a picture of a report was not drawn: the process ended with %d", processo.returncode)
            frase = "O gráfico não ficou pronto; tente de novo, ou peça formato=csv"
            raise Unavailable("grafico_nao_feito", frase, _TENTE_EM)
        return desenho


async def _acabar(processo: Process) -> None:
    if processo.returncode is None:
        with suppress(ProcessLookupError):
            processo.kill()
        await processo.wait()
