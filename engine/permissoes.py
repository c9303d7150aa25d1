"""Who may do what: role × command × row. Asked in the actor, and by the edge of what it reads; it fails closed."""

from __future__ import annotations

from collections.abc import Set

from engine.errors import Forbidden
from engine.modelo import Quem


def ve_ticket(quem: Quem, fila_id: str, atendente_id: str | None, filas: Set[str]) -> bool:
    """Whether ``quem``, who serves ``filas``, sees a ticket of that fila and that owner: an atendente sees those of its
    filas and its own, everybody else sees all.
    """
    if quem.papel != "atendente":
        return True
    return quem.id is not None and (atendente_id == quem.id or fila_id in filas)


def ticket_sem_acesso() -> Forbidden:
    return Forbidden("ticket_sem_acesso", "Este ticket é de uma fila da qual você não participa")
