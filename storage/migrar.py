"""Brings a database to this version's schema: ``migrations/NNNN_nome.sql``, in order, each in its own transaction.

A migration that was applied is history: its checksum is kept, and a database that holds another text under the same
name, or a name this version does not have, is refused rather than guessed about.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from importlib.resources import files
from typing import Final

import asyncpg
from msgspec import Struct

from storage.conexao import FALHAS, MIGRAR, Conexao, conectar, fechar, transacao
from storage.consultas import sql
from storage.erros import BancoAusente, MigracaoRecusada, falha_ao_conectar

CLASSE_DO_NO: Final = 0x42414C43
"""First key of our advisory locks ("BALC"). The second is a node's number; 0, which no node has, is the migrations'."""
_ESPERA_S: Final = 120.0
_NOME: Final = re.compile(r"(\d{4})_\w+\.sql")

_TRAVAR: Final = sql("migracoes_travar")
_CRIAR: Final = sql("migracoes_criar")
_EXISTE: Final = sql("migracoes_existe")
_APLICADAS: Final = sql("migracoes_aplicadas")
_REGISTRAR: Final = sql("migracoes_registrar")


class Migracao(Struct, frozen=True):
    """One step. ``soma`` is the SHA-256 of its text, with line ends as git may have changed them made equal."""

    nome: str
    texto: str
    soma: str


def migracoes() -> list[Migracao]:
    """The migrations of this version, in order."""
    achadas = []
    for arquivo in files("storage").joinpath("migrations").iterdir():
        if _NOME.fullmatch(arquivo.name):
            texto = arquivo.read_text(encoding="utf-8").replace("\r\n", "\n")
            achadas.append(migracao(arquivo.name.removesuffix(".sql"), texto))
    return sorted(achadas, key=lambda uma: uma.nome)


def migracao(nome: str, texto: str) -> Migracao:
    return Migracao(nome, texto, hashlib.sha256(texto.encode()).hexdigest())


async def migrar(dsn: str, todas: list[Migracao] | None = None) -> list[str]:
    """Apply what is missing; answers the names of what was applied now.

    Safe to call from several processes at once: one works, the others wait for it.

    Raises:
        DsnInvalido, BancoAusente: the database cannot be used.
        MigracaoRecusada: it is newer than this version, its history differs, or a migration failed (and left nothing).
    """
    todas = migracoes() if todas is None else todas
    try:
        con = await conectar(dsn, MIGRAR)
    except (*FALHAS, ValueError) as exc:
        raise falha_ao_conectar(exc) from exc
    try:
        await _esperar_a_vez(con)
        await con.execute(_CRIAR)
        faltam = pendentes(todas, await _aplicadas(con))
        for uma in faltam:
            await _aplicar(con, uma)
        return [uma.nome for uma in faltam]
    except FALHAS as exc:
        raise falha_ao_conectar(exc) from exc
    finally:
        await fechar(con)


async def conferir(con: Conexao) -> None:
    """Raise MigracaoRecusada unless the database is exactly at this version's schema."""
    aplicadas = await _aplicadas(con) if await con.fetchval(_EXISTE) else []
    faltam = pendentes(migracoes(), aplicadas)
    if faltam:
        raise MigracaoRecusada(
            "esquema_antigo",
            f"O banco está sem a migração {faltam[0].nome}; rode `balcao migrate` antes de iniciar",
        )


def pendentes(todas: list[Migracao], aplicadas: list[tuple[str, str]]) -> list[Migracao]:
    """What is still to be applied, in order.

    Raises:
        MigracaoRecusada: ``aplicadas`` (name, checksum) is not how ``todas`` begins.
    """
    conhecidas = {uma.nome: uma for uma in todas}
    for nome, soma in aplicadas:
        if nome not in conhecidas:
            raise MigracaoRecusada(
                "esquema_novo",
                f"O banco tem a migração {nome}, que esta versão do Balcão não conhece; atualize o Balcão",
            )
        if conhecidas[nome].soma != soma:
            raise MigracaoRecusada(
                "migracao_alterada",
                f"A migração {nome} foi aplicada no banco com outro texto; instale a versão do Balcão que a aplicou",
            )
    feitas = {nome for nome, _ in aplicadas}
    faltam = [uma for uma in todas if uma.nome not in feitas]
    if faltam and aplicadas and faltam[0].nome < aplicadas[-1][0]:
        raise MigracaoRecusada(
            "migracao_fora_de_ordem",
            f"O banco já tem {aplicadas[-1][0]} e não tem {faltam[0].nome}; renumere a que falta",
        )
    return faltam


async def _esperar_a_vez(con: Conexao) -> None:
    try:
        async with asyncio.timeout(_ESPERA_S):
            await con.execute(_TRAVAR, CLASSE_DO_NO)
    except TimeoutError as exc:
        raise BancoAusente(
            "migracao_em_curso",
            f"Outro processo está migrando o banco há mais de {_ESPERA_S:.0f} s; espere ele terminar e tente de novo",
        ) from exc


async def _aplicadas(con: Conexao) -> list[tuple[str, str]]:
    return [(nome, soma) for nome, soma in await con.fetch(_APLICADAS)]


async def _aplicar(con: Conexao, uma: Migracao) -> None:
    try:
        async with transacao(con):
            await con.execute(uma.texto)
            await con.execute(_REGISTRAR, uma.nome, uma.soma)
    except asyncpg.PostgresError as exc:
        if con.is_closed():
            raise
        raise MigracaoRecusada(
            "migracao_falhou",
            f"A migração {uma.nome} falhou e nada dela ficou no banco: {exc.args[0]}; "
            "corrija o que ela aponta e tente de novo",
        ) from exc
