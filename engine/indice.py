"""Which things have what: ids by a key, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterator


class Indice:
    """Ids by key: the open tickets of each fila, say. A key's ids are in the order in which they came."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, None]] = {}

    def por(self, chave: str, id_: str) -> None:
        self._ids.setdefault(chave, {})[id_] = None

    def tirar(self, chave: str, id_: str) -> None:
        """Idempotent."""
        ids = self._ids.get(chave)
        if ids is not None:
            ids.pop(id_, None)
            if not ids:
                del self._ids[chave]

    def tem(self, chave: str, id_: str) -> bool:
        return id_ in self._ids.get(chave, ())

    def de(self, chave: str) -> Iterator[str]:
        """The ids of a key. Not to be changed while they are gone through."""
        return iter(self._ids.get(chave, ()))

    def quantos(self, chave: str) -> int:
        return len(self._ids.get(chave, ()))

    def por_chave(self) -> dict[str, int]:
        """How many ids each key has; keys without any are left out."""
        return {chave: len(ids) for chave, ids in self._ids.items()}

    def total(self) -> int:
        return sum(map(len, self._ids.values()))
