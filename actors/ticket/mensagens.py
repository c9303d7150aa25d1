"""What a Ticket is told by the others, beside what people ask of it."""

from __future__ import annotations

from msgspec import Struct

from engine.distribuicao import Promessa
from engine.modelo import ContatoRow, Quem


class Atribuir(Struct, frozen=True):
    """A slot of an agent is kept for you: become its work, if the promise stands still."""

    promessa: Promessa


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
