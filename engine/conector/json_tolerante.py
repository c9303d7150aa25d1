"""JSON as it comes from outside: what is wrong in one place does not lose the rest.

A strict reader refuses a body of 1,000 messages because one of them holds half a surrogate pair, a byte that is not
UTF-8, or a number out of all range. Here such a value is replaced, what is nested too deep is cut out, and only what is
no JSON at all is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

CORPO_MAXIMO: Final = 16 * 1024 * 1024
"""Bytes; Meta's own limit is 3 MB."""
_FUNDO: Final = 40
"""Levels that are kept. Meta's own bodies have about twelve."""
_ALGARISMOS: Final = 18
"""Of a whole number; a longer one is text."""
_marcas: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL).finditer


class Ilegivel(ValueError):
    """It cannot be read. ``str()`` says why, in Portuguese."""


def ler_json(corpo: bytes) -> Any:
    """What the body says. Raises Ilegivel. Takes time in proportion to its size, whatever it holds."""
    if len(corpo) > CORPO_MAXIMO:
        raise Ilegivel(f"o corpo tem {len(corpo)} bytes; o máximo é {CORPO_MAXIMO}")
    try:
        return msgspec.json.decode(corpo)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _ler_tolerante(corpo.decode("utf-8", "replace").removeprefix("\ufeff"))
    except RecursionError:
        return _ler_tolerante(podado(corpo.decode("utf-8", "replace")))


def _ler_tolerante(texto: str) -> Any:
    try:
        return json.loads(texto, parse_int=_inteiro, parse_constant=lambda _: None)
    except RecursionError:
        raise Ilegivel("o JSON tem níveis demais") from None
    except ValueError as erro:
        raise Ilegivel(f"não é JSON: {erro}") from None


def _inteiro(escrito: str) -> int | str:
    return int(escrito) if len(escrito) <= _ALGARISMOS else escrito


def podado(texto: str) -> str:
    """The same JSON, with ``null`` for what is deeper than :data:`_FUNDO` levels."""
    inicio = 0
    partes = []
    for corte in _cortes(texto):
        partes += [texto[inicio : corte.start], "null"]
        inicio = corte.stop
    return "".join([*partes, texto[inicio:]])


def _cortes(texto: str) -> Iterator[slice]:
    nivel = desde = 0
    for marca in _marcas(texto):
        sinal = marca[0]
        if sinal in "[{":
            nivel += 1
            if nivel == _FUNDO + 1:
                desde = marca.start()
        elif sinal in "]}":
            if nivel == _FUNDO + 1:
                yield slice(desde, marca.end())
            nivel -= 1
