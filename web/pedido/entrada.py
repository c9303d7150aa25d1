"""A request's body as it comes, for a route that reads it by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from hypercorn.typing import ASGIReceiveCallable
from werkzeug.exceptions import RequestTimeout

from engine.errors import Invalid

_ESCOAR_BYTES: Final = 33_554_432
_ESCOAR_S: Final = 10.0
"""How much of a refused body is still taken, and for how long, so that its client gets to read the answer."""
POUCO: Final = 65_536
"""A refused body up to this long is taken, so that its connection serves on; one that is longer ends it."""


class Entrada:
    """The body of one request, piece by piece. ``silencio`` is how many seconds may pass between two pieces."""

    __slots__ = ("_acabou", "_receber", "_silencio")

    def __init__(self, receber: ASGIReceiveCallable, silencio: float) -> None:
        self._receber = receber
        self._silencio = silencio
        self._acabou = False

    async def parte(self) -> bytes | None:
        """The next piece; None after the last.

        Raises:
            Invalid: the client left.
            RequestTimeout: it has been silent for too long.
        """
        while not self._acabou:
            try:
                async with asyncio.timeout(self._silencio):
                    dados = await self._proxima()
            except TimeoutError:
                raise RequestTimeout from None
            if dados is None:
                raise Invalid("envio_interrompido", "O envio parou no meio; envie de novo")
            if dados:
                return dados
        return None

    async def escoar(self) -> None:
        """Take what is left of the body, within bounds: a client that is still sending when its connection is closed
        may never see the answer.
        """
        restam = _ESCOAR_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(_ESCOAR_S):
                while restam > 0 and not self._acabou:
                    restam -= len(await self._proxima() or b"")

    async def _proxima(self) -> bytes | None:
        """The body of the next message, which may be empty; None if the client is gone."""
        mensagem = await self._receber()
        if mensagem["type"] != "http.request":
            self._acabou = True
            return None
        self._acabou = not mensagem.get("more_body", False)
        return mensagem.get("body", b"")
