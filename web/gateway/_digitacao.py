"""Lets contacts see that somebody is writing to them, where their channel shows it."""

from __future__ import annotations

from typing import Final

from actors.no.no import No
from actors.ticket.comandos import SinalizarDigitacao
from engine.errors import BalcaoError
from engine.modelo import Quem
from engine.ports import Clock
from engine.tarefas import Tarefas

CADA_MS: Final = 20_000
"""Between two signals of one ticket. WhatsApp shows one for 25 seconds."""
LEMBRADOS: Final = 10_000
"""Tickets of which it is known when the last signal was."""


class Digitacao:
    """Screens tell of each few letters; a contact is told once in a while."""

    def __init__(self, no: No, tarefas: Tarefas, relogio: Clock) -> None:
        self._no = no
        self._tarefas = tarefas
        self._relogio = relogio
        self._ditos: dict[tuple[str, str], int] = {}
        """When the last signal of each ticket was, the latest last."""

    def escreve(self, quem: Quem, ticket_id: str) -> None:
        """Somebody who may is writing in a ticket. What cannot be told is not told: a moment later it is old."""
        chave, agora = (quem.empresa_id, ticket_id), self._relogio.now()
        dito = self._ditos.get(chave)
        if dito is not None and agora - dito < CADA_MS:
            return
        self._ditos.pop(chave, None)
        self._ditos[chave] = agora
        if len(self._ditos) > LEMBRADOS:
            del self._ditos[next(iter(self._ditos))]
        sinal = self._no.pedir(SinalizarDigitacao(quem=quem, ticket_id=ticket_id))
        self._tarefas.lancar("digitando", sinal, esperados=(BalcaoError,))
