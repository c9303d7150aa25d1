"""What of ASGI the edge needs for its requests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from engine.origens import origem_de
from engine.tarefas import Tarefas
from web.pedido.validacao import parametros
from web.socketio import _codec as codec
from web.socketio._fila_polling import FilaPolling
from web.socketio._websocket import Receive
from web.soquetes.saidas import MensagemAsgi

Scope = MensagemAsgi


def cabecalhos(scope: Scope) -> dict[bytes, str]:
    return {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}


def consulta(scope: Scope) -> dict[str, str]:
    """The query, which holds also what is not looked at here (``t``, against caches)."""
    return {nome: str(valor) for nome, valor in parametros(scope["query_string"]).items()}


async def tomar(fila: FilaPolling, receive: Receive, tarefas: Tarefas) -> list[str] | None:
    """What there is, once there is something; None if the client of the GET hangs up before."""
    partiu = tarefas.lancar("sio hang-up", _ate_partir(receive))
    tomada = tarefas.lancar("sio polling", fila.tomar())
    try:
        await asyncio.wait({partiu, tomada}, return_when=asyncio.FIRST_COMPLETED)
        return tomada.result() if tomada.done() else None
    finally:
        partiu.cancel()
        tomada.cancel()
        await asyncio.gather(partiu, tomada, return_exceptions=True)


def cors(cabecalhos: Mapping[bytes, str], origens: frozenset[str]) -> list[tuple[bytes, bytes]]:
    texto = cabecalhos.get(b"origin")
    if texto is None or origem_de(texto) not in origens:
        return []
    return [
        (b"access-control-allow-origin", texto.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-headers", b"authorization, content-type"),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"vary", b"origin"),
    ]


async def corpo(receive: Receive, maximo: int) -> bytes:
    """The body of a request. Raises PacoteInvalido when it is too large, or the client gave up."""
    partes: list[bytes] = []
    tamanho = 0
    while True:
        mensagem = await receive()
        if mensagem["type"] != "http.request":
            raise codec.PacoteInvalido("gone")
        parte: bytes = mensagem.get("body", b"")
        tamanho += len(parte)
        if tamanho > maximo:
            raise codec.PacoteGrande("body too large")
        partes.append(parte)
        if not mensagem.get("more_body", False):
            return b"".join(partes)


async def _ate_partir(receive: Receive) -> None:
    """Until the client of a GET has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
