"""The SQL of ``sql/*.sql``, by name.

A query begins at a line ``-- name: nome`` and ends at the next one. ``{outro}`` in its text stands for the query
``outro``: the lists of columns are written once.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

_NOME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_INCLUSAO: Final = re.compile(r"\{(\w+)\}")


def _ler() -> dict[str, str]:
    textos: dict[str, str] = {}
    for arquivo in sorted(files("storage").joinpath("sql").iterdir(), key=lambda arquivo: arquivo.name):
        if not arquivo.name.endswith(".sql"):
            continue
        _, *partes = _NOME.split(arquivo.read_text(encoding="utf-8"))
        for nome, texto in zip(partes[::2], partes[1::2], strict=True):
            if nome in textos:
                raise ValueError(f"{arquivo.name}: {nome} is defined twice")
            textos[nome] = _sem_comentarios(texto)
    return {nome: _completo(nome, textos) for nome in textos}


def _completo(nome: str, textos: dict[str, str]) -> str:
    return _INCLUSAO.sub(lambda achado: _completo(achado[1], textos), textos[nome])


def _sem_comentarios(texto: str) -> str:
    """Comments are for who reads the file; the text is the key of the server's prepared statement."""
    return "\n".join(linha for linha in texto.strip().splitlines() if not linha.lstrip().startswith("--")).strip()


_CONSULTAS: Final = _ler()


def sql(nome: str) -> str:
    """The text of a query. KeyError if there is none of this name: resolve names when a module is loaded."""
    return _CONSULTAS[nome]
