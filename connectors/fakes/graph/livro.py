"""The fake's own book: everything that it accepted, whatever it answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

MAXIMO: Final = 1_000_000


class Aceita(Struct, frozen=True):
    """A message that was accepted. ``para`` is the recipient as it was given, a phone without its plus; ``trabalho``
    is its ``biz_opaque_callback_data``; ``em`` in seconds of the epoch.
    """

    ordem: int
    id: str
    numero: str
    para: str
    tipo: str
    trabalho: str | None
    em: float
    corpo: dict[str, Any]

    @property
    def texto(self) -> str | None:
        """Of a text, what it says."""
        texto = self.corpo.get("text")
        return texto.get("body") if isinstance(texto, dict) else None


class Livro:
    """What was accepted, in order. ``ao_anotar`` is told of each, and must not wait."""

    def __init__(self) -> None:
        self.aceitas: list[Aceita] = []
        self.sinais: list[dict[str, Any]] = []
        """Read receipts and "is typing", as they came."""
        self.recusadas = 0
        self.ao_anotar: Callable[[Aceita], None] | None = None
        self._por_destinatario: dict[str, list[Aceita]] = defaultdict(list)
        self._por_trabalho: dict[str, list[Aceita]] = defaultdict(list)

    def anotar(self, aceita: Aceita) -> None:
        """Raises OverflowError: it is full."""
        if len(self.aceitas) >= MAXIMO:
            raise OverflowError("the fake's book is full")
        self.aceitas.append(aceita)
        self._por_destinatario[aceita.para].append(aceita)
        if aceita.trabalho:
            self._por_trabalho[aceita.trabalho].append(aceita)
        if self.ao_anotar is not None:
            self.ao_anotar(aceita)

    def de(self, destinatario: str) -> list[Aceita]:
        """What one contact got, in order; a phone with or without its plus."""
        return list(self._por_destinatario.get(destinatario.removeprefix("+"), ()))

    def do_trabalho(self, trabalho: str) -> list[Aceita]:
        """What came of one job of ours: more than one is a duplicate."""
        return list(self._por_trabalho.get(trabalho, ()))

    def repetidos(self) -> dict[str, int]:
        """Jobs that were accepted more than once, and how often."""
        return {trabalho: len(aceitas) for trabalho, aceitas in self._por_trabalho.items() if len(aceitas) > 1}
