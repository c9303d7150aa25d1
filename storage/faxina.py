"""Housekeeping: once an hour, what nobody needs any more is thrown away.

Answers to Idempotency-Keys are kept for a day. A file that was stored and that no message took within an hour (whoever
sent it went away, or we did) is removed. The event log is kept for as long as the settings say: its oldest events go a
few at a time, with pauses, so that they are in nobody's way; those of tickets stay in their history. So do the jobs of
the outbox that are done, and deliveries of webhooks that were given up; a message keeps what became of its own. So do
records of why tickets went where they went, what is over of the agents' timelines, and wrap-ups that are over. Webhooks
that are of no canal go after a month, and so do notices in the lists of people.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from engine.ports import Clock
from storage.store import PostgresStore

log = logging.getLogger(__name__)

_HORA_MS: Final = 3_600_000
_DIA_MS: Final = 24 * _HORA_MS
_APARTADOS_MS: Final = 30 * _DIA_MS
"""For which webhooks of no canal are kept."""
_NOTIFICACOES_MS: Final = 30 * _DIA_MS
"""For which a notice stays in the list of whom it is for."""
_ARQUIVOS_DE_CADA_VEZ: Final = 100
_EVENTOS_DE_CADA_VEZ: Final = 500
_ENVIOS_DE_CADA_VEZ: Final = 500
_LINHAS_DE_CADA_VEZ: Final = 500
"""Of what is small, and goes by its age."""
_PAUSA_S: Final = 0.05
"""Between two statements that prune the same."""

Remover = Callable[[str, str], Awaitable[None]]
"""Removes the file of an empresa with an id. One that is not there is no error."""


class Faxina:
    """Runs until it is cancelled; what fails is logged, and tried again the next time."""

    def __init__(
        self,
        store: PostgresStore,
        relogio: Clock,
        remover: Remover,
        eventos_guardados: int = 30 * _DIA_MS,
        envios_guardados: int = 7 * _DIA_MS,
        decisoes_guardadas: int = 90 * _DIA_MS,
        estados_guardados: int = 400 * _DIA_MS,
    ) -> None:
        """``eventos_guardados``: milliseconds for which the event log is kept; ``envios_guardados``: for which a job is
        that was done; ``decisoes_guardadas``: for which it can be asked why a ticket went where it went;
        ``estados_guardados``: for which it is, how an agent was.
        """
        self._store = store
        self._relogio = relogio
        self._remover = remover
        self._eventos_guardados = eventos_guardados
        self._envios_guardados = envios_guardados
        self._decisoes_guardadas = decisoes_guardadas
        self._estados_guardados = estados_guardados

    async def rodar(self) -> None:
        while True:
            await self.limpar()
            await asyncio.sleep(_HORA_MS / 1000)

    async def limpar(self) -> None:
        """All that is due now."""
        tarefas = (
            self._chaves, self._arquivos, self._eventos, self._envios, self._apartados, self._decisoes, self._estados,
            self._arremates, self._avisos,
        )  # fmt: skip
        for tarefa in tarefas:
            try:
                await tarefa()
            except Exception:
                log.exception("housekeeping: %s", tarefa.__name__)

    async def _chaves(self) -> None:
        quantas = await self._store.vencidas(self._relogio.now() - _DIA_MS)
        if quantas:
            log.info("housekeeping: %d idempotency keys thrown away", quantas)

    async def _apartados(self) -> None:
        await self._store.apartados.vencer(self._relogio.now() - _APARTADOS_MS)

    async def _arquivos(self) -> None:
        """The file goes before the note that it may be there: after a crash in between, it is removed once more."""
        antes = self._relogio.now() - _HORA_MS
        while arquivos := await self._store.arquivos_abandonados(antes, _ARQUIVOS_DE_CADA_VEZ):
            removidos = [arquivo for arquivo in arquivos if await self._removido(*arquivo)]
            await self._store.esquecer_arquivos(removidos)
            if removidos:
                log.info("housekeeping: %d files that no message took are removed", len(removidos))
            if len(removidos) < len(arquivos):  # the next batch would hold them again
                break

    async def _eventos(self) -> None:
        antes = self._relogio.now() - self._eventos_guardados
        for empresa_id, desde in await self._store.a_podar(antes):
            ate = await self._podar(empresa_id, desde, antes)
            log.info("housekeeping: the log of empresa %s begins after event %d now", empresa_id, ate)

    async def _podar(self, empresa_id: str, desde: int, antes: int) -> int:
        """Prune the log of one empresa, a few events at a time. Answers up to where."""
        while True:
            ate = await self._store.podar(empresa_id, desde, antes, _EVENTOS_DE_CADA_VEZ)
            if ate - desde < _EVENTOS_DE_CADA_VEZ:
                return ate
            desde = ate
            await asyncio.sleep(_PAUSA_S)

    async def _envios(self) -> None:
        antes = self._relogio.now() - self._envios_guardados
        total = 0
        for apagar in (self._store.apagar_envios, self._store.apagar_entregas):
            total += await _aos_poucos(apagar, antes, _ENVIOS_DE_CADA_VEZ)
        if total:
            log.info("housekeeping: %d jobs of the outbox that nobody needs any more are thrown away", total)

    async def _decisoes(self) -> None:
        antes = self._relogio.now() - self._decisoes_guardadas
        if total := await _aos_poucos(self._store.apagar_decisoes, antes, _LINHAS_DE_CADA_VEZ):
            log.info("housekeeping: %d records of decisions are thrown away", total)

    async def _estados(self) -> None:
        antes = self._relogio.now() - self._estados_guardados
        if total := await _aos_poucos(self._store.apagar_estados, antes, _LINHAS_DE_CADA_VEZ):
            log.info("housekeeping: %d states in which agents were are thrown away", total)

    async def _arremates(self) -> None:
        await _aos_poucos(self._store.apagar_arremates, self._relogio.now(), _LINHAS_DE_CADA_VEZ)

    async def _avisos(self) -> None:
        antes = self._relogio.now() - _NOTIFICACOES_MS
        if total := await _aos_poucos(self._store.apagar_notificacoes, antes, _LINHAS_DE_CADA_VEZ):
            log.info("housekeeping: %d notices of long ago are thrown away", total)
        await _aos_poucos(self._store.apagar_avisos_dados, self._relogio.now(), _LINHAS_DE_CADA_VEZ)

    async def _removido(self, empresa_id: str, arquivo_id: str) -> bool:
        try:
            await self._remover(empresa_id, arquivo_id)
        except Exception:
            log.exception("housekeeping: the file %s of empresa %s stays", arquivo_id, empresa_id)
            return False
        return True


async def _aos_poucos(apagar: Callable[[int, int], Awaitable[int]], antes: int, de_cada_vez: int) -> int:
    """All of before ``antes``, so many at a time. Says how many those were."""
    total = 0
    while quantos := await apagar(antes, de_cada_vez):
        total += quantos
        await asyncio.sleep(_PAUSA_S)
    return total
