"""Databases for tests: each its own, made from a migrated template in a few milliseconds, and thrown away."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

import storage

MODELO = "modelo_migrado"


@contextmanager
def pasta_de_servidor() -> Iterator[Path]:
    """A folder for a PostgreSQL of a test's own, removed after the block.

    Not under ``tmp_path``: each pytest session that starts closes that to other users, and a server that root starts is
    another user.
    """
    with tempfile.TemporaryDirectory(prefix="balcao-teste-") as pasta:
        yield Path(pasta)


class Bancos:
    """Makes databases on a running PostgreSQL, ``dsn`` being one on it that is not to be touched."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._numeros = count(1)
        self._tem_modelo = False

    @contextmanager
    def vazio(self) -> Iterator[str]:
        """The DSN of an empty database, for the block."""
        yield from self._criar("template0")

    @contextmanager
    def migrado(self) -> Iterator[str]:
        """The DSN of a database at the newest schema, with nothing in it, for the block."""
        if not self._tem_modelo:
            self._executar(f"CREATE DATABASE {MODELO} TEMPLATE template0")
            asyncio.run(storage.migrar(self._dsn_de(MODELO)))
            self._tem_modelo = True
        yield from self._criar(MODELO)

    def _criar(self, modelo: str) -> Iterator[str]:
        nome = f"banco_{next(self._numeros)}"
        self._executar(f"CREATE DATABASE {nome} TEMPLATE {modelo}")
        try:
            yield self._dsn_de(nome)
        finally:
            self._executar(f"DROP DATABASE {nome} WITH (FORCE)")

    def _dsn_de(self, nome: str) -> str:
        return urlsplit(self._dsn)._replace(path=f"/{nome}").geturl()

    def _executar(self, comando: str) -> None:
        async def executar() -> None:
            con = await asyncpg.connect(self._dsn)
            await con.execute(comando)
            await con.close()

        asyncio.run(executar())
