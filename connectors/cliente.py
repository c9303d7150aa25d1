"""The HTTP client of the host: guarded for all that others name, and free for the engine itself.

Files that are sent have addresses of our own server, which may well be inside: they are called as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx2

from connectors.rede import ClienteGuardado
from engine.conector.redes import PORTAS, regras

_Origem = tuple[str, str, int | None]


class _TransporteDaCasa(httpx2.AsyncBaseTransport):
    """Requests to ``casas`` go by ``livre``, all others by ``guardado``."""

    def __init__(
        self, guardado: httpx2.AsyncBaseTransport, livre: httpx2.AsyncBaseTransport, casas: frozenset[_Origem]
    ) -> None:  # fmt: skip
        self._guardado = guardado
        self._livre = livre
        self._casas = casas

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        transporte = self._livre if _origem(request.url) in self._casas else self._guardado
        return await transporte.handle_async_request(request)

    async def aclose(self) -> None:
        await self._guardado.aclose()
        await self._livre.aclose()


class ClienteDoHospedeiro(ClienteGuardado):
    """``casas``: the addresses of the engine. ``redes``: networks of its own that an installation allows to be called,
    beside the public internet, at any port (CIDR). ``de_fora`` is for what has no business with the engine, and must
    not reach it unguarded: it knows of no house, and has connections of its own, which no canal waits for.
    """

    def __init__(self, casas: Iterable[str], redes: Iterable[str] = ()) -> None:
        proprias = tuple(redes)
        permitidas = regras(proprias, portas=None if proprias else PORTAS)
        super().__init__(permitidas, da_configuracao=regras(proprias, portas=None))
        self.de_fora = ClienteGuardado(permitidas)
        livre = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=200, max_keepalive_connections=50))
        origens = frozenset(_origem(httpx2.URL(casa)) for casa in casas)
        self._transport = _TransporteDaCasa(self._transport, livre, origens)

    async def aclose(self) -> None:
        await self.de_fora.aclose()
        await super().aclose()

    async def __aexit__(self, *args: Any) -> None:
        await self.de_fora.aclose()
        await super().__aexit__(*args)


def _origem(url: httpx2.URL) -> _Origem:
    return url.scheme, url.host, url.port
