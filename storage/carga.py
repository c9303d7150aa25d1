"""An empresa, read back: what its actors are built from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from engine.modelo import AtendenteRow, EmpresaImage, EmpresaRow, FilaRow, MembroRow, TicketRow
from storage.conexao import Conexao
from storage.consultas import sql

_FILAS: Final = sql("carregar_filas")
_ATENDENTES: Final = sql("carregar_atendentes")
_MEMBROS: Final = sql("carregar_membros")
_EXCLUIDOS: Final = sql("carregar_excluidos")
_TICKETS: Final = sql("carregar_tickets")
_TICKET: Final = sql("carregar_ticket")

_HABILIDADES: Final = AtendenteRow.__struct_fields__.index("habilidades")
_DE_CADA_VEZ: Final = 1_000
"""Open tickets fetched at once. Between two fetches the loop serves everybody else."""


async def carregar(con: Conexao, empresa: EmpresaRow, seq: int, epoch: int) -> EmpresaImage:
    """The image of an empresa, in the transaction that holds its lease row: nobody can commit to it meanwhile."""
    filas = [FilaRow(*linha) for linha in await con.fetch(_FILAS, empresa.id)]
    atendentes = [atendente(linha) for linha in await con.fetch(_ATENDENTES, empresa.id)]
    membros = [MembroRow(*linha) for linha in await con.fetch(_MEMBROS, empresa.id)]
    excluidos = tuple(id_ for (id_,) in await con.fetch(_EXCLUIDOS, empresa.id))
    tickets = await _abertos(con, empresa.id)
    return EmpresaImage(empresa, seq, epoch, filas, atendentes, membros, tickets, excluidos)


async def ticket(con: Conexao, empresa_id: str, ticket_id: str) -> TicketRow | None:
    linha = await con.fetchrow(_TICKET, empresa_id, ticket_id)
    return None if linha is None else TicketRow(*linha)


async def _abertos(con: Conexao, empresa_id: str) -> list[TicketRow]:
    cursor = await con.cursor(_TICKETS, empresa_id)
    tickets: list[TicketRow] = []
    while linhas := await cursor.fetch(_DE_CADA_VEZ):
        tickets += [TicketRow(*linha) for linha in linhas]
    return tickets


def atendente(linha: Iterable[Any]) -> AtendenteRow:
    """The row of an atendente, whose list of habilidades becomes a tuple."""
    valores = list(linha)
    valores[_HABILIDADES] = tuple(valores[_HABILIDADES])
    return AtendenteRow(*valores)
