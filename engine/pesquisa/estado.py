"""What is kept of a survey with its ticket. It stands in the ticket's row; instants are ms since the Unix epoch."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

TipoDePesquisa = Literal["csat", "nps"]


class Perguntada(Struct, frozen=True, gc=False, omit_defaults=True):
    """The contact was asked at ``em`` by the survey ``pesquisa``; until ``ate`` it may answer. ``comentario`` is the
    id of the message that says more than the note, and may be the one that says the note; ``pede_comentario``: what the
    contact writes next is it.
    """

    pesquisa: str
    tipo: TipoDePesquisa
    em: int
    ate: int
    nota: int | None = None
    respondida_em: int | None = None
    comentario: str | None = None
    pede_comentario: bool = False
