"""What differs between two versions of a document."""

from __future__ import annotations

from typing import Any

from engine.documentos.especie import Especie
from engine.modelo import DocumentoRow
from engine.politica.documento import Diferencas, completo, diferencas_de


def diferencas(especie: Especie[Any], antes: DocumentoRow | None, depois: DocumentoRow) -> Diferencas:
    """By the path of the field; of one that is new or gone, all of it."""
    return diferencas_de(_campos(especie, antes), _campos(especie, None if depois.excluido_em else depois))


def _campos(especie: Especie[Any], row: DocumentoRow | None) -> dict[str, object]:
    return {} if row is None else {"nome": row.nome, **completo(especie.ler(row.dados))}
