"""The baseline servers: a bare Quart on Hypercorn as it is shipped, and one behind the server's own front door.

``GET /`` of both is a hello-world, ``POST /`` takes whatever it is sent, and ``/sala`` is a WebSocket room, where each
message is an event for everybody and is acknowledged, in the frames of the plain edge. Behind the door there is also
``/`` as a WebSocket, an echo. ``python -m bench._bare`` says on its first line on which ports it listens: that of
Hypercorn as shipped, that of the door, and that of a socket which answers a fixed text to whatever it receives, to tell
how fast a load client could be if the server cost nothing. All are on uvloop, as the server is.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from typing import cast

import uvloop
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Websocket, request, websocket

from balcao.porta import escuta
from balcao.porta.catraca import Lugares
from balcao.porta.configuracao import configuracao
from balcao.porta.porta import Porta

_FIXED = b"HTTP/1.1 200 \r\ncontent-type: text/plain\r\ncontent-length: 12\r\n\r\nhello, world"

app, alone = Quart(__name__), Quart(__name__)


@app.get("/")
@alone.get("/")
async def hello() -> str:
    return "hello, world"


@app.post("/")
@alone.post("/")
async def taken() -> str:
    await request.get_data()
    return ""


@app.websocket("/")
async def echo() -> None:
    while True:
        await websocket.send(await websocket.receive())


room: set[Websocket] = set()


@app.websocket("/sala")
@alone.websocket("/sala")
async def sala() -> None:
    me = websocket._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the proxy is of this task
    room.add(me)
    try:
        while True:
            message = json.loads(await me.receive())
            event = json.dumps({"event": "nova_mensagem", "data": message["data"]}, separators=(",", ":"))
            for one in list(room):
                await one.send(event)
            await me.send(json.dumps({"ack": message["ack"], "data": {"ok": True}}, separators=(",", ":")))
    finally:
        room.discard(me)


class Fixed(asyncio.Protocol):
    """One answer for each piece of data, which from our clients is one request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its bases

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        self._transport.write(_FIXED)


async def main() -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    shipped, quart, fixed = (escuta.abrir("127.0.0.1", 0) for _ in range(3))
    ports = _port(shipped), _port(quart), _port(fixed)
    serving = asyncio.create_task(serve(alone, _as_shipped(shipped), shutdown_trigger=stop.wait), name="hypercorn")
    door = Porta(app, configuracao(quart), Lugares(por_endereco=0))  # its clients have no token to show
    await door.abrir()
    server = await loop.create_server(Fixed, sock=fixed)
    print(*ports, flush=True)
    await stop.wait()
    await serving
    server.close()
    await door.recusar()
    await door.fechar(1)


def _as_shipped(listening: socket.socket) -> Config:
    """Hypercorn's own settings, but that a connection is not closed after a thousand requests: our clients keep it."""
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.keep_alive_max_requests = 1_000_000
    return config


def _port(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
