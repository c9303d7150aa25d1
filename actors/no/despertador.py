"""Waking: deadlines come also in an empresa of which nobody has asked anything since the node started.

An empresa is active from its first command on, and its timers with it. One in which nobody does anything would sleep
through its deadlines after a restart: a silence, a wrap-up, a grace period, a job of the outbox. So the node looks
every minute for those that nobody serves and where time does something (``adormecidas``, ``storage/sql/panorama.sql``)
and activates them, one at a time: that is mostly waiting for the database, on one connection, and goes on in slices of
a few milliseconds between which requests are served. Ten thousand empresas take some 3 ms of CPU and 23 KB each, and a
minute or two in all; a round that finds nothing to wake takes a fraction of a second of PostgreSQL.

Which those are is read of indexes that the commits keep anyway, a page of empresas at a time, and never of the tickets.
What another living node has is left alone. What was another's, by its name, is left to it, in case it comes back: where
requests for an empresa go to one node, that node is to have it. It is taken after ten rounds without; after two, if no
other node lives, as when the only one has another name after each start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Final, Protocol

from engine.errors import BalcaoError, LeaseElsewhere
from engine.ports import Adormecida

log = logging.getLogger(__name__)

A_CADA_S: Final = 60.0
"""Between two rounds: what is left by another node, or lost by this one, waits at most so long."""
PAGINA: Final = 200
"""Empresas looked up at a time."""
RODADAS_DE_OUTRO: Final = 10
"""Rounds in which what was another node's is seen without a node, before it is taken."""
RODADAS_A_SOS: Final = 2
"""The same, while no other node lives."""
_PRIMEIRA: Final = "00000000-0000-0000-0000-000000000000"


class Adormecidas(Protocol):
    """What is looked up in the database."""

    async def adormecidas(self, ativas: Collection[str], depois: str, limite: int) -> list[Adormecida]:
        """Raises StoreAway."""
        ...


class Despertador:
    """Wakes the empresas that nobody serves. ``ativas`` says which are active here, ``ativar`` makes one so."""

    def __init__(
        self,
        loja: Adormecidas,
        ativas: Callable[[], Collection[str]],
        ativar: Callable[[str], Awaitable[object]],
    ) -> None:
        self._loja = loja
        self._ativas = ativas
        self._ativar = ativar
        self._de_outros: dict[str, int] = {}

    async def rodar(self) -> None:
        """Go round until cancelled."""
        while True:
            await self.ronda()
            await asyncio.sleep(A_CADA_S)

    async def ronda(self) -> None:
        """Wake all that are to be woken now. Where that fails the next round tries again."""
        antes, self._de_outros = self._de_outros, {}
        depois, acordadas = _PRIMEIRA, 0
        try:
            while pagina := await self._loja.adormecidas(self._ativas(), depois, PAGINA):
                depois = pagina[-1].empresa_id
                for uma in pagina:
                    if self._e_para_nos(uma, antes):
                        acordadas += await self._acordar(uma.empresa_id)
        except BalcaoError as erro:
            self._de_outros = antes | self._de_outros  # nobody knows how those stand that were not seen
            log.info("empresas that nobody serves are looked for again in a minute: %s", erro)
        if acordadas:
            log.info("%d empresas were woken, in which time does something and nobody asked for anything", acordadas)

    def _e_para_nos(self, uma: Adormecida, antes: dict[str, int]) -> bool:
        if uma.nossa:
            return True
        rodadas = self._de_outros[uma.empresa_id] = antes.get(uma.empresa_id, 0) + 1
        return rodadas > (RODADAS_DE_OUTRO if uma.ha_outro else RODADAS_A_SOS)

    async def _acordar(self, empresa_id: str) -> bool:
        """False if it cannot be now."""
        try:
            await self._ativar(empresa_id)
        except LeaseElsewhere:
            return False
        except Exception as erro:  # noqa: BLE001  # of one empresa, logged by its activation: the others are to wake
            log.warning("empresa %s sleeps on: %s", empresa_id, erro)
            return False
        return True
