"""What a visitor of a site may read: its own conversation with one canal, and nothing beside it.

A visitor is known by its session, which is an address of a contact (``visitante``). It sees what it wrote itself, and
what was said in answer to that: people answer where the contact wrote from last, so what they say is for the session
whose message came before it. A contact may have several sessions (somebody has merged two): none sees what another
wrote.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from engine.modelo import MensagemRow, Status, StatusEntrega

TICKETS_NO_MAXIMO = 50
"""The latest conversations of a visitor, which it may read still."""


class TicketDoVisitante(Struct, frozen=True, gc=False):
    """A ticket of a visitor. ``respondido``: a person has answered in it; ``atendente`` is the name of its owner."""

    id: str
    status: Status
    endereco: str | None
    respondido: bool
    atendente: str | None


class Fala(Struct, frozen=True):
    """A message of a visitor's conversation; ``nome`` is that of the atendente who wrote it."""

    mensagem: MensagemRow
    nome: str | None


class LugarNaConversa(Struct, frozen=True, gc=False):
    """Up to where a visitor has read: a message's ``seq``, and when it was written (ms)."""

    seq: int = 0
    em: int = 0


class LeitorDeVisitantes(Protocol):
    """Committed state. Every method raises Unavailable while the database is away.

    ``sessao`` is the visitor's session: its messages' ids, as the canal knows them, begin with it and a colon.
    """

    async def tickets_do_visitante(self, empresa_id: str, canal_id: str, sessao: str) -> list[TicketDoVisitante]:
        """Those of the contact that the session is of, by this canal, the latest first."""
        ...

    async def falas_do_visitante(
        self, empresa_id: str, ticket_ids: list[str], sessao: str, depois: LugarNaConversa, limite: int
    ) -> list[Fala]:
        """What the visitor may read in these tickets, in the order in which it was said, after that place."""
        ...

    async def por_entregar(
        self, empresa_id: str, ticket_ids: list[str], sessao: str, ate: int, estados: tuple[StatusEntrega, ...]
    ) -> list[MensagemRow]:
        """What was said to the visitor up to the ``seq`` ``ate``, and has got no further than these."""
        ...
