"""The document that is a rule of silence. It is sent, kept and compared as it stands here; durations are seconds."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from engine.modelo import TipoComContatos
from engine.politica.modelo import UM_DIA, Id, Parte, Segundos, Texto

Paciencia = Annotated[int, Meta(ge=60, le=30 * UM_DIA)]
"""Seconds of somebody's silence: a minute at the least, since people read and write."""
Janela = Annotated[int, Meta(ge=0, le=365 * UM_DIA)]
Lugares = Annotated[tuple[Id, ...], Meta(max_length=200)]


class RegraDeSilencio(Parte, frozen=True):
    """Where it holds: ``canais`` (types) or ``canal_ids``, and ``filas`` or ``equipes`` that serve the ticket's fila;
    what is left out is not asked. Of the rules that fit a ticket the most specific holds, and no other: see
    :mod:`engine.silencio.regra`. ``ativa`` False: it is for no ticket.

    ``tempo``: ``util`` counts the hours of the fila's calendar, ``corrido`` all hours.

    A contact that owes an answer is told ``aviso_texto`` after ``aviso_apos_segundos``, and ``encerrar_apos_segundos``
    after that (after the last message to it, where no warning is set) the ticket becomes ``status_final``, with
    ``encerramento_texto`` as the last word. An owner who owes the contact an answer loses the ticket to the line after
    ``devolver_apos_segundos`` (0: never; left out: what the fila's policy says). ``janela_reabertura_segundos``: so
    long after RESOLVIDO a contact's message reopens it (left out: what the empresa says).
    """

    ativa: bool = True
    canais: Annotated[tuple[TipoComContatos, ...], Meta(max_length=10)] = ()
    canal_ids: Lugares = ()
    filas: Lugares = ()
    equipes: Lugares = ()
    tempo: Literal["util", "corrido"] = "corrido"
    aviso_apos_segundos: Paciencia | None = None
    aviso_texto: Texto | None = None
    encerrar_apos_segundos: Paciencia | None = None
    status_final: Literal["RESOLVIDO", "FECHADO"] = "RESOLVIDO"
    encerramento_texto: Texto | None = None
    devolver_apos_segundos: Segundos | None = None
    janela_reabertura_segundos: Janela | None = None

    @property
    def avisa(self) -> bool:
        return self.aviso_apos_segundos is not None

    @property
    def do_contato(self) -> bool:
        """Whether anything comes of a contact's silence."""
        return self.avisa or self.encerrar_apos_segundos is not None
