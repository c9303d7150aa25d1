"""The way out by long polling: frames wait for the client's next GET."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from web.gateway import LENTO, AjustesGateway, Fechamento, FilaDeSaida, Quadro

MUDANCA_S: Final = 0.1
"""How long a GET is kept at most while the client moves: as long as between two looks of the official server."""


class FilaPolling:
    """A bounded queue. ``fechamento`` is None while it is open; what was put before it closed can still be taken."""

    def __init__(self, ajustes: AjustesGateway, corpo_maximo: int) -> None:
        self._fila = FilaDeSaida(ajustes.fila_quadros, ajustes.fila_bytes)
        self._corpo_maximo = corpo_maximo
        self._mudanca: asyncio.Event | None = None
        self.tomando = False
        """Whether a GET is being served. Set by who serves it."""
        self.fechamento: Fechamento | None = None

    def enviar(self, quadro: Quadro) -> None:
        if self.fechamento is None and not self._fila.por(quadro):
            self._fila.descartar()
            self.fechar(LENTO)

    def fechar(self, fechamento: Fechamento) -> None:
        if self.fechamento is None:
            self.fechamento = fechamento
            self._fila.acordar()

    def folgada(self) -> bool:
        return self._fila.folgada()

    async def escoar(self) -> bool:
        await self._fila.escoar()
        return self.fechamento is None

    def __len__(self) -> int:
        return len(self._fila)

    def soltar(self) -> None:
        """Let GETs go with nothing from now on: the client is moving to another transport."""
        self._mudanca = asyncio.Event()
        self._fila.acordar()

    def decidir(self) -> None:
        """It moved, or it did not; then they wait again."""
        if self._mudanca is not None:
            self._mudanca.set()
            self._mudanca = None

    async def esperar_mudanca(self) -> None:
        """If the client is moving, wait a moment for that to be decided: it may have said so before it asks here."""
        if self._mudanca is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(MUDANCA_S):
                    await self._mudanca.wait()

    async def tomar(self) -> list[str]:
        """What a GET gets: all that fits, once there is something; nothing when it is let go or the session ended."""
        while not len(self._fila) and self.fechamento is None and self._mudanca is None:
            self._fila.tirar()  # forgets that it was woken
            await self._fila.esperar()
        return [quadro.texto for quadro in self.restantes(self._corpo_maximo)]

    def restantes(self, ate_bytes: int | None = None) -> list[Quadro]:
        """Take what waits: as much as fits into ``ate_bytes``, at least one."""
        quadros: list[Quadro] = []
        tamanho = 0
        while (quadro := self._fila.ver()) is not None:
            tamanho += quadro.tamanho + 1
            if quadros and ate_bytes is not None and tamanho > ate_bytes:
                break
            self._fila.tirar()
            quadros.append(quadro)
        return quadros
