"""What a document is looked at against: what there is in the empresa beside it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from engine.errors import Detalhe
from engine.modelo import TipoCanal

_NADA: Final[frozenset[str]] = frozenset()


class Vizinho(Struct, frozen=True, gc=False):
    """Another document of the empresa."""

    nome: str
    documento: Struct


class Cenario(Struct, frozen=True):
    """Ids of what there is, without what is being deleted. ``canais`` with their types; ``documentos``: of each kind,
    those that there are beside the one that is looked at, by id. ``agora``: ms since the epoch.
    """

    filas: Container[str] = _NADA
    equipes: Container[str] = _NADA
    atendentes: Container[str] = _NADA
    canais: Mapping[str, TipoCanal] = {}
    documentos: Mapping[str, Mapping[str, Vizinho]] = {}
    agora: int = 0

    def de(self, tipo: str) -> Mapping[str, Vizinho]:
        """The other documents of that kind."""
        return self.documentos.get(tipo, {})


def desconhecidos(campo: str, ids: Iterable[str], ha: Container[str], o_que: str) -> Iterator[Detalhe]:
    """A problem for each id that there is nothing of. ``o_que``: as in "fila desta empresa"."""
    for posicao, id_ in enumerate(ids):
        if id_ not in ha:
            yield Detalhe(f"{campo}[{posicao}]", f"não é o id de uma {o_que}; liste as que há, ou retire-o")


def repetidos(campo: str, valores: Iterable[str]) -> Iterator[Detalhe]:
    """A problem for each value that is there already."""
    vistos: set[str] = set()
    for posicao, valor in enumerate(valores):
        if valor in vistos:
            yield Detalhe(f"{campo}[{posicao}]", "está duas vezes na lista; retire uma")
        vistos.add(valor)
