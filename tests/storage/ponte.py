"""A bridge to PostgreSQL that can break at the worst moment: around the commit of a batch."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

Corte = Literal["antes_de_enviar", "depois_de_enviar", "depois_de_gravar"]
"""Where the connection breaks: the batch is lost on its way; it arrives and nobody waits for the answer; it is done
and the answer is lost.
"""

_LOTE = b'[{"empresa_id":'
_FEITO = b"Z\0\0\0\5I"
"""ReadyForQuery, outside of any transaction."""


class Ponte:
    """A Unix socket in front of PostgreSQL's. Everything passes, until ``corte`` says otherwise; it breaks once.

    While it is ``muda`` it swallows what comes, both ways, and nobody is told.
    """

    def __init__(self, destino: Path) -> None:
        self._destino = destino
        self._sem_cliente: list[asyncio.StreamWriter] = []
        self._tarefas: set[asyncio.Task[None]] = set()
        self.corte: Corte | None = None
        self.muda = False

    async def atender(self, do_cliente: asyncio.StreamReader, ao_cliente: asyncio.StreamWriter) -> None:
        do_banco, ao_banco = await asyncio.open_unix_connection(str(self._destino))
        volta = asyncio.create_task(self._passar(do_banco, ao_cliente))
        self._tarefas |= {volta}
        while dados := await do_cliente.read(65_536):
            if self.corte is not None and _LOTE in dados:
                corte, self.corte = self.corte, None
                await self._cortar(corte, dados, volta, do_banco, ao_banco)
                break
            if not self.muda:
                ao_banco.write(dados)
        else:
            ao_banco.close()
        ao_cliente.close()

    async def _cortar(
        self,
        corte: Corte,
        dados: bytes,
        volta: asyncio.Task[None],
        do_banco: asyncio.StreamReader,
        ao_banco: asyncio.StreamWriter,
    ) -> None:
        volta.cancel()
        await asyncio.wait({volta})
        if corte == "antes_de_enviar":
            ao_banco.close()
            return
        self._sem_cliente.append(ao_banco)
        ao_banco.write(dados)
        if corte == "depois_de_gravar":
            await do_banco.readuntil(_FEITO)

    async def _passar(self, de: asyncio.StreamReader, para: asyncio.StreamWriter) -> None:
        while dados := await de.read(65_536):
            if not self.muda:
                para.write(dados)
        para.close()

    def fechar(self) -> None:
        """Let go of what was left open towards PostgreSQL."""
        for ao_banco in self._sem_cliente:
            ao_banco.close()
        for tarefa in self._tarefas:
            tarefa.cancel()


@asynccontextmanager
async def ponte(dsn: str) -> AsyncIterator[tuple[Ponte, str]]:
    """A bridge to the database of ``dsn``, and the DSN that leads over it."""
    partes = urlsplit(dsn)
    pasta = Path(tempfile.mkdtemp(prefix="ponte-"))  # a socket's path must be short
    uma = Ponte(Path(parse_qs(partes.query)["host"][0]) / ".s.PGSQL.5432")
    servidor = await asyncio.start_unix_server(uma.atender, str(pasta / ".s.PGSQL.5432"))
    try:
        yield uma, partes._replace(query=f"host={quote(str(pasta), safe='')}").geturl()
    finally:
        uma.fechar()
        servidor.close()
        await servidor.wait_closed()
        shutil.rmtree(pasta)
