"""Compression of answers, where the client takes it (RFC 9110 §12.5.3)."""

from __future__ import annotations

import asyncio
import gzip
from functools import lru_cache
from typing import Final

MINIMO: Final = 1024
"""Bytes below which compressing saves no packet."""
_NA_HORA: Final = 65_536
"""Bytes that are compressed in the loop's own thread; more would hold it up for over a millisecond."""
_NIVEL: Final = 1
"""A list of this API shrinks to a fourth at the lowest level; level 6 takes twice the time for a tenth less."""
_TIPOS: Final = ("text/", "application/json", "image/svg+xml")


def compressivel(tipo: str | None) -> bool:
    """Whether content of this type gets smaller."""
    return tipo is not None and tipo.startswith(_TIPOS)


@lru_cache(maxsize=256)
def aceita_gzip(aceitos: bytes) -> bool:
    """What an ``Accept-Encoding`` says of gzip; what it does not name is what it says of ``*``."""
    pesos: dict[str, float] = {}
    for item in aceitos.decode("latin1").lower().split(","):
        nome, *parametros = (parte.strip() for parte in item.split(";"))
        pesos["gzip" if nome == "x-gzip" else nome] = _peso(parametros)
    return pesos.get("gzip", pesos.get("*", 0.0)) > 0


def _peso(parametros: list[str]) -> float:
    for parametro in parametros:
        nome, _, valor = parametro.partition("=")
        if nome.strip() == "q":
            try:
                return float(valor)
            except ValueError:
                return 0.0
    return 1.0


async def comprimir(corpo: bytes) -> bytes:
    if len(corpo) <= _NA_HORA:
        return gzip.compress(corpo, _NIVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, corpo, _NIVEL, mtime=0)
