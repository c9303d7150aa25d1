"""Which things have what: sets of ids by a key, and how many there are in all."""

from __future__ import annotations


class Indice:
    """Ids by key: the open tickets of each fila, say."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, set[str]] = {}

    def por(self, chave: str, id_: str) -> None:
        self._ids.setdefault(chave, set()).add(id_)

    def tirar(self, chave: str, id_: str) -> None:
        """Idempotent."""
        ids = self._ids.get(chave)
        if ids is not None:
            ids.discard(id_)
            if not ids:
                del self._ids[chave]

    def de(self, chave: str) -> list[str]:
        """The ids of a key, sorted."""
        return sorted(self._ids.get(chave, ()))

    def quantos(self, chave: str) -> int:
        return len(self._ids.get(chave, ()))

    def por_chave(self) -> dict[str, int]:
        """How many ids each key has; keys without any are left out."""
        return {chave: len(ids) for chave, ids in self._ids.items()}

    def total(self) -> int:
        return sum(map(len, self._ids.values()))
