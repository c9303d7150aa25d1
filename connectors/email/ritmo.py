"""How fast one correspondent may write before its mails are taken for those of a machine.

Two robots that answer each other are told by nothing but their speed, if both hide what they are. Above the rate a mail
is kept all the same, as ``automatica``: it opens nothing, and no rule answers it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from engine.balde import SEGUNDO, Taxa

RAJADA: Final = 20
"""Mails at once."""
_INTERVALO_S: Final = 60
"""After that, one in so many seconds."""
CORRESPONDENTES: Final = 10_000
"""Who are remembered; the one who has not written for longest is forgotten first."""


class Ritmo:
    """The buckets of all correspondents of one canal."""

    __slots__ = ("_cheios", "_taxa")

    def __init__(self, rajada: int = RAJADA, intervalo_s: int = _INTERVALO_S) -> None:
        self._taxa = Taxa(intervalo_s * SEGUNDO, intervalo_s * SEGUNDO * rajada)
        self._cheios: OrderedDict[str, int] = OrderedDict()

    def demais(self, email: str, agora: int) -> bool:
        """Count a mail of ``email``; whether it is one too many. ``agora``: ns of a clock that never goes back."""
        cheio_em = self._taxa.tomar(self._cheios.pop(email, 0), agora)
        # What is beyond a bucket is not owed for ever: who stops for a while starts anew.
        self._cheios[email] = min(cheio_em, agora + self._taxa.capacidade + self._taxa.custo)
        if len(self._cheios) > CORRESPONDENTES:
            self._cheios.popitem(last=False)
        return self._taxa.espera(cheio_em, agora) > 0

    def __len__(self) -> int:
        return len(self._cheios)
