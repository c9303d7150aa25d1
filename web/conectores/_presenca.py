"""Which connectors are here, as routes ask for it."""

from __future__ import annotations

from typing import Final

from engine.modelo import TipoCanal
from web.conectores._sessao import Casa

_COM_WEBHOOK: Final = frozenset[TipoCanal]({"whatsapp", "sms"})
"""The kinds of channels whose provider calls us."""


class Presentes:
    """Implements :class:`web.pedido.conectores.Conectores`. ``url_publica`` is the server's address as providers know
    it.
    """

    def __init__(self, casa: Casa, url_publica: str) -> None:
        self._casa = casa
        self._url = url_publica.rstrip("/")

    def quantos(self, empresa_id: str, canal_id: str) -> int:
        return sum(1 for sessao in self._casa.presentes.values() if sessao.atende(empresa_id, canal_id))

    async def testar(self, empresa_id: str, canal_id: str) -> tuple[str, ...] | None:
        sessoes = (sessao for sessao in self._casa.presentes.values() if sessao.atende(empresa_id, canal_id))
        sessao = next(sessoes, None)
        return None if sessao is None else await sessao.testes.pedir(canal_id)

    def endereco_do_webhook(self, tipo: TipoCanal, canal_id: str) -> str | None:
        return f"{self._url}/webhooks/{tipo}/{canal_id}" if tipo in _COM_WEBHOOK else None
