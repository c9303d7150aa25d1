"""What files need from outside. ``storage`` has both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import BinaryIO, Protocol


class Objetos(Protocol):
    """Where the bytes of files are kept. Every method raises Unavailable while that place is away."""

    async def guardar(self, empresa_id: str, arquivo_id: str, arquivo: BinaryIO) -> None:
        """Keep it, from its beginning: all of it, durably, or nothing."""
        ...

    async def ler(self, empresa_id: str, arquivo_id: str, inicio: int, fim: int) -> AsyncIterator[bytes]:
        """The bytes from ``inicio`` to before ``fim``, which is after it. Raises NotFound if there is no such file."""
        ...

    async def remover(self, empresa_id: str, arquivo_id: str) -> None:
        """Have none of it left. It may not be there."""
        ...


class Reservas(Protocol):
    """The files that were begun, and are nobody's yet: what stays there is swept. Both raise StoreError."""

    async def reservar_arquivo(self, empresa_id: str, arquivo_id: str, now: int, /) -> None: ...
    async def esquecer_arquivos(self, arquivos: Sequence[tuple[str, str]], /) -> None: ...
