"""The policy that a fila has: its document, with those fields that are the fila's own."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.modelo import FilaRow
from engine.politica.modelo import Politica

DA_FILA: Final = ("estrategia", "distribuicao_automatica", "ao_ficar_offline", "prioridade")
"""What stands in the row of a fila, and not in its document."""

_ler = msgspec.json.Decoder(Politica).decode
_da_fila = attrgetter(*DA_FILA)


@lru_cache(maxsize=1024)
def _lida(documento: str, *da_fila: object) -> Politica:
    return replace(_ler(documento), **dict(zip(DA_FILA, da_fila, strict=True)))


def distribui_sozinha(fila: FilaRow) -> bool:
    """Whether what waits in it is given out by itself, when it is open."""
    return fila.distribuicao_automatica and fila.estrategia != "MANUAL"


def politica_de(fila: FilaRow) -> Politica:
    return _lida(fila.politica, *_da_fila(fila))
