"""Sizes as people read them."""

from __future__ import annotations

from typing import Final

_UNIDADES: Final = ("KB", "MB", "GB")


def tamanho_dito(tamanho: int) -> str:
    """A number of bytes as phones and file managers show it in Portuguese: ``16 MB`` is 16,777,216. Never more than it
    is, so that what is called the most is taken.
    """
    if tamanho < 1024:
        return f"{tamanho} bytes"
    potencia = min((tamanho.bit_length() - 1) // 10, len(_UNIDADES))
    inteiro, decimo = divmod(tamanho * 10 >> 10 * potencia, 10)
    return f"{inteiro}{f',{decimo}' if decimo else ''} {_UNIDADES[potencia - 1]}"
