"""What is written down of why a ticket went where it went, in the turn in which it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.distribuicao.decisao import DecisaoDeFora, DecisaoEscrita
from engine.modelo import DecisaoRow, Quem, TicketRow, TipoDecisao
from engine.vistas import json_text

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def anotar(
    ticket: Ticket, tipo: TipoDecisao, row: TicketRow, atendente_id: str | None, porque: DecisaoEscrita | DecisaoDeFora
) -> None:
    """``row``: the ticket, in the fila whose policy it was."""
    group = ticket.group
    fila = group.diretorio.fila_row(row.fila_id)
    ticket.save(
        DecisaoRow(
            row.empresa_id,
            group.ids.novo(),
            row.id,
            row.fila_id,
            tipo,
            ticket.now(),
            atendente_id,
            1 if fila is None else fila.versao_politica,
            json_text(porque),
        )
    )


def por(
    quem: Quem, *, forcado: bool = False, motivo: str | None = None, para: str | None = None
) -> DecisaoDeFora:  # fmt: skip
    """A person, or the system where nothing was weighed. ``para``: the fila that it goes to, if it is another."""
    if quem.papel == "sistema":
        return DecisaoDeFora(lado="sistema", motivo=motivo)
    return DecisaoDeFora(lado="pessoa", quem=quem.id, papel=quem.papel, forcado=forcado, motivo=motivo, para=para)
