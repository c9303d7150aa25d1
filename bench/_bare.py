"""The baseline server: a bare Quart on the server's own socket and Hypercorn settings.

``GET /`` is a hello-world; ``/`` as a WebSocket is an echo. ``python -m bench._bare`` says on its first line on which
ports it listens: Quart's, and that of a socket which answers a fixed text to whatever it receives, to tell how fast a
load client could be if the server cost nothing.
"""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import uvloop
from hypercorn.asyncio import serve
from quart import Quart, websocket

from balcao import escuta
from balcao.servidor import configuracao

_FIXED = b"HTTP/1.1 200 \r\ncontent-type: text/plain\r\ncontent-length: 12\r\n\r\nhello, world"

app = Quart(__name__)


@app.get("/")
async def hello() -> str:
    return "hello, world"


@app.websocket("/")
async def echo() -> None:
    while True:
        await websocket.send(await websocket.receive())


class Fixed(asyncio.Protocol):
    """One answer for each piece of data, which from our clients is one request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its bases

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        self._transport.write(_FIXED)


async def main() -> None:
    quart, fixed = escuta.abrir("127.0.0.1", 0), escuta.abrir("127.0.0.1", 0)
    async with await asyncio.get_running_loop().create_server(Fixed, sock=fixed):
        print(_port(quart), _port(fixed), flush=True)
        await serve(app, configuracao(quart), mode="asgi")


def _port(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
