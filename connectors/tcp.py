"""Connections to hosts that others name: to addresses that rules permit, and to no others.

The name is resolved here, the addresses that it has are judged (``engine/conector/redes.py``), and one that was found
good is what is connected to: nobody resolves the name a second time, so it cannot have changed in between (DNS
rebinding). Whoever speaks TLS over it checks the certificate against the name.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Final

import httpx2
import trio

from engine.conector.redes import RegrasDeRede, desta_maquina, permitida, permitido

ENDERECOS_MAXIMO: Final = 8
"""Addresses of one name that are tried."""
_PROCURAS: Final = trio.CapacityLimiter(64)
_CADA_S: Final = 5.0
"""Seconds for one address, while there is another."""

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host. Raises OSError if it has none."""


class EnderecoRecusado(httpx2.ConnectError):
    """It is not called: it is no address of the public internet, or not a port that may be called. Nothing was sent.

    The message, in Portuguese, does not say what the name stands for: that is for those inside to know.
    """


async def resolver_do_sistema(host: str, porta: int) -> Sequence[str]:
    """As the machine resolves names, whatever form of a number the host has (``0x7f.1``). In threads of its own: names
    whose servers do not answer keep nobody else waiting.
    """
    procurar = partial(socket.getaddrinfo, host, porta, type=socket.SOCK_STREAM)
    achados = await trio.to_thread.run_sync(procurar, limiter=_PROCURAS, abandon_on_cancel=True)
    return [str(destino[0]) for *_, destino in achados]


async def ligar(
    host: str, porta: int, regras: RegrasDeRede, resolver: Resolver = resolver_do_sistema
) -> trio.SocketStream:  # fmt: skip
    """Raises EnderecoRecusado; OSError, UnicodeError: there is no such host, or nobody listens there."""
    *primeiros, ultimo = _permitidos(host, porta, await resolver(host, porta), regras)
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
    *primeiros, ultimo = _permitidos(host, porta, (str(destino[0]) for *_, destino in achados), regras)
    for endereco in primeiros:
        try:
            soquete = socket.create_connection((endereco, porta), _CADA_S)
        except OSError:
            continue
        soquete.settimeout(segundos)
        return soquete
    return socket.create_connection((ultimo, porta), segundos)


def e_desta_maquina(endereco: str) -> bool:
    """Whether connecting to an address stays on this machine: a socket can be bound to it."""
    if desta_maquina(endereco):
        return True
    try:
        familia, *_, onde = socket.getaddrinfo(endereco, 0, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)[0]
        with socket.socket(familia, socket.SOCK_DGRAM) as soquete:
            soquete.bind(onde)
    except OSError:
        return False
    return True


def _permitidos(host: str, porta: int, achados: Iterable[str], regras: RegrasDeRede) -> list[str]:
    """Those of its addresses that may be connected to, each once. Raises EnderecoRecusado where there is none."""
    permitidos = [um for um in dict.fromkeys(achados) if permitido(um, regras)]
    if porta in regras.da_casa:
        permitidos = [um for um in permitidos if not e_desta_maquina(um)]
    if not permitidos:
        raise EnderecoRecusado(f"{host} não fica na internet pública, nem em uma rede de REDES_PERMITIDAS")
    bons = [um for um in permitidos if permitida(porta, um, regras)][:ENDERECOS_MAXIMO]
    if not bons:
        portas = ", ".join(map(str, sorted(regras.portas or ())))
        raise EnderecoRecusado(
            f"a porta {porta} de {host} não está entre as que podem ser chamadas ({portas}), nem ele fica em uma rede "
            "de REDES_PERMITIDAS"
        )
    return bons
