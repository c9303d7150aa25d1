"""Who counts the log for reports: a task of the node that follows what the journal publishes.

It is woken by events, counts those of an empresa a few hundred at a time, and rests in between, so that it takes no
more than a part of the loop's time; when nothing hurries, it waits for more to come, since sums of many events are
written in one go. What was left over when a node stopped is found at the next start. Whoever reads a report asks for
the latest first (:meth:`Contador.em_dia`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter
from typing import Final

from engine.modelo import EventoRow
from engine.ports import StoreError
from engine.relatorios.contagem import Contagem
from engine.relatorios.guarda import Leva, Livro

log = logging.getLogger(__name__)

DE_CADA_VEZ: Final = 500
"""Entries of the log that are read and written in one go."""
_FATIA: Final = 50
"""Events that are counted in one go: a millisecond or two."""
PARTE: Final = 0.25
"""Of the loop's time, at most, while there is much to be counted."""
JUNTAR_S: Final = 1.0
"""For which events are gathered when nobody waits for a report."""
_DEPOIS_DE_FALHAR_S: Final = 5.0
EM_DIA_S: Final = 2.0
"""How long a report waits for the latest to be counted."""


class Contador:
    """Implements :class:`engine.ports.EventSink`. Which node counts an empresa does not matter: the mark moves once."""

    def __init__(self, livro: Livro, *, de_cada_vez: int = DE_CADA_VEZ, juntar: float = JUNTAR_S) -> None:
        """``juntar``: seconds for which events are gathered."""
        self._livro = livro
        self._de_cada_vez = de_cada_vez
        self._juntar = juntar
        self._a_contar: dict[str, None] = {}
        self._esperam: dict[str, list[asyncio.Event]] = {}
        self._ha = asyncio.Event()
        self._pressa = asyncio.Event()

    def publish(self, events: Sequence[EventoRow]) -> None:
        for event in events:
            self._a_contar[event.empresa_id] = None
        self._ha.set()

    def dropped(self, empresa_id: str) -> None:
        """What it left is counted by who has it next; or here, when it comes back."""

    async def em_dia(self, empresa_id: str, paciencia: float = EM_DIA_S) -> bool:
        """Wait until all is counted that is in the log now, but not for too long. Says whether it is."""
        contada = asyncio.Event()
        self._esperam.setdefault(empresa_id, []).append(contada)
        self._a_contar[empresa_id] = None
        self._ha.set()
        self._pressa.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(paciencia):
                await contada.wait()
        if not contada.is_set() and contada in (esperam := self._esperam.get(empresa_id, [])):
            esperam.remove(contada)
        return contada.is_set()

    async def rodar(self) -> None:
        """Count what comes, for ever. What fails is tried again."""
        await self._procurar_o_que_ficou()
        while True:
            await self._ha.wait()
            self._ha.clear()
            self._pressa.clear()
            empresas, self._a_contar = list(self._a_contar), {}
            for empresa_id in empresas:
                await self._contar(empresa_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._juntar):
                    await self._pressa.wait()

    async def _procurar_o_que_ficou(self) -> None:
        while True:
            try:
                ficaram = await self._livro.atrasadas()
            except StoreError as erro:
                log.debug("reports: the database is away: %s", erro)
                await asyncio.sleep(_DEPOIS_DE_FALHAR_S)
            else:
                self._a_contar |= dict.fromkeys(ficaram)
                self._ha.set()
                return

    async def _contar(self, empresa_id: str) -> None:
        """One reading of an empresa's log. What is left has its turn after the others."""
        esperam = self._esperam.pop(empresa_id, [])
        try:
            leva = await self._livro.ler(empresa_id, self._de_cada_vez)
            resta = leva is not None and await self._contar_leva(empresa_id, leva)
        except StoreError as erro:
            log.debug("reports: the database is away: %s", erro)
            resta = await self._mais_tarde()
        except Exception:
            log.exception("reports: the log of empresa %s is not counted", empresa_id)
            resta = await self._mais_tarde()
        if resta:
            self._esperam[empresa_id] = esperam + self._esperam.get(empresa_id, [])
            self._a_contar[empresa_id] = None
            self._ha.set()
            self._pressa.set()
            return
        for contada in esperam:
            contada.set()

    async def _mais_tarde(self) -> bool:
        await asyncio.sleep(_DEPOIS_DE_FALHAR_S)
        return True

    async def _contar_leva(self, empresa_id: str, leva: Leva) -> bool:
        """Whether there may be more."""
        contagem = Contagem(leva.tickets, leva.atendentes)
        for de in range(0, len(leva.eventos), _FATIA):
            antes = perf_counter()
            for evento in leva.eventos[de : de + _FATIA]:
                _contar_um(contagem, evento)
            await asyncio.sleep((perf_counter() - antes) * (1 / PARTE - 1))
        gravada = await self._livro.gravar(empresa_id, leva, contagem)
        return leva.cheia or not gravada


def _contar_um(contagem: Contagem, evento: EventoRow) -> None:
    """One that cannot be counted, which would be a fault of ours, is left out: the others are not to wait for it."""
    try:
        contagem.contar(evento)
    except Exception:
        log.exception("reports: event %d of empresa %s counts for nothing", evento.seq, evento.empresa_id)
