"""The edges as a load client speaks them: how to come in, how an event is spelled, and what its frames begin with."""

from __future__ import annotations

from typing import Final, Literal, Protocol

import msgspec

from bench._wire import Closed, WebSocket

Name = Literal["ws", "sio"]
NAMESPACE: Final = "/atendimento"


class Edge(Protocol):
    """``ok`` is in every ack of success; ``ack`` is what every ack begins with."""

    ok: bytes
    ack: bytes

    async def open(self, port: int, path: str, token: str | None, source: str | None = None) -> WebSocket:
        """A connection that is in, if it needs a token."""
        ...

    def event(self, name: str, data: str, ack: int | str) -> bytes:
        """The payload of an event. ``data`` is JSON text."""
        ...

    def begins(self, name: str) -> bytes:
        """What the payload of an event from the server begins with."""
        ...


class Plain:
    """JSON frames, and the token in the Authorization header."""

    ok: bytes = b'"data":{"ok":true'
    ack: bytes = b'{"ack"'

    async def open(self, port: int, path: str, token: str | None, source: str | None = None) -> WebSocket:
        ws = await WebSocket.open(port, path, token, source)
        if token is not None:
            await until(ws, self.begins("connect"))
        return ws

    def event(self, name: str, data: str, ack: int | str) -> bytes:
        return f'{{"event":"{name}","data":{data},"ack":{ack}}}'.encode()

    def begins(self, name: str) -> bytes:
        return f'{{"event":"{name}"'.encode()


class SocketIO:
    """Protocol 5 on Engine.IO 4, over a WebSocket from the start. Nothing here lives until its first heartbeat."""

    ok: bytes = b'[{"ok":true'
    ack: bytes = f"43{NAMESPACE},".encode()

    async def open(self, port: int, path: str, token: str | None, source: str | None = None) -> WebSocket:
        ws = await WebSocket.open(port, f"{path}?EIO=4&transport=websocket", source=source)
        await until(ws, b"0{")
        auth = msgspec.json.encode({} if token is None else {"token": token})
        await ws.send([f"40{NAMESPACE},".encode() + auth])
        await until(ws, f"40{NAMESPACE},".encode() if token is None else self.begins("connected"))
        return ws

    def event(self, name: str, data: str, ack: int | str) -> bytes:
        return f'42{NAMESPACE},{ack}["{name}",{data}]'.encode()

    def begins(self, name: str) -> bytes:
        return f'42{NAMESPACE},["{name}"'.encode()


EDGES: Final[dict[Name, Edge]] = {"ws": Plain(), "sio": SocketIO()}
PATHS: Final[dict[Name, str]] = {"ws": "/atendimento/ws", "sio": "/socket.io/"}
"""Where our server has them."""


async def ask(edge: Edge, ws: WebSocket, name: str, data: str) -> None:
    """Send an event and wait for its ack, which must be of success."""
    await ws.send([edge.event(name, data, 1)])
    answer = await until(ws, edge.ack)
    assert edge.ok in answer, answer


async def until(ws: WebSocket, beginning: bytes) -> bytes:
    """The first frame that begins so."""
    while True:
        for frame in await ws.receive():
            if frame.startswith(beginning):
                return frame
            if frame.startswith(f"44{NAMESPACE}".encode()):
                raise Closed(frame)
