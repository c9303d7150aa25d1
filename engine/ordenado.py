"""A map ordered by key, for waiting lines, rosters and what is due: O(log n) to find, and the rank of anything.

Keys stand in short sorted lists, one after the other, so that putting and removing moves no more than one of them; and
going through everything in order, or through the first few, costs next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from typing import Final, Generic, TypeVar

V = TypeVar("V")

Chave = tuple[float, ...]
"""A sort key: smaller comes first. Keys of one map have one length, and end in something that is unique in it."""

_TRECHO: Final = 512
"""Where a list is cut in two."""


class Ordenado(Generic[V]):
    """Values by id, in order of their keys."""

    __slots__ = ("_chaves", "_entradas", "_ids", "_ultimas")

    def __init__(self) -> None:
        self._entradas: dict[str, tuple[Chave, V]] = {}
        self._chaves: list[list[Chave]] = [[]]
        self._ids: list[list[str]] = [[]]
        self._ultimas: list[Chave] = []
        """The greatest key of every list but the last."""

    def __len__(self) -> int:
        return len(self._entradas)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._entradas

    def __iter__(self) -> Iterator[tuple[str, Chave, V]]:
        """Id, key and value of everything, in no particular order."""
        for id_, (chave, valor) in self._entradas.items():
            yield id_, chave, valor

    def por(self, id_: str, chave: Chave, valor: V) -> None:
        """Put a value under a key; replaces what the id had."""
        antes = self._entradas.get(id_)
        self._entradas[id_] = (chave, valor)
        if antes is not None:
            if antes[0] == chave:
                return
            self._apagar(antes[0])
        trecho = bisect_left(self._ultimas, chave) if self._ultimas else 0
        chaves = self._chaves[trecho]
        lugar = bisect_left(chaves, chave)
        chaves.insert(lugar, chave)
        self._ids[trecho].insert(lugar, id_)
        if len(chaves) > _TRECHO:
            self._cortar(trecho)

    def tirar(self, id_: str) -> tuple[Chave, V] | None:
        """Remove an id; its key and value, or None if it is not there."""
        entrada = self._entradas.pop(id_, None)
        if entrada is not None:
            self._apagar(entrada[0])
        return entrada

    def ver(self, id_: str) -> tuple[Chave, V] | None:
        return self._entradas.get(id_)

    def primeiro(self) -> tuple[str, Chave, V] | None:
        """The id, key and value that come first, left in place."""
        if not self._entradas:
            return None
        id_ = self._ids[0][0]
        chave, valor = self._entradas[id_]
        return id_, chave, valor

    def em_ordem(self) -> Iterator[tuple[str, Chave, V]]:
        """The id, key and value of everything, first to last. Nothing may be put or taken meanwhile."""
        entradas = self._entradas
        for id_ in chain.from_iterable(self._ids):
            chave, valor = entradas[id_]
            yield id_, chave, valor

    def quantos_antes(self, chave: Chave) -> int:
        """How many come before a key."""
        trecho = bisect_left(self._ultimas, chave)
        return sum(map(len, self._ids[:trecho])) + bisect_left(self._chaves[trecho], chave)

    def _apagar(self, chave: Chave) -> None:
        trecho = bisect_left(self._ultimas, chave) if self._ultimas else 0
        chaves = self._chaves[trecho]
        lugar = bisect_left(chaves, chave)
        del chaves[lugar]
        del self._ids[trecho][lugar]
        if not chaves and len(self._chaves) > 1:
            del self._chaves[trecho], self._ids[trecho]
            del self._ultimas[min(trecho, len(self._ultimas) - 1)]

    def _cortar(self, trecho: int) -> None:
        chaves, ids = self._chaves[trecho], self._ids[trecho]
        meio = len(chaves) // 2
        self._chaves[trecho : trecho + 1] = [chaves[:meio], chaves[meio:]]
        self._ids[trecho : trecho + 1] = [ids[:meio], ids[meio:]]
        self._ultimas.insert(trecho, chaves[meio - 1])
