"""One canal that a connector takes jobs of: it is given as many as its credit allows, and no more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from actors.canal.comandos import BaterPonto, LargarCanal, ResponderTrabalho, TomarTrabalhos
from actors.no.no import No
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import Resultado, Trabalho
from engine.errors import BalcaoError, NotFound, Unavailable
from engine.modelo import Quem

log = logging.getLogger(__name__)


class Assinatura:
    """``entregar`` sends a job to the connector. What it has in hand counts until it is answered."""

    def __init__(
        self, no: No, quem: Quem, canal_id: str, conector: str, credito: int, entregar: Callable[[Trabalho], None]
    ) -> None:  # fmt: skip
        self._no = no
        self._quem = quem
        self._canal_id = canal_id
        self._conector = conector
        self._entregar = entregar
        self._em_maos: set[tuple[str, int]] = set()
        self._mudou = asyncio.Event()
        self.credito = credito

    @property
    def tem(self) -> bool:
        return bool(self._em_maos)

    def mudar_credito(self, credito: int) -> None:
        self.credito = credito
        self._mudou.set()

    async def correr(self, em_maos: tuple[EmMaos, ...]) -> None:
        """Take jobs until it is cancelled, or the canal is no more. ``em_maos``: those that it has from before."""
        await self._largar(em_maos)
        self._em_maos |= {(um.id, um.tentativa) for um in em_maos}
        while True:
            livres = self.credito - len(self._em_maos)
            if livres <= 0:
                self._mudou.clear()
                await self._mudou.wait()
                continue
            try:
                trabalhos = await self._tomar(livres)
            except NotFound:
                return
            except Unavailable as erro:
                await asyncio.sleep(erro.retry_after)
                continue
            for trabalho in trabalhos:
                self._em_maos.add((trabalho.id, trabalho.tentativa))
                self._entregar(trabalho)

    async def _tomar(self, quantos: int) -> list[Trabalho]:
        return await self._no.pedir(
            TomarTrabalhos(quem=self._quem, canal_id=self._canal_id, conector=self._conector, quantos=quantos)
        )

    async def responder(self, resultado: Resultado) -> None:
        """What became of a job. Raises BalcaoError if that cannot be written down."""
        comando = ResponderTrabalho(
            quem=self._quem, canal_id=self._canal_id, conector=self._conector, resultado=resultado
        )
        try:
            await self._no.pedir(comando)
        finally:
            self._em_maos.discard((resultado.id, resultado.tentativa))
            self._mudou.set()

    async def bater(self) -> None:
        if self._em_maos:
            await self._no.pedir(BaterPonto(quem=self._quem, canal_id=self._canal_id, conector=self._conector))

    async def _largar(self, tem: tuple[EmMaos, ...] | None) -> None:
        while True:
            try:
                await self._no.pedir(
                    LargarCanal(quem=self._quem, canal_id=self._canal_id, conector=self._conector, tem=tem)
                )
            except NotFound:
                return
            except Unavailable as erro:
                await asyncio.sleep(erro.retry_after)
            else:
                return

    async def encerrar(self) -> None:
        """It waits for no more; what it has it may still answer, on another connection."""
        try:
            await self._no.pedir(LargarCanal(quem=self._quem, canal_id=self._canal_id, conector=self._conector))
        except BalcaoError as erro:
            log.debug("connector %s could not let go of canal %s: %s", self._conector, self._canal_id, erro)
