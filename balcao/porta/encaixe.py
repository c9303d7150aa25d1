"""What we rely on inside Hypercorn, looked at before the port opens: another version may have changed it.

``http11`` and ``quadros`` override parts of Hypercorn's protocol, ``conexao`` and ``porta`` drive it, past what
Hypercorn and h11 promise to keep. Where that does not fit any more, the server says so and does not start, rather than
fail at the first connection.
"""

from __future__ import annotations

import importlib
import inspect
from importlib.metadata import version
from typing import Final

from balcao.erros import ErroDeUso

USADO: Final = {
    "h11._readers:ChunkedReader.__call__": "self buf",
    "h11._receivebuffer:ReceiveBuffer.maybe_extract_at_most": "self count",
    "h11._receivebuffer:ReceiveBuffer.maybe_extract_next_line": "self",
    "hypercorn.asyncio.lifespan:Lifespan.__init__": "self app config loop lifespan_state",
    "hypercorn.asyncio.lifespan:Lifespan.handle_lifespan": "self",
    "hypercorn.asyncio.lifespan:Lifespan.wait_for_shutdown": "self",
    "hypercorn.asyncio.lifespan:Lifespan.wait_for_startup": "self",
    "hypercorn.asyncio.task_group:TaskGroup.__init__": "self loop",
    "hypercorn.asyncio.task_group:TaskGroup.spawn": "self func args",
    "hypercorn.asyncio.task_group:TaskGroup.spawn_app": "self app config scope send",
    "hypercorn.asyncio.worker_context:WorkerContext.__init__": "self max_requests",
    "hypercorn.config:Config.create_sockets": "self",
    "hypercorn.events:Closed.__init__": "self",
    "hypercorn.events:RawData.__init__": "self data address",
    "hypercorn.protocol.events:Body.__init__": "self stream_id data",
    "hypercorn.protocol.events:Data.__init__": "self stream_id data",
    "hypercorn.protocol.events:EndBody.__init__": "self stream_id",
    "hypercorn.protocol.events:Request.__init__": "self stream_id headers http_version method raw_path state",
    "hypercorn.protocol.h11:H11Protocol.__init__": (
        "self app config context task_group connection_state ssl client server send"
    ),
    "hypercorn.protocol.h11:H11Protocol._close_stream": "self",
    "hypercorn.protocol.h11:H11Protocol._handle_events": "self",
    "hypercorn.protocol.h11:H11Protocol._maybe_recycle": "self",
    "hypercorn.protocol.h11:H11Protocol._send_h11_event": "self event",
    "hypercorn.protocol.h11:H11Protocol.handle": "self event",
    "hypercorn.protocol.h11:H11Protocol.stream_send": "self event",
    "hypercorn.config:Config.response_headers": "self protocol",
    "hypercorn.protocol.h11:H11WSConnection.__init__": "self h11_connection",
    "hypercorn.protocol.http_stream:HTTPStream.__init__": (
        "self app config context task_group ssl client server send stream_id"
    ),
    "hypercorn.protocol.ws_stream:Handshake.__init__": "self headers http_version",
    "hypercorn.protocol.ws_stream:WSStream.__init__": (
        "self app config context task_group ssl client server send stream_id"
    ),
    "hypercorn.protocol.ws_stream:WSStream._accept": "self message",
    "hypercorn.protocol.ws_stream:WSStream._handle_events": "self",
    "hypercorn.protocol.ws_stream:WSStream._send_pings": "self",
    "hypercorn.protocol.ws_stream:WSStream._send_wsproto_event": "self event",
    "hypercorn.protocol.ws_stream:WSStream.app_send": "self message",
    "hypercorn.protocol.ws_stream:WSStream.handle": "self event",
    "hypercorn.protocol.ws_stream:WebsocketBuffer.extend": "self event",
    "hypercorn.utils:parse_socket_addr": "family address",
    "hypercorn.utils:wrap_app": "app wsgi_max_body_size mode",
    "wsproto.frame_protocol:FrameDecoder.process_buffer": "self",
    "wsproto.frame_protocol:FrameProtocol.__init__": "self client extensions",
}
"""Each function, by module and name, and the parameters that it must have."""


def conferir() -> None:
    """Raise ErroDeUso if this Hypercorn is not one that we fit."""
    for nome, parametros in USADO.items():
        achados = _parametros(nome)
        if achados != parametros:
            raise ErroDeUso(
                f"o Hypercorn {version('hypercorn')} não serve: {nome} mudou ({achados or 'não existe'})",
                "instale a versão de requirements.lock: pip install -r requirements.lock",
            )


def _parametros(nome: str) -> str | None:
    modulo, _, caminho = nome.partition(":")
    try:
        achado: object = importlib.import_module(modulo)
        for parte in caminho.split("."):
            achado = getattr(achado, parte)
    except (ImportError, AttributeError):
        return None
    return " ".join(inspect.signature(achado).parameters) if callable(achado) else None
