"""What a batch deletes is blanked wherever it is kept, in its transaction and after its rows are there.

Tickets outlive their contact, and stay to be found by their number and subject: as the words of a search are made by
rules (``engine/busca.py``) that no SQL can repeat, they are made anew here, some tickets at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from engine.busca import termos
from engine.modelo import (
    AtendenteRow,
    AvisoRetidoRow,
    ContatoChaveRow,
    ContatoRow,
    ExclusaoMensagemRow,
    ExclusaoNotaRow,
    FilaRow,
    InscricaoRow,
    Row,
    TicketRow,
)
from storage.carga import ler_etiquetas
from storage.conexao import Conexao
from storage.consultas import sql

_APAGAR: Final[dict[type[Row], str]] = {
    ExclusaoMensagemRow: sql("apagar_mensagens"),
    ExclusaoNotaRow: sql("apagar_notas"),
    TicketRow: sql("apagar_tickets"),
    ContatoRow: sql("apagar_contatos"),
    ContatoChaveRow: sql("apagar_chaves"),
    InscricaoRow: sql("apagar_inscricoes"),
    AvisoRetidoRow: sql("apagar_avisos_retidos"),
    AtendenteRow: sql("apagar_atendentes"),
    FilaRow: sql("apagar_filas"),
}
_TICKETS_DO_CONTATO: Final = sql("apagar_contato_dos_tickets")
_EVENTOS_DO_CONTATO: Final = sql("apagar_contato_dos_eventos")
TICKETS_DE_CADA_VEZ: Final = 500
"""Of deleted contacts, in one statement: it ends long before a statement may no longer take."""


class Excluidos(Struct, frozen=True):
    """What of one kind a batch deletes: each by its empresa, and its id or its key."""

    tipo: type[Row]
    empresas: list[str]
    ids: list[str]


def excluidos(rows: Mapping[type[Row], Sequence[Row]]) -> list[Excluidos]:
    achados = []
    for tipo in _APAGAR:
        chaves = [chave for row in rows.get(tipo, ()) if (chave := _chave_do_excluido(row)) is not None]
        if chaves:
            achados.append(Excluidos(tipo, [empresa_id for empresa_id, _ in chaves], [id_ for _, id_ in chaves]))
    return achados


async def apagar(con: Conexao, o_que: Excluidos) -> None:
    await con.execute(_APAGAR[o_que.tipo], o_que.empresas, o_que.ids)
    if o_que.tipo is ContatoRow:
        while await _apagar_dos_tickets(con, o_que) == TICKETS_DE_CADA_VEZ:
            pass


async def _apagar_dos_tickets(con: Conexao, contatos: Excluidos) -> int:
    """Take the contacts out of the next tickets that show them. How many those were."""
    tickets = await con.fetch(_TICKETS_DO_CONTATO, contatos.empresas, contatos.ids, TICKETS_DE_CADA_VEZ)
    if tickets:
        empresas, ids = [ticket[0] for ticket in tickets], [ticket[1] for ticket in tickets]
        palavras = [
            termos(empresa_id, assunto, numero=numero, etiquetas=ler_etiquetas(etiquetas))
            for empresa_id, _, numero, assunto, etiquetas in tickets
        ]
        await con.execute(_EVENTOS_DO_CONTATO, empresas, ids, palavras)
    return len(tickets)


def _chave_do_excluido(row: Row) -> tuple[str, str] | None:
    if isinstance(row, ExclusaoMensagemRow):
        return row.empresa_id, row.mensagem_id
    if isinstance(row, ExclusaoNotaRow):
        return row.empresa_id, row.nota_id
    if isinstance(row, (TicketRow, ContatoRow, AtendenteRow)) and row.excluido_em is not None:
        return row.empresa_id, row.id
    if isinstance(row, FilaRow) and row.excluida_em is not None:
        return row.empresa_id, row.id
    if isinstance(row, ContatoChaveRow) and row.contato_id is None:
        return row.empresa_id, row.chave
    if isinstance(row, AvisoRetidoRow) and not row.ativo:
        return row.empresa_id, row.id
    if isinstance(row, InscricaoRow) and not row.ativa:
        return row.empresa_id, row.id
    return None
