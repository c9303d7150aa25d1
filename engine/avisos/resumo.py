"""The words of a digest: what waited, in one notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, cast

from engine.avisos.limites import RETIDOS_NO_MAXIMO
from engine.avisos.modelo import TipoDeAviso
from engine.avisos.palavras import NOMES, SMS_MAXIMO, Palavras, caminho
from engine.modelo import AvisoRetidoRow

LINHAS_NO_MAXIMO: Final = 50
RESUMO: Final = "resumo"
"""The kind of a notice that is a digest."""


def resumo(rows: Sequence[AvisoRetidoRow], contato_de: Callable[[str], str]) -> Palavras:
    """What waited for one person and one means, the oldest first. ``contato_de`` says what the contact of a ticket is
    called ("": that is not known).
    """
    linhas = Counter((row.tipo, row.numero, row.ticket_id) for row in rows)
    escritas = [_linha(*qual, quantas, contato_de) for qual, quantas in linhas.items()][:LINHAS_NO_MAXIMO]
    if len(linhas) > len(escritas):
        escritas.append(f"e mais {len(linhas) - len(escritas)}")
    return Palavras(f"{_quantos(rows)}: {_por_tipo(rows)}"[:SMS_MAXIMO], "\n".join(escritas))


def _quantos(rows: Sequence[AvisoRetidoRow]) -> str:
    if len(rows) >= RETIDOS_NO_MAXIMO:
        return f"{RETIDOS_NO_MAXIMO} avisos ou mais"
    return "1 aviso" if len(rows) == 1 else f"{len(rows)} avisos"


def _por_tipo(rows: Sequence[AvisoRetidoRow]) -> str:
    contados = Counter(_nome(row.tipo) for row in rows)
    return ", ".join(f"{nome} ({quantos})" for nome, quantos in contados.most_common())


def _linha(
    tipo: str, numero: int | None, ticket_id: str | None, quantas: int, contato_de: Callable[[str], str]
) -> str:  # fmt: skip
    vezes = f" ({quantas} vezes)" if quantas > 1 else ""
    if ticket_id is None:
        return f"{_nome(tipo)}{vezes}"
    contato = contato_de(ticket_id)
    return f"{_nome(tipo)}{vezes}: nº {numero}{f', {contato}' if contato else ''} {caminho(ticket_id)}"


def _nome(tipo: str) -> str:
    return NOMES.get(cast("TipoDeAviso", tipo), tipo)
