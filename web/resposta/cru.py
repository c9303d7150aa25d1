"""HTTP without Quart, for the few paths that programs call very often: a body read within bounds, an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

from engine.errors import Overloaded
from web.resposta.erros import corpo_de, vista_de

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Any], Awaitable[None]]
Scope = Mapping[str, Any]

SILENCIO_S: Final = 10.0
"""Between two pieces of a body."""
CORPO_S: Final = 30.0
"""From the first piece of a body to its last."""
_ALGARISMOS: Final = 15
PEQUENO: Final = 65_536
"""Bytes of a body that are always taken."""


class ClienteSaiu(Exception):
    """Nobody waits for an answer."""


class Corpos:
    """How much of the bodies of all requests may be in memory at once: ``maximo`` bytes, beside what is small of each,
    so that who sends large ones slowly keeps nobody out who sends small ones.
    """

    def __init__(self, maximo: int) -> None:
        self._maximo = maximo
        self._bytes = 0

    @contextmanager
    def mais_um(self) -> Iterator[Callable[[int], None]]:
        """One body for the block. What it gives is told how long the body is by now, and raises Overloaded."""
        meus = 0

        def cresceu(tamanho: int) -> None:
            nonlocal meus
            mais = max(0, tamanho - PEQUENO) - meus
            if mais > 0 and self._bytes + mais > self._maximo:
                raise Overloaded("sobrecarga", "Há corpos grandes demais ao mesmo tempo; tente de novo em instantes")
            meus += mais
            self._bytes += mais

        try:
            yield cresceu
        finally:
            self._bytes -= meus


def exigir_que_caiba(scope: Scope, maximo: int) -> None:
    """Raise RequestEntityTooLarge where a body is announced (``Content-Length``) that is not going to be read to its
    end, so that nobody has to send it first.
    """
    for nome, valor in scope["headers"]:
        if nome == b"content-length" and valor.isdigit() and (len(valor) > _ALGARISMOS or int(valor) > maximo):
            raise RequestEntityTooLarge


async def ler_corpo(receive: Receive, maximo: int, cresceu: Callable[[int], None] = lambda _: None) -> bytes:
    """The body of a request. ``cresceu`` is told how long it is by now, and may raise.

    Raises:
        RequestEntityTooLarge: it is longer than ``maximo`` bytes; what is left of it is not read.
        RequestTimeout: it did not come in time.
        ClienteSaiu
    """
    partes: list[bytes] = []
    tamanho = 0
    try:
        async with asyncio.timeout(CORPO_S):
            while True:
                async with asyncio.timeout(SILENCIO_S):
                    mensagem = await receive()
                if mensagem["type"] != "http.request":
                    raise ClienteSaiu
                parte: bytes = mensagem.get("body", b"")
                tamanho += len(parte)
                if tamanho > maximo:
                    raise RequestEntityTooLarge
                cresceu(tamanho)
                partes.append(parte)
                if not mensagem.get("more_body", False):
                    return partes[0] if len(partes) == 1 else b"".join(partes)
    except TimeoutError:
        raise RequestTimeout from None


async def responder(
    send: Send,
    status: int,
    corpo: bytes = b"",
    tipo: str = "text/plain; charset=utf-8",
    extras: Iterable[tuple[str, str]] = (),
) -> None:
    cabecalhos = [("content-length", str(len(corpo))), ("x-content-type-options", "nosniff"), *extras]
    if corpo:
        cabecalhos.append(("content-type", tipo))
    brutos = [(nome.encode("latin-1"), valor.encode("latin-1")) for nome, valor in cabecalhos]
    await send({"type": "http.response.start", "status": status, "headers": brutos})
    await send({"type": "http.response.body", "body": corpo})


async def recusar(send: Send, erro: Exception, mais: Iterable[tuple[str, str]] = ()) -> None:
    """The same answer that the API gives for this error; the connection ends, since its body may not be read."""
    vista, extras = vista_de(erro)
    await responder(
        send, vista.status_code, corpo_de(vista), "application/json", [*extras, *mais, ("connection", "close")]
    )
