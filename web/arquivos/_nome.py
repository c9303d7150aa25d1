"""Names of files: shown, sent on and offered for saving, never used as a path."""

from __future__ import annotations

import re
from typing import Final

from web.campos import Problema

TAMANHO_MAXIMO: Final = 255
"""Bytes in UTF-8: what file systems take."""
_proibido = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]").search
"""Control characters, and those that turn the direction of writing: they make ``gpj.exe`` look like ``exe.jpg``."""


def nome_de_arquivo(nome: str) -> str:
    """The name, if it is one. Raises Problema."""
    if not nome.strip():
        raise Problema("deve ter um nome de arquivo (filename)")
    if len(nome.encode(errors="replace")) > TAMANHO_MAXIMO:
        raise Problema(f"o nome do arquivo deve ter no máximo {TAMANHO_MAXIMO} bytes")
    if "/" in nome or "\\" in nome or ".." in nome:
        raise Problema("o nome do arquivo não pode ter /, \\ nem ..")
    if _proibido(nome) is not None:
        raise Problema("o nome do arquivo não pode ter caracteres de controle")
    if not extensao(nome):
        raise Problema("o nome do arquivo deve terminar na extensão do tipo, como .pdf")
    return nome


def extensao(nome: str) -> str:
    """What follows the last dot, in lower case; "" if there is none."""
    antes, ponto, depois = nome.rpartition(".")
    return depois.lower() if ponto and antes else ""
