"""Who is told when a canal changes, or a connector's token is revoked: the connectors that are here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from engine.acesso import MUDAM
from engine.eventos import (
    CanalAtualizado,
    CanalCriado,
    CanalExcluido,
    WebhookAtualizado,
    WebhookCriado,
    WebhookDesativado,
    WebhookExcluido,
    tipos,
)
from engine.modelo import EventoRow

_DE_CANAIS: Final = tipos(
    CanalCriado,
    CanalAtualizado,
    CanalExcluido,
    WebhookCriado,
    WebhookAtualizado,
    WebhookDesativado,
    WebhookExcluido,
)
_ler: Final = msgspec.json.Decoder(dict[str, Any]).decode


class Mudanca(NamedTuple):
    """``canal_id`` is None if it is about who may come in."""

    empresa_id: str
    canal_id: str | None


class VigiaDeCanais:
    """Implements :class:`engine.ports.EventSink`. ``seguidores`` are called at once, and must not wait; ``ao_parar``
    when the server stops.
    """

    def __init__(self) -> None:
        self.seguidores: set[Callable[[Mudanca], None]] = set()
        self.ao_parar: set[Callable[[], None]] = set()

    def encerrar(self) -> None:
        for chamar in list(self.ao_parar):
            chamar()

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        if not self.seguidores:
            return
        for evento in eventos:
            if evento.tipo in _DE_CANAIS:
                self._avisar(Mudanca(evento.empresa_id, _canal_de(evento)))
            elif evento.tipo in MUDAM:
                self._avisar(Mudanca(evento.empresa_id, None))

    def dropped(self, empresa_id: str) -> None:
        """Its connectors are answered by its actors."""

    def _avisar(self, mudanca: Mudanca) -> None:
        for seguidor in list(self.seguidores):
            seguidor(mudanca)


def _canal_de(evento: EventoRow) -> str:
    dados = _ler(evento.dados)
    dele = dados.get("canal") or dados.get("webhook") or dados
    canal_id: str = dele["id"]
    return canal_id
