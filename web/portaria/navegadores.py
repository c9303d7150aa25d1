"""Browser origins (RFC 6454): which pages may connect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.errors import Forbidden
from engine.origens import origem_de


def origens_de(urls: Iterable[str]) -> frozenset[str]:
    """The origins of these URLs, to be compared with."""
    return frozenset(origem_de(url) for url in urls)


def exigir_origem(cabecalhos: Mapping[bytes, str], origens: frozenset[str]) -> None:
    """Raise Forbidden for a page of an origin that is neither allowed nor the server's own. Clients that send no Origin
    are not browsers.
    """
    texto = cabecalhos.get(b"origin")
    if texto is None:
        return
    origem = origem_de(texto)
    propria = origem.partition("://")[2]
    if origem in origens or (propria and propria == cabecalhos.get(b"host", "").lower()):
        return
    raise Forbidden("origem_nao_permitida", "Páginas desta origem não podem conectar; veja FRONTEND_URL")
