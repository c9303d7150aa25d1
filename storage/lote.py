"""A batch, written: every row of one type in one statement, whatever their number.

Rows that are only ever inserted go by COPY, the others by an upsert over arrays. Measured with fsync, one ticket, one
message and two events at a time, 200 a batch: COPY 27,600/s and 7 µs of our CPU each; arrays for everything 16,500/s
and 14 µs; JSON for everything 22,000/s and 7 µs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from engine.modelo import (
    AtendenteRow,
    EventoRow,
    FilaRow,
    LeituraRow,
    MembroRow,
    MensagemRow,
    Row,
    TicketRow,
)
from engine.ports import Fence, Fenced
from storage.conexao import Conexao
from storage.consultas import sql

_CERCAR: Final = sql("cercar")
_COPIAR: Final = {MensagemRow: "atendimento_mensagens", EventoRow: "atendimento_eventos"}
_GRAVAR: Final = {
    TicketRow: sql("gravar_tickets"),
    FilaRow: sql("gravar_filas"),
    AtendenteRow: sql("gravar_atendentes"),
    MembroRow: sql("gravar_membros"),
    LeituraRow: sql("gravar_leituras"),
}
_ORDEM: Final[tuple[type[Row], ...]] = (
    TicketRow, FilaRow, AtendenteRow, MembroRow, MensagemRow, EventoRow, LeituraRow,
)  # fmt: skip
"""A message is inserted before it is marked as read: both may be in one batch."""

_HABILIDADES: Final = AtendenteRow.__struct_fields__.index("habilidades")


async def cercar(con: Conexao, fences: Sequence[Fence]) -> None:
    """Move each empresa's ``seq`` on, if the lease is still ours; raise Fenced with those it is not."""
    if not fences:
        return
    nossas = {empresa_id for (empresa_id,) in await con.fetch(_CERCAR, *_colunas(fences))}
    perdidas = [fence.empresa_id for fence in fences if fence.empresa_id not in nossas]
    if perdidas:
        raise Fenced(perdidas)


async def gravar(con: Conexao, rows: dict[type[Row], list[Row]]) -> None:
    """Write the rows, in the transaction that is open."""
    estranhas = rows.keys() - set(_ORDEM)
    if estranhas:
        raise TypeError(f"no table for {', '.join(sorted(tipo.__name__ for tipo in estranhas))}")
    for tipo in _ORDEM:
        linhas = rows.get(tipo)
        if not linhas:
            continue
        if tipo in _COPIAR:
            await con.copy_records_to_table(_COPIAR[tipo], columns=tipo.__struct_fields__, records=map(astuple, linhas))
        else:
            await con.execute(_GRAVAR[tipo], *_colunas(linhas, _HABILIDADES if tipo is AtendenteRow else None))


def _colunas(linhas: Sequence[Row | Fence], em_json: int | None = None) -> list[Sequence[Any]]:
    """Rows turned into columns, in the order of the Struct's fields; the column ``em_json`` as JSON text."""
    colunas: list[Sequence[Any]] = list(zip(*map(astuple, linhas), strict=True))
    if em_json is not None:
        colunas[em_json] = [msgspec.json.encode(valor).decode() for valor in colunas[em_json]]
    return colunas
