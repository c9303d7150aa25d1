"""What the edge tells its clients, and holds them to."""

from __future__ import annotations

from msgspec import Struct


class AjustesSocketIO(Struct, frozen=True, kw_only=True):
    """Times are milliseconds. The defaults of the first three are those of the official server."""

    ping: int = 25_000
    """Between two heartbeats."""
    pong: int = 20_000
    """How long a client may take to answer one."""
    corpo_maximo: int = 262_144
    """Bytes of one POST, and of the answer to one GET (``maxPayload``)."""
    corpo_de_estranho: int = 16_384
    """Bytes of one POST before the client is in: a token, and the rooms it wants."""
    prazo_do_corpo: int = 10_000
    """How long the body of a POST may take to come."""
    subida: int = 10_000
    """How long an upgrade to WebSocket may take."""
