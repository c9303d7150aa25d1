"""The Range header (RFC 9110 §14): which part of a file is asked for."""

from __future__ import annotations

import re
from typing import Final

_uma = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE).fullmatch

INSATISFATORIA: Final = "insatisfatoria"
"""The part is beyond the end: 416."""

Faixa = tuple[int, int]
"""From the first byte to before the second."""


def faixa(cabecalho: str, tamanho: int) -> Faixa | str | None:
    """The part of a file of ``tamanho`` bytes; None for all of it: also for several parts at once, which nobody needs
    of a photograph, and for what is not a range (a server may ignore it).
    """
    achado = _uma(cabecalho)
    if achado is None or achado[1] == achado[2] == "":
        return None
    if not achado[1]:
        ultimos = int(achado[2])
        return (max(0, tamanho - ultimos), tamanho) if ultimos else INSATISFATORIA
    inicio = int(achado[1])
    if achado[2] and int(achado[2]) < inicio:
        return None
    if inicio >= tamanho:
        return INSATISFATORIA
    return inicio, min(int(achado[2]) + 1, tamanho) if achado[2] else tamanho
