"""Documents: PDF, plain text, and the office formats, which are ZIPs of known content."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from typing import Final

from web.arquivos._conteudo import Conteudo, Recusado, exigir

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_PRINCIPAL: Final = {
    b"word/document.xml": f"{_OOXML}wordprocessingml.document",
    b"xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    b"ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}
"""The one entry that says which office document a ZIP is."""
_ODF: Final = {
    b"application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
}
_macro = re.compile(
    rb"vbaproject|vbadata|macrosheets/|^basic/|^scripts/|\.(?:exe|dll|js|vbs|bat|cmd|ps1|jar)$", re.IGNORECASE
).search

_ENTRADAS_MAXIMO: Final = 5_000
_DIRETORIO_MAXIMO: Final = 2_097_152
_ABERTO_MAXIMO: Final = 268_435_456
"""Bytes that all entries together may become: beyond, it is a bomb."""
_controle = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]").search


def pdf(c: Conteudo) -> str:
    """ISO 32000: here the header is the very first thing (readers look for it in the first kilobyte)."""
    exigir(re.match(rb"%PDF-[12]\.\d", c.inicio) is not None, "o PDF está malformado")
    exigir(b"%%EOF" in c.fim(2048), "o PDF está incompleto ou tem sobras no fim")
    return "application/pdf"


def texto(c: Conteudo) -> str:
    """UTF-8 text, without what only programs write. Raises Recusado."""
    decodificar = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for pedaco in c.pedacos():
            exigir(_controle(decodificar(pedaco)) is None, "tem caracteres que não são de texto")
        decodificar(b"", True)
    except UnicodeDecodeError:
        raise Recusado("não é texto em UTF-8; salve-o nessa codificação") from None
    return "text/plain"


def documento_zip(c: Conteudo) -> str:
    """Which office document it is. Only the directory is read; nothing is unpacked."""
    aberto, principal = 0, ""
    for nome, tamanho in _entradas(c):
        exigir(_macro(nome) is None, "tem macros ou programas dentro")
        exigir(b".." not in nome.split(b"/") and not nome.startswith(b"/"), "tem caminhos que saem da pasta")
        aberto += tamanho
        principal = principal or _PRINCIPAL.get(nome, "")
    exigir(aberto <= _ABERTO_MAXIMO, "abre em um tamanho grande demais")
    tipo = principal or _odf(c)
    exigir(tipo, "é um ZIP, e não um documento")
    return tipo


def _odf(c: Conteudo) -> str:
    """OpenDocument v1.3, part 2, §3.3: the first entry, stored as it is, is the media type."""
    (tamanho,) = struct.unpack("<I", c.exatos(22, 4))
    if c.exatos(30, 8) != b"mimetype" or tamanho > 100:
        return ""
    return _ODF.get(c.ler(38, tamanho), "")


def _entradas(c: Conteudo) -> Iterator[tuple[bytes, int]]:
    """Names and unpacked sizes (APPNOTE.TXT 4.3.12, 4.3.16). The ZIP is the file: nothing before it, nothing after."""
    fim = c.exatos(c.tamanho - 22, 22) if c.tamanho >= 22 else b""
    exigir(fim[:4] == b"PK\x05\x06", "o ZIP está incompleto ou tem sobras no fim")
    discos, aqui, todas, tamanho, inicio, comentario = struct.unpack("<4xIHHIIH", fim)
    inteiro = not discos and aqui == todas and not comentario and inicio + tamanho + 22 == c.tamanho
    exigir(inteiro, "o ZIP está malformado")
    exigir(todas <= _ENTRADAS_MAXIMO and tamanho <= _DIRETORIO_MAXIMO, "o ZIP tem arquivos demais")
    diretorio, onde, primeira = c.exatos(inicio, tamanho), 0, inicio
    for _ in range(todas):
        exigir(diretorio[onde : onde + 4] == b"PK\x01\x02" and onde + 46 <= tamanho, "o ZIP está malformado")
        sinais, aberto, nome, extra, nota, local = struct.unpack_from("<8xH14xIHHH8xI", diretorio, onde)
        exigir(not sinais & 1, "está protegido por senha")
        yield diretorio[onde + 46 : onde + 46 + nome], aberto
        onde += 46 + nome + extra + nota
        primeira = min(primeira, local)
    exigir(onde == tamanho and primeira == 0, "o ZIP está malformado")
