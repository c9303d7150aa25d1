"""One connection of a client, from its acceptance to its end.

- What is written in one turn of the loop leaves in one piece: the head and the body of an answer, all the frames that
  are due to a client. A system call for each costs more than making it.
- The application may write frames itself, past the protocol: the connection is in the scope's state
  (``web.soquetes.saidas``).
- One timer watches over it: a head must be whole soon after it began, and between two requests it may be idle for long,
  but not for ever.
- A connection whose client is gone ends at once: not when it would have been idle for long enough, nor when its next
  ping is due.
- One that is closed with something unread first says its last word, and drops what comes until it was heard.

What of Hypercorn this is built on is listed, and looked at when the server starts, in ``balcao/porta/encaixe.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.typing import ASGIFramework, ConnectionState, LifespanState
from hypercorn.utils import parse_socket_addr

from balcao.porta.http11 import Http11
from balcao.porta.recebimento import GrupoDeTarefas
from balcao.porta.recusas import CABECA_LENTA
from web.soquetes.saidas import ESCRITA

CABECA_S: Final = 10.0
"""How long a client may take from when it connects to its first whole head, and for each later head once it began."""
_LER_ATE: Final = 65_536
_JUNTAR_ATE: Final = 65_536
"""Bytes that may gather before they leave: what is written in one turn goes out meanwhile, if its reader takes it, and
whoever sends much in one is held up by a slow one.
"""
_DESCARTAR_ATE: Final = 33_554_432
"""Bytes that are still taken from a client whose connection ends: more than a file that many send before they read."""
_DESCARTAR_POUCO: Final = 262_144
"""The same of one that is cut."""


class Conexao:
    """A client's connection. Implements :class:`web.soquetes.saidas.Escrita` and :class:`balcao.porta.http11.FioHttp`.

    ``ao_identificar`` is called when the client has shown a valid token of an empresa, again and again until it says
    that the place is the client's own.
    """

    def __init__(
        self,
        app: ASGIFramework,
        config: Config,
        contexto: WorkerContext,
        estado: LifespanState,
        ao_identificar: Callable[[Conexao, str], bool],
    ) -> None:
        self._app = app
        self._config = config
        self._contexto = contexto
        self._estado = estado
        self._ao_identificar: Callable[[Conexao, str], bool] | None = ao_identificar
        self._laco = asyncio.get_running_loop()
        self._prontos: list[bytes] = []
        self._tamanho = 0
        self._prazo: float | None = None
        """When it is closed unless something happens; None while a request is under way."""
        self._alarme: asyncio.TimerHandle | None = None
        self._toca_em = 0.0
        self._lendo_cabeca = False
        self._descartaveis: int | None = None
        """Bytes that may still be dropped; None until it is closed."""
        self._corte: asyncio.TimerHandle | None = None
        self._protocolo: Http11
        self._saida: asyncio.StreamWriter

    async def atender(self, entrada: asyncio.StreamReader, saida: asyncio.StreamWriter) -> None:
        """Serve the client until it is gone."""
        self._saida = saida
        soquete = saida.get_extra_info("socket")
        try:
            cliente = parse_socket_addr(soquete.family, soquete.getpeername())
            servidor = parse_socket_addr(soquete.family, soquete.getsockname())
            self._vencer_em(CABECA_S)
            if self._contexto.terminated.is_set():
                self.encerrar()
            grupo = GrupoDeTarefas(self._laco)
            async with grupo:
                self._protocolo = Http11(
                    self._app, self._config, self._contexto, grupo, ConnectionState({**self._estado, ESCRITA: self}),
                    cliente, servidor, self,
                )  # fmt: skip
                await self._ler(entrada)
        except OSError:
            pass  # it left before it was looked at
        finally:
            await self._acabar()

    async def _ler(self, entrada: asyncio.StreamReader) -> None:
        while True:
            try:
                dados = await entrada.read(_LER_ATE)
            except OSError:
                break
            if self._descartaveis is None:
                await self._protocolo.handle(RawData(dados))
            else:
                self._descartaveis -= len(dados)
            if not dados or (self._descartaveis is not None and self._descartaveis <= 0):
                break
        if self._descartaveis is not None:
            self._saida.close()
        await self._protocolo.handle(Closed())

    # -- idle, busy --------------------------------------------------------------------------------------------------

    @property
    def ociosa(self) -> bool:
        """Whether no request is under way."""
        return self._prazo is not None

    def ocupar(self) -> None:
        self._prazo = None
        self._lendo_cabeca = False

    def desocupar(self) -> None:
        self._vencer_em(self._config.keep_alive_timeout)

    def esperar_cabeca(self) -> None:
        if not self._lendo_cabeca:
            self._lendo_cabeca = True
            self._vencer_em(min(CABECA_S, self._config.keep_alive_timeout))

    def identificar(self, empresa_id: str) -> None:
        if self._ao_identificar is not None and self._ao_identificar(self, empresa_id):
            self._ao_identificar = None

    def parar(self) -> None:
        """Close if it is idle; else that is done when the request under way is answered."""
        if self.ociosa:
            self.encerrar()

    def _vencer_em(self, segundos: float) -> None:
        self._prazo = self._laco.time() + segundos
        if self._alarme is None or self._prazo < self._toca_em:
            self._armar(self._prazo)

    def _armar(self, instante: float) -> None:
        if self._alarme is not None:
            self._alarme.cancel()
        self._toca_em = instante
        self._alarme = self._laco.call_at(instante, self._tocar)

    def _tocar(self) -> None:
        self._alarme = None
        if self._prazo is None:
            return
        if self._prazo > self._laco.time():
            self._armar(self._prazo)
            return
        if self._lendo_cabeca:
            self.escrever(CABECA_LENTA)
        self.encerrar()

    # -- writing -----------------------------------------------------------------------------------------------------

    async def protocol_send(self, event: Event) -> None:
        """What the protocol has written leaves soon. Waits while the reader is behind, in the midst of a long body too:
        of one that many are sent and nobody reads, only pieces are copied.
        """
        if not isinstance(event, RawData):
            return
        dados = event.data
        try:
            for inicio in range(0, len(dados), _JUNTAR_ATE):
                self.escrever(dados[inicio : inicio + _JUNTAR_ATE])
                await self._saida.drain()
        except (OSError, RuntimeError):
            self._protocolo.saiu()
            await self._protocolo.handle(Closed())

    def escrever(self, dados: bytes) -> None:
        if not self._prontos:
            self._laco.call_soon(self._despachar)
        self._prontos.append(dados)
        self._tamanho += len(dados)
        if self._tamanho >= _JUNTAR_ATE:
            self._despachar()

    def pendentes(self) -> int:
        return self._tamanho + self._saida.transport.get_write_buffer_size()

    async def escoar(self) -> None:
        await asyncio.sleep(0)  # what was written in this turn of the loop is on its way only in the next
        await self._saida.drain()

    def abortar(self) -> None:
        self._saida.transport.abort()

    def _despachar(self) -> None:
        prontos, self._prontos, self._tamanho = self._prontos, [], 0
        if prontos and self._descartaveis is None and not self._saida.is_closing():
            self._saida.write(prontos[0] if len(prontos) == 1 else b"".join(prontos))

    # -- the end -----------------------------------------------------------------------------------------------------

    def encerrar(self, espera: float = 0.0, *, cortar: bool = False) -> None:
        """Close once what was written has left.

        Args:
            espera: seconds in which what the client still sends is dropped. Closed with something unread, TCP resets,
                and the client may never see the last answer.
            cortar: after that, what the client has not read goes too.
        """
        if self._descartaveis is not None:
            return
        self._despachar()
        self._descartaveis = _DESCARTAR_POUCO if cortar else _DESCARTAR_ATE
        if not espera:
            self._saida.close()
            return
        with suppress(OSError, RuntimeError):
            self._saida.write_eof()
        self._corte = self._laco.call_later(espera, self.abortar if cortar else self._saida.close)

    async def _acabar(self) -> None:
        if self._alarme is not None:
            self._alarme.cancel()
        self._despachar()
        self._saida.close()
        with suppress(OSError, RuntimeError):  # the kernel gave it up: its reader had stalled
            await self._saida.wait_closed()
        if self._corte is not None:
            self._corte.cancel()
