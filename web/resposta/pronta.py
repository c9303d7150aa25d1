"""Answers: Quart responses that are ready to send."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import Any, Final

import msgspec
from quart import Response
from quart.wrappers.response import DataBody
from werkzeug.datastructures import Headers

from engine.errors import Unavailable
from web.resposta.erros import vista_de

JSON: Final = "application/json"

_codificar = msgspec.json.Encoder().encode


class Resposta(Response):
    """Bytes with a status. Has what Quart reads of a response, and nothing that only forms and templates need.

    ``fluxo``: parts that are sent first, as they come; whoever sets it has set the headers that they need.
    """

    fluxo: AsyncIterable[bytes] | None
    causa: Exception | None = None
    """Of an answer that says that something failed because of us, or is too much: what it was."""

    def __init__(self, corpo: bytes, status: int, tipo: str | None, extras: Iterable[tuple[str, str]] = ()) -> None:
        fixos = [] if tipo is None else [("content-type", tipo), ("content-length", str(len(corpo)))]
        self.headers = cabecalhos([*fixos, *extras])
        self.status_code = status
        self.timeout = None
        self.response = DataBody(corpo)
        self.corpo = corpo
        self.fluxo = None


def json(valor: Any, status: int = 200, extras: Iterable[tuple[str, str]] = ()) -> Resposta:
    return Resposta(_codificar(valor), status, JSON, extras)


def erro(problema: Exception) -> Resposta:
    """The answer to an exception."""
    vista, extras = vista_de(problema)
    resposta = json(vista, vista.status_code, extras)
    if vista.status_code >= 500 or isinstance(problema, Unavailable):
        resposta.causa = problema
    return resposta


def cabecalhos(pares: list[tuple[str, str]]) -> Headers:
    """Headers of pairs that a server has parsed or we have written, so they need no second check."""
    headers = Headers()
    headers._list = pares  # noqa: SLF001
    return headers
