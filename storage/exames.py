"""What the examination of a living empresa reads of the database (:mod:`engine.invariantes`)."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from typing import Final, Protocol

from asyncpg import Record

from engine.eventos import lido
from engine.invariantes.guardado import (
    ENVIOS_OLHADOS,
    MAIS_NOVOS,
    NUMEROS_OLHADOS,
    Livro,
    RaiaQuebrada,
    SemPai,
    Vencido,
)
from engine.modelo import EventoRow, TicketRow
from storage.carga import do_ticket
from storage.consultas import sql

_LIVRO: Final = sql("exame_livro")
_REGISTRO: Final = sql("exame_registro")
_TICKETS: Final = sql("exame_tickets")
_ABERTOS: Final = sql("exame_abertos")
_SEM_PAI: Final = sql("exame_sem_pai")
_RAIAS: Final = sql("exame_raias")
_VENCIDOS: Final = sql("exame_vencidos")


class Linhas(Protocol):
    """What a statement answers to whom sees this empresa only. Raises Unavailable."""

    def __call__(self, empresa_id: str, texto: str, *argumentos: object) -> Awaitable[list[Record]]: ...


class LeiturasDosExames:
    """Implements :class:`engine.invariantes.guardado.LeitorDeExames`."""

    def __init__(self, linhas: Linhas) -> None:
        self._linhas = linhas

    async def livro(self, empresa_id: str) -> Livro | None:
        """None: the empresa has no lease."""
        linhas = await self._linhas(empresa_id, _LIVRO, empresa_id, NUMEROS_OLHADOS, ENVIOS_OLHADOS)
        return Livro(*linhas[0]) if linhas else None

    async def fim_do_registro(self, empresa_id: str, ate: int, quantos: int) -> list[EventoRow]:
        """The last entries of the log up to a ``seq``, in order."""
        linhas = await self._linhas(empresa_id, _REGISTRO, empresa_id, ate, quantos)
        return [lido(EventoRow(*linha)) for linha in linhas]

    async def tickets(self, empresa_id: str, ids: Collection[str]) -> list[TicketRow]:
        return [do_ticket(*linha) for linha in await self._linhas(empresa_id, _TICKETS, empresa_id, list(ids))]

    async def abertos(self, empresa_id: str) -> list[str]:
        """The open tickets of the highest numbers."""
        return [id_ for (id_,) in await self._linhas(empresa_id, _ABERTOS, empresa_id, MAIS_NOVOS)]

    async def sem_pai(self, empresa_id: str) -> list[SemPai]:
        """Of the newest tickets and messages, those that point to what is not there."""
        return [SemPai(*linha) for linha in await self._linhas(empresa_id, _SEM_PAI, empresa_id, MAIS_NOVOS)]

    async def raias_quebradas(self, empresa_id: str) -> list[RaiaQuebrada]:
        return [RaiaQuebrada(*linha) for linha in await self._linhas(empresa_id, _RAIAS, empresa_id, ENVIOS_OLHADOS)]

    async def vencidos(self, empresa_id: str, ate: int, ate_em_maos: int) -> list[Vencido]:
        """Jobs whose deadline was before ``ate`` (ms); before ``ate_em_maos``, where a connector has them."""
        linhas = await self._linhas(empresa_id, _VENCIDOS, empresa_id, ate, ate_em_maos, ENVIOS_OLHADOS)
        return [Vencido(*linha) for linha in linhas]
