"""Webhooks that are of no canal, and so of no empresa: kept apart for a while, whole, to be offered again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Final

from asyncpg import Record
from msgspec import Struct

from engine.conector.webhooks_whatsapp import Apartado
from storage.conexao import FALHAS, Conexao, Conexoes, Uso, conectar, fechar
from storage.consultas import sql
from storage.erros import falha_ao_conectar
from storage.migrar import conferir

_APARTAR: Final = sql("webhook_apartar")
_DE: Final = sql("apartados_de")
_LER: Final = sql("apartado_ler")
_TOMAR: Final = sql("apartado_tomar")
_MOTIVO: Final = sql("apartado_motivo")
_VENCIDOS: Final = sql("apartados_vencidos")
_LISTAR: Final = sql("apartados_listar")
_REENVIAVEIS: Final = sql("apartados_reenviaveis")
_APAGAR: Final = sql("apartado_apagar")
_QUARENTENA: Final = Uso("apartados", 1, 3.0, 0, {})
APARTADOS: Final = 1_000
"""That are kept, the latest."""
BYTES: Final = 134_217_728
"""That they have together."""
_MOTIVO_MAXIMO: Final = 500
"""Characters."""


class WebhooksApartados:
    """``ausencia`` tells what the database's absence is in the engine's errors: all raise StoreAway."""

    def __init__(self, conexoes: Conexoes, ausencia: Callable[[], AbstractContextManager[None]]) -> None:
        self._conexoes = conexoes
        self._ausencia = ausencia

    async def apartar(self, um: Apartado, now: int) -> None:
        """Keep it, as long as not too much comes after it."""
        argumentos = (now, _guardavel(um.motivo), um.alvos, um.assinatura, um.corpo, APARTADOS, BYTES)
        await self._linhas(_APARTAR, *argumentos)

    async def de(self, alvos: Iterable[str], limite: int) -> list[int]:
        """The ids of those that are of one of these, the oldest first."""
        return [id_ for (id_,) in await self._linhas(_DE, list(alvos), limite)]

    async def ler(self, id_: int) -> Apartado | None:
        return _lido(await self._linhas(_LER, id_))

    async def tomado(self, id_: int, alvos: Iterable[str]) -> None:
        """What concerns these is a canal's now."""
        await self._linhas(_TOMAR, id_, list(alvos))

    async def explicar(self, id_: int, motivo: str) -> None:
        """Why it is kept still."""
        await self._linhas(_MOTIVO, id_, _guardavel(motivo))

    async def vencer(self, antes: int) -> None:
        """Throw away what came before (ms)."""
        await self._linhas(_VENCIDOS, antes)

    async def _linhas(self, texto: str, *argumentos: object) -> list[Record]:
        with self._ausencia():
            async with self._conexoes.usar() as con:
                linhas: list[Record] = await con.fetch(texto, *argumentos)
                return linhas


class Resumo(Struct, frozen=True):
    """One that is kept apart, without its body: ``tamanho`` in bytes."""

    id: int
    recebido_em: int
    motivo: str
    alvos: list[str]
    assinado: bool
    tamanho: int


class Quarentena:
    """The same, for whoever runs the installation, beside a server that may be running. Use it as an async context
    manager.

    Raises on entering:
        DsnInvalido, BancoAusente: the database cannot be used.
        MigracaoRecusada: its schema is not this version's.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._con: Conexao

    async def __aenter__(self) -> Quarentena:
        try:
            self._con = await conectar(self._dsn, _QUARENTENA)
        except (*FALHAS, ValueError) as exc:
            raise falha_ao_conectar(exc) from exc
        try:
            await conferir(self._con)
        except BaseException:
            await fechar(self._con)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await fechar(self._con)

    async def listar(self, limite: int = APARTADOS) -> list[Resumo]:
        """The latest first."""
        return [Resumo(*linha) for linha in await self._con.fetch(_LISTAR, limite)]

    async def reenviaveis(self) -> list[int]:
        """The ids of those that a canal may be there for by now, the oldest first."""
        return [id_ for (id_,) in await self._con.fetch(_REENVIAVEIS)]

    async def ler(self, id_: int) -> Apartado | None:
        return _lido(await self._con.fetch(_LER, id_))

    async def apagar(self, id_: int) -> None:
        await self._con.execute(_APAGAR, id_)


def _lido(linhas: list[Record]) -> Apartado | None:
    if not linhas:
        return None
    corpo, motivo, alvos, assinatura = linhas[0]
    return Apartado(corpo, motivo, tuple(alvos), assinatura)


def _guardavel(motivo: str) -> str:
    return motivo.replace("\0", "")[:_MOTIVO_MAXIMO]
