"""Sound and video: the frame of each format, and which of the two it holds."""

from __future__ import annotations

import re
import struct
from typing import Final

from web.arquivos._conteudo import Conteudo, exigir

_MOOV_MAXIMO: Final = 8_388_608
_video_em_mp4 = re.compile(rb"hdlr.{8}vide", re.DOTALL).search
_som_em_mp4 = re.compile(rb"hdlr.{8}soun", re.DOTALL).search
_MARCAS_3GP: Final = (b"3gp", b"3g2")
_MARCAS_MP4: Final = (b"iso", b"mp4", b"avc1", b"M4A", b"M4B", b"M4V", b"dash", b"MSNV", b"mmp4")

_CODIGOS_OGG: Final = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_MP3_KBITS: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Of layer III, by whether the version bits say MPEG-1 (3) or 2 (2; 2.5 is as 2)."""
_MP3_HERTZ: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def ogg(c: Conteudo) -> str:
    """RFC 3533: the first page begins the first stream, whose first packet names its codec."""
    pagina = c.exatos(0, 28)
    exigir(pagina[4] == 0 and pagina[5] & 2, "o Ogg está malformado")
    pacote = c.exatos(27 + pagina[26], 8)
    exigir(pacote.startswith(_CODIGOS_OGG) or pacote[:5] == b"\x7fFLAC", "o Ogg não é de áudio")
    return "audio/ogg"


def mp4(c: Conteudo) -> str:
    """ISO/IEC 14496-12: boxes from the first byte to the last."""
    tamanho = int.from_bytes(c.exatos(0, 4))
    exigir(16 <= tamanho <= 4096, "o MP4 está malformado")
    marca = c.exatos(8, 4)
    exigir(marca.startswith((*_MARCAS_MP4, *_MARCAS_3GP)), "é de um formato parente do MP4 que não é aceito")
    moov = _moov(c)
    if _video_em_mp4(moov) is not None:
        return "video/3gpp" if marca.startswith(_MARCAS_3GP) else "video/mp4"
    exigir(_som_em_mp4(moov) is not None, "o MP4 não tem vídeo nem áudio")
    return "audio/3gpp" if marca.startswith(_MARCAS_3GP) else "audio/mp4"


def _moov(c: Conteudo) -> bytes:
    """The box that describes the tracks. All boxes are walked: nothing else is between or after them."""
    moov, onde = b"", 0
    while onde < c.tamanho:
        tamanho, tipo = struct.unpack(">I4s", c.exatos(onde, 8))
        if tamanho == 1:
            tamanho = int.from_bytes(c.exatos(onde + 8, 8))
        elif tamanho == 0:  # to the end
            tamanho = c.tamanho - onde
        exigir(tamanho >= 8 and tipo.isascii(), "o MP4 está malformado")
        exigir(onde + tamanho <= c.tamanho, "está incompleto")
        if tipo == b"moov":
            moov = c.ler(onde, min(tamanho, _MOOV_MAXIMO))
        onde += tamanho
    return moov


def webm(c: Conteudo) -> str:
    """RFC 8794 and RFC 9559: a Matroska file whose DocType is webm; its tracks come near its beginning."""
    exigir(b"\x42\x82\x84webm" in c.inicio[:64], "é Matroska, e não WebM")
    inicio = c.ler(0, 65_536)
    if b"V_VP" in inicio or b"V_AV1" in inicio:
        return "video/webm"
    exigir(b"A_OPUS" in inicio or b"A_VORBIS" in inicio, "o WebM não tem vídeo nem áudio")
    return "audio/webm"


def wav(c: Conteudo) -> str:
    (tamanho,) = struct.unpack("<I", c.exatos(4, 4))
    # a recorder that is cut off leaves the length open; a pad byte may be missing
    exigir(tamanho in {0, 0xFFFF_FFFF} or abs(tamanho + 8 - c.tamanho) <= 1, "o WAV está incompleto ou tem sobras")
    exigir(c.exatos(12, 4) in {b"fmt ", b"JUNK", b"bext", b"LIST"}, "o WAV está malformado")
    return "audio/wav"


def amr(c: Conteudo) -> str:
    """RFC 4867 §5."""
    exigir(c.tamanho > 9, "está incompleto")
    return "audio/amr"


def aac(c: Conteudo) -> str:
    """ADTS (ISO/IEC 13818-7): two frames, one right after the other."""
    onde = 0
    for _ in range(2):
        cabeca = c.exatos(onde, 7)
        exigir(cabeca[0] == 0xFF and cabeca[1] & 0xF6 == 0xF0, "o AAC está malformado")
        tamanho = (cabeca[3] & 3) << 11 | cabeca[4] << 3 | cabeca[5] >> 5
        exigir(tamanho >= 7, "o AAC está malformado")
        onde += tamanho
        if onde == c.tamanho:
            break
    return "audio/aac"


def mp3(c: Conteudo) -> str:
    """MPEG audio, layer III, perhaps after an ID3 tag: two frames, one right after the other."""
    onde = _depois_do_id3(c)
    for _ in range(2):
        onde += _quadro_mp3(c.exatos(onde, 4))
        if onde >= c.tamanho:
            break
    return "audio/mpeg"


def _depois_do_id3(c: Conteudo) -> int:
    """https://id3.org/id3v2.4.0-structure: the length has seven bits in each byte; padding may follow."""
    if not c.inicio.startswith(b"ID3"):
        return 0
    tamanho = 0
    for septeto in c.exatos(6, 4):
        exigir(septeto < 0x80, "o MP3 está malformado")
        tamanho = tamanho << 7 | septeto
    onde = 10 + tamanho
    zeros = c.ler(onde, 4096)
    return onde + len(zeros) - len(zeros.lstrip(b"\0"))


def _quadro_mp3(cabeca: bytes) -> int:
    """The length of a frame. Raises Recusado if this begins none."""
    versao, camada = cabeca[1] >> 3 & 3, cabeca[1] >> 1 & 3
    taxa, frequencia = cabeca[2] >> 4, cabeca[2] >> 2 & 3
    certo = cabeca[0] == 0xFF and cabeca[1] >= 0xE0 and versao != 1 and camada == 1
    exigir(certo and 0 < taxa < 15 and frequencia < 3, "o MP3 está malformado")
    bits = _MP3_KBITS[3 if versao == 3 else 2][taxa] * 1000
    return (144 if versao == 3 else 72) * bits // _MP3_HERTZ[versao][frequencia] + (cabeca[2] >> 1 & 1)
