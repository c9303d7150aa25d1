"""What the outside may ask of the actors. Each command names the type of its answer.

A command is addressed by the id it carries: to the Ticket, the Fila, the Atendente, or else to the Empresa. Who asks
is part of it; the tenant is ``quem.empresa_id``. Any of them may be answered by a
:class:`~engine.errors.Refusal` (nothing changed) or :class:`~engine.errors.Unavailable`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct

from engine import permissoes
from engine.modelo import Quem
from engine.permissoes import Ato

R = TypeVar("R")


class Comando(Struct, Generic[R], frozen=True, kw_only=True):
    """Base of commands; ``R`` is the type of the answer.

    ``ato``: what whoever asks must be allowed to do, by its role. ``sempre``: taken even while the journal refuses new
    work, since what it reports has already happened.

    Raises TypeError, where a class is made, if a command does not say its ``ato``. (What is still generic is a base.)
    """

    ato: ClassVar[Ato]
    sempre: ClassVar[bool] = False

    quem: Quem

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not getattr(cls, "__parameters__", ()) and not isinstance(getattr(cls, "ato", None), Ato):
            raise TypeError(f"{cls.__name__} does not say its ato")

    def tambem(self) -> Ato | None:
        """What it does beside its ``ato``, by what it says."""
        return None

    def autorizar(self) -> None:
        """Raise Forbidden unless whoever asks may do this by its role. Of the row its actor judges."""
        permissoes.exigir(self.quem, self.ato)
        tambem = self.tambem()
        if tambem is not None:
            permissoes.exigir(self.quem, tambem)


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


class ComandoGancho(ComandoCanal[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one webhook to another system, which is a canal of its own type."""


class ComandoEquipe(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one equipe."""

    equipe_id: str


class ComandoContatos(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to the keeper of the empresa's contacts."""
