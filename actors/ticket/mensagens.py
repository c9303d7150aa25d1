"""What a Ticket is told by the others, beside what people ask of it and what the distribution promises it
(:class:`~engine.distribuicao.Promessa`).
"""

from __future__ import annotations

from msgspec import Struct

from engine.modelo import ContatoRow, Quem


class DonoOffline(Struct, frozen=True, gc=False):
    """The agent that owns you went offline: leave it, if your fila is set so."""

    atendente_id: str


class MudarDeFila(Struct, frozen=True, gc=False):
    """The fila no longer exists: wait in the default one."""

    fila_id: str


class ContatoMudou(Struct, frozen=True, gc=False):
    """Your contact is now so: ``quem`` changed it."""

    quem: Quem
    contato: ContatoRow
