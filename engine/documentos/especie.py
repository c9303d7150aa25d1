"""A kind of document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from engine.documentos.cenario import Cenario
from engine.errors import Detalhe
from engine.politica.modelo import Parte

D = TypeVar("D", bound=Parte)


def nada_a_dizer(_documento: Any, _cenario: Cenario) -> Iterable[Detalhe]:
    """Nothing is wrong with it beyond the types of its fields."""
    return ()


class Especie(Struct, Generic[D], frozen=True, kw_only=True):
    """``tipo`` is its name in the store and in events, and with ``_id`` that of its id in paths; ``documento`` the
    Struct of its content; ``caminho`` its path below ``/atendimento``; ``recurso`` the heading in the reference, and
    the same of ``um`` with its article ("um calendário"), which begins messages. An empresa has at most ``maximo`` of
    them. ``problemas`` is what keeps a document from being one, beyond the types of its fields: each with the path of
    the field and the remedy.
    """

    tipo: str
    documento: type[D]
    caminho: str
    recurso: str
    um: str
    maximo: int
    problemas: Callable[[D, Cenario], Iterable[Detalhe]] = nada_a_dizer

    def ler(self, dados: str) -> D:
        """The document that a row's text says."""
        return msgspec.json.decode(dados, type=self.documento)
