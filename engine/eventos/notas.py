"""What people say among themselves of a ticket. It is for them alone: told outside only to who names it in full."""

from __future__ import annotations

from typing import Final

from msgspec.structs import asdict

from engine.eventos._evento import Evento, tipos
from engine.modelo import NotaRow
from engine.vistas import nota_vista


class NotaInterna(Evento, frozen=True):
    """A note was written. ``contatoId`` is the contact of its ticket."""

    tipo = "nota_interna"
    interno = True

    id: str
    ticket_id: str
    contato_id: str | None
    conteudo: str
    autor_id: str | None
    mencoes: tuple[str, ...]
    created_at: str
    editada_em: str | None


class NotaAtualizada(Evento, frozen=True):
    """The note as it is now."""

    tipo = "nota_atualizada"
    interno = True

    id: str
    ticket_id: str
    contato_id: str | None
    conteudo: str
    autor_id: str | None
    mencoes: tuple[str, ...]
    created_at: str
    editada_em: str | None


class NotaExcluida(Evento, frozen=True):
    """It is gone."""

    tipo = "nota_excluida"
    interno = True

    id: str
    ticket_id: str


class Mencao(Evento, frozen=True):
    """A note names that atendente, who alone is told so. What it says is in the note."""

    tipo = "mencao"
    interno = True

    atendente_id: str
    nota_id: str
    ticket_id: str
    ticket_numero: int
    autor_id: str | None


DE_NOTAS: Final = tipos(NotaInterna, NotaAtualizada, NotaExcluida, Mencao)
"""For people alone, of those who see the ticket."""


def escrita(row: NotaRow, contato_id: str | None) -> NotaInterna:
    return NotaInterna(**asdict(nota_vista(row)), contato_id=contato_id)


def editada(row: NotaRow, contato_id: str | None) -> NotaAtualizada:
    return NotaAtualizada(**asdict(nota_vista(row)), contato_id=contato_id)
