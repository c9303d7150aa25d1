"""Jobs on their way to a connector: sent as fast as it reads them, however large they are."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from engine.conector.trabalhos import Trabalho
from web.gateway import Saida

A_ENVIAR: Final = 100
"""Jobs that wait for the connection; while there are as many, no more are taken."""


class Remessa:
    """``dizer`` writes a job to ``saida``. What waits here costs nothing beside what the canal holds of it anyway; as a
    frame it would be there a second time, and the queue of frames closes a connection that it overflows.
    """

    __slots__ = ("_a_enviar", "_dizer", "_ha", "_livre", "_parada", "_saida")

    def __init__(self, saida: Saida, dizer: Callable[[Trabalho], None]) -> None:
        self._saida = saida
        self._dizer = dizer
        self._a_enviar: deque[Trabalho] = deque()
        self._ha = asyncio.Event()
        self._livre = asyncio.Event()
        self._livre.set()
        self._parada = False

    def por(self, trabalho: Trabalho) -> None:
        """Send it when those before it are sent; at once, if none is and the connector reads."""
        if not self._a_enviar and self._saida.folgada():
            self._dizer(trabalho)
            return
        self._a_enviar.append(trabalho)
        self._ha.set()
        if len(self._a_enviar) >= A_ENVIAR:
            self._livre.clear()

    async def folga(self) -> None:
        """Until more may be taken."""
        await self._livre.wait()

    async def correr(self) -> None:
        """Send what waits, until it is stopped or the connection closes."""
        while not self._parada:
            await self._ha.wait()
            if not await self._saida.escoar():
                return
            if self._a_enviar:
                self._dizer(self._a_enviar.popleft())
            if not self._a_enviar:
                self._ha.clear()
            if len(self._a_enviar) < A_ENVIAR:
                self._livre.set()

    def parar(self) -> list[Trabalho]:
        """Nothing more is sent; what was not."""
        restam, self._a_enviar = list(self._a_enviar), deque()
        self._parada = True
        self._ha.set()
        return restam
