"""What is in the database, asked straight from it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import asyncpg
import trio

from storage.diagnostico import INVARIANTES, Diagnostico
from tests.servidor import Servidor


async def consultar(dsn: str, sql: str, *argumentos: object) -> list[Any]:
    """The rows of a query, each a tuple; of one column, its values. The driver is asyncio's: it runs on a thread."""

    async def perguntar() -> list[Any]:
        con = await asyncpg.connect(dsn)
        try:
            linhas = await con.fetch(sql, *argumentos)
        finally:
            await con.close()
        return [linha[0] if len(linha) == 1 else tuple(linha) for linha in linhas]

    return await trio.to_thread.run_sync(lambda: asyncio.run(perguntar()))


async def violacoes(dsn: str) -> dict[str, list[str]]:
    """What ``balcao doctor`` finds broken, by invariant: nothing, if all is well."""

    async def examinar() -> dict[str, list[str]]:
        async with Diagnostico(dsn) as banco:
            achadas = {i.nome: [v.detalhe for v in await banco.violacoes(i)] for i in INVARIANTES}
        return {nome: detalhes for nome, detalhes in achadas.items() if detalhes}

    return await trio.to_thread.run_sync(lambda: asyncio.run(examinar()))


def dsn_embutido(servidor: Servidor) -> str:
    """The embedded PostgreSQL that runs in a server's data folder, without counting as one who uses it."""
    soquete = (servidor.dados / "pg" / "postmaster.pid").read_text().splitlines()[4]
    return f"postgresql://postgres@/balcao?host={quote(soquete, safe='')}"


def dsn_de(servidor: Servidor) -> str:
    return servidor.dsn or dsn_embutido(servidor)
