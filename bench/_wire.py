"""HTTP/1.1 and WebSocket as a load client needs them: straight on trio's sockets, doing nothing that costs.

What they are pointed at is our own server, so they take what it sends for granted and stop at anything unexpected.
"""

from __future__ import annotations

import base64
import random
import socket
from collections.abc import Iterable
from typing import Final, Self

import trio

_CHUNK: Final = 262_144
_TEXT: Final = 0x81
_PING: Final = 0x89
_PONG: Final = 0x8A
"""First bytes of whole frames: the opcode, with the bit that says that nothing follows."""


Released = tuple[socket.socket, bytes]
"""A connection that is no more trio's, and what was read of a frame that has not come whole."""


class Closed(Exception):
    """The server closed the connection."""


def request(method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    """An HTTP request, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _connect(port: int, source: str | None = None) -> trio.socket.SocketType:
    """``source`` is the address to connect from: each has some 28,000 ports to one server."""
    connection = trio.socket.socket()
    if source is not None:
        await connection.bind((source, 0))
    await connection.connect(("127.0.0.1", port))
    connection.setsockopt(trio.socket.IPPROTO_TCP, trio.socket.TCP_NODELAY, 1)
    return connection


async def _send(connection: trio.socket.SocketType, data: bytes) -> None:
    sent = await connection.send(data)
    while sent < len(data):
        sent += await connection.send(data[sent:])


class Http:
    """One keep-alive connection, one request at a time."""

    def __init__(self, connection: trio.socket.SocketType) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(await _connect(port))

    async def ask(self, ready: bytes) -> tuple[int, bytes]:
        """Send a request made by :func:`request`; gives the status and the body."""
        await _send(self._connection, ready)
        return await read_answer(self._connection)

    def close(self) -> None:
        self._connection.close()


async def read_answer(connection: trio.socket.SocketType) -> tuple[int, bytes]:
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += await _more(connection)
    head = data[:end].lower()
    status = int(head[9:12])
    at = head.find(b"content-length: ")
    if at < 0:
        return status, data[end + 4 :]
    length = int(head[at + 16 :].split(b"\r\n", 1)[0])
    while len(data) < end + 4 + length:
        data += await _more(connection)
    return status, data[end + 4 :]


async def _more(connection: trio.socket.SocketType) -> bytes:
    data = await connection.recv(_CHUNK)
    if not data:
        raise Closed
    return data


class WebSocket:
    """One connection; the payloads of text frames come and go as bytes."""

    def __init__(self, connection: trio.socket.SocketType) -> None:
        self._connection = connection
        self._rest = b""

    @classmethod
    async def open(cls, port: int, path: str, token: str | None = None, source: str | None = None) -> Self:
        connection = await _connect(port, source)
        key = base64.b64encode(random.randbytes(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            "host: bench",
            "upgrade: websocket",
            "connection: upgrade",
            "sec-websocket-version: 13",
            f"sec-websocket-key: {key}",
        ]
        if token is not None:
            lines.append(f"authorization: Bearer {token}")
        await _send(connection, "\r\n".join([*lines, "", ""]).encode())
        status, rest = await read_answer(connection)
        assert status == 101, f"{status} {rest!r}"
        self = cls(connection)
        self._rest = rest
        return self

    async def send(self, payloads: Iterable[bytes]) -> None:
        """Send a frame for each, in one write."""
        await _send(self._connection, b"".join(map(frame, payloads)))

    async def receive(self) -> list[bytes]:
        """Wait for frames, and give all that are there. Pings are answered."""
        while True:
            parsed, self._rest = frames(self._rest)
            for ping in [payload for opcode, payload in parsed if opcode == _PING]:
                await _send(self._connection, frame(ping, _PONG))
            texts = [payload for opcode, payload in parsed if opcode == _TEXT]
            if texts:
                return texts
            self._rest += await _more(self._connection)

    def release(self) -> Released:
        """Hand the socket over, non-blocking, to be read without trio. Whole frames that came before are dropped."""
        _, rest = frames(self._rest)
        bare = socket.socket(fileno=self._connection.detach())
        bare.setblocking(False)
        return bare, rest

    def close(self) -> None:
        self._connection.close()


def frame(payload: bytes, opcode: int = _TEXT) -> bytes:
    """A masked frame (RFC 6455 §5.3)."""
    length = len(payload)
    assert length < 65_536
    head = bytes((opcode, 0x80 | length)) if length < 126 else bytes((opcode, 0xFE)) + length.to_bytes(2)
    key = random.randbytes(4)
    mask = (key * (length // 4 + 1))[:length]
    masked = int.from_bytes(payload) ^ int.from_bytes(mask)
    return head + key + masked.to_bytes(length)


def frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The opcodes and payloads of the whole frames in ``data``, and what follows them."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(data)
    while at + 2 <= end:
        opcode, start, length = data[at], at + 2, data[at + 1]
        if length >= 126:
            size = 2 if length == 126 else 8
            start += size
            if start > end:
                break
            length = int.from_bytes(data[at + 2 : start])
        if start + length > end:
            break
        if opcode not in {_TEXT, _PING}:
            raise Closed(f"{opcode:#x} {data[start : start + length]!r}")
        found.append((opcode, data[start : start + length]))
        at = start + length
    return found, data[at:]
