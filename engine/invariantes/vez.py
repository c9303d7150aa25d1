"""Who was passed over: a ticket that waited all along, while others that came after it in line were given.

What is held against each other is of one fila and of one signature, and as it was: the one was not touched since it was
given, the other not since before. A promise that falls leaves no trace in the row, and whoever had it looks as if it
had been passed over; so once is nothing. Thrice, over more than a second, it is no promise that fell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import Final

from engine.invariantes.historia import Entrega
from engine.ordenado import Chave

VEZES: Final = 3
_ENTRE_MS: Final = 1_000
POR_GRUPO: Final = 20
"""The latest of a fila and a signature that a ticket is held against."""

Dado = tuple[Entrega, Chave]
"""What was given, and its place in line."""


class Vez:
    """What the system gave lately, the latest first, by signature."""

    def __init__(self) -> None:
        self._dados: defaultdict[Hashable, list[Dado]] = defaultdict(list)

    def __bool__(self) -> bool:
        """Whether there is anything to hold a ticket against."""
        return bool(self._dados)

    def dado(self, assinatura: Hashable, entrega: Entrega, chave: Chave) -> None:
        """The latest are to come first."""
        deste = self._dados[assinatura]
        if len(deste) < POR_GRUPO:
            deste.append((entrega, chave))

    def passaram(self, assinatura: Hashable, chave: Chave, desde: int) -> list[Entrega]:
        """What was given in place of a ticket of this signature and place, which has waited as it is since ``desde``
        (ms); empty unless it is beyond doubt.
        """
        deste = self._dados.get(assinatura, [])
        vistos = [entrega for entrega, outra in deste if entrega.em > desde and outra > chave]
        claro = len(vistos) >= VEZES and vistos[0].em - vistos[-1].em >= _ENTRE_MS
        return vistos if claro else []
