"""The demo's line to a server that says what it likes, and drops it."""

from __future__ import annotations

import gc
import json
from functools import partial
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketRequest, serve_websocket

from balcao.demo.ligacao import Ligacao

PACIENCIA_S = 20.0
VEZES = 4


# trio-websocket leaves the socket of a line that the other side has ended to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_line_that_drops_asks_for_all_since_it_was_let_in_though_it_has_heard_no_event() -> None:
    """What it has read by REST may be answered by an event of just then."""
    ditos: list[dict[str, Any]] = []
    fim = trio.Event()

    async def atender(pedido: WebSocketRequest) -> None:
        ws = await pedido.accept()
        try:
            ditos.append(json.loads(await ws.get_message())["data"])
            vez = len(ditos)
            await ws.send_message(json.dumps({"event": "connect", "data": {"seq": 10}}))
            if vez == 2:
                await ws.send_message(json.dumps({"event": "ticket_criado", "data": {}, "seq": 11}))
            if vez == 3:
                await ws.send_message(json.dumps({"event": "retomado", "data": {"seq": 15}}))
            if vez == VEZES:
                fim.set()
                await ws.get_message()
            await trio.aclose_forcefully(ws._stream)  # as of one that is killed
        except ConnectionClosed:
            return

    async def nada() -> None: ...

    with trio.fail_after(PACIENCIA_S):
        async with trio.open_nursery() as bercario:
            servidor = await bercario.start(partial(serve_websocket, atender, "127.0.0.1", 0, None))
            um = Ligacao(f"http://127.0.0.1:{servidor.port}", "token", lambda *_: None, lambda: None, nada)
            bercario.start_soon(um.manter)
            await fim.wait()
            bercario.cancel_scope.cancel()
    gc.collect()
    assert [dito.get("desde") for dito in ditos] == [None, 10, 11, 15]
