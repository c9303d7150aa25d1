"""Entity tags (RFC 9110 §8.8.3): whoever has the answer already is told so, instead of being sent it again."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from quart import Request

from web.pedido.escopo import cabecalho
from web.resposta.pronta import Resposta

REVALIDAR: Final = "private, no-cache"
"""May be kept by whom it was sent to, and is asked for again before each use."""


_DO_CORPO: Final = frozenset({"content-length", "content-encoding", "content-range"})


def etiqueta(corpo: bytes) -> str:
    """The tag of a body: weak, since it is the same for its compressed form."""
    return f'W/"{blake2b(corpo, digest_size=12).hexdigest()}"'


def condicional(resposta: Resposta, pedido: Request) -> Resposta:
    """The answer with its tag; or 304, without a body, for who has it (``If-None-Match``)."""
    tag = etiqueta(resposta.corpo)
    resposta.headers.extend((("etag", tag), ("cache-control", REVALIDAR)))
    return nao_mudou(resposta) if combina(tag, cabecalho(pedido.scope, b"if-none-match")) else resposta


def nao_mudou(resposta: Resposta) -> Resposta:
    """The 304 that stands for an answer: with all of its headers but those of the body's own bytes, since a cache puts
    them in the place of those it has (RFC 9111 §4.3.4).
    """
    return Resposta(b"", 304, None, [par for par in resposta.headers if par[0].lower() not in _DO_CORPO])


def combina(tag: str, conhecidas: str | None) -> bool:
    """Weak comparison with what an ``If-None-Match`` lists."""
    if conhecidas is None:
        return False
    opaca = tag.removeprefix("W/")
    return any(uma.strip().removeprefix("W/") in {opaca, "*"} for uma in conhecidas.split(","))
