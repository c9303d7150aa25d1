"""What runs, or makes a file two things at once: refused whatever it is called.

Files are served so that browsers neither guess nor run anything, which is the real defence; this keeps such files from
being handed on at all.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from web.arquivos._conteudo import PEDACO, Conteudo, Recusado


class Perigo(Recusado):
    """It runs. Not even kept as a download."""


_ativo = re.compile(rb"<\s*(?:script|html|svg|iframe|!doctype\s+html|\?php)", re.IGNORECASE).search
_MARCA_MAXIMA: Final = 64
"""Longer than any of these, so that one across two pieces is found."""
_FIM_DE_ZIP: Final = b"PK\x05\x06"
_ONDE_ZIP_TERMINA: Final = 65_535 + 22
"""A ZIP is found from its end, which a comment of this length may follow (APPNOTE.TXT 4.3.16)."""
_ROTEIRO: Final = "tem código de página ou de programa dentro"
_PROGRAMA: Final = "é um programa"

_PROGRAMAS: Final = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # Mach-O
    b"\xca\xfe\xba\xbe",  # Java, and Mach-O for several processors
    b"\0asm", b"dex\n", b"dey\n", b"!<arch>\n", b"\xed\xab\xee\xdb",  # the last two: packages of Debian and of Red Hat
    b"L\0\0\0\x01\x14\x02\0",  # a Windows shortcut
    b"FWS", b"CWS", b"ZWS", b"ITSF", b"Cr24",  # Flash, Windows help, Chrome extensions
)  # fmt: skip
_roteiro = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:#!\s*/|<\?(?:php|=)|@echo\s+off)", re.IGNORECASE).match
_POLIGLOTA: Final = re.compile(rb"GIF8[79]a(?:/\*|\s*=)").match
"""A GIF whose width and height open a comment of JavaScript, or make its first letters a variable."""


def sem_programa(c: Conteudo) -> None:
    """For any file. Raises Perigo for what an operating system or an interpreter runs."""
    inicio = c.inicio
    executavel = inicio.startswith(b"MZ") and b"\0" in inicio[:64]
    if executavel or inicio.startswith(_PROGRAMAS) or _roteiro(inicio) is not None or _POLIGLOTA(inicio) is not None:
        raise Perigo(_PROGRAMA)


def sem_perigo(c: Conteudo) -> None:
    """For what is shown in a page: pictures, sound, video. Raises Perigo."""
    if _ativo(c.inicio) is not None or _ativo(c.fim(4096)) is not None:
        raise Perigo(_ROTEIRO)
    sem_zip_no_fim(c)


def sem_zip_no_fim(c: Conteudo) -> None:
    """Raises Perigo for what a ZIP was put behind: whoever opens it as one finds something else."""
    if _termina_em_zip(c):
        raise Perigo("tem um ZIP escondido no fim")


def sem_perigo_depois(c: Conteudo, onde: int) -> None:
    """What follows the end proper of a file has nothing that runs. Raises Perigo."""
    while (pedaco := c.ler(onde, PEDACO)) and len(pedaco) > _MARCA_MAXIMA:
        _exigir_inerte(pedaco)
        onde += len(pedaco) - _MARCA_MAXIMA
    _exigir_inerte(pedaco)


def _exigir_inerte(pedaco: bytes) -> None:
    if _ativo(pedaco) is not None:
        raise Perigo(_ROTEIRO)


def _termina_em_zip(c: Conteudo) -> bool:
    fim = c.fim(_ONDE_ZIP_TERMINA)
    onde = fim.rfind(_FIM_DE_ZIP)
    while onde >= 0:
        if len(fim) - onde >= 22:
            aqui, todas, tamanho, inicio = struct.unpack_from("<8xHHII", fim, onde)
            if aqui == todas and tamanho + inicio <= c.tamanho:
                return True
        onde = fim.rfind(_FIM_DE_ZIP, 0, onde)
    return False


# -- pages -------------------------------------------------------------------------------------------------------------

_pagina = re.compile(
    r"\s*(?:<!--|<\s*(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg"
    r"|hta:application|\?php)(?=[\s>/]|$))",
    re.IGNORECASE,
).match
"""What makes a text a page to a browser (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type),
and a picture that holds scripts.
"""
_prologo_xml = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype\b[^>\[]*(?:\[.*?\]\s*)?>\s*)*<(?:[\w.-]+:)?([\w.-]+)",
    re.IGNORECASE | re.DOTALL,
).match
_RAIZES_ATIVAS: Final = frozenset({"html", "svg"})


def sem_pagina(inicio: str) -> None:
    """For a text, by how it begins: to mention a tag makes no page. Raises Perigo."""
    raiz = _prologo_xml(inicio)
    if _pagina(inicio) is not None or (raiz is not None and raiz[1].lower() in _RAIZES_ATIVAS):
        raise Perigo("é uma página ou um desenho que executa código")
