"""The documents that an empresa is configured by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from engine.documentos.especie import Especie
from engine.documentos.especies import POR_TIPO
from engine.errors import Detalhe
from engine.modelo import DocumentoRow
from engine.politica.modelo import Parte

D = TypeVar("D", bound=Parte)

_CITADOS: Final = 10
"""Documents told of as using something."""


class Documentos:
    """Written only by callbacks of successful turns. ``ao_mudar`` are called when a document of a kind has changed, and
    stay: whoever works something out of documents has it thrown away then.
    """

    __slots__ = ("_ao_mudar", "_lidos", "_rows")

    def __init__(self, rows: Iterable[DocumentoRow]) -> None:
        self._rows: defaultdict[str, dict[str, DocumentoRow]] = defaultdict(dict)
        self._lidos: dict[str, Mapping[str, Parte]] = {}
        self._ao_mudar: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)
        for row in rows:
            self._rows[row.tipo][row.id] = row

    def rows(self, tipo: str) -> Mapping[str, DocumentoRow]:
        """All of a kind, by id."""
        return self._rows.get(tipo, {})

    def de(self, especie: Especie[D]) -> Mapping[str, D]:
        """All of a kind, by id: read once for each time that one of them changes."""
        lidos = self._lidos.get(especie.tipo)
        if lidos is None:
            rows = self.rows(especie.tipo)
            lidos = self._lidos[especie.tipo] = {id_: especie.ler(row.dados) for id_, row in rows.items()}
        return lidos  # type: ignore[return-value]  # all that is kept under this tipo was read as its documents

    def que_citam(self, id_: str) -> list[DocumentoRow]:
        """Those that name this id, of whatever it is: they are looked through, which is for what is done seldom."""
        return [
            row
            for tipo, rows in self._rows.items()
            if tipo in POR_TIPO
            for row in rows.values()
            if id_ in row.dados and row.id != id_
        ]

    def usos(self, id_: str) -> list[Detalhe]:
        """One for each document that names it, up to a bound, with the remedy."""
        rows = self.que_citam(id_)[:_CITADOS]
        return [Detalhe(row.tipo, f'É dito por {POR_TIPO[row.tipo].um}, "{row.nome}": mude-o antes') for row in rows]

    def avisar(self, tipo: str, quando_muda: Callable[[], None]) -> None:
        """Have it called whenever a document of that kind has changed."""
        self._ao_mudar[tipo].append(quando_muda)

    def mudou(self, row: DocumentoRow) -> None:
        """It is new, another, or gone."""
        if row.excluido_em is None:
            self._rows[row.tipo][row.id] = row
        else:
            self._rows[row.tipo].pop(row.id, None)
        self._lidos.pop(row.tipo, None)
        for quando_muda in self._ao_mudar.get(row.tipo, ()):
            quando_muda()
