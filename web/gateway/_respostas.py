"""What a client is answered to a frame."""

from __future__ import annotations

from engine.errors import BalcaoError, Unavailable
from engine.vistas import json_text
from web.gateway._conexao import Conexao

Resposta = dict[str, object]
"""What an ack of success holds beside ``ok``."""


def responder(conexao: Conexao, evento: str | None, ack: int | str | None, resposta: Resposta | BalcaoError) -> None:
    """Send the ack; without an id for it, a failure is sent as the event ``erro``."""
    if isinstance(resposta, BalcaoError):
        falha = _falha(resposta)
        if ack is None:
            conexao.enviar_evento("erro", json_text({**falha, "event": evento and evento[:64]}))
        else:
            conexao.saida.enviar(conexao.formato.resposta(ack, json_text({"ok": False, **falha})))
    elif ack is not None:
        conexao.saida.enviar(conexao.formato.resposta(ack, json_text({"ok": True, **resposta})))


def _falha(erro: BalcaoError) -> Resposta:
    """``retryAfter`` is in seconds, as the header of REST."""
    quando = {"retryAfter": erro.retry_after} if isinstance(erro, Unavailable) else {}
    return {"codigo": erro.codigo, "message": erro.message, **quando}
