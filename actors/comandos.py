"""What the outside may ask of the actors. Each command names the type of its answer.

A command is addressed by the id it carries: to the Ticket, the Fila, the Atendente, or else to the Empresa. Who asks
is part of it; the tenant is ``quem.empresa_id``. Any of them may be answered by a
:class:`~engine.errors.Refusal` (nothing changed) or :class:`~engine.errors.Unavailable`.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from engine.modelo import Quem

R = TypeVar("R")


class Comando(Struct, Generic[R], frozen=True, kw_only=True):
    """Base of commands; ``R`` is the type of the answer.

    ``sempre``: taken even while the journal refuses new work, since what it reports has already happened.
    """

    sempre: ClassVar[bool] = False

    quem: Quem


class ComandoTicket(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one ticket. NotFound if the empresa has no such ticket; Forbidden if ``quem`` may not see it."""

    ticket_id: str


class ComandoFila(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one fila."""

    fila_id: str


class ComandoAtendente(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one atendente."""

    atendente_id: str


class ComandoCanal(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one canal."""

    canal_id: str


class ComandoEquipe(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one equipe."""

    equipe_id: str


class ComandoContatos(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to the keeper of the empresa's contacts."""
