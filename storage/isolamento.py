"""Connections that see one empresa at a time: PostgreSQL's row-level policies hide the rest, whatever is asked.

A connection stays set to the empresa it served last, and is preferred for it: as long as one is free for each empresa
that asks, setting it costs nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from storage.conexao import LER, Conexao, Conexoes, Perfil
from storage.consultas import sql

_ENTRAR: Final = sql("entrar_na_empresa")


class ConexoesDeEmpresa:
    """The connections of a profile whose role the policies hold."""

    def __init__(self, dsn: str, *, no: str, perfil: Perfil = LER) -> None:
        self._conexoes = Conexoes(dsn, perfil, no=no)
        self._empresas: WeakKeyDictionary[Conexao, str] = WeakKeyDictionary()

    @asynccontextmanager
    async def usar(self, empresa_id: str) -> AsyncIterator[Conexao]:
        """A connection that sees this empresa only."""
        empresas = self._empresas
        async with self._conexoes.usar(lambda con: empresas.get(con) == empresa_id) as con:
            if empresas.get(con) != empresa_id:
                await con.execute(_ENTRAR, empresa_id)  # if it fails, the connection is not used again
                empresas[con] = empresa_id
            yield con

    @asynccontextmanager
    async def de_ninguem(self) -> AsyncIterator[Conexao]:
        """Any connection, for what concerns no empresa."""
        async with self._conexoes.usar() as con:
            yield con

    async def fechar(self) -> None:
        await self._conexoes.fechar()
