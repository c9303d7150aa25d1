"""What a node knows of its health: whether its database serves, if not since when and why, how fresh its sign of life
is, and which of its tasks have ended that should not have.

Whoever uses the database tells it here; whoever has to refuse something for it asks here, so that every refusal, the
readiness, the metrics and the log say the same.

The sign of life is a lease in time (C. Gray and D. Cheriton, "Leases", 1989). The server frees this node's lock when it
has heard no pulse for four seconds, and counts from when the last one came; we count three from when it was sent, on a
clock that goes on while the machine sleeps. So what is in memory is told only while nobody else can have changed it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Final, Literal

from msgspec import Struct

from engine.errors import Unavailable

log = logging.getLogger(__name__)

VALIDADE_S: Final = 3.0
"""How long after a pulse was sent that was answered, what is in memory may be told."""

_ESPERA_S: Final = 3.0
"""How long a command waits for the next pulse, where nothing but the time of the last one speaks against it."""

_RELOGIO: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

Parte = Literal["pulso", "conexoes", "gravacoes"]
"""What can fail by itself: the answers of the server, new connections to it, writing."""


class Causa(Struct, frozen=True):
    """Why the database does not serve, and what to do about it where waiting is not all: in Portuguese, for people."""

    porque: str
    remedio: str | None = None


NAO_RESPONDE: Final = Causa("não responde", "confira se o PostgreSQL e a rede até ele não estão parados")
CAIU: Final = Causa("a conexão caiu")


def agora() -> float:
    """Seconds, on the clock that pulses are timed by."""
    return time.clock_gettime(_RELOGIO)


class Saude:
    """One per node. Before the first pulse nothing is known to be amiss."""

    __slots__ = ("_ate", "_falhas", "_inicio", "_novidade", "_pulso", "agora", "faltam", "outro_no", "quedas")

    def __init__(self, relogio: Callable[[], float] = agora) -> None:
        self.agora = relogio
        self._ate = inf
        self._pulso = inf
        self._falhas: dict[Parte, Causa] = {}
        self._inicio = 0.0
        self._novidade = asyncio.Event()
        self.outro_no = 0
        """How often something was asked that only another node can do."""
        self.quedas: Counter[str] = Counter()
        """How often a task failed, by its name (see :mod:`engine.tarefas`)."""
        self.faltam: set[str] = set()
        """Tasks that had to go on, and have ended: only a new start of the node brings them back."""

    # -- tasks -------------------------------------------------------------------------------------------------------

    def tarefa_caiu(self, nome: str, *, faz_falta: bool) -> None:
        """A task has ended that should not have. ``faz_falta``: it had to go on."""
        self.quedas[nome] += 1
        if faz_falta:
            self.faltam.add(nome)

    # -- outages ---------------------------------------------------------------------------------------------------

    @property
    def disponivel(self) -> bool:
        """Whether the database serves, as far as we know."""
        return not self._falhas

    def falha(self, parte: Parte) -> bool:
        """Whether this part does not work."""
        return parte in self._falhas

    @property
    def calada(self) -> bool:
        """Whether the server is known to answer nothing: to ask it something is to wait for the end of a deadline."""
        return self._falhas.get("pulso") is NAO_RESPONDE

    def falhou(self, parte: Parte, causa: Causa, desde: float | None = None) -> None:
        """A part does not work, since ``desde`` (of :attr:`agora`). What is known of it last is what is said."""
        if not self._falhas:
            self._inicio = self.agora() if desde is None else desde
            remedio = "" if causa.remedio is None else f"; {causa.remedio}"
            log.error("database away: %s%s", causa.porque, remedio)
        self._falhas[parte] = causa
        self._contar_novidade()

    def respondeu(self, parte: Parte) -> None:
        """A part works."""
        if self._falhas.pop(parte, None) is not None and not self._falhas:
            log.warning("database back after %.1f s", self.agora() - self._inicio)

    def segundos(self) -> float:
        """How long the outage has lasted; 0 if there is none."""
        return max(0.0, self.agora() - self._inicio) if self._falhas else 0.0

    def frase(self) -> str:
        """What is wrong, since when and why, in one sentence for people. To be asked when something is."""
        if not self._falhas:
            calado = self.agora() - self._pulso
            if calado < VALIDADE_S:  # the lock was lost a moment ago, and is being taken again
                return "Este servidor está retomando o contato com o banco de dados"
            return f"O banco de dados não responde a este servidor há {calado:.0f} s"
        causa = next((causa for causa in self._falhas.values() if causa not in {NAO_RESPONDE, CAIU}), None)
        causa = causa or next(iter(self._falhas.values()))
        if causa is NAO_RESPONDE:
            return f"O banco de dados não responde há {self.segundos():.0f} s"
        return f"O banco de dados está fora do ar há {self.segundos():.0f} s: {causa.porque}"

    def recusa(self) -> Unavailable:
        """How to refuse what needs the database: nothing was done."""
        return Unavailable("banco_indisponivel", f"{self.frase()}; tente de novo em instantes", 2)

    def incerto(self) -> Unavailable:
        """How to refuse what was taken, and may have been done."""
        return Unavailable("resultado_incerto", f"{self.frase()}; confira se a operação foi feita", 5)

    # -- the sign of life --------------------------------------------------------------------------------------------

    def bateu(self, enviado: float) -> None:
        """A pulse that was sent then was answered: the lock was held."""
        self._pulso = enviado
        self._ate = enviado + VALIDADE_S
        self._contar_novidade()

    def calou(self) -> None:
        """The lock is gone: nothing in memory is to be believed until it is held again, and what was lost is known."""
        self._ate = -inf

    def recente(self, enviado: float = -inf) -> bool:
        """Whether what is in memory may be told: by the pulse, or by what was sent then to the database and said that
        it is ours.
        """
        hora = self.agora()
        return hora < self._ate or hora < enviado + VALIDADE_S

    @property
    def pulsa(self) -> bool:
        """Whether a pulse was answered just now. What is then written is fenced, and what is not is looked at once
        more.
        """
        return self.agora() < self._pulso + VALIDADE_S

    async def pulso(self) -> None:
        """Return when a pulse was answered just now. Who was paused, and the machine that slept, send one as soon as
        they go on: that is waited for, and an outage that is known is not.

        Raises:
            Unavailable: the database does not answer.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_ESPERA_S):
                while not self.pulsa and self.disponivel:
                    await self._novidade.wait()
        if not self.pulsa:
            raise self.recusa()

    def _contar_novidade(self) -> None:
        self._novidade.set()
        self._novidade = asyncio.Event()

    def exigir_sinal(self) -> None:
        """Raise Unavailable where what is in memory may not be told."""
        if self.agora() >= self._ate:
            raise self.recusa()
