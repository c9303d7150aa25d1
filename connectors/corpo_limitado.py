"""The body of an answer, up to a limit."""

from __future__ import annotations

import httpx2


async def ler_ate(resposta: httpx2.Response, maximo: int) -> bytes | None:
    """The body as it came, of a response that is streamed; None if it has more than ``maximo`` bytes, and then the
    connection is closed. Raises httpx2.TransportError.

    The iteration is not broken off: the generators of httpx2 within each other would be left to the garbage collector,
    of which trio warns. It is made to end by itself, on a connection that is closed.
    """
    conteudo = bytearray()
    try:
        async for pedaco in resposta.aiter_raw():
            conteudo += pedaco
            if len(conteudo) > maximo:
                await resposta.aclose()
    except (httpx2.TransportError, httpx2.StreamError):
        if len(conteudo) <= maximo:
            raise
    return bytes(conteudo) if len(conteudo) <= maximo else None
