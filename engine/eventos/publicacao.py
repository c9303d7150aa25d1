"""Publishing: what happened, who did it, and whom it reaches."""

from __future__ import annotations

from typing import Final, Protocol

from msgspec import Struct

from engine.eventos._evento import Evento
from engine.eventos.mudancas import Mudancas
from engine.modelo import EventoRow, Quem, TicketRow
from engine.vistas import json_text


class Alcance(Struct, frozen=True, gc=False):
    """Who may see an event, by what it concerns and what leaves it (see :class:`~engine.modelo.EventoRow`). Nothing of
    it: everybody who sees the empresa's set-up.
    """

    ticket_id: str | None = None
    fila_id: str | None = None
    atendente_id: str | None = None
    fila_anterior_id: str | None = None
    atendente_anterior_id: str | None = None
    lugares: str | None = None


DA_EMPRESA: Final = Alcance()


def do_ticket(row: TicketRow, antes: TicketRow | None = None) -> Alcance:
    """The fila and the owner that it has, and those that it leaves if it was as ``antes``."""
    if antes is None:
        return Alcance(row.id, row.fila_id, row.atendente_id)
    return Alcance(
        row.id,
        row.fila_id,
        row.atendente_id,
        antes.fila_id if antes.fila_id != row.fila_id else None,
        antes.atendente_id if antes.atendente_id != row.atendente_id else None,
    )


class Publisher(Protocol):
    """What of an actor is needed to publish."""

    def next_seq(self) -> int: ...

    def now(self) -> int: ...

    def publish(self, event: EventoRow) -> None: ...


def publicar(
    ator: Publisher, quem: Quem, evento: Evento, alcance: Alcance = DA_EMPRESA, mudancas: Mudancas | None = None
) -> EventoRow:
    """Append an event to the log of the empresa of ``quem``, who caused it, in the turn of ``ator``; the entry."""
    row = envelope(ator.next_seq(), ator.now(), quem, evento, alcance, mudancas)
    ator.publish(row)
    return row


def envelope(
    seq: int, em: int, quem: Quem, evento: Evento, alcance: Alcance = DA_EMPRESA, mudancas: Mudancas | None = None
) -> EventoRow:
    """The entry of the log. ``em``: when it happened, ms since the epoch."""
    return EventoRow(
        quem.empresa_id,
        seq,
        evento.tipo,
        em,
        alcance.ticket_id,
        alcance.fila_id,
        alcance.atendente_id,
        alcance.fila_anterior_id,
        alcance.atendente_anterior_id,
        quem.id,
        quem.papel,
        evento.texto(),
        json_text(mudancas) if mudancas else None,
        alcance.lugares,
        evento.versao,
    )
