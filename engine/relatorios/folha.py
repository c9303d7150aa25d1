"""A report as CSV (RFC 4180), for spreadsheets.

It begins with a byte order mark: without it Excel takes UTF-8 for something else. What people have named is no formula:
a cell that a spreadsheet would calculate begins with an apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.relatorios.leitura import Relatorio
from engine.relatorios.quadro import Valores

MARCA: Final = "\ufeff"
_CALCULADAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def folha(relatorio: Relatorio[Valores]) -> bytes:
    """Its lines, each with all its numbers, durations in seconds; what is not known is empty."""
    linhas = [achatado(msgspec.to_builtins(uma.valores)) for uma in relatorio.linhas]
    modelo = achatado(msgspec.to_builtins(relatorio.geral))
    colunas = list(dict.fromkeys([*modelo, *(coluna for linha in linhas for coluna in linha)]))
    texto = io.StringIO()
    escritor = csv.writer(texto, lineterminator="\r\n")
    escritor.writerow(["periodo", "id", "nome", *map(inerte, colunas)])
    for uma, valores in zip(relatorio.linhas, linhas, strict=True):
        de_quem = [inerte(parte or "") for parte in (uma.periodo, uma.id, uma.nome)]
        escritor.writerow([*de_quem, *(valores.get(coluna) for coluna in colunas)])
    return (MARCA + texto.getvalue()).encode()


def achatado(valores: Mapping[str, object], comeco: str = "") -> dict[str, object]:
    """Numbers by name: what stands within another has the names of both."""
    plano: dict[str, object] = {}
    for nome, valor in valores.items():
        if isinstance(valor, Mapping):
            plano |= achatado(valor, f"{comeco}{nome}_")
        else:
            plano[f"{comeco}{nome}"] = valor
    return plano


def inerte(texto: str) -> str:
    """Text as a cell that no spreadsheet calculates."""
    return f"'{texto}" if texto.startswith(_CALCULADAS) else texto
