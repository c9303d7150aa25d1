"""Files that are kept as a download: what they are, as far as their first bytes and a look inside tell."""

from __future__ import annotations

from typing import Final

import filetype  # type: ignore[import-untyped]  # it has no types; one function of it is used

from web.arquivos._conteudo import PEDACO, Conteudo
from web.arquivos._perigos import Perigo

DESCONHECIDO: Final = "application/octet-stream"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of Office before 2007 (MS-CFB)."""
_OLE_POR_PARTE: Final = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__substg1.0_", "application/vnd.ms-outlook"),
)
"""The part that tells which program wrote it. Names are kept in UTF-16."""
_INSTALADOR: Final = bytes.fromhex("84100c0000000000c000000000000046")
"""The class of Windows Installer packages, on the root of the container."""
_MARCAS_HEIF: Final = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"hevc": "image/heic-sequence", b"hevx": "image/heic-sequence", b"mif1": "image/heif", b"msf1": "image/heif",
    b"avif": "image/avif", b"avis": "image/avif",
}  # fmt: skip
_CAIXAS_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


def outro(c: Conteudo) -> str:
    """Its MIME type; DESCONHECIDO where nothing tells. Raises Perigo."""
    inicio = c.inicio
    if inicio.startswith(OLE):
        return _ole(c)
    if inicio[4:8] == b"ftyp":
        marca = inicio[8:12]
        achado = _MARCAS_HEIF.get(marca) or ("video/quicktime" if marca == b"qt  " else None)
        if achado is not None:
            return achado
    if inicio[4:8] in _CAIXAS_QUICKTIME:
        return "video/quicktime"
    adivinhado: str | None = filetype.guess_mime(inicio)
    return adivinhado or DESCONHECIDO


def _ole(c: Conteudo) -> str:
    if _classe_da_raiz(c) == _INSTALADOR:
        raise Perigo("é um instalador de programas")
    partes = _partes_do_ole(c)
    if "_VBA_PROJECT" in partes:
        raise Perigo("tem macros ou programas dentro")
    return next((mime for nome, mime in _OLE_POR_PARTE if nome in partes), "application/x-ole-storage")


def _classe_da_raiz(c: Conteudo) -> bytes:
    """MS-CFB 2.2 and 2.6.1: where the directory begins, in sectors after the header; its first entry is the root."""
    expoente = int.from_bytes(c.inicio[30:32], "little")
    primeiro = int.from_bytes(c.inicio[48:52], "little")
    return c.ler(((primeiro + 1) << expoente) + 80, 16) if expoente in {9, 12} else b""


def _partes_do_ole(c: Conteudo) -> set[str]:
    """Which of the names we look for stand in it."""
    procurados = {nome: nome.encode("utf-16-le") for nome in ("_VBA_PROJECT", *(nome for nome, _ in _OLE_POR_PARTE))}
    maior = max(map(len, procurados.values()))
    achados: set[str] = set()
    antes = b""
    for pedaco in c.pedacos():
        janela = antes + pedaco
        achados |= {nome for nome, escrito in procurados.items() if escrito in janela}
        antes = janela[-maior:] if len(pedaco) == PEDACO else b""
    return achados
