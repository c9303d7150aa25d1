"""Whose number a piece of news is about: what concerns one number comes to all of its account, and names it only as
people read it (``display_phone_number``: ``+55 11 3000-0000``, ``551130000000``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from connectors.whatsapp.erros import Recusa
from connectors.whatsapp.graph import Graph
from engine.conector.entradas import NovidadeDoCanal
from engine.conector.limpeza import objeto_de, texto_de

log = logging.getLogger(__name__)

_fora_dos_algarismos = re.compile(r"\D+")


class NumeroProprio:
    """Of one canal. Its number is asked of Meta when somebody first needs to know."""

    def __init__(self, graph: Graph, phone_number_id: str) -> None:
        self._graph = graph
        self._phone_number_id = phone_number_id
        self._algarismos: str | None = None

    async def daqui(self, novidades: Sequence[NovidadeDoCanal]) -> list[NovidadeDoCanal]:
        """Those that are not about another number. Where our own cannot be known, all are."""
        return [uma for uma in novidades if await self._e_nossa(uma)]

    async def _e_nossa(self, novidade: NovidadeDoCanal) -> bool:
        dito = algarismos(texto_de(objeto_de(novidade.dados, "value"), "display_phone_number", 64))
        if not dito:
            return True
        if self._algarismos is None:
            self._algarismos = await self._perguntar()
        return self._algarismos is None or self._algarismos == dito

    async def _perguntar(self) -> str | None:
        try:
            numero = await self._graph.pedir(
                "GET", self._phone_number_id, consulta={"fields": "display_phone_number"}, prazo_s=10.0
            )
        except Recusa as recusa:
            log.info("the number itself could not be asked for: %s", recusa.falha.erro)
            return None
        return algarismos(texto_de(numero, "display_phone_number", 64)) or None


def algarismos(escrito: str | None) -> str:
    """A number without what people put between its digits."""
    return _fora_dos_algarismos.sub("", escrito or "")
