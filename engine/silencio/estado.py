"""What a ticket remembers of silence, and of being put off. Most tickets have neither."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

StatusAdiado = Literal["ABERTO", "EM_ANDAMENTO", "PENDENTE"]
"""What may be put off."""


class Silencio(Struct, frozen=True, gc=False, omit_defaults=True):
    """The contact owes an answer since ``desde``: one of us wrote last. Instants in ms since the epoch.

    ``vence``: when something is due, if anything is (:mod:`engine.silencio.contato`). ``avisado_em``: it was warned
    then, or could not be. ``aviso_id`` is the message that warns it, while nobody knows that it has left. While nobody
    has the ticket in hand the clock stands still: since ``parado_desde``.
    """

    desde: int
    vence: int | None = None
    avisado_em: int | None = None
    aviso_id: str | None = None
    parado_desde: int | None = None


class Adiamento(Struct, frozen=True, gc=False, omit_defaults=True):
    """The ticket is put off until ``ate`` (ms), PENDENTE meanwhile; it was ``antes``. ``por`` is who did it, None if it
    was no person; ``deve``: its owner owed the contact an answer by a certain time.
    """

    ate: int
    antes: StatusAdiado
    por: str | None = None
    motivo: str | None = None
    deve: bool = False
