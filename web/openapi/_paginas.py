"""``/openapi.json``, and the reference page ``/docs``: all of it comes from here, so that it works offline.

The page is Swagger UI as the package ``flask_swagger_ui`` ships it; of that package only the files are used.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from msgspec import json
from quart import Quart, Request, request

from web.openapi._documento import documento
from web.pedido.rota import Rota
from web.resposta.compressao import MINIMO, aceita_gzip, compressivel
from web.resposta.etag import combina, etiqueta, nao_mudou
from web.resposta.pronta import JSON, Resposta

_CACHE: Final = "public, no-cache"
"""May be kept by anybody, and is asked for again (with its tag) before each use."""
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No script but the page's own files. Swagger UI writes styles into its elements."""
_TIPOS: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}
_NOSSOS: Final = ("inicio.js",)
_DO_PACOTE: Final = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")

Ler = Callable[[], bytes]


class Fixa:
    """Something that never changes while the server runs: read, compressed and tagged once, when first asked for."""

    def __init__(self, tipo: str, ler: Ler) -> None:
        self._tipo = tipo
        self._ler = ler
        self._pronta: tuple[str, bytes, bytes | None] | None = None

    async def responder(self, pedido: Request) -> Resposta:
        if self._pronta is None:
            self._pronta = await asyncio.to_thread(self._preparar)
        tag, corpo, comprimido = self._pronta
        extras = [("etag", tag), ("cache-control", _CACHE), ("content-security-policy", _CSP)]
        if combina(tag, pedido.headers.get("If-None-Match")):
            return nao_mudou(Resposta(corpo, 200, self._tipo, extras))
        if comprimido is not None and aceita_gzip(pedido.headers.get("Accept-Encoding", "").encode("latin1")):
            return Resposta(comprimido, 200, self._tipo, [*extras, ("content-encoding", "gzip")])
        return Resposta(corpo, 200, self._tipo, extras)

    def _preparar(self) -> tuple[str, bytes, bytes | None]:
        corpo = self._ler()
        comprimir = len(corpo) >= MINIMO and compressivel(self._tipo)
        return etiqueta(corpo), corpo, gzip.compress(corpo, mtime=0) if comprimir else None


def registrar(app: Quart, rotas: tuple[Rota, ...]) -> None:
    """Serve the document of these routes, and its page."""
    paginas = {"/openapi.json": Fixa(JSON, lambda: json.encode(documento(rotas)))}
    paginas["/docs"] = _arquivo("index.html", _nosso)
    paginas |= {f"/docs/{nome}": _arquivo(nome, _nosso) for nome in _NOSSOS}
    paginas |= {f"/docs/{nome}": _arquivo(nome, _do_pacote) for nome in _DO_PACOTE}
    app.add_url_rule("/", "GET /", _entrada, methods=["GET"])
    for caminho, fixa in paginas.items():
        app.add_url_rule(caminho, f"GET {caminho}", _vista(fixa), methods=["GET"])


async def _entrada() -> Resposta:
    """Whoever opens the address that is printed at the start is led to the reference."""
    return Resposta(b"", 302, None, (("location", "/docs"), ("content-length", "0")))


def _vista(fixa: Fixa) -> Callable[[], Awaitable[Resposta]]:
    async def vista() -> Resposta:
        return await fixa.responder(request._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # as in web.app

    return vista


def _arquivo(nome: str, ler: Callable[[str], bytes]) -> Fixa:
    return Fixa(_TIPOS[Path(nome).suffix], partial(ler, nome))


def _nosso(nome: str) -> bytes:
    return (files("web.openapi") / "pagina" / nome).read_bytes()


def _do_pacote(nome: str) -> bytes:
    pacote = find_spec("flask_swagger_ui")
    assert pacote is not None
    assert pacote.origin is not None
    return (Path(pacote.origin).parent / "dist" / nome).read_bytes()
