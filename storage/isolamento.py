"""Connections that see one empresa at a time: PostgreSQL's row-level policies hide the rest, whatever is asked.

A connection stays set to the empresa it served last, and is preferred for it: as long as one is free for each empresa
that asks, setting it costs nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from asyncpg import Record

from engine.saude import Saude
from storage.conexao import LER, Conexao, Conexoes, Uso
from storage.consultas import sql
from storage.reparticao import Reparticao

_ENTRAR: Final = sql("entrar_na_empresa")


class ConexoesDeEmpresa:
    """The connections of a profile whose role the policies hold. Their marks are the empresas that they are set to."""

    def __init__(self, dsn: str, *, no: str, uso: Uso = LER, saude: Saude | None = None) -> None:
        self._conexoes = Conexoes(dsn, uso, no=no, saude=saude)
        self._vagas = Reparticao(uso.conexoes, uso.espera_s)

    async def linhas(self, empresa_id: str, texto: str, *argumentos: object) -> list[Record]:
        """What a statement answers to whom sees this empresa only. Raises Overloaded if the empresa reads too much."""
        if not self._vagas.tentar(empresa_id):
            await self._vagas.aguardar(empresa_id)
        try:
            return await self._linhas(empresa_id, texto, *argumentos)
        finally:
            self._vagas.sair(empresa_id)

    async def _linhas(self, empresa_id: str, texto: str, *argumentos: object) -> list[Record]:
        conexoes = self._conexoes
        con = await conexoes.tomar(empresa_id)
        try:
            if conexoes.marcas.get(con) != empresa_id:
                await self._entrar(con, empresa_id)
            linhas: list[Record] = await con.fetch(texto, *argumentos)
        except BaseException as exc:
            conexoes.largar(con, exc)
            raise
        conexoes.largar(con)
        return linhas

    async def _entrar(self, con: Conexao, empresa_id: str) -> None:
        """See this empresa from now on. If it fails, the connection is not used again."""
        await con.execute(_ENTRAR, empresa_id)
        self._conexoes.marcas[con] = empresa_id

    @asynccontextmanager
    async def de_ninguem(self) -> AsyncIterator[Conexao]:
        """Any connection, for what concerns no empresa."""
        async with self._conexoes.usar() as con:
            yield con

    async def fechar(self) -> None:
        await self._conexoes.fechar()
