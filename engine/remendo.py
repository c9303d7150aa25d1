"""A PATCH, on a row."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import replace

R = TypeVar("R", bound=Struct)


def com_campos(row: R, pedido: Struct) -> R:
    """``row`` with every field of ``pedido`` that it has too and that is not UNSET."""
    novos = {
        campo: valor for campo in _comuns(type(row), type(pedido)) if (valor := getattr(pedido, campo)) is not UNSET
    }
    return replace(row, **novos) if novos else row


@cache
def _comuns(da_row: type[Struct], do_pedido: type[Struct]) -> tuple[str, ...]:
    return tuple(campo for campo in do_pedido.__struct_fields__ if campo in da_row.__struct_fields__)
