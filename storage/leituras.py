"""The engine's ``Reader`` on PostgreSQL: committed state for lists and details. Each answer is one round trip.

Everything asked is asked within one empresa.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from engine.errors import Unavailable
from engine.modelo import EventoRow, FilaRow, MensagemRow, TicketRow
from engine.ports import FiltroTickets, Lugar, TicketDetalhe
from storage.carga import atendente
from storage.conexao import LER, Conexao, Conexoes, ausencia_como, demora_como
from storage.consultas import sql

_TICKETS: Final = sql("ler_tickets")
_DETALHE: Final = sql("ler_detalhe")
_MENSAGENS: Final = sql("ler_mensagens")
_MENSAGEM: Final = sql("ler_mensagem")
_HISTORICO: Final = sql("ler_historico")
_EVENTOS: Final = sql("ler_eventos")
_PRIMEIRO_EVENTO: Final = sql("ler_primeiro_evento")
_LUGARES: Final = sql("ler_lugares")
_NADA: Final = sql("ler_nada")
_BIGINT_MAX: Final = 2**63 - 1

T = TypeVar("T")


class Leituras:
    """Implements :class:`engine.ports.Reader`."""

    def __init__(self, dsn: str, *, no: str) -> None:
        self._ler = Conexoes(dsn, LER, no=no)

    async def tickets(
        self, empresa_id: str, filtro: FiltroTickets, page: int, limit: int
    ) -> tuple[list[TicketRow], int]:
        """Newest first."""
        return await self._pagina(
            TicketRow,
            _TICKETS,
            empresa_id,
            filtro.status,
            filtro.prioridade,
            filtro.atendente_id,
            filtro.fila_id,
            filtro.canal_id,
            filtro.visivel_para,
            filtro.visivel_filas,
            *_fatia(page, limit),
        )

    async def detalhe(self, empresa_id: str, ticket_id: str, mensagens: int) -> TicketDetalhe | None:
        """A ticket with its latest ``mensagens`` messages, its atendente and its fila (deleted ones too)."""
        async with self._conexao() as con:
            linha = await con.fetchrow(_DETALHE, empresa_id, ticket_id, mensagens)
        if linha is None:
            return None
        ticket, ultimas, dono, fila = linha
        return TicketDetalhe(
            TicketRow(*ticket),
            [MensagemRow(*mensagem) for mensagem in ultimas],
            None if dono is None else atendente(dono),
            None if fila is None else FilaRow(*fila),
        )

    async def mensagens(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[MensagemRow], int]:
        """Oldest first."""
        return await self._pagina(MensagemRow, _MENSAGENS, empresa_id, ticket_id, *_fatia(page, limit))

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        async with self._conexao() as con:
            linha = await con.fetchrow(_MENSAGEM, empresa_id, mensagem_id)
        return None if linha is None else MensagemRow(*linha)

    async def historico(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[EventoRow], int]:
        """Every event of a ticket, oldest first."""
        return await self._pagina(EventoRow, _HISTORICO, empresa_id, ticket_id, *_fatia(page, limit))

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]:
        """The log with ``desde < seq <= ate``, in order."""
        async with self._conexao() as con:
            linhas = await con.fetch(_EVENTOS, empresa_id, desde, ate, limite)
        return [EventoRow(*linha) for linha in linhas]

    async def primeiro_evento(self, empresa_id: str) -> int:
        async with self._conexao() as con:
            return await con.fetchval(_PRIMEIRO_EVENTO, empresa_id) or 0

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]:
        """Where these tickets are now, by id; those that do not exist are left out."""
        async with self._conexao() as con:
            linhas = await con.fetch(_LUGARES, empresa_id, ticket_ids)
        return {ticket_id: (fila_id, atendente_id) for ticket_id, fila_id, atendente_id in linhas}

    async def responde(self) -> None:
        """Return if the database answers; raise Unavailable if not."""
        async with self._conexao() as con:
            await con.execute(_NADA)

    async def fechar(self) -> None:
        await self._ler.fechar()

    async def _pagina(self, tipo: Callable[..., T], consulta: str, *argumentos: object) -> tuple[list[T], int]:
        async with self._conexao() as con:
            linhas = await con.fetch(consulta, *argumentos)
        total: int = linhas[0][0]
        if linhas[0][1] is None:  # past the end: the total alone
            return [], total
        return [tipo(*_sem_total(linha)) for linha in linhas], total

    @asynccontextmanager
    async def _conexao(self) -> AsyncIterator[Conexao]:
        with ausencia_como(_fora), demora_como(_demorou):
            async with self._ler.usar() as con:
                yield con


def _sem_total(linha: Any) -> Any:
    return linha[1:]


def _fatia(page: int, limit: int) -> tuple[int, int]:
    return limit, min((page - 1) * limit, _BIGINT_MAX)


def _fora(_porque: str) -> Unavailable:
    return Unavailable("banco_indisponivel", "O banco de dados está fora do ar; tente de novo em instantes", 2)


def _demorou(_porque: str) -> Unavailable:
    return Unavailable(
        "consulta_demorada", "A consulta demorou demais e foi interrompida; tente de novo ou peça menos", 2
    )
