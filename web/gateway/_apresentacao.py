"""Who comes is made known to the empresa, so that it can be told of things by its role when it is not there."""

from __future__ import annotations

import logging

from actors.empresa.comandos_de_avisos import Apresentar
from actors.no.no import No
from engine.errors import BalcaoError
from engine.modelo import Quem
from engine.ports import Diretorio
from engine.tarefas import Tarefas

log = logging.getLogger(__name__)


class Apresentacoes:
    """Nobody waits for it: who could not be made known now is when it comes again."""

    def __init__(self, no: No, tarefas: Tarefas) -> None:
        self._no = no
        self._tarefas = tarefas

    def chegou(self, diretorio: Diretorio, quem: Quem) -> None:
        if not diretorio.apresentado(quem):
            self._tarefas.lancar("introduction", self._apresentar(quem))

    async def _apresentar(self, quem: Quem) -> None:
        try:
            await self._no.pedir(Apresentar(quem=quem))
        except BalcaoError as erro:
            log.info("%s is not made known now: %s", quem.id, erro.codigo)
