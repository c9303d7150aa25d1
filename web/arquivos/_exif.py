"""Which way up a picture is shown: what that a camera notes beside it (CIPA DC-008, Exif 2.32, tag 0x0112)."""

from __future__ import annotations

import struct
from typing import Final

_ORIENTACAO: Final = 0x0112
_ENTRADAS_MAXIMO: Final = 512
"""Of the first directory. A real one has dozens."""


def deitada(tiff: bytes) -> bool:
    """Whether width and height change places when it is shown. ``tiff``: the Exif block from its byte order on."""
    ordem = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if ordem is None or len(tiff) < 8:
        return False
    (onde,) = struct.unpack_from(f"{ordem}I", tiff, 4)
    if onde + 2 > len(tiff):
        return False
    (quantas,) = struct.unpack_from(f"{ordem}H", tiff, onde)
    for entrada in range(onde + 2, onde + 2 + 12 * min(quantas, _ENTRADAS_MAXIMO), 12):
        if entrada + 12 > len(tiff):
            return False
        marca, tipo, valores, valor = struct.unpack_from(f"{ordem}HHIH", tiff, entrada)
        if marca == _ORIENTACAO:
            return bool(tipo == 3 and valores == 1 and 5 <= valor <= 8)
    return False
