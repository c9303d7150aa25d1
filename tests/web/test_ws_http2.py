"""The plain edge over HTTP/2 (RFC 8441), where frames belong to Hypercorn and go by ASGI."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RemoteSettingsChanged, ResponseReceived
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from actors.comandos import EnviarMensagem
from engine.modelo import TicketRow
from tests.web.gateway_apoio import Servidor
from tests.web.ws_apoio import ADMIN, NaThread, na_thread, token


class PorHttp2:
    """One WebSocket in one stream."""

    def __init__(self, corrente: trio.SocketStream) -> None:
        self._corrente = corrente
        self._h2 = H2Connection(H2Configuration(client_side=True))
        self._ws = Connection(ConnectionType.CLIENT)

    async def conectar(self, autoridade: str) -> None:
        self._h2.initiate_connection()
        await self._ate(RemoteSettingsChanged)
        pedido = {
            ":method": "CONNECT",
            ":protocol": "websocket",
            ":scheme": "http",
            ":path": "/atendimento/ws",
            ":authority": autoridade,
            "sec-websocket-version": "13",
            "authorization": f"Bearer {token(ADMIN)}",
        }
        self._h2.send_headers(1, list(pedido.items()))
        aceite = await self._ate(ResponseReceived)
        assert isinstance(aceite, ResponseReceived)
        assert dict(aceite.headers)[b":status"] == b"200"

    async def mandar(self, quadro: dict[str, Any]) -> None:
        self._h2.send_data(1, self._ws.send(TextMessage(json.dumps(quadro))))
        await self._corrente.send_all(self._h2.data_to_send())

    async def ler(self, quantos: int) -> list[dict[str, Any]]:
        quadros: list[dict[str, Any]] = []
        while len(quadros) < quantos:
            quadros += [json.loads(e.data) for e in self._ws.events() if isinstance(e, TextMessage)]
            if len(quadros) < quantos:
                await self._ate(DataReceived)
        return quadros

    async def _ate(self, tipo: type[Event]) -> Event:
        """Take what comes until there is such an event."""
        with trio.fail_after(10):
            while True:
                await self._corrente.send_all(self._h2.data_to_send())
                achado = None
                for evento in self._h2.receive_data(await self._corrente.receive_some()):
                    if isinstance(evento, DataReceived):
                        self._h2.acknowledge_received_data(evento.flow_controlled_length, 1)
                        self._ws.receive_data(evento.data)
                    achado = evento if isinstance(evento, tipo) else achado
                if achado is not None:
                    return achado


@asynccontextmanager
async def por_http2(servidor: NaThread) -> AsyncIterator[PorHttp2]:
    async with await trio.open_tcp_stream("127.0.0.1", servidor.porta) as corrente:
        cliente = PorHttp2(corrente)
        await cliente.conectar(f"127.0.0.1:{servidor.porta}")
        yield cliente


async def test_a_websocket_over_http2_gets_the_same_frames() -> None:
    with na_thread() as servidor:

        async def criar(s: Servidor) -> TicketRow:
            return await s.ticket(ADMIN)

        ticket_id = (await servidor.fazer(criar)).id
        async with por_http2(servidor) as cliente:
            (connect,) = await cliente.ler(1)
            assert (connect["event"], connect["data"]["userId"]) == ("connect", ADMIN.id)
            await cliente.mandar({"event": "ticket:entrar", "data": {"ticketId": ticket_id}, "ack": 1})
            assert await cliente.ler(1) == [{"ack": 1, "data": {"ok": True, "ticketId": ticket_id}}]

            async def falar(s: Servidor) -> None:
                for n in range(20):
                    await s.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo=f"m{n}", tipo="texto"))

            await servidor.fazer(falar)
            ditas = await cliente.ler(20)
            assert [q["data"]["conteudo"] for q in ditas] == [f"m{n}" for n in range(20)]
