"""Pictures that belong to the look of a mail: pixels that count readers, icons, the logo of a signature.

The rule: a picture is left out if it stands **inside** the mail (it has a ``Content-ID`` or is ``inline``, and is not
declared an attachment) and

- one of its sides is at most 3 pixels; or
- it is at most 100 pixels high and at most 20 KB, as logos, icons and dividers are; or
- its size cannot be told, and it is at most 2 KB.

What is left out is named in ``metadados.omitidos``; a picture that somebody attached is never left out.
"""

from __future__ import annotations

from typing import Final

_PIXEL: Final = 3
_ALTURA: Final = 100
_BYTES: Final = 20 * 1024
_BYTES_DE_ICONE: Final = 2 * 1024
_SEGMENTOS: Final = 200
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG (ITU-T T.81, table B.1) after which the size of the picture stands."""


def enfeite(dados: bytes) -> bool:
    """Whether a picture inside a mail is only decoration."""
    lados = tamanho(dados)
    if lados is None:
        return len(dados) <= _BYTES_DE_ICONE
    return min(lados) <= _PIXEL or (lados[1] <= _ALTURA and len(dados) <= _BYTES)


def tamanho(dados: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None if that cannot be told."""
    if dados.startswith(b"\x89PNG\r\n\x1a\n") and len(dados) >= 24:
        return int.from_bytes(dados[16:20]), int.from_bytes(dados[20:24])
    if dados[:6] in {b"GIF87a", b"GIF89a"} and len(dados) >= 10:
        return int.from_bytes(dados[6:8], "little"), int.from_bytes(dados[8:10], "little")
    return _jpeg(dados) if dados.startswith(b"\xff\xd8") else None


def _jpeg(dados: bytes) -> tuple[int, int] | None:
    posicao = 2
    for _ in range(_SEGMENTOS):
        if len(dados) < posicao + 9 or dados[posicao] != 0xFF:
            return None
        if dados[posicao + 1] in _SOF:
            return int.from_bytes(dados[posicao + 7 : posicao + 9]), int.from_bytes(dados[posicao + 5 : posicao + 7])
        posicao += 2 + int.from_bytes(dados[posicao + 2 : posicao + 4])
    return None
