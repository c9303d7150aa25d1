"""The questions of ``balcao doctor``: is the schema right, who holds the empresas, do the invariants hold.

Everything is read in one snapshot, so what a running server writes meanwhile makes no difference: each of its commits
leaves the invariants true.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Final

import asyncpg
from msgspec import Struct

from engine.modelo import CanalSegredosRow
from storage.conexao import FALHAS, Conexao, Uso, conectar, fechar
from storage.consultas import sql
from storage.erros import falha_ao_conectar
from storage.migrar import CLASSE_DO_NO, conferir

_DIAGNOSTICAR: Final = Uso("diagnosticar", 1, 3.0, 0, {"enable_seqscan": "on"})
_PARADO_MS: Final = 10_000
"""How long a ticket may wait beside a free agent, or a deadline be past, before it counts as stuck."""

_EM_MAOS_MS: Final = 3_600_000
"""How long past its deadline a job may be with a connector that goes on saying that it is at work."""

_VERSAO: Final = sql("diag_versao")
_IDENTIDADE: Final = sql("diag_identidade")
_RELOGIO: Final = sql("diag_relogio")
_LEASES: Final = sql("diag_leases")
_ATIVAS: Final = sql("diag_ativas")
_EMPRESAS: Final = sql("diag_empresas")
_APARTADOS: Final = sql("diag_apartados")
_SEGREDOS: Final = sql("diag_segredos")


class Invariante(Struct, frozen=True):
    """A rule that every commit keeps. ``argumentos`` are those of its query."""

    nome: str
    regra: str
    consulta: str
    argumentos: tuple[int, ...] = ()


INVARIANTES: Final = (
    Invariante("posse", "toda empresa tem a sua linha de posse", sql("diag_posse")),
    Invariante("numero", "os números dos tickets não têm buraco nem repetição", sql("diag_numero")),
    Invariante("seq", "o registro de eventos não tem buraco, do primeiro guardado ao último", sql("diag_seq")),
    Invariante("dono", "EM_ANDAMENTO tem dono e ABERTO não tem", sql("diag_dono")),
    Invariante("capacidade", "ninguém recebeu mais que a sua capacidade", sql("diag_capacidade")),
    Invariante(
        "espera", "nenhum ticket espera ao lado de um atendente livre", sql("diag_espera"), (CLASSE_DO_NO, _PARADO_MS)
    ),
    Invariante("prazos", "nada passou do seu prazo", sql("diag_prazos"), (CLASSE_DO_NO, _PARADO_MS, _EM_MAOS_MS)),
    Invariante("mensagens", "toda mensagem é de um ticket que existe", sql("diag_mensagens")),
    Invariante("referencias", "todo ticket aponta para fila e atendente que existem", sql("diag_referencias")),
    Invariante("fila padrão", "cada empresa tem no máximo uma fila padrão", sql("diag_fila_padrao")),
    Invariante("contagens", "as contagens dos tickets conferem com eles", sql("diag_contagens")),
    Invariante("contatos", "todo ticket aponta para um contato que existe", sql("diag_contatos")),
    Invariante(
        "contatos das filas", "os contatos de cada fila são os dos seus tickets", sql("diag_contatos_das_filas")
    ),
    Invariante("unidos", "todo contato unido aponta para um que não foi unido", sql("diag_unidos")),
    Invariante("conversas", "um canal tem no máximo uma conversa aberta com cada contato", sql("diag_conversas")),
    Invariante("envios", "toda mensagem mostra o que foi feito do seu envio", sql("diag_envios")),
    Invariante("arquivos", "todo arquivo de uma mensagem está registrado", sql("diag_arquivos")),
)


class Violacao(Struct, frozen=True):
    empresa_id: str
    detalhe: str


class Posse(Struct, frozen=True):
    """A node and how many empresas it holds. One that is not ``vivo`` loses them to the next that asks."""

    no: str
    empresas: int
    vivo: bool


class Apartados(Struct, frozen=True):
    """Webhooks that are of no canal for one reason: how many are kept, and when (ms) the last one came."""

    motivo: str
    quantos: int
    em: int


class Tamanho(Struct, frozen=True):
    empresas: int
    tickets: int
    mensagens: int
    eventos: int


class Diagnostico:
    """A snapshot of a database. Use it as an async context manager.

    Raises on entering:
        DsnInvalido, BancoAusente: the database cannot be used.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._con: Conexao

    async def __aenter__(self) -> Diagnostico:
        try:
            self._con = await conectar(self._dsn, _DIAGNOSTICAR)
            await self._con.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        except (*FALHAS, ValueError) as exc:
            raise falha_ao_conectar(exc) from exc
        return self

    async def __aexit__(self, *_: object) -> None:
        await fechar(self._con)

    async def versao(self) -> str:
        """PostgreSQL's."""
        return str(await self._con.fetchval(_VERSAO))

    async def adiantado_s(self) -> float:
        """How far this machine's clock is ahead of the database's, in seconds, but for what the question took."""
        antes = time.time()
        do_banco = float(await self._con.fetchval(_RELOGIO))
        depois = time.time()
        return max(antes - do_banco, 0.0) + min(depois - do_banco, 0.0)

    async def esquema(self) -> None:
        """Raise MigracaoRecusada unless the schema is this version's."""
        await conferir(self._con)

    async def tamanho(self) -> Tamanho:
        return Tamanho(*await self._con.fetchrow(_EMPRESAS) or ())

    async def apartados(self) -> list[Apartados]:
        """What came to webhooks and is of no canal, by why; the latest first."""
        return [Apartados(*linha) for linha in await self._con.fetch(_APARTADOS)]

    async def posses(self) -> list[Posse]:
        return [Posse(*linha) for linha in await self._con.fetch(_LEASES, CLASSE_DO_NO)]

    async def ativas(self) -> list[str]:
        """The empresas that a living node holds."""
        return [id_ for (id_,) in await self._con.fetch(_ATIVAS, CLASSE_DO_NO)]

    async def segredos(self) -> AsyncIterator[CanalSegredosRow]:
        """Those of every canal, as they are stored."""
        async for linha in self._con.cursor(_SEGREDOS):
            yield CanalSegredosRow(*linha)

    async def violacoes(self, invariante: Invariante) -> list[Violacao]:
        """Where an invariant does not hold; empty when it does."""
        return [Violacao(*linha) for linha in await self._con.fetch(invariante.consulta, *invariante.argumentos)]


async def identidade(dsn: str) -> str:
    """What tells a database from every other, whatever address it is reached by; empty where the server does not say.

    Raises:
        DsnInvalido, BancoAusente: it cannot be used.
    """
    try:
        con = await conectar(dsn, _DIAGNOSTICAR)
    except (*FALHAS, ValueError) as exc:
        raise falha_ao_conectar(exc) from exc
    try:
        return str(await con.fetchval(_IDENTIDADE))
    except asyncpg.InsufficientPrivilegeError:
        return ""
    except FALHAS as exc:
        raise falha_ao_conectar(exc) from exc
    finally:
        await fechar(con)
