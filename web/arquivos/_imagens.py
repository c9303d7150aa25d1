"""Images: from the first byte to the last, only what belongs to one; and how large they are."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from web.arquivos._conteudo import PEDACO, Conteudo, exigir
from web.arquivos._exif import deitada
from web.arquivos._perigos import Perigo, sem_perigo_depois

Medidas = tuple[int, int] | tuple[None, None]
"""Width and height, in pixels, as it is shown; none of an image that is too large to be shown in a page."""

_LADO_MAXIMO: Final = 30_000
_AREA_MAXIMA: Final = 220_000_000
"""More than any phone takes. What is larger is a trap for whoever decodes it."""
_AREA_MOSTRADA: Final = 65_000_000
"""Decoded it takes four bytes of memory a pixel, of every screen that shows it."""
_EXIF_MAXIMO: Final = 65_536
_WEBP: Final = "o WebP está malformado"
_SOBRA: Final = "tem algo mais depois do fim da imagem"

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_marcador_jpeg = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]").search
"""In coded data 0xFF is followed by 0x00, or restarts it; anything else ends it (ITU-T T.81, B.1.1.5)."""
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1
_MARCA_EXIF: Final = b"Exif\0\0"


def _medidas(largura: int, altura: int, exif: bytes = b"") -> Medidas:
    """``exif``: what the camera noted about it, from its byte order on."""
    exigir(largura and altura, "a imagem não tem largura ou altura")
    if max(largura, altura) > _LADO_MAXIMO or largura * altura > _AREA_MAXIMA:
        raise Perigo(f"a imagem tem {largura} × {altura} pontos, grande demais para ser aberta")
    if largura * altura > _AREA_MOSTRADA:
        return None, None
    return (altura, largura) if deitada(exif) else (largura, altura)


def png(c: Conteudo) -> Medidas:
    """https://www.w3.org/TR/png-3/#5Chunk-layout"""
    tamanho, tipo, largura, altura = struct.unpack(">I4sII", c.exatos(len(_PNG), 16))
    exigir(tipo == b"IHDR" and tamanho == 13, "o PNG não começa por IHDR")
    onde, exif = len(_PNG), b""
    while True:
        tamanho, tipo = struct.unpack(">I4s", c.exatos(onde, 8))
        if tipo == b"eXIf":
            exif = c.ler(onde + 8, min(tamanho, _EXIF_MAXIMO))
        onde += 12 + tamanho
        exigir(onde <= c.tamanho, "está incompleto")
        if tipo == b"IEND":
            exigir(tamanho == 0 and onde == c.tamanho, _SOBRA)
            return _medidas(largura, altura, exif)


def gif(c: Conteudo) -> Medidas:
    """https://www.w3.org/Graphics/GIF/spec-gif89a.txt. A frame that is larger than the screen makes that larger."""
    largura, altura, sinais = struct.unpack("<HHB", c.exatos(6, 5))
    onde = 13 + _tabela_de_cores(sinais)
    while True:
        bloco = c.exatos(onde, 1)
        if bloco == b"\x3b":
            exigir(onde + 1 == c.tamanho, _SOBRA)
            return _medidas(largura, altura)
        if bloco == b"\x2c":
            esquerda, topo, largo, alto, sinais = struct.unpack("<HHHHB", c.exatos(onde + 1, 9))
            largura, altura = max(largura, esquerda + largo), max(altura, topo + alto)
            onde += 11 + _tabela_de_cores(sinais)
        else:
            exigir(bloco == b"\x21", "o GIF está malformado")
            onde += 2
        onde = _fim_dos_subblocos(c, onde)


def _tabela_de_cores(sinais: int) -> int:
    return 3 << ((sinais & 7) + 1) if sinais & 0x80 else 0


def _fim_dos_subblocos(c: Conteudo, onde: int) -> int:
    while True:
        tamanho = c.exatos(onde, 1)[0]
        onde += 1 + tamanho
        if tamanho == 0:
            return onde


def webp(c: Conteudo) -> Medidas:
    """RFC 9649."""
    (tamanho,) = struct.unpack("<I", c.exatos(4, 4))
    exigir(tamanho + 8 == c.tamanho, _SOBRA if tamanho + 8 < c.tamanho else "está incompleto")
    tipo, dados = c.exatos(12, 4), c.exatos(20, 10)
    if tipo != b"VP8X":
        return _medidas(*_do_bloco_webp(tipo, dados))
    largura, altura = _lados_de_24(dados[4:10])
    exif = b""
    for tipo, onde, tamanho in _blocos_webp(c):
        if tipo in _COM_PONTOS:
            _dentro(_do_bloco_webp(tipo, c.ler(onde, 10)), largura, altura)
        elif tipo == b"ANMF":
            _quadro_webp(c, onde, tamanho, largura, altura)
        elif tipo == b"EXIF" and dados[0] & 0x08:
            exif = exif or c.ler(onde, min(tamanho, _EXIF_MAXIMO)).removeprefix(_MARCA_EXIF)
    return _medidas(largura, altura, exif)


_COM_PONTOS: Final = frozenset({b"VP8 ", b"VP8L"})


def _blocos_webp(c: Conteudo) -> Iterator[tuple[bytes, int, int]]:
    """The chunks: kind, where its content is, its length."""
    onde = 12
    while onde + 8 <= c.tamanho:
        tipo, tamanho = struct.unpack("<4sI", c.exatos(onde, 8))
        yield tipo, onde + 8, tamanho
        onde += 8 + tamanho + tamanho % 2


def _quadro_webp(c: Conteudo, onde: int, tamanho: int, largura: int, altura: int) -> None:
    """A frame of an animation. What it holds is of its size, and that lies on the canvas (RFC 9649 §2.7.1.1)."""
    cabeca = c.exatos(onde, 16)
    esquerda, topo = (2 * int.from_bytes(cabeca[n : n + 3], "little") for n in (0, 3))
    lados = _lados_de_24(cabeca[6:12])
    _dentro((esquerda + lados[0], topo + lados[1]), largura, altura)
    fim, onde = onde + tamanho, onde + 16
    while onde + 8 <= fim:
        tipo, tamanho = struct.unpack("<4sI", c.exatos(onde, 8))
        if tipo in _COM_PONTOS:
            _dentro(_do_bloco_webp(tipo, c.ler(onde + 8, 10)), *lados)
        onde += 8 + tamanho + tamanho % 2


def _do_bloco_webp(tipo: bytes, dados: bytes) -> tuple[int, int]:
    """Width and height that the coded pixels have themselves."""
    if tipo == b"VP8L":
        exigir(len(dados) >= 5 and dados[0] == 0x2F, _WEBP)
        bits = int.from_bytes(dados[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    exigir(tipo == b"VP8 " and len(dados) == 10 and dados[3:6] == b"\x9d\x01\x2a", _WEBP)
    largura, altura = struct.unpack("<HH", dados[6:10])
    return largura & 0x3FFF, altura & 0x3FFF


def _lados_de_24(dados: bytes) -> tuple[int, int]:
    return int.from_bytes(dados[:3], "little") + 1, int.from_bytes(dados[3:6], "little") + 1


def _dentro(lados: tuple[int, int], largura: int, altura: int) -> None:
    exigir(lados[0] <= largura and lados[1] <= altura, _WEBP)


def jpeg(c: Conteudo) -> Medidas:
    """ITU-T T.81, annex B. Cameras write more after the image (a second one, a video): that may stay, unless it is of
    what runs.
    """
    medidas, exif = (0, 0), b""
    onde = 2
    while True:
        marcador = c.exatos(onde, 2)
        if marcador == b"\xff\xff":  # filling
            onde += 1
            continue
        exigir(marcador[0] == 0xFF, "o JPEG está malformado")
        if marcador[1] == _EOI:
            sem_perigo_depois(c, onde + 2)
            return _medidas(*medidas, exif)
        tamanho = int.from_bytes(c.exatos(onde + 2, 2))
        exigir(tamanho >= 2, "o JPEG está malformado")
        if marcador[1] in _SOF:
            altura, largura = struct.unpack(">HH", c.exatos(onde + 5, 4))
            medidas = max(medidas[0], largura), max(medidas[1], altura)  # who decodes may take any of several
        elif marcador[1] == _APP1 and not exif and (dados := c.ler(onde + 4, tamanho - 2)).startswith(_MARCA_EXIF):
            exif = dados.removeprefix(_MARCA_EXIF)
        onde += 2 + tamanho
        if marcador[1] == _SOS:
            onde = _fim_do_codificado(c, onde)


def _fim_do_codificado(c: Conteudo, onde: int) -> int:
    """Where the marker is that ends the coded data."""
    while True:
        pedaco = c.ler(onde, PEDACO)
        achado = _marcador_jpeg(pedaco)
        if achado is not None:
            return onde + achado.start()
        exigir(len(pedaco) > 1, "está incompleto")
        onde += len(pedaco) - 1  # the last byte may be half of a marker
