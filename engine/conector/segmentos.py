"""How many SMS a text is (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1).

One SMS carries 140 bytes: 160 characters of GSM's own alphabet of seven bits, or 70 units of sixteen as soon as one
character is not in it. A longer text goes in segments that say what they belong to, which leaves 153 and 67. What
takes two places (``€`` behind its escape, an emoji in two halves) is not torn apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

Codificacao = Literal["gsm7", "ucs2"]

_GSM7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESTENDIDOS: Final = frozenset("\f^{}\\[~]|€")
"""The extension table: each is an escape and a character."""
_LUGARES: Final[dict[Codificacao, tuple[int, int]]] = {"gsm7": (160, 153), "ucs2": (70, 67)}
"""What fits in a single SMS, and in one of several."""
_FORCAM_MAXIMO: Final = 20


class Segmentos(Struct, frozen=True, rename="camel"):
    """``unidades``: places that the text takes. ``restam``: those that are free in the last segment. ``forcam``: the
    characters that GSM's alphabet lacks, each once, as they come (the first 20).
    """

    codificacao: Codificacao
    segmentos: int
    unidades: int
    restam: int
    forcam: tuple[str, ...] = ()


def contar(texto: str) -> Segmentos:
    """Of an empty text there is one, with nothing in it.

    >>> contar("Olá").codificacao, contar("Ola").segmentos, contar("a" * 161).segmentos, contar("á" * 71).segmentos
    ('ucs2', 1, 2, 2)
    """
    forcam = tuple(dict.fromkeys(c for c in texto if c not in _GSM7 and c not in _ESTENDIDOS))
    codificacao: Codificacao = "ucs2" if forcam else "gsm7"
    tamanhos = [_lugares(c, codificacao) for c in texto]
    unidades = sum(tamanhos)
    so_um, de_varios = _LUGARES[codificacao]
    if unidades <= so_um:
        return Segmentos(codificacao, 1, unidades, so_um - unidades, forcam[:_FORCAM_MAXIMO])
    segmentos, no_ultimo = _repartidos(tamanhos, de_varios)
    return Segmentos(codificacao, segmentos, unidades, de_varios - no_ultimo, forcam[:_FORCAM_MAXIMO])


def _lugares(caractere: str, codificacao: Codificacao) -> int:
    if codificacao == "gsm7":
        return 2 if caractere in _ESTENDIDOS else 1
    return 2 if ord(caractere) > 0xFFFF else 1


def _repartidos(tamanhos: Iterable[int], cabem: int) -> tuple[int, int]:
    """Segments, and the places taken in the last."""
    segmentos, ocupados = 1, 0
    for tamanho in tamanhos:
        if ocupados + tamanho > cabem:
            segmentos, ocupados = segmentos + 1, 0
        ocupados += tamanho
    return segmentos, ocupados
