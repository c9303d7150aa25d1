"""A map ordered by key, for waiting lines and rosters: O(log n) to put, remove and take the first.

A binary heap with lazy deletion: removing or re-keying leaves a stale heap entry behind, which is dropped when it
reaches the top. When stale entries outnumber live ones the heap is rebuilt, so memory stays proportional to what is
in it and the amortised cost stays O(log n).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

V = TypeVar("V")

Chave = tuple[float, ...]
"""A sort key: smaller comes first. Keys of one map have one length, and end in something unique per id."""

_SLACK = 64


class Ordenado(Generic[V]):
    """Values by id, in order of their keys. Equal keys are ordered by id."""

    __slots__ = ("_entries", "_heap")

    def __init__(self) -> None:
        self._entries: dict[str, tuple[Chave, V]] = {}
        self._heap: list[tuple[Chave, str]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._entries

    def __iter__(self) -> Iterator[tuple[str, Chave, V]]:
        """Id, key and value of everything, in no particular order."""
        for id_, (chave, valor) in self._entries.items():
            yield id_, chave, valor

    def por(self, id_: str, chave: Chave, valor: V) -> None:
        """Put a value under a key; replaces what the id had."""
        entries = self._entries
        antes = entries.get(id_)
        entries[id_] = (chave, valor)
        if antes is None or antes[0] != chave:
            heap = self._heap
            heappush(heap, (chave, id_))
            if len(heap) > 2 * len(entries) + _SLACK:
                self._compactar()

    def tirar(self, id_: str) -> tuple[Chave, V] | None:
        """Remove an id; its key and value, or None if it is not there."""
        entry = self._entries.pop(id_, None)
        if len(self._heap) > 2 * len(self._entries) + _SLACK:
            self._compactar()
        return entry

    def ver(self, id_: str) -> tuple[Chave, V] | None:
        return self._entries.get(id_)

    def primeiro(self) -> tuple[str, Chave, V] | None:
        """The id, key and value that come first, left in place."""
        heap = self._heap
        entries = self._entries
        while heap:
            chave, id_ = heap[0]
            entry = entries.get(id_)
            if entry is not None and entry[0] == chave:
                return id_, chave, entry[1]
            heappop(heap)
        return None

    def em_ordem(self) -> Iterator[tuple[str, Chave, V]]:
        """The id, key and value of everything, first to last, found as it is asked for: the first k cost O(k log k).

        Nothing may be put or taken meanwhile.
        """
        heap, entries = self._heap, self._entries
        frente = [(heap[0], 0)] if heap else []
        ultimo: tuple[Chave, str] | None = None
        while frente:
            lugar, indice = heappop(frente)
            for filho in (2 * indice + 1, 2 * indice + 2):
                if filho < len(heap):
                    heappush(frente, (heap[filho], filho))
            chave, id_ = lugar
            entry = entries.get(id_)
            if entry is not None and entry[0] == chave and lugar != ultimo:  # one put twice at a place is there once
                ultimo = lugar
                yield id_, chave, entry[1]

    def _compactar(self) -> None:
        self._heap = [(chave, id_) for id_, (chave, _) in self._entries.items()]
        heapify(self._heap)
