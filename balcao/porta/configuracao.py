"""How Hypercorn serves here."""

from __future__ import annotations

import logging
from socket import socket
from time import time
from typing import Final

from hypercorn.config import Config

from balcao.porta import escuta
from balcao.porta.cabeca import CABECA_MAXIMA
from web.gateway import AjustesGateway

RESPONDER_S: Final = 3.0
"""How long requests under way may take once stopping began."""


class Configuracao(Config):
    """Hypercorn's, which spells the date once a second instead of once an answer."""

    def __init__(self) -> None:
        super().__init__()
        self._segundo = -1
        self._campos: list[tuple[bytes, bytes]] = []

    def response_headers(self, protocol: str) -> list[tuple[bytes, bytes]]:
        agora = int(time())
        if agora != self._segundo:
            self._segundo, self._campos = agora, super().response_headers(protocol)
        return self._campos


def configuracao(soquete: socket) -> Configuracao:
    """How Hypercorn serves on a socket that listens already, which it takes over."""
    config = Configuracao()
    config.bind = [f"fd://{soquete.detach()}"]
    config.backlog = escuta.FILA_DE_CONEXOES
    config.graceful_timeout = RESPONDER_S
    config.shutdown_timeout = RESPONDER_S
    config.keep_alive_max_requests = 1_000_000  # a client behind a proxy keeps its connection
    config.keep_alive_timeout = 75
    config.include_server_header = False
    config.websocket_ping_interval = 20.0  # a screen that fell asleep is found out, and proxies keep the line open
    config.websocket_max_message_size = AjustesGateway().max_quadro
    config.h11_max_incomplete_size = CABECA_MAXIMA
    config.errorlog = logging.getLogger("hypercorn.error")
    return config
