"""``/chat/<canal>``: a plain page that speaks what ``docs/webchat.md`` says, and proves it. It has no framework and no
build: the files that are here are those that run. Where there is no chat a person reads so, and a way on; programs ask
below ``/webchat``.
"""

from __future__ import annotations

import asyncio
from importlib.resources import files
from typing import Final

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NadaAqui

from web.chat._canais import CanalDoChat
from web.chat._casa import Casa
from web.chat._pedido import Extras, Resposta, enviar
from web.resposta.cru import Receive, Scope, Send, recusar
from web.resposta.erros import vista_de
from web.resposta.etag import combina, etiqueta

PREFIXO: Final = "/chat"
_PASTA: Final = "pagina"
_PROGRAMA: Final = "text/javascript; charset=utf-8"
_TIPOS: Final = {
    "chat.css": "text/css; charset=utf-8",
    "chat.mjs": _PROGRAMA,
    "chat.svg": "image/svg+xml",
    "fila.mjs": _PROGRAMA,
    "guardado.mjs": _PROGRAMA,
    "recusada.mjs": _PROGRAMA,
    "vista.mjs": _PROGRAMA,
}
_SEM_CHAT: Final = frozenset({404, 405})
_HTML: Final = "text/html; charset=utf-8"
_CACHE: Final = "public, no-cache"
"""May be kept, and is asked for again (with its tag) before each use."""
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
_CSP_DA_RECUSA: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""Whoever likes may frame it: a site shows why its chat is not there, and nothing on it does anything."""
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
            if scope["path"].startswith(f"{PREFIXO}/{_PASTA}/"):
                await recusar(send, erro)
                return
            resposta = await self._recusa(erro)
        if scope["method"] == "HEAD":
            resposta.extras += (("content-length", str(len(resposta.corpo))),)
            resposta.corpo = b""
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
            return await self._arquivo(nome, _TIPOS[nome], conhecida, ())
        return await self._pagina(nome.removesuffix("/"), conhecida)

    async def _pagina(self, canal_id: str, conhecida: str | None) -> Resposta:
        canal = await self._casa.canais.de(canal_id)
        return await self._arquivo(
            "index.html", _HTML, conhecida, (("content-security-policy", politica(canal)), *_FIXOS)
        )

    async def _recusa(self, erro: Exception) -> Resposta:
        """The same status as the API's for this error, for people."""
        vista, extras = vista_de(erro)
        corpo = await self._lido("ausente.html" if vista.status_code in _SEM_CHAT else "instavel.html")
        fixos = (("content-type", _HTML), ("cache-control", "no-store"), ("content-security-policy", _CSP_DA_RECUSA))
        return Resposta(vista.status_code, corpo[0], (*fixos, *extras, ("connection", "close")))

    async def _arquivo(self, nome: str, tipo: str, conhecida: str | None, mais: Extras) -> Resposta:
        corpo, tag = await self._lido(nome)
        extras = (("content-type", tipo), ("etag", tag), ("cache-control", _CACHE), *mais)
        return Resposta(304, extras=extras) if combina(tag, conhecida) else Resposta(200, corpo, extras)

    async def _lido(self, nome: str) -> tuple[bytes, str]:
        """A file of ours, and its tag."""
        if nome not in self._lidos:
            corpo = await asyncio.to_thread(_ler, nome)
            self._lidos[nome] = (corpo, etiqueta(corpo))
        return self._lidos[nome]


def politica(canal: CanalDoChat) -> str:
    """What the page may do, and in which pages it may stand: in those of the canal's origins alone."""
    return _CSP + (" ".join(canal.origens) or "'none'")


def _ler(nome: str) -> bytes:
    return (files("web.chat") / _PASTA / nome).read_bytes()
