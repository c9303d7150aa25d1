"""The document that is a quick reply."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from engine.caracteres import VISIVEL
from engine.politica.modelo import Id, Nome, Parte

TEXTO_MAXIMO: Final = 4_096
"""Characters, as of a message."""
Atalho = Nome
"""What is typed to call it: one word, with the slash before it or without."""
Texto = Annotated[str, Meta(min_length=1, max_length=TEXTO_MAXIMO, pattern=rf"^[^\u0000]*{VISIVEL}[^\u0000]*$")]
Ids = Annotated[tuple[Id, ...], Meta(max_length=200)]


class RespostaRapida(Parte, frozen=True):
    """A text with variables (see :mod:`engine.respostas_rapidas.preenchimento`). It is for tickets of ``filas``, and of
    those that one of ``equipes`` serves; for all, if neither is said. ``pasta`` is under what it is filed.
    """

    atalho: Atalho
    texto: Texto
    filas: Ids = ()
    equipes: Ids = ()
    pasta: Nome | None = None

    def serve(self, fila_id: str, equipes: frozenset[str]) -> bool:
        """Whether it is for tickets of that fila, which these equipes serve."""
        para_todas = not self.filas and not self.equipes
        return para_todas or fila_id in self.filas or not equipes.isdisjoint(self.equipes)
