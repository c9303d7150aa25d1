"""What we rely on inside Hypercorn, looked at before the port opens: another version may have changed it.

``balcao/conexao.py`` overrides parts of Hypercorn's connection and ``balcao/porta.py`` builds it, past what Hypercorn
promises to keep. Where that does not fit any more, the server says so and does not start, rather than fail at the first
connection.
"""

from __future__ import annotations

import importlib
import inspect
from importlib.metadata import version
from typing import Final

from balcao.erros import ErroDeUso

USADO: Final = {
    "hypercorn.asyncio.tcp_server:TCPServer.__init__": "self app loop config context state reader writer",
    "hypercorn.asyncio.tcp_server:TCPServer.__await__": "self",
    "hypercorn.asyncio.tcp_server:TCPServer.run": "self",
    "hypercorn.asyncio.tcp_server:TCPServer.protocol_send": "self event",
    "hypercorn.asyncio.tcp_server:TCPServer._read_data": "self",
    "hypercorn.asyncio.tcp_server:TCPServer._idle_timeout": "self",
    "hypercorn.asyncio.tcp_server:TCPServer._initiate_server_close": "self",
    "hypercorn.asyncio.tcp_server:TCPServer._close": "self",
    "hypercorn.asyncio.worker_context:WorkerContext.__init__": "self max_requests",
    "hypercorn.asyncio.worker_context:WorkerContext.sleep": "wait",
    "hypercorn.asyncio.worker_context:AsyncioSingleTask.stop": "self",
    "hypercorn.asyncio.lifespan:Lifespan.__init__": "self app config loop lifespan_state",
    "hypercorn.asyncio.lifespan:Lifespan.handle_lifespan": "self",
    "hypercorn.asyncio.lifespan:Lifespan.wait_for_startup": "self",
    "hypercorn.asyncio.lifespan:Lifespan.wait_for_shutdown": "self",
    "hypercorn.config:Config.create_sockets": "self",
    "hypercorn.events:RawData.__init__": "self data address",
    "hypercorn.events:Updated.__init__": "self idle",
    "hypercorn.events:Closed.__init__": "self",
    "hypercorn.protocol.ws_stream:WSStream.app_send": "self message",
    "hypercorn.utils:wrap_app": "app wsgi_max_body_size mode",
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
