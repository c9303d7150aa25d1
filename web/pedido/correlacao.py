"""Request ids: what ties an answer to the lines of the log that were written on its way."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from itertools import count
from typing import Final

CABECALHO: Final = b"x-request-id"

REQUISICAO: Final[ContextVar[str | None]] = ContextVar("REQUISICAO", default=None)
"""The id of the request that is being served here, for whoever logs."""

_ACEITO: Final = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_deste_processo: Final = secrets.token_hex(6)
_numeros: Final = count(1)


def identificar(pedido: bytes | None) -> bytes:
    """The id of a request, from now on in the context: the one it brought, if it is one, or a new one."""
    if pedido is not None and _ACEITO.fullmatch(pedido) is not None:
        REQUISICAO.set(pedido.decode("ascii"))
        return pedido
    novo = f"{_deste_processo}-{next(_numeros):x}"
    REQUISICAO.set(novo)
    return novo.encode("ascii")
