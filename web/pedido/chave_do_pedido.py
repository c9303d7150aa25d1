"""The Idempotency-Key header: what it may be, and what it stands for."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from quart import Request

from actors.no.idempotencia import ChaveIdempotente
from engine.errors import Detalhe, Invalid
from engine.modelo import Quem
from web.pedido.escopo import cabecalho

CABECALHO: Final = "Idempotency-Key"
_CHAVE_CRUA: Final = CABECALHO.lower().encode()
_CHAVE: Final = re.compile(r"[\x21-\x7e]{1,255}")


def chave_do_pedido(quem: Quem, pedido: Request, corpo: bytes) -> ChaveIdempotente | None:
    """The key of a request, with the digest of all that was asked; None if it has no key. Raises Invalid."""
    chave = cabecalho(pedido.scope, _CHAVE_CRUA)
    if chave is None:
        return None
    if _CHAVE.fullmatch(chave) is None:
        problema = "deve ter de 1 a 255 caracteres ASCII visíveis, como um UUID"
        raise Invalid("chave_invalida", f"{CABECALHO}: {problema}", (Detalhe(CABECALHO, problema),))
    return ChaveIdempotente(quem.id or "", chave, resumo(pedido.method, pedido.path, pedido.query_string, corpo))


def resumo(metodo: str, caminho: str, consulta: bytes, corpo: bytes) -> str:
    """The digest of what a request asks."""
    digestao = hashlib.sha256(f"{metodo} {caminho}?".encode())
    digestao.update(consulta)
    digestao.update(b"\0")
    digestao.update(corpo)
    return digestao.hexdigest()
