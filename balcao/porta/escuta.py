"""The listening socket, made by us: before anything slow starts, and with what a stalled reader needs.

Hypercorn keeps a WebSocket whose reader has stalled for ever, and waits for it at shutdown. ``TCP_USER_TIMEOUT``
(RFC 5482; accepted sockets inherit it from the listening one) has the kernel drop a connection whose data was not
acknowledged for that long.
"""

from __future__ import annotations

import errno
import socket
from typing import Final

from balcao.erros import ErroDeUso

FILA_DE_CONEXOES: Final = 1024
"""Connections the kernel holds until they are accepted."""
_SEM_CONFIRMACAO_MS: Final = 5_000
_MEMORIA_DE_ENVIO: Final = 128 * 1024
"""Bytes the kernel buffers for one reader; the kernel doubles it. By default it grows to megabytes, and a slow reader
is noticed only when it is full."""


def abrir(host: str, porta: int) -> socket.socket:
    """A socket that listens there: who connects from now on waits until the server is ready.

    Raises:
        ErroDeUso: the address is not of this machine, or the port is taken or not allowed.
    """
    familia, endereco = _resolver(host, porta)
    soquete = socket.socket(familia, socket.SOCK_STREAM)
    try:
        soquete.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        soquete.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MEMORIA_DE_ENVIO)
        soquete.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            soquete.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SEM_CONFIRMACAO_MS)
        soquete.bind(endereco)
        soquete.listen(FILA_DE_CONEXOES)
        soquete.setblocking(False)
    except OSError as erro:
        soquete.close()
        raise _recusado(erro, host, porta) from erro
    return soquete


def _resolver(host: str, porta: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        achados = socket.getaddrinfo(host, porta, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as erro:
        raise ErroDeUso(
            f"HOST: {host!r} não é um endereço que se conheça",
            "use 127.0.0.1 (só esta máquina) ou 0.0.0.0 (todas as redes)",
        ) from erro
    familia, _, _, _, endereco = achados[0]
    return familia, (str(endereco[0]), porta)


def _recusado(erro: OSError, host: str, porta: int) -> ErroDeUso:
    if erro.errno == errno.EADDRINUSE:
        return ErroDeUso(
            f"a porta {porta} de {host} já está em uso",
            f"encerre quem a usa (outro balcao run?) ou escolha outra: PORT={porta % 65_535 + 1}",
        )
    if erro.errno == errno.EACCES:
        return ErroDeUso(f"sem permissão para escutar na porta {porta}", "use uma porta acima de 1023: PORT=3001")
    if erro.errno == errno.EADDRNOTAVAIL:
        return ErroDeUso(
            f"HOST: {host} não é um endereço desta máquina",
            "use 127.0.0.1 (só esta máquina) ou 0.0.0.0 (todas as redes)",
        )
    return ErroDeUso(f"não foi possível escutar em {host}:{porta} ({erro.strerror})", "confira HOST e PORT")
