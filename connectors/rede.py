"""HTTP to addresses that somebody else named: never to the inside, and never without bounds.

The name is resolved here, the addresses that it has are judged (``engine/conector/redes.py``), and one that was found
good is what is connected to: nobody resolves the name a second time, so it cannot have changed in between (DNS
rebinding). Redirects are not followed, proxies and ``.netrc`` of the environment not heeded, cookies not kept. TLS
checks the certificate against the name.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from contextlib import aclosing
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx2
import trio
from msgspec import Struct

from connectors.tcp import Resolver, ligar, resolver_do_sistema
from connectors.transporte import Transporte
from engine.conector.redes import TUDO, RegrasDeRede

CONEXAO_S: Final = 10.0
"""Seconds for connecting, and for a place among the connections; but in :func:`buscar` also for reading and writing."""

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells every address it calls, which may have a key in it

_DA_CONFIGURACAO: Final = "balcao_da_configuracao"
"""Marks a request, among httpx's extensions."""


class TransporteGuardado(httpx2.AsyncBaseTransport):
    """Two pools: one for what anybody named, and one for what the configuration of a canal names (:func:`buscar`). They
    share no connection.
    """

    def __init__(self, alheias: Transporte, da_configuracao: Transporte) -> None:
        self._alheias = alheias
        self._da_configuracao = da_configuracao

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises EnderecoRecusado, or another httpx2.TransportError."""
        da_configuracao = request.extensions.get(_DA_CONFIGURACAO) is True
        return await (self._da_configuracao if da_configuracao else self._alheias).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._alheias.aclose()
        await self._da_configuracao.aclose()


class ClienteGuardado(httpx2.AsyncClient):
    """A client that many may share: it reaches no inside, follows no redirect and keeps no cookie.

    ``regras`` are for what anybody named; ``da_configuracao`` for what a canal's own configuration names, which is
    everything unless it is said otherwise: who lets strangers configure canais gives ``RegrasDeRede()``.
    """

    def __init__(
        self,
        regras: RegrasDeRede | None = None,
        *,
        da_configuracao: RegrasDeRede = TUDO,
        resolver: Resolver = resolver_do_sistema,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.da_configuracao = da_configuracao
        """Also for what is called by another protocol than HTTP (``connectors.tcp``)."""

        def conexoes(quais: RegrasDeRede) -> Transporte:
            return Transporte(partial(ligar, regras=quais, resolver=resolver), tls=tls)

        super().__init__(
            transport=TransporteGuardado(conexoes(regras or RegrasDeRede()), conexoes(da_configuracao)),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            timeout=httpx2.Timeout(CONEXAO_S),
            trust_env=False,
        )


def exigir_guarda(http: httpx2.AsyncClient) -> ClienteGuardado:
    """The client, if it is guarded. Raises TypeError: whoever wired it would call whatever it is told to."""
    if not isinstance(http, ClienteGuardado):
        raise TypeError("addresses that others name are called by a connectors.rede.ClienteGuardado only")
    return http


class Lida(Struct, frozen=True):
    """An answer. Names of ``cabecalhos`` in lower case. ``cortado``: there is more of ``corpo`` than was read."""

    status: int
    cabecalhos: Mapping[str, str]
    corpo: bytes
    cortado: bool = False


async def buscar(
    http: httpx2.AsyncClient,
    metodo: str,
    url: str,
    *,
    cabecalhos: Mapping[str, str] | None = None,
    corpo: bytes = b"",
    maximo: int,
    segundos: float,
    da_configuracao: bool = False,
) -> Lida:
    """One request and its answer, of whose body at most ``maximo`` bytes are read, as they came: nothing is unpacked.
    ``da_configuracao``: the address is one that the canal's configuration names.

    Raises:
        httpx2.HTTPError, httpx2.InvalidURL: as httpx does. ConnectError, ConnectTimeout and PoolTimeout: nothing was
            sent. ReadTimeout also when all of it took longer than ``segundos``.
    """
    todos = {"accept-encoding": "identity", **(cabecalhos or {})}
    mais = {_DA_CONFIGURACAO: True} if da_configuracao else {}
    espera = httpx2.Timeout(segundos, connect=min(CONEXAO_S, segundos), pool=min(CONEXAO_S, segundos))
    with trio.move_on_after(segundos):
        async with http.stream(metodo, url, headers=todos, content=corpo, extensions=mais, timeout=espera) as resposta:
            lido = await _ate(resposta, maximo + 1)
            return Lida(resposta.status_code, dict(resposta.headers), bytes(lido[:maximo]), len(lido) > maximo)
    raise httpx2.ReadTimeout(f"no whole answer within {segundos:g} s")


async def _ate(resposta: httpx2.Response, bastam: int) -> bytearray:
    """Of a body so many bytes, or a little more; or all."""
    lido = bytearray()
    async with aclosing(resposta.aiter_raw()) as partes:
        async for parte in partes:
            lido += parte
            if len(lido) >= bastam:
                break
    return lido
