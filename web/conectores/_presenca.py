"""Which connectors are here, as routes ask for it."""

from __future__ import annotations

import asyncio
from typing import Final

from engine.modelo import TipoCanal
from web.conectores._casa import Casa

_COM_WEBHOOK: Final = frozenset[TipoCanal]({"whatsapp", "sms"})
"""The kinds of channels whose provider calls us."""


ESPERA_S: Final = 0.1
VEZES: Final = 30
"""How often, and how long in between, it is looked whether a connector has come to serve a canal."""


class Presentes:
    """Implements :class:`web.pedido.conectores.Conectores`. ``url_publica`` is the server's address as providers know
    it.
    """

    def __init__(self, casa: Casa, url_publica: str) -> None:
        self._casa = casa
        self._url = url_publica.rstrip("/")

    def quantos(self, empresa_id: str, canal_id: str) -> int:
        return sum(1 for sessao in self._casa.presentes.values() if sessao.atende(empresa_id, canal_id))

    def servidos(self) -> list[str]:
        """The canais whose jobs some take."""
        return sorted(set[str]().union(*(sessao.servidos for sessao in self._casa.presentes.values())))

    async def testar(self, empresa_id: str, canal_id: str) -> tuple[str, ...] | None:
        """One that may serve the canal and does not yet is given a moment: the canal may be new."""
        for _ in range(VEZES):
            sessoes = list(self._casa.presentes.values())
            sessao = next((uma for uma in sessoes if uma.atende(empresa_id, canal_id)), None)
            if sessao is not None:
                return await sessao.testes.pedir(canal_id)
            if not any(uma.pode(empresa_id, canal_id) for uma in sessoes):
                return None
            await asyncio.sleep(ESPERA_S)
        return None

    def endereco_do_webhook(self, tipo: TipoCanal, canal_id: str) -> str | None:
        return f"{self._url}/webhooks/{tipo}/{canal_id}" if tipo in _COM_WEBHOOK else None
