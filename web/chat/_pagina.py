"""``/chat/<canal>``: a plain page that speaks what ``docs/webchat.md`` says, and proves it. It has no framework and no
build: the files that are here are those that run.
"""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Final

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NadaAqui

from engine.ids import is_uuid
from web.chat._canais import CanalDoChat
from web.chat._casa import Casa
from web.chat._pedido import Extras, Resposta, enviar
from web.resposta.cru import Receive, Scope, Send, recusar
from web.resposta.etag import combina, etiqueta

PREFIXO: Final = "/chat"
_PASTA: Final = "pagina"
_TIPOS: Final = {
    "chat.css": "text/css; charset=utf-8",
    "chat.mjs": "text/javascript; charset=utf-8",
    "chat.svg": "image/svg+xml",
}
_HTML: Final = "text/html; charset=utf-8"
_CACHE: Final = "public, no-cache"
"""May be kept, and is asked for again (with its tag) before each use."""
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
_FIXOS: Final[Extras] = (
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)


class BordaDaPagina:
    def __init__(self, casa: Casa) -> None:
        self._casa = casa
        self._lidos: dict[str, tuple[bytes, str]] = {}

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        try:
            resposta = await self._tratar(scope)
        except Exception as erro:  # noqa: BLE001  # what is unexpected is logged where it is told
            await recusar(send, erro)
        else:
            await enviar(send, resposta, ())

    async def _tratar(self, scope: Scope) -> Resposta:
        cabecalhos = {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}
        self._casa.porteiro.ver(scope, cabecalhos).chegar()
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodNotAllowed(valid_methods=["GET", "HEAD"])
        nome = scope["path"].removeprefix(PREFIXO + "/")
        conhecida = cabecalhos.get(b"if-none-match")
        if nome.startswith(f"{_PASTA}/"):
            nome = nome.removeprefix(f"{_PASTA}/")
            if nome not in _TIPOS:
                raise NadaAqui
            resposta = await self._arquivo(nome, _TIPOS[nome], conhecida, ())
        else:
            resposta = await self._pagina(nome.removesuffix("/").lower(), conhecida)
        if scope["method"] == "HEAD":
            resposta.extras += (("content-length", str(len(resposta.corpo))),)
            resposta.corpo = b""
        return resposta

    async def _pagina(self, canal_id: str, conhecida: str | None) -> Resposta:
        if not is_uuid(canal_id):
            raise NadaAqui
        canal = await self._casa.canais.de(canal_id)
        return await self._arquivo(
            "index.html", _HTML, conhecida, (("content-security-policy", politica(canal)), *_FIXOS)
        )

    async def _arquivo(self, nome: str, tipo: str, conhecida: str | None, mais: Extras) -> Resposta:
        if nome not in self._lidos:
            corpo = await asyncio.to_thread(_ler, nome)
            self._lidos[nome] = (corpo, etiqueta(corpo))
        corpo, tag = self._lidos[nome]
        extras = (("content-type", tipo), ("etag", tag), ("cache-control", _CACHE), *mais)
        return Resposta(304, extras=extras) if combina(tag, conhecida) else Resposta(200, corpo, extras)


def politica(canal: CanalDoChat) -> str:
    """What the page may do, and in which pages it may stand: in those of the canal's origins alone."""
    return _CSP + (" ".join(canal.origens) or "'none'")


def _ler(nome: str) -> bytes:
    return (files("web.chat") / _PASTA / nome).read_bytes()
