"""How often something is tried, and how long is waited in between.

Exponential backoff with jitter: the wait doubles with each failure, and half of it is drawn, so that what failed
together does not come back together (M. Brooker, "Exponential Backoff and Jitter", AWS, 2015).
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from engine.balde import SEGUNDO, Taxa, taxa
from engine.modelo import NomeDoTrabalho, TipoCanal

SEGUNDO_MS: Final = 1_000
HORA_MS: Final = 3_600_000
DIA_MS: Final = 24 * HORA_MS


class Politica(Struct, frozen=True, kw_only=True):
    """Milliseconds. ``tentativas``: failures after which a job is a dead letter. ``recuo`` is the wait after the first
    failure, ``recuo_maximo`` the longest. ``arrendamento``: how long a connector has for a job. ``espera_status``: how
    long a job of which nothing is known waits for the provider to speak.
    """

    tentativas: int = 3
    recuo: int = 2_000
    recuo_maximo: int = HORA_MS
    arrendamento: int = 60_000
    espera_status: int = 60_000


def recuar(politica: Politica, falhas: int, sorteio: float) -> int:
    """How long to wait (ms) after so many failures. ``sorteio``: a number drawn evenly from 0 to 1."""
    inteiro = min(politica.recuo * 2 ** min(falhas - 1, 30), politica.recuo_maximo)
    return int(inteiro / 2 + inteiro / 2 * sorteio)


def recuar_do_contato(vezes: int) -> int:
    """How long (ms) a contact is left alone that was sent too much: 4^X seconds, as WhatsApp asks."""
    return int(min(4.0 ** min(vezes, 6), 3_600) * SEGUNDO_MS)


class Ritmo(Struct, frozen=True, gc=False):
    """How fast a kind of channel goes: all of a canal, and each contact; None: as fast as it will."""

    canal: Taxa | None = None
    contato: Taxa | None = None


_LIVRE: Final = Ritmo()
RITMOS: Final[dict[TipoCanal, Ritmo]] = {
    # never more than 80 messages within a second for each number, whenever that begins: what has gathered goes at once,
    # the others as they come back; for each contact one in 6 seconds, 45 at once
    "whatsapp": Ritmo(taxa(72, 8), Taxa(6 * SEGUNDO, 45 * 6 * SEGUNDO)),
    "email": Ritmo(taxa(20, 50)),
    "sms": Ritmo(taxa(30, 30)),
}
"""What providers take. What is not here has no limit."""


def ritmo_de(tipo: TipoCanal) -> Ritmo:
    return RITMOS.get(tipo, _LIVRE)


REPETIVEIS: Final[frozenset[NomeDoTrabalho]] = frozenset({"processar_webhook", "enviar_push"})
"""Doing it twice is doing it once: of such a job nothing is ever in doubt, nor does its failure say anything of the
canal. (A notice that comes twice replaces itself; each browser has a push service of its own.)"""
PASSAGEIROS: Final[frozenset[NomeDoTrabalho]] = frozenset({"sinalizar"})
"""What failed of these is given up at once: a moment later it says nothing any more."""
