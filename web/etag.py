"""Entity tags (RFC 9110 §8.8.3): whoever has the answer already is told so, instead of being sent it again."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from quart import Request

from web.quart_leve import cabecalho
from web.resposta import Resposta

REVALIDAR: Final = "private, no-cache"
"""May be kept by whom it was sent to, and is asked for again before each use."""


def etiqueta(corpo: bytes) -> str:
    """The tag of a body: weak, since it is the same for its compressed form."""
    return f'W/"{blake2b(corpo, digest_size=12).hexdigest()}"'


def condicional(resposta: Resposta, pedido: Request) -> Resposta:
    """The answer with its tag; or 304, without a body, for who has it (``If-None-Match``)."""
    tag = etiqueta(resposta.corpo)
    if combina(tag, cabecalho(pedido.scope, b"if-none-match")):
        return nao_mudou(tag, REVALIDAR)
    resposta.headers.extend((("etag", tag), ("cache-control", REVALIDAR)))
    return resposta


def nao_mudou(tag: str, cache: str) -> Resposta:
    return Resposta(b"", 304, None, (("etag", tag), ("cache-control", cache)))


def combina(tag: str, conhecidas: str | None) -> bool:
    """Weak comparison with what an ``If-None-Match`` lists."""
    if conhecidas is None:
        return False
    opaca = tag.removeprefix("W/")
    return any(uma.strip().removeprefix("W/") in {opaca, "*"} for uma in conhecidas.split(","))
