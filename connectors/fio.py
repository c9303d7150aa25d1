"""A WebSocket whose socket is closed whatever becomes of it.

trio-websocket leaves the socket open when the other side refuses the handshake, or closes first: here it is ours.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import trio
from trio_websocket import WebSocketConnection, wrap_client_stream

LIGAR_S: Final = 15.0
"""For the connection and its handshake."""
FECHAR_S: Final = 2.0


@asynccontextmanager
async def websocket(
    url: str, cabecalhos: list[tuple[bytes, bytes]], quadro_maximo: int
) -> AsyncIterator[WebSocketConnection]:
    """A connection to ``url`` (ws or wss) for the block. ``quadro_maximo`` is in bytes.

    Raises what trio and trio-websocket do: OSError, HandshakeError, TooSlowError.
    """
    partes = urlsplit(url)
    host, segura = partes.hostname or "", partes.scheme == "wss"
    porta = partes.port or (443 if segura else 80)
    caminho = partes.path + (f"?{partes.query}" if partes.query else "")
    with trio.fail_after(LIGAR_S) as prazo:
        fluxo: trio.SocketStream | trio.SSLStream[trio.SocketStream] = await trio.open_tcp_stream(host, porta)
        async with fluxo, trio.open_nursery() as bercario:
            if isinstance(fluxo, trio.SocketStream) and segura:
                fluxo = trio.SSLStream(
                    fluxo, ssl.create_default_context(), server_hostname=host, https_compatible=True
                )  # fmt: skip
            ws = await wrap_client_stream(
                bercario,
                fluxo,
                partes.netloc.rpartition("@")[2],
                caminho,
                extra_headers=cabecalhos,
                max_message_size=quadro_maximo,
            )
            prazo.deadline = float("inf")
            try:
                yield ws
            finally:
                with trio.move_on_after(FECHAR_S, shield=True):
                    await ws.aclose()
                bercario.cancel_scope.cancel()
