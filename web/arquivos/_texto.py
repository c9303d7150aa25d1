"""Text: in which encoding it was written, and what kind of text it is."""

from __future__ import annotations

import codecs
import re
from typing import Final

from web.arquivos._conteudo import Conteudo
from web.arquivos._perigos import sem_pagina

_controle = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]").search
"""What only programs write. Form feeds, and the escapes of a terminal's log, may stand in a text."""
_MARCAS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOME_DA_CODIFICACAO: Final = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}
_INICIO: Final = 1024
"""Characters that say what a text is."""

_TIPOS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\s*BEGIN:VCARD\b", re.IGNORECASE), "text/vcard"),
    (re.compile(r"\s*BEGIN:VCALENDAR\b", re.IGNORECASE), "text/calendar"),
    (re.compile(r"\s*<\?xml\b", re.IGNORECASE), "application/xml"),
    (re.compile(r"\s*\{\\rtf"), "application/rtf"),
)


def texto(c: Conteudo, final: str) -> tuple[str, str] | None:
    """Its MIME type and its charset; None if it is no text. ``final``: the ending of its name, which tells a table from
    other text. Raises Perigo for a page.
    """
    for codificacao in _candidatas(c.inicio):
        if _legivel(c, codificacao):
            inicio = c.inicio.decode(codificacao, "ignore")[:_INICIO]
            sem_pagina(inicio)
            return _tipo(inicio, final), _NOME_DA_CODIFICACAO.get(codificacao, codificacao)
    return None


def _tipo(inicio: str, final: str) -> str:
    for comeca, mime in _TIPOS:
        if comeca.match(inicio):
            return mime
    return "text/csv" if final == "csv" else "text/plain"


def _candidatas(inicio: bytes) -> tuple[str, ...]:
    """In which it may be written: as its mark says, or as nearly everybody writes today, or as Windows and its tables
    did and do.
    """
    for marca, codificacao in _MARCAS:
        if inicio.startswith(marca):
            return (codificacao,)
    return ("utf-8", "cp1252")


def _legivel(c: Conteudo, codificacao: str) -> bool:
    decodificar = codecs.getincrementaldecoder(codificacao)().decode
    try:
        for pedaco in c.pedacos():
            if _controle(decodificar(pedaco)) is not None:
                return False
        decodificar(b"", True)
    except UnicodeDecodeError:
        return False
    return True
