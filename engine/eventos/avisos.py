"""What one person of the empresa is told, and nobody else."""

from __future__ import annotations

from typing import Final

from engine.eventos._evento import Evento, tipos


class Notificacao(Evento, frozen=True):
    """There is something new in the list of its notices, of the kind ``aviso``. It says nothing of what is in it:
    whoever wants to know reads it there, where it goes when what it is about is deleted.
    """

    tipo = "notificacao"

    id: str
    aviso: str
    ticket_id: str | None
    urgente: bool
    created_at: str


class NotificacoesLidas(Evento, frozen=True):
    """It has read these."""

    tipo = "notificacoes_lidas"

    ids: tuple[str, ...]


DE_UMA_PESSOA: Final = tipos(Notificacao, NotificacoesLidas)
"""What is for the person that the event concerns (its ``atendente_id``), whatever others may see."""
