"""Connections to hosts that others name and that speak no HTTP: to addresses that rules permit, and to no others.

As in ``rede``: the name is resolved once, its addresses are judged, and one that was found good is what is connected
to. Whoever speaks TLS over it checks the certificate against the name.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Final

import trio

from connectors.rede import ENDERECOS_MAXIMO, EnderecoRecusado, Resolver, resolver_do_sistema
from engine.conector.redes import RegrasDeRede, permitido

_CADA_S: Final = 5.0
"""Seconds for one address, while there is another."""


async def ligar(
    host: str, porta: int, regras: RegrasDeRede, resolver: Resolver = resolver_do_sistema
) -> trio.SocketStream:  # fmt: skip
    """Raises EnderecoRecusado; OSError, UnicodeError: there is no such host, or nobody listens there."""
    *primeiros, ultimo = _permitidos(host, await resolver(host, porta), regras)
    for endereco in primeiros:
        with trio.move_on_after(_CADA_S):
            try:
                return await trio.open_tcp_stream(endereco, porta)
            except OSError:
                continue
    return await trio.open_tcp_stream(ultimo, porta)


def ligar_na_thread(host: str, porta: int, regras: RegrasDeRede, segundos: float) -> socket.socket:
    """As :func:`ligar`, for a thread that may wait. ``segundos``: for connecting to the last address."""
    achados = socket.getaddrinfo(host, porta, type=socket.SOCK_STREAM)
    *primeiros, ultimo = _permitidos(host, (str(destino[0]) for *_, destino in achados), regras)
    for endereco in primeiros:
        try:
            soquete = socket.create_connection((endereco, porta), _CADA_S)
        except OSError:
            continue
        soquete.settimeout(segundos)
        return soquete
    return socket.create_connection((ultimo, porta), segundos)


def _permitidos(host: str, achados: Iterable[str], regras: RegrasDeRede) -> list[str]:
    """Those of its addresses that may be connected to, each once. Raises EnderecoRecusado where there is none."""
    bons = [um for um in dict.fromkeys(achados) if permitido(um, regras)][:ENDERECOS_MAXIMO]
    if not bons:
        raise EnderecoRecusado(f"{host} não fica na internet pública; só o que fica nela pode ser chamado")
    return bons
