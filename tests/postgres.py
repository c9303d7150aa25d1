"""Databases for tests: each its own, made from a migrated template in a few milliseconds, and thrown away."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

import storage
from storage.embutido.lugar import BASE

MODELO = "modelo_migrado"


@contextmanager
def pasta_de_servidor() -> Iterator[Path]:
    """A folder for a PostgreSQL of a test's own, removed after the block.

    Not under ``tmp_path``: pytest closes that to other users, and a server that root starts is another user.
    """
    with tempfile.TemporaryDirectory(prefix="balcao-teste-", dir=_temporaria()) as nome:
        pasta = Path(nome)
        passavel(pasta)
        yield pasta
        for elo in pasta.rglob("pg"):
            apagar_banco(elo.parent)


def passavel(pasta: Path) -> None:
    """Let the server that root starts pass through a folder: it is another user's."""
    pasta.chmod(0o711)


def _temporaria() -> Path:
    """The temporary folder; the system's, if other users cannot come to that."""
    onde = Path(tempfile.gettempdir()).resolve()
    passam = all(um.stat().st_mode & stat.S_IXOTH for um in (onde, *onde.parents))
    return onde if passam or os.geteuid() != 0 else Path("/tmp")


def apagar_banco(pasta: Path) -> None:
    """Remove the database of a data folder that is about to go, where that is elsewhere: root's, of a closed folder."""
    elo = pasta / "pg"
    if elo.is_symlink() and elo.resolve().is_relative_to(BASE):
        shutil.rmtree(elo.resolve().parent, ignore_errors=True)


def copiar(de: Path, para: Path, *opcoes: str) -> Path:
    """A data folder as ``cp -a`` copies it; returns the copy."""
    subprocess.run(["cp", "-a", *opcoes, str(de), str(para)], check=True)
    return para


def pid_do_servidor(dados: Path) -> int:
    """The postmaster that a data folder names."""
    return int((dados / "pg" / "postmaster.pid").read_text().split()[0])


def perguntar(dsn: str, consulta: str = "SELECT 1") -> object:
    """One value, asked on a connection of its own."""

    async def main() -> object:
        con = await asyncpg.connect(dsn)
        try:
            return await con.fetchval(consulta)
        finally:
            await con.close()

    return asyncio.run(main())


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
