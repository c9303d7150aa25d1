"""A WebSocket line to ``/atendimento/ws``: authenticated, with acks, made again when it drops, missing nothing.

After a drop it asks for what came since the last ``seq`` it heard (``desde``), also inside ``connect``: what
was read by REST since then may be followed by what is told on the line alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, Final

import msgspec
import trio
from msgspec import UNSET, Struct, UnsetType
from trio_websocket import ConnectionClosed, HandshakeError, WebSocketConnection, open_websocket_url

from balcao.demo.cliente import PACIENCIA_S
from balcao.erros import ErroDeUso

ACK_S: Final = 15.0
_DE_NOVO_S: Final = 0.25
_LIGAR_S: Final = 3.0
"""A server that dies during the handshake is noticed only by this."""
_DESLIGAR_S: Final = 1.0


class Quadro(Struct, frozen=True):
    """A frame from the server: an event, or an ack."""

    event: str | None = None
    data: Any = None
    seq: int | None = None
    ack: int | UnsetType = UNSET


class LigacaoCaiu(Exception):
    """The connection was lost before the ack: whether it was done is not known."""


class Negado(Exception):
    """An ack that says no."""


class Ligacao:
    """One user's line. ``ao_receber`` is given each event, in order; ``ao_cair`` is called when the line drops, and
    ``ao_religar`` is run when it is up again.
    """

    def __init__(
        self,
        url: str,
        token: str,
        ao_receber: Callable[[str, Any], None],
        ao_cair: Callable[[], None],
        ao_religar: Callable[[], Awaitable[None]],
    ) -> None:
        self._url = url.replace("http", "ws", 1) + "/atendimento/ws"
        self._token = token
        self._ao_receber = ao_receber
        self._ao_cair = ao_cair
        self._ao_religar = ao_religar
        self._seq: int | None = None
        self._numeros = count(1)
        self._acks: dict[int, trio.MemorySendChannel[Any]] = {}
        self._conexao: WebSocketConnection | None = None
        self._ligada = trio.Event()
        self._ja_ligou = False

    async def manter(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the line up until cancelled. Started once the first connection is in."""
        async with trio.open_nursery() as bercario:
            bercario.start_soon(self._viver, bercario)
            await self._ligada.wait()
            task_status.started()

    async def _viver(self, bercario: trio.Nursery) -> None:
        desistir_em = trio.current_time() + PACIENCIA_S
        while True:
            try:
                async with open_websocket_url(
                    self._url, message_queue_size=1024, connect_timeout=_LIGAR_S, disconnect_timeout=_DESLIGAR_S
                ) as conexao:
                    await self._entrar(conexao)
                    desistir_em = trio.current_time() + PACIENCIA_S
                    await self._ler(conexao, bercario)
            except (ConnectionClosed, HandshakeError, OSError) as erro:
                self._desligar()
                if trio.current_time() > desistir_em:
                    raise ErroDeUso(f"a linha com {self._url} não volta", "veja o terminal do servidor") from erro
                await trio.sleep(_DE_NOVO_S)

    async def _entrar(self, conexao: WebSocketConnection) -> None:
        dados: dict[str, object] = {"token": self._token}
        if self._seq is not None:
            dados["desde"] = self._seq
        await conexao.send_message(_texto({"event": "autenticar", "data": dados}))
        self._conexao = conexao

    async def _ler(self, conexao: WebSocketConnection, bercario: trio.Nursery) -> None:
        while True:
            quadro = msgspec.json.decode(await conexao.get_message(), type=Quadro)
            if quadro.seq is not None:
                self._seq = quadro.seq
            if quadro.ack is not UNSET:
                canal = self._acks.pop(quadro.ack, None)
                if canal is not None:
                    canal.send_nowait(quadro.data)
            elif quadro.event in {"retomado", "resync"}:
                self._seq = quadro.data["seq"]
            elif quadro.event == "connect":
                self._seq = quadro.data["seq"]
                self._ligada.set()
                if self._ja_ligou:
                    bercario.start_soon(self._ao_religar)
                self._ja_ligou = True
            elif quadro.event is not None:
                self._ao_receber(quadro.event, quadro.data)

    def _desligar(self) -> None:
        if self._ligada.is_set():
            self._ligada = trio.Event()
            self._ao_cair()
        self._conexao = None
        for canal in self._acks.values():
            canal.close()
        self._acks.clear()

    async def pedir(self, evento: str, dados: Mapping[str, object]) -> Any:
        """Send an event and return its ack's data.

        Raises:
            LigacaoCaiu: the line dropped, or no ack came in time.
            Negado: the server refused.
        """
        await self._ligada.wait()
        conexao = self._conexao
        if conexao is None:
            raise LigacaoCaiu(evento)
        numero = next(self._numeros)
        enviar, receber = trio.open_memory_channel[Any](1)
        self._acks[numero] = enviar
        try:
            with trio.fail_after(ACK_S):
                await conexao.send_message(_texto({"event": evento, "data": dados, "ack": numero}))
                resposta = await receber.receive()
        except (ConnectionClosed, trio.EndOfChannel, trio.TooSlowError) as erro:
            raise LigacaoCaiu(evento) from erro
        finally:
            self._acks.pop(numero, None)
        if not resposta.get("ok"):
            raise Negado(f"{evento}: {resposta.get('codigo')}: {resposta.get('message')}")
        return resposta


def _texto(valor: object) -> str:
    return msgspec.json.encode(valor).decode()
