"""How a client is refused: before the handshake, with an HTTP answer; after it, with a close code."""

from __future__ import annotations

from typing import Final

from engine.errors import BalcaoError, InternalFailure, Refusal, Unauthenticated
from web.gateway import Fechamento
from web.resposta.erros import corpo_de, vista_de
from web.soquetes.saidas import MensagemAsgi, Send

FALHA: Final = Fechamento(1011, "erro interno; conecte de novo e retome com desde")


async def recusar(scope: MensagemAsgi, send: Send, erro: BalcaoError) -> None:
    """Refuse the handshake with an HTTP answer."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    vista, extras = vista_de(erro)
    corpo = corpo_de(vista)
    cabecalhos = [("content-type", "application/json"), ("content-length", str(len(corpo))), *extras]
    brutos = [(nome.encode(), valor.encode()) for nome, valor in cabecalhos]
    await send({"type": "websocket.http.response.start", "status": vista.status_code, "headers": brutos})
    await send({"type": "websocket.http.response.body", "body": corpo})


def fechamento_de(erro: BalcaoError) -> Fechamento:
    """How a connection ends that could not be let in for this."""
    if isinstance(erro, Unauthenticated):
        return Fechamento(4401, erro.message)
    if isinstance(erro, Refusal):
        return Fechamento(4403, erro.message)
    return FALHA if isinstance(erro, InternalFailure) else Fechamento(1013, erro.message)
