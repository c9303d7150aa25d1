"""The connection to the engine: it comes back by itself, and what was said and not acknowledged is said again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import msgspec
import trio
from trio_websocket import ConnectionClosed, HandshakeError, WebSocketConnection, open_websocket_url

from engine.conector import protocolo
from engine.conector.trabalhos import Resultado, Trabalho
from engine.modelo import TipoCanal

log = logging.getLogger(__name__)

ESPERA_MINIMA_S: Final = 0.2
ESPERA_MAXIMA_S: Final = 10.0
"""Between two attempts to connect."""
APRESENTAR_S: Final = 15.0
QUADRO_MAXIMO: Final = 33_554_432
"""Bytes of a frame of the engine's: a job may hold a webhook of several megabytes."""
PENDENTES_NO_MAXIMO: Final = 64
"""What was handed over and is not acknowledged; whoever has more to say waits."""

_codificar: Final = msgspec.json.Encoder().encode
_ler: Final = msgspec.json.Decoder(protocolo.DoMotor).decode


class Recusada(Exception):
    """The engine does not let this connector in; the message says why, for people."""


class Pendente:
    """Something that was handed over, until it is acknowledged."""

    __slots__ = ("ack", "feito", "quadro")

    def __init__(self, quadro: protocolo.Entrada) -> None:
        self.quadro = quadro
        self.feito = trio.Event()
        self.ack: protocolo.Ack | None = None


class Ligacao:
    """``ao_trabalho``, ``ao_canal`` and ``ao_teste`` are called for each job, each news of a canal and each wish to
    know whether one works; they must not wait.

    ``em_maos`` are the jobs that were taken and are not answered for good.
    """

    def __init__(
        self,
        url: str,
        token: str,
        nome: str,
        tipos: tuple[TipoCanal, ...],
        ao_trabalho: Callable[[Trabalho], None],
        ao_canal: Callable[[str, protocolo.CanalDoConector | None], None],
        ao_teste: Callable[[protocolo.Testar], None],
    ) -> None:
        self._url = url
        self._token = token
        self._nome = nome
        self._tipos = tipos
        self._ao_trabalho = ao_trabalho
        self._ao_canal = ao_canal
        self._ao_teste = ao_teste
        self._ws: WebSocketConnection | None = None
        self._creditos: dict[str, int] = {}
        self._pendentes: dict[int, Pendente] = {}
        self._vagas = trio.CapacityLimiter(PENDENTES_NO_MAXIMO)
        self._respostas: dict[tuple[str, int], protocolo.Respondido] = {}
        self._ref = 0
        self._batida_s = 5.0
        self.em_maos: set[tuple[str, int]] = set()
        self._vazias = trio.Event()
        self.ligada = trio.Event()

    async def correr(self) -> None:
        """Stay connected until it is cancelled. Raises Recusada if the token is not good: that does not mend itself."""
        espera = ESPERA_MINIMA_S
        while True:
            inicio = trio.current_time()
            try:
                await self._conversar()
            except (OSError, ConnectionClosed, trio.TooSlowError, HandshakeError) as erro:
                _exigir_aceita(erro)
                log.warning("the engine is away (%s); again in %.1f s", _porque(erro), espera)
            finally:
                self._ws = None
                self.ligada = trio.Event()
            if trio.current_time() - inicio > 60:  # it was well for a minute
                espera = ESPERA_MINIMA_S
            await trio.sleep(espera)
            espera = min(espera * 2, ESPERA_MAXIMA_S)

    async def _conversar(self) -> None:
        cabecalhos = [(b"Authorization", b"Bearer " + self._token.encode())]
        async with (
            open_websocket_url(self._url, extra_headers=cabecalhos, max_message_size=QUADRO_MAXIMO) as ws,
            trio.open_nursery() as bercario,
        ):
            await self._apresentar(ws)
            self._ws = ws
            bercario.start_soon(self._bater, ws)
            await self._repetir(ws)
            self.ligada.set()
            log.info("connected to the engine as %s", self._nome)
            while True:
                self._receber(_ler(await ws.get_message()))

    async def _apresentar(self, ws: WebSocketConnection) -> None:
        em_maos = tuple(protocolo.EmMaos(id_, tentativa) for id_, tentativa in sorted(self.em_maos))
        with trio.fail_after(APRESENTAR_S):
            await _mandar(
                ws, protocolo.Ola(versao=protocolo.VERSAO, conector=self._nome, em_maos=em_maos, tipos=self._tipos)
            )
            resposta = _ler(await ws.get_message())
        if isinstance(resposta, protocolo.Recusado):
            raise Recusada(resposta.message)
        assert isinstance(resposta, protocolo.BemVindo), "it is the first thing that the engine says"
        self._batida_s = resposta.batida_ms / 3000
        for canal in resposta.canais:
            self._ao_canal(canal.id, canal)

    async def _repetir(self, ws: WebSocketConnection) -> None:
        """What the engine may not have heard, for the connection was lost."""
        for canal_id, credito in self._creditos.items():
            await _mandar(ws, protocolo.Assinar(canal_id=canal_id, credito=credito))
        for resposta in list(self._respostas.values()):
            await _mandar(ws, resposta)
        for pendente in list(self._pendentes.values()):
            await _mandar(ws, pendente.quadro)

    async def _bater(self, ws: WebSocketConnection) -> None:
        while True:
            await trio.sleep(self._batida_s)
            with trio.fail_after(3 * self._batida_s):
                await _mandar(ws, protocolo.Batida())

    # -- what the engine says ------------------------------------------------------------------------------------------

    def _receber(self, quadro: protocolo.DoMotor) -> None:
        match quadro:
            case protocolo.Entregue():
                self.em_maos.add((quadro.id, quadro.tentativa))
                self._ao_trabalho(quadro)
            case protocolo.CanalMudou():
                self._ao_canal(quadro.canal_id, quadro.canal)
            case protocolo.Anotado():
                self._anotado(quadro)
            case protocolo.Ack():
                pendente = self._pendentes.get(quadro.ref)
                if pendente is not None:
                    pendente.ack = quadro
                    pendente.feito.set()
            case protocolo.Testar():
                self._ao_teste(quadro)
            case protocolo.Recusado():
                log.error("the engine refuses (%s): %s", quadro.codigo, quadro.message)
            case protocolo.BemVindo() | protocolo.Batida():
                pass

    def _anotado(self, quadro: protocolo.Anotado) -> None:
        self.em_maos.discard((quadro.id, quadro.tentativa))
        self._respostas.pop((quadro.id, quadro.tentativa), None)
        if not self.em_maos:
            self._vazias.set()
        if not quadro.ok:
            log.warning("the answer to job %s came too late: %s", quadro.id, quadro.message)

    # -- what is said to it --------------------------------------------------------------------------------------------

    async def assinar(self, canal_id: str, credito: int) -> None:
        self._creditos[canal_id] = credito
        await self._dizer(protocolo.Assinar(canal_id=canal_id, credito=credito))

    def esquecer(self, canal_id: str) -> None:
        """The canal is not there any more."""
        self._creditos.pop(canal_id, None)

    async def maos_vazias(self) -> None:
        """Until every job that was taken is answered for good."""
        while self.em_maos:
            self._vazias = trio.Event()
            await self._vazias.wait()

    async def responder(self, resultado: Resultado) -> None:
        """Say what became of a job: now, and again when the connection is back, until it is noted."""
        quadro = protocolo.Respondido(**msgspec.structs.asdict(resultado))
        self._respostas[resultado.id, resultado.tentativa] = quadro
        await self._dizer(quadro)

    async def testado(self, ref: int, problemas: list[str]) -> None:
        """Say what is wrong with a canal: if the connection is another by now, nobody waits for it."""
        await self._dizer(protocolo.Testado(ref=ref, problemas=tuple(problemas)))

    async def entregar(self, entrada: Callable[[int], protocolo.Entrada]) -> protocolo.Ack:
        """Hand something over, until it is acknowledged; ``entrada`` makes its frame, with a ``ref``. The
        acknowledgement may say that it is to be tried again.
        """
        async with self._vagas:
            self._ref += 1
            pendente = self._pendentes[self._ref] = Pendente(entrada(self._ref))
            try:
                await self._dizer(pendente.quadro)
                await pendente.feito.wait()
            finally:
                del self._pendentes[pendente.quadro.ref]
        assert pendente.ack is not None, "it was acknowledged"
        return pendente.ack

    async def _dizer(self, quadro: msgspec.Struct) -> None:
        """Now, if there is a connection. If not, what matters is said when it is back (:meth:`_repetir`)."""
        if self._ws is None:
            return
        try:
            await _mandar(self._ws, quadro)
        except ConnectionClosed:
            log.debug("the connection was lost while saying something: it is said again")


async def _mandar(ws: WebSocketConnection, quadro: msgspec.Struct) -> None:
    await ws.send_message(_codificar(quadro).decode())


def _exigir_aceita(erro: Exception) -> None:
    """Raise Recusada if what went wrong goes wrong again."""
    codigo = getattr(erro, "status_code", None)
    if codigo in {401, 403}:
        raise Recusada(f"O servidor recusa este conector ({codigo}): confira o token") from None
    if isinstance(erro, ConnectionClosed) and erro.reason is not None and erro.reason.code in {4401, 4403, 4409}:
        raise Recusada(erro.reason.reason or f"conexão encerrada ({erro.reason.code})") from None


def _porque(erro: Exception) -> str:
    if isinstance(erro, ConnectionClosed) and erro.reason is not None:
        return f"closed {erro.reason.code}: {erro.reason.reason or ''}".strip(": ")
    return str(erro) or type(erro).__name__
