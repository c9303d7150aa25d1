"""What the sessions of connectors share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from actors.no.no import No
from engine.conector.trabalhos import Resultado, Trabalho
from engine.tarefas import Tarefas
from web.conectores._fichas import Fichas
from web.conectores._vigia import VigiaDeCanais
from web.portaria.acessos import Guarda

if TYPE_CHECKING:
    from web.conectores._sessao import Sessao

LerCanais = Callable[[], Awaitable[list[tuple[str, str]]]]
"""Reads the canais of the whole installation that are active: each with its empresa first."""
Preparar = Callable[[str, list[Trabalho]], Awaitable[list[Trabalho]]]
"""Puts into the jobs of an empresa what is read when they are handed out."""


class ObservadorDeConectores(Protocol):
    def respondido(self, resultado: Resultado) -> None:
        """What became of a job is durable."""
        ...


class Casa(msgspec.Struct, frozen=True):
    """What the sessions of a process share. ``presentes``: each by whose it is and what it is called."""

    no: No
    guarda: Guarda
    fichas: Fichas
    vigia: VigiaDeCanais
    ler_canais: LerCanais
    preparar: Preparar
    tarefas: Tarefas
    observador: ObservadorDeConectores
    url_publica: str
    """The server's address as providers know it."""
    presentes: dict[tuple[str, str], Sessao] = {}
