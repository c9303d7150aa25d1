"""Values ordered by key, for waiting lines, rosters and what is due: O(log n) to find, and the rank of anything.

Keys stand in short sorted lists, one after the other, so that putting and removing moves no more than one of them; and
going through everything in order, or through the first few, costs next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from typing import ClassVar, Generic, TypeVar

V = TypeVar("V")

Chave = tuple[float, ...]
"""A sort key: smaller comes first. Keys of one order have one length, and end in something that is unique in it."""


class Ordenado(Generic[V]):
    """Whoever puts something in keeps the key, to take it out again. Iterating gives the values, first to last
    (``reversed``: last to first); nothing may be put or taken meanwhile.
    """

    __slots__ = ("_chaves", "_quantos", "_ultimas", "_valores")

    TRECHO: ClassVar[int] = 512
    """Where a list is cut in two."""

    def __init__(self) -> None:
        self._chaves: list[list[Chave]] = [[]]
        self._valores: list[list[V]] = [[]]
        self._ultimas: list[Chave] = []
        """Of every list but the last: no key in it is greater, and none in the next is less."""
        self._quantos = 0

    def __len__(self) -> int:
        return self._quantos

    def __iter__(self) -> Iterator[V]:
        return chain.from_iterable(self._valores)

    def __reversed__(self) -> Iterator[V]:
        return chain.from_iterable(map(reversed, reversed(self._valores)))

    def por(self, chave: Chave, valor: V) -> int:
        """Put a value under a key that is not in it. Answers in which list it was put, before that was cut."""
        trecho = bisect_left(self._ultimas, chave) if self._ultimas else 0
        chaves = self._chaves[trecho]
        lugar = bisect_left(chaves, chave)
        chaves.insert(lugar, chave)
        self._valores[trecho].insert(lugar, valor)
        self._quantos += 1
        if len(chaves) > self.TRECHO:
            self._cortar(trecho)
        return trecho

    def tirar(self, chave: Chave) -> int:
        """Remove a key that is in it. Answers from which list, which may be gone by that."""
        trecho = bisect_left(self._ultimas, chave) if self._ultimas else 0
        chaves = self._chaves[trecho]
        lugar = bisect_left(chaves, chave)
        assert chaves[lugar] == chave, "it is in it"
        del chaves[lugar]
        del self._valores[trecho][lugar]
        self._quantos -= 1
        if not chaves and len(self._chaves) > 1:
            del self._chaves[trecho], self._valores[trecho]
            del self._ultimas[min(trecho, len(self._ultimas) - 1)]
        return trecho

    def primeiro(self) -> V | None:
        """The value that comes first, left in place."""
        return self._valores[0][0] if self._quantos else None

    def quantos_antes(self, chave: Chave) -> int:
        """How many come before a key."""
        trecho = bisect_left(self._ultimas, chave)
        return sum(map(len, self._chaves[:trecho])) + bisect_left(self._chaves[trecho], chave)

    def _cortar(self, trecho: int) -> None:
        chaves, valores = self._chaves[trecho], self._valores[trecho]
        meio = len(chaves) // 2
        self._chaves[trecho : trecho + 1] = [chaves[:meio], chaves[meio:]]
        self._valores[trecho : trecho + 1] = [valores[:meio], valores[meio:]]
        self._ultimas.insert(trecho, chaves[meio - 1])
