"""What routes ask of who keeps reports."""

from __future__ import annotations

from typing import Literal, Protocol

from engine.errors import Unavailable
from engine.relatorios.guarda import LeitorDeRelatorios

Imagem = Literal["svg", "png"]


class Relatorios(Protocol):
    @property
    def leitor(self) -> LeitorDeRelatorios: ...

    def agora(self) -> int:
        """Milliseconds since the epoch."""
        ...

    async def em_dia(self, empresa_id: str) -> None:
        """Have the latest counted, as far as that takes no more than a moment."""
        ...

    async def desenhar(self, empresa_id: str, relatorio: bytes, imagem: Imagem) -> bytes:
        """A picture of a report, which is given as JSON. Raises Unavailable: too many are being drawn, or it took too
        long.
        """
        ...


class SemRelatorios:
    """Where there are none: of whoever has no use for them."""

    @property
    def leitor(self) -> LeitorDeRelatorios:
        raise _nenhum()

    def agora(self) -> int:
        raise _nenhum()

    async def em_dia(self, empresa_id: str) -> None:  # noqa: ARG002  # the interface
        raise _nenhum()

    async def desenhar(self, empresa_id: str, relatorio: bytes, imagem: Imagem) -> bytes:  # noqa: ARG002  # the interface
        raise _nenhum()


def _nenhum() -> Unavailable:
    return Unavailable("sem_relatorios", "Este servidor não faz relatórios", 60)
