"""One canal that a connector takes jobs of: it is given as many as its credit allows, and no more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from actors.canal.comandos import BaterPonto, LargarCanal, ResponderTrabalho, TomarTrabalhos
from actors.no.no import No
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import Resultado, Trabalho
from engine.errors import BalcaoError, Forbidden, NotFound, Unavailable
from engine.modelo import Quem
from web.conectores._remessa import Remessa

log = logging.getLogger(__name__)

Maos = frozenset[tuple[str, int]]
"""Jobs that a connector has: the id of each, and which handing out it was."""


class Assinatura:
    """``preparar`` puts into the jobs of an empresa what is read when they are handed out; ``remessa`` sends them to
    the connector. What it has in hand counts until it is answered; ``em_maos`` is what it has from before.
    """

    def __init__(
        self,
        no: No,
        quem: Quem,
        canal_id: str,
        conector: str,
        credito: int,
        em_maos: Maos,
        preparar: Callable[[str, list[Trabalho]], Awaitable[list[Trabalho]]],
        remessa: Remessa,
    ) -> None:
        self._no = no
        self._quem = quem
        self._canal_id = canal_id
        self._conector = conector
        self._preparar = preparar
        self._remessa = remessa
        self._em_maos = set(em_maos)
        self._acabou = False
        self._mudou = asyncio.Event()
        self.credito = credito

    @property
    def em_maos(self) -> Maos:
        return frozenset(self._em_maos)

    def tem(self, id_: str, tentativa: int) -> bool:
        return (id_, tentativa) in self._em_maos

    def soltar(self, id_: str, tentativa: int) -> None:
        """It is answered, in whatever way: there is room for another."""
        self._em_maos.discard((id_, tentativa))
        self._mudou.set()

    def mudar_credito(self, credito: int) -> None:
        self.credito = credito
        self._mudou.set()

    async def correr(self) -> None:
        """Take jobs until it is cancelled, or the canal is no more."""
        await self._largar(tuple(EmMaos(id_, tentativa) for id_, tentativa in sorted(self._em_maos)))
        while True:
            livres = self.credito - len(self._em_maos)
            if livres <= 0:
                self._mudou.clear()
                await self._mudou.wait()
                continue
            await self._remessa.folga()
            try:
                trabalhos = await self._tomar(livres)
            except (NotFound, Forbidden):
                return
            except BalcaoError as erro:  # also when the canal has crashed: it is built again
                await asyncio.sleep(espera_de(erro))
                continue
            for trabalho in await self._preparar(self._quem.empresa_id, trabalhos):
                self._em_maos.add((trabalho.id, trabalho.tentativa))
                self._remessa.por(trabalho)

    async def _tomar(self, quantos: int) -> list[Trabalho]:
        return await self._no.pedir(
            TomarTrabalhos(quem=self._quem, canal_id=self._canal_id, conector=self._conector, quantos=quantos)
        )

    async def responder(self, resultado: Resultado) -> None:
        """What became of a job; while that cannot be written down, it waits. Raises BalcaoError if it never will be."""
        comando = ResponderTrabalho(
            quem=self._quem, canal_id=self._canal_id, conector=self._conector, resultado=resultado
        )
        while True:
            try:
                await self._no.pedir(comando)
            except Unavailable as erro:
                if self._acabou:  # who said it says it again, on another connection
                    raise
                await asyncio.sleep(erro.retry_after)
            else:
                return

    async def devolver(self, trabalho: Trabalho) -> None:
        """The connector never got it."""
        try:
            await self.responder(Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="devolvido"))
        except BalcaoError as erro:
            log.debug("job %s could not be given back, and is taken for lost: %s", trabalho.id, erro)

    async def bater(self) -> None:
        if self._em_maos:
            tem = tuple(EmMaos(id_, tentativa) for id_, tentativa in self._em_maos)
            await self._no.pedir(BaterPonto(quem=self._quem, canal_id=self._canal_id, conector=self._conector, tem=tem))

    async def _largar(self, tem: tuple[EmMaos, ...]) -> None:
        while True:
            try:
                await self._no.pedir(
                    LargarCanal(quem=self._quem, canal_id=self._canal_id, conector=self._conector, tem=tem)
                )
            except (NotFound, Forbidden):
                return
            except BalcaoError as erro:
                await asyncio.sleep(espera_de(erro))
            else:
                return

    def acabar(self) -> None:
        """Its connection is gone."""
        self._acabou = True

    async def encerrar(self) -> None:
        """It waits for no more; what it has it may still answer, on another connection."""
        try:
            await self._no.pedir(LargarCanal(quem=self._quem, canal_id=self._canal_id, conector=self._conector))
        except BalcaoError as erro:
            log.debug("connector %s could not let go of canal %s: %s", self._conector, self._canal_id, erro)


def espera_de(erro: BalcaoError) -> int:
    """Seconds until it is worth asking again."""
    return erro.retry_after if isinstance(erro, Unavailable) else 1
