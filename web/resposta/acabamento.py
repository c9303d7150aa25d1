"""What every answer gets last: the headers that make it safe, its compression, no body where none is asked for."""

from __future__ import annotations

from typing import Final

from quart.typing import ResponseTypes

from web.resposta.compressao import MINIMO, aceita_gzip, compressivel, comprimir
from web.resposta.pronta import Resposta

Cabecalho = tuple[bytes, bytes]

_DE_JSON: Final[tuple[Cabecalho, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
"""Unless the answer has its own: it is for a program, and for nobody else. No browser makes a page of it."""
_DE_OUTROS: Final[tuple[Cabecalho, ...]] = (
    *_DE_JSON,
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_TIPO_JSON: Final[Cabecalho] = (b"content-type", b"application/json")
_VARIA: Final[Cabecalho] = (b"vary", b"origin, accept-encoding")
"""The answer depends on the origin by its CORS headers."""


async def acabar(
    resposta: ResponseTypes, metodo: str, aceitos: bytes, extras: list[Cabecalho]
) -> tuple[list[Cabecalho], bytes]:
    """The headers and the body to send. ``aceitos``: the request's Accept-Encoding; ``extras``: headers beside the
    answer's own.
    """
    corpo = resposta.corpo if isinstance(resposta, Resposta) else await _tudo(resposta)
    proprios = [(nome.lower().encode("latin1"), valor.encode("latin1")) for nome, valor in resposta.headers]
    if len(corpo) >= MINIMO and aceita_gzip(aceitos) and _pode_comprimir(resposta):
        corpo = await comprimir(corpo)
        proprios = [par for par in proprios if par[0] != b"content-length"]
        proprios += [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(corpo))]
    nomes = {nome for nome, _ in proprios}
    padrao = _DE_JSON if _TIPO_JSON in proprios else _DE_OUTROS
    proprios += [par for par in padrao if par[0] not in nomes]
    proprios.append(_VARIA)
    return proprios + extras, b"" if metodo == "HEAD" else corpo


def _pode_comprimir(resposta: ResponseTypes) -> bool:
    pronta = "content-encoding" in resposta.headers or getattr(resposta, "fluxo", None) is not None
    return not pronta and compressivel(resposta.headers.get("content-type"))


async def _tudo(resposta: ResponseTypes) -> bytes:
    """The body of a response that Quart or Werkzeug made."""
    corpo: bytes | object = resposta.get_data()
    return corpo if isinstance(corpo, bytes) else await corpo  # type: ignore[misc]
