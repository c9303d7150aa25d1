"""The frames of one WebSocket: Hypercorn's stream, with every frame counted and every message bounded.

No compression is negotiated: a frame of 64 KB may inflate to 64 MB, and wsproto inflates before anybody can ask how
much. Fragments, pings and pongs take from the same bucket as whole messages. A message that is too long, has too many
fragments or never ends is the last one: its buffer goes, the client is told why, and its connection ends at once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic_ns
from typing import Any, Final, Protocol

from hypercorn.protocol.events import Data, Event, Request, StreamClosed
from hypercorn.protocol.ws_stream import FrameTooLargeError, Handshake, WSStream
from hypercorn.typing import WebsocketAcceptEvent
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Message, Ping
from wsproto.events import Event as Quadro
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

from balcao.porta import inteiros
from engine.balde import SEGUNDO, Balde, taxa
from web.conectores import CAMINHO as CAMINHO_DOS_CONECTORES
from web.conectores import QUADRO_MAXIMO
from web.gateway import AjustesGateway

DESPEDIDA_S: Final = 0.5
"""How long a client may take to read why it is closed."""
FRAGMENTOS_MAXIMO: Final = 1_024
"""Of one message."""
MENSAGEM_S: Final = 30.0
"""From the first fragment of a message to its last."""

_TAXA: Final = taxa(AjustesGateway().quadros_por_segundo, AjustesGateway().rajada)
_TAXA_DE_CONECTOR: Final = taxa(10_000, 20_000)
"""A connector answers for all contacts of its canais, in longer frames; it has shown who it is with the handshake."""


_APERTADAS: Final = Handshake([], "1.1")
"""The handshake of all that are agreed on: nothing is looked up in it any more but that."""
_APERTADAS.accepted = True


class Fio(Protocol):
    """The connection, as a WebSocket's frames see it."""

    def escrever(self, dados: bytes) -> None: ...

    def encerrar(self, espera: float = 0.0, *, cortar: bool = False) -> None: ...


class FluxoWebSocket(WSStream):
    """``fio`` is the connection that it has for itself; ``ao_subir`` is called once WebSocket is agreed on."""

    handshake: Any

    def __init__(self, *partes: Any) -> None:
        *do_hypercorn, self._fio, self._ao_subir = partes
        super().__init__(*do_hypercorn)
        self._balde = Balde(_TAXA)
        self._fragmentos = 0
        self._prazo: asyncio.TimerHandle | None = None
        self._ping: asyncio.TimerHandle | None = None

    async def handle(self, event: Event) -> None:
        if isinstance(event, Data) and self._em_repouso():
            lidos = await self._ler_inteiros(event.data)
            if lidos == len(event.data):
                return
            event = Data(stream_id=event.stream_id, data=event.data[lidos:])
        await super().handle(event)
        if isinstance(event, Request) and not self.closed and self.scope["path"] == CAMINHO_DOS_CONECTORES:
            self._balde = Balde(_TAXA_DE_CONECTOR)
            self.buffer.max_length = QUADRO_MAXIMO
        if self.closed:
            self._cancelar_prazo()
            if self._ping is not None:
                self._ping.cancel()

    async def _send_pings(self) -> None:
        """By a timer from the first one on: a task that sleeps beside each client costs 2 KB."""
        self._pingar()

    def _pingar(self) -> None:
        intervalo = self.config.websocket_ping_interval
        if self.closed or intervalo is None:
            return
        with suppress(LocalProtocolError):  # it is closing
            self._fio.escrever(bytes(self.connection.send(Ping())))
        self._ping = asyncio.get_running_loop().call_later(intervalo, self._pingar)

    async def _accept(self, message: WebsocketAcceptEvent) -> None:
        self.handshake.extensions = None
        await super()._accept(message)
        self.handshake = _APERTADAS
        self._ao_subir()

    def _em_repouso(self) -> bool:
        """Whether what comes next is the first byte of a message."""
        aberto = self.handshake is _APERTADAS and not self.closed
        return aberto and self.buffer.value is None and inteiros.entre_quadros(self.connection)

    async def _ler_inteiros(self, dados: bytes) -> int:
        """Hand on the messages at the beginning that are a text frame each. Gives how many bytes those were."""
        assert self.app_put is not None
        inicio = 0
        while (lido := inteiros.ler(dados, inicio)) is not None and lido[1] - inicio <= self.buffer.max_length:
            await self._esperar_vez()
            texto, inicio = lido
            await self.app_put({"type": "websocket.receive", "bytes": None, "text": texto})
        return inicio

    async def _handle_events(self) -> None:
        try:
            for quadro in self.connection.events():
                await self._contar(quadro)
                if isinstance(quadro, Message):
                    await self._juntar(quadro)
                elif isinstance(quadro, Ping):
                    await self._send_wsproto_event(quadro.response())
                elif isinstance(quadro, CloseConnection):
                    await self._fim_pedido(quadro)
        except FrameTooLargeError:
            self._recusar(CloseReason.MESSAGE_TOO_BIG, "quadro grande demais")
            await self.send(StreamClosed(stream_id=self.stream_id))
        self._marcar_prazo()

    async def _contar(self, quadro: Quadro) -> None:
        """Who sends too many frames, whatever they are, is read more slowly, and TCP tells it so."""
        if not isinstance(quadro, Message) or quadro.frame_finished:  # else the rest of the frame counts
            await self._esperar_vez()

    async def _esperar_vez(self) -> None:
        espera = self._balde.reservar(monotonic_ns())
        if espera:
            await asyncio.sleep(espera / SEGUNDO)

    async def _juntar(self, quadro: Message[Any]) -> None:
        self.buffer.extend(quadro)
        self._fragmentos += 1
        if self._fragmentos > FRAGMENTOS_MAXIMO:
            raise FrameTooLargeError
        if quadro.message_finished:
            assert self.app_put is not None
            await self.app_put(self.buffer.to_message())
            self.buffer.clear()
            self._fragmentos = 0

    async def _fim_pedido(self, quadro: CloseConnection) -> None:
        """The client closes; or what came is not WebSocket, and the event says what is wrong with it."""
        if self.connection.state is ConnectionState.REMOTE_CLOSING:
            await self._send_wsproto_event(quadro.response())
        elif self.connection.state is ConnectionState.OPEN:
            self._recusar(quadro.code, "o que veio não é WebSocket")
        await self.send(StreamClosed(stream_id=self.stream_id))

    def _recusar(self, codigo: int, motivo: str) -> None:
        """Say why and hang up; what was gathered goes."""
        self.buffer.clear()
        with suppress(LocalProtocolError):  # it was told already
            self._fio.escrever(bytes(self.connection.send(CloseConnection(code=codigo, reason=motivo))))
        self._fio.encerrar(DESPEDIDA_S, cortar=True)

    def _marcar_prazo(self) -> None:
        """A message that has begun must end."""
        if self.buffer.value is None or self.closed:
            self._cancelar_prazo()
        elif self._prazo is None:
            laco = asyncio.get_running_loop()
            self._prazo = laco.call_later(
                MENSAGEM_S, self._recusar, CloseReason.POLICY_VIOLATION, "a mensagem não terminou a tempo"
            )

    def _cancelar_prazo(self) -> None:
        if self._prazo is not None:
            self._prazo.cancel()
            self._prazo = None
