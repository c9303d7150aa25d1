"""The HTTP client of the host: guarded for all that others name, and free for the engine itself.

Files that are sent have addresses of our own server, which may well be inside: they are called as they are, and so is
the address where files are left. Nothing else of our server is: whoever sets up a canal names addresses too, and would
be let in as a neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import httpx2

from connectors.rede import ClienteGuardado
from connectors.transporte import Transporte
from engine.conector.redes import regras

_e_nosso: Final = re.compile(r"GET .*/atendimento/arquivos/[0-9a-f-]{36}|POST .*/conectores/arquivos").fullmatch
_PADRAO: Final = {"http": 80, "https": 443}
_Origem = tuple[str, str, int | None]


class _TransporteDaCasa(httpx2.AsyncBaseTransport):
    """Requests for files to ``casas`` go by ``livre``, all others by ``guardado``."""

    def __init__(
        self, guardado: httpx2.AsyncBaseTransport, livre: httpx2.AsyncBaseTransport, casas: frozenset[_Origem]
    ) -> None:  # fmt: skip
        self._guardado = guardado
        self._livre = livre
        self._casas = casas

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        nosso = _origem(request.url) in self._casas and _e_nosso(f"{request.method} {request.url.path}")
        transporte = self._livre if nosso else self._guardado
        return await transporte.handle_async_request(request)

    async def aclose(self) -> None:
        await self._guardado.aclose()
        await self._livre.aclose()


class ClienteDoHospedeiro(ClienteGuardado):
    """``casas``: the addresses of the engine. ``redes``: networks of its own that an installation allows to be called,
    beside the public internet, at any port (CIDR). ``de_fora`` is for what has no business with the engine, and must
    not reach it unguarded: it knows of no house, and has connections of its own, which no canal waits for.

    At the ports of the engine, and at ``da_casa`` (its database's), nothing of this machine is called, whatever
    ``redes`` allows and however it is written.
    """

    def __init__(self, casas: Iterable[str], redes: Iterable[str] = (), da_casa: Iterable[int] = ()) -> None:
        proprias = tuple(redes)
        origens = frozenset(_origem(httpx2.URL(casa)) for casa in casas)
        portas = {*da_casa, *(porta or _PADRAO[esquema] for esquema, _, porta in origens)}
        permitidas = regras(proprias, redes_inteiras=True, da_casa=portas)
        super().__init__(permitidas, da_configuracao=regras(proprias, portas=None, da_casa=portas))
        self.de_fora = ClienteGuardado(permitidas, da_configuracao=permitidas)
        self._transport = _TransporteDaCasa(self._transport, Transporte(), origens)

    async def aclose(self) -> None:
        await self.de_fora.aclose()
        await super().aclose()

    async def __aexit__(self, *args: Any) -> None:
        await self.de_fora.aclose()
        await super().__aexit__(*args)


def _origem(url: httpx2.URL) -> _Origem:
    return url.scheme, url.host, url.port
