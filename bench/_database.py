"""A PostgreSQL to measure with: our own embedded one, with fsync, on the disk where the project is."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from engine.modelo import EventoRow
from storage import Cofre, PostgresEmbutido, migrar
from tests.postgres import apagar_banco, passavel

VAULT: Final = Cofre([bytes(32)])
"""For stores that are opened without a server."""
_DATA: Final = Path(__file__).parents[1] / ".balcao"


@asynccontextmanager
async def database() -> AsyncIterator[str]:
    """The DSN of a fresh database at the newest schema, thrown away at the end of the block."""
    _DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=_DATA) as folder:
        passavel(Path(folder))
        postgres = PostgresEmbutido(Path(folder))
        dsn = await asyncio.to_thread(postgres.iniciar)
        try:
            await migrar(dsn)
            yield dsn
        finally:
            await asyncio.to_thread(postgres.parar)
            apagar_banco(Path(folder))


class Deaf:
    """An EventSink with nobody behind it."""

    def publish(self, eventos: Sequence[EventoRow]) -> None: ...

    def dropped(self, empresa_id: str) -> None: ...
