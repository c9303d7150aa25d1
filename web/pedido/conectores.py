"""What routes ask of the connectors that are here."""

from __future__ import annotations

from typing import Protocol

from engine.modelo import TipoCanal


class Conectores(Protocol):
    def quantos(self, empresa_id: str, canal_id: str) -> int:
        """How many take jobs of that canal."""
        ...

    async def testar(self, empresa_id: str, canal_id: str) -> tuple[str, ...] | None:
        """What is wrong with a canal, by its connector: sentences for people. None: no connector takes its jobs. It may
        take 30 seconds. Raises Overloaded.
        """
        ...

    def endereco_do_webhook(self, tipo: TipoCanal, canal_id: str) -> str | None:
        """What its provider is to be told to call; None if it calls nothing."""
        ...


class Nenhum:
    """There are no connectors: of whoever has no use for them."""

    def quantos(self, empresa_id: str, canal_id: str) -> int:  # noqa: ARG002  # the interface
        return 0

    async def testar(self, empresa_id: str, canal_id: str) -> tuple[str, ...] | None:  # noqa: ARG002  # the interface
        return None

    def endereco_do_webhook(self, tipo: TipoCanal, canal_id: str) -> str | None:  # noqa: ARG002  # the interface
        return None
