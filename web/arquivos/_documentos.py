"""Documents: PDF, and the office formats, which are ZIPs of known content; and other ZIPs."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from web.arquivos._conteudo import PEDACO, Conteudo, exigir
from web.arquivos._medidas import tamanho_dito
from web.arquivos._perigos import Perigo, sem_zip_no_fim

ZIP: Final = "application/zip"
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_TIPOS_OOXML: Final = b"[Content_Types].xml"
_PASTAS: Final = {
    b"word": f"{_OOXML}wordprocessingml.document",
    b"xl": f"{_OOXML}spreadsheetml.sheet",
    b"ppt": f"{_OOXML}presentationml.presentation",
}
"""The folder that says which office document a ZIP with that list of types is (ECMA-376 part 2). What the main part in
it is called is the writer's choice.
"""
_DE_MIMETYPE: Final = re.compile(rb"application/(?:vnd\.oasis\.opendocument\.[a-z-]{1,60}|epub\+zip)").fullmatch
_macro = re.compile(
    rb"vbaproject|vbadata|macrosheets/|^basic/|^scripts/|\.(?:exe|dll|js|vbs|bat|cmd|ps1|jar)$", re.IGNORECASE
).search
_programa = re.compile(rb"(?:^|/)(?:classes\.dex|AndroidManifest\.xml)$|\.class$").search
"""Of an application for Android or Java, which is a ZIP too."""

_ENTRADAS_MAXIMO: Final = 5_000
_DIRETORIO_MAXIMO: Final = 2_097_152
_ABERTO_MAXIMO: Final = 104_857_600
_VEZES_MAXIMO: Final = 100
"""Bytes that all entries of a document together may become, and how many times as large as it is a ZIP may become
beyond that: what goes further is a bomb.
"""


def pdf(c: Conteudo) -> str:
    """ISO 32000: here the header is the very first thing (readers look for it in the first kilobyte)."""
    sem_zip_no_fim(c)
    exigir(re.match(rb"%PDF-[12]\.\d", c.inicio) is not None, "o PDF está malformado")
    exigir(b"%%EOF" in c.fim(2048), "o PDF está incompleto ou tem sobras no fim")
    return "application/pdf"


_GUARDADA, _COMPRIMIDA = 0, 8
"""How an entry of a document may be kept (ECMA-376 part 2, annex C; OpenDocument v1.3, part 2, §3.2)."""
_VEZES_DE_DEFLATE: Final = 1032
"""How many times as large what is deflated may become (https://zlib.net/zlib_tech.html)."""


class EntradaDoZip(Struct, frozen=True, kw_only=True):
    """What the directory of a ZIP says of a file in it: its name, how it is kept, bytes packed and unpacked, where."""

    nome: bytes
    metodo: int
    fechada: int
    aberta: int
    onde: int


def documento_zip(c: Conteudo) -> str:
    """What a ZIP is. Of documents, which others open, it is also tried whether they unpack to what they say.

    Raises:
        Perigo: it is an application, a document that runs something, or a bomb.
        Recusado: it is no well-formed ZIP.
    """
    entradas = sorted(_entradas(c), key=lambda entrada: entrada.onde)
    aberto, nomes = sum(entrada.aberta for entrada in entradas), [entrada.nome for entrada in entradas]
    tipo = _do_office(nomes) or _de_mimetype(c) or ZIP
    _sem_armadilha(nomes, tipo)
    if aberto > _ABERTO_MAXIMO and (tipo != ZIP or aberto > _VEZES_MAXIMO * c.tamanho):
        raise Perigo(f"abre em {tamanho_dito(aberto)}, grande demais para ser aberto")
    if any(uma.onde + uma.fechada > outra.onde for uma, outra in pairwise(entradas)):
        raise Perigo("tem arquivos uns sobre os outros")
    if tipo != ZIP:
        _sem_mentira(c, entradas)
    return tipo


def _sem_mentira(c: Conteudo, entradas: list[EntradaDoZip]) -> None:
    """Raise Perigo if it may unpack to more than the directory says, and than may be."""
    if any(entrada.metodo not in {_GUARDADA, _COMPRIMIDA} for entrada in entradas):
        raise Perigo("está comprimido de um modo que documentos não usam")
    comprimidas = [entrada for entrada in entradas if entrada.metodo == _COMPRIMIDA]
    if sum(entrada.fechada for entrada in comprimidas) * _VEZES_DE_DEFLATE <= _ABERTO_MAXIMO:
        return
    for entrada in comprimidas:
        if not _cabe(c, entrada):
            raise Perigo("abre em mais do que diz")


def _cabe(c: Conteudo, entrada: EntradaDoZip) -> bool:
    """Whether it unpacks to no more than the directory says. It is not unpacked any further, and not kept."""
    nome, extra = struct.unpack("<HH", c.exatos(entrada.onde + 26, 4))
    onde = entrada.onde + 30 + nome + extra
    fim, resta = onde + entrada.fechada, entrada.aberta
    abridor = zlib.decompressobj(-zlib.MAX_WBITS)
    while onde < fim and not abridor.eof:
        dados = c.ler(onde, min(PEDACO, fim - onde))
        exigir(dados, "está incompleto")
        onde += len(dados)
        while dados and resta >= 0:
            try:
                resta -= len(abridor.decompress(dados, PEDACO))
            except zlib.error:
                return True  # no bomb, but nothing
            dados = abridor.unconsumed_tail
        if resta < 0:
            return False
    return True


def _sem_armadilha(nomes: list[bytes], tipo: str) -> None:
    if any(_programa(nome) is not None for nome in nomes):
        raise Perigo("é um programa")
    if tipo != ZIP and any(_macro(nome) is not None for nome in nomes):
        raise Perigo("tem macros ou programas dentro")
    if any(b".." in nome.split(b"/") or nome.startswith(b"/") for nome in nomes):
        raise Perigo("tem caminhos que saem da pasta")


def _do_office(nomes: list[bytes]) -> str:
    if _TIPOS_OOXML not in nomes:
        return ""
    pastas = (nome.partition(b"/")[0] for nome in nomes)
    return next((_PASTAS[pasta] for pasta in pastas if pasta in _PASTAS), "")


def _de_mimetype(c: Conteudo) -> str:
    """OpenDocument v1.3, part 2, §3.3, and EPUB: the first entry, stored as it is, is the media type."""
    (tamanho,) = struct.unpack("<I", c.exatos(22, 4))
    if c.exatos(30, 8) != b"mimetype" or tamanho > 100:
        return ""
    achado = _DE_MIMETYPE(c.ler(38, tamanho))
    return "" if achado is None else achado[0].decode()


def _entradas(c: Conteudo) -> Iterator[EntradaDoZip]:
    """APPNOTE.TXT 4.3.12, 4.3.16. The ZIP is the file: nothing before it, nothing after."""
    fim = c.exatos(c.tamanho - 22, 22) if c.tamanho >= 22 else b""
    exigir(fim[:4] == b"PK\x05\x06", "o ZIP está incompleto ou tem sobras no fim")
    discos, aqui, todas, tamanho, inicio, comentario = struct.unpack("<4xIHHIIH", fim)
    inteiro = not discos and aqui == todas and not comentario and inicio + tamanho + 22 == c.tamanho
    exigir(inteiro, "o ZIP está malformado")
    exigir(todas <= _ENTRADAS_MAXIMO and tamanho <= _DIRETORIO_MAXIMO, "o ZIP tem arquivos demais")
    diretorio, onde, primeira = c.exatos(inicio, tamanho), 0, inicio
    for _ in range(todas):
        exigir(diretorio[onde : onde + 4] == b"PK\x01\x02" and onde + 46 <= tamanho, "o ZIP está malformado")
        sinais, metodo, fechada, aberta, nome, extra, nota, local = struct.unpack_from(
            "<8xHH8xIIHHH8xI", diretorio, onde
        )
        exigir(not sinais & 1, "está protegido por senha")
        nome_dela = diretorio[onde + 46 : onde + 46 + nome]
        yield EntradaDoZip(nome=nome_dela, metodo=metodo, fechada=fechada, aberta=aberta, onde=local)
        onde += 46 + nome + extra + nota
        primeira = min(primeira, local)
    exigir(onde == tamanho and primeira == 0, "o ZIP está malformado")
