"""The connection to the engine: it comes back by itself, and what was said and not acknowledged is said again.

Of a canal nothing is said before the engine has named it: what is answered for one that it does not know (yet) is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import msgspec
import trio
from trio_websocket import ConnectionClosed, HandshakeError, WebSocketConnection

from connectors.fio import websocket
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
DESCONHECIDOS_S: Final = 30.0
"""How long after connecting what concerns a canal that was not named is said all the same: it is there no more."""
PENDENTES_NO_MAXIMO: Final = 64
"""What was handed over and is not acknowledged; whoever has more to say waits."""

_PASSAGEIRAS: Final = (OSError, ConnectionClosed, trio.TooSlowError, HandshakeError)
"""How a connection ends that may be better the next time."""
_OUTRA_CHAVE: Final = "use a mesma JWT_SECRET do servidor, ou os mesmos BALCAO_DADOS"
_OUTRO_NOME: Final = "dê a cada processo de conectores um --nome"
_codificar: Final = msgspec.json.Encoder().encode
_ler: Final = msgspec.json.Decoder(protocolo.DoMotor).decode


class Recusada(Exception):
    """The engine does not let this connector in; the message says why, and ``remedio`` what to do, for people."""

    def __init__(self, motivo: str, remedio: str) -> None:
        super().__init__(motivo)
        self.remedio = remedio


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

    ``em_maos`` are the jobs that were taken and are not answered for good, each with its canal. ``_nomeados``: the
    canais of which the engine has spoken on this connection.
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
        self._nomeados: set[str] = set()
        self._ref = 0
        self._batida_s = 5.0
        self.em_maos: dict[tuple[str, int], str] = {}
        self._vazias = trio.Event()
        self._sem_volta = False
        self.ligada = trio.Event()

    async def correr(self) -> None:
        """Stay connected until it is cancelled. Raises Recusada if the token is not good: that does not mend itself."""
        espera = ESPERA_MINIMA_S
        while True:
            inicio = trio.current_time()
            perdida: BaseException | None = None
            try:
                await self._conversar()
            except* _PASSAGEIRAS as grupo:
                perdida = _primeira(grupo)
            finally:
                self._ws = None
                self._nomeados = set()
                self.ligada = trio.Event()
            if self._sem_volta:
                self._vazias.set()
                return
            _exigir_aceita(perdida)
            log.warning("the engine is away (%s); again in %.1f s", _porque(perdida), espera)
            if trio.current_time() - inicio > 60:  # it was well for a minute
                espera = ESPERA_MINIMA_S
            await trio.sleep(espera)
            espera = min(espera * 2, ESPERA_MAXIMA_S)

    async def _conversar(self) -> None:
        cabecalhos = [(b"Authorization", b"Bearer " + self._token.encode())]
        async with (
            websocket(self._url, cabecalhos, QUADRO_MAXIMO) as ws,
            trio.open_nursery() as bercario,
        ):
            canais = await self._apresentar(ws)
            self._ws = ws
            for tarefa in (self._bater, self._repetir_o_resto):
                bercario.start_soon(tarefa, ws)
            self.ligada.set()
            log.info("connected to the engine as %s", self._nome)
            for canal in canais:
                await self._nomeado(ws, canal.id, canal)
            while True:
                texto = await ws.get_message()
                try:
                    quadro = _ler(texto)
                except msgspec.ValidationError as erro:  # of a newer engine: what has to be answered has a new version
                    log.warning("a frame that is not known here: %s", erro)
                    continue
                if isinstance(quadro, protocolo.CanalMudou):
                    await self._nomeado(ws, quadro.canal_id, quadro.canal)
                else:
                    self._receber(quadro)

    async def _apresentar(self, ws: WebSocketConnection) -> tuple[protocolo.CanalDoConector, ...]:
        em_maos = tuple(protocolo.EmMaos(*chave, canal_id) for chave, canal_id in sorted(self.em_maos.items()))
        with trio.fail_after(APRESENTAR_S):
            await _mandar(
                ws, protocolo.Ola(versao=protocolo.VERSAO, conector=self._nome, em_maos=em_maos, tipos=self._tipos)
            )
            resposta = _ler(await ws.get_message())
        if isinstance(resposta, protocolo.Recusado):
            raise Recusada(resposta.message, "use a versão deste programa que o servidor tem")
        assert isinstance(resposta, protocolo.BemVindo), "it is the first thing that the engine says"
        self._batida_s = resposta.batida_ms / 3000
        return resposta.canais

    async def _nomeado(self, ws: WebSocketConnection, canal_id: str, canal: protocolo.CanalDoConector | None) -> None:
        """The engine speaks of a canal: what it may not have heard of it before is said again."""
        self._ao_canal(canal_id, canal)
        if canal_id not in self._nomeados:
            await self._repetir(ws, canal_id)

    async def _repetir(self, ws: WebSocketConnection, canal_id: str) -> None:
        """First that we take its jobs: an answer counts only of a canal whose jobs are taken."""
        self._nomeados.add(canal_id)
        quadros: list[msgspec.Struct] = []
        if canal_id in self._creditos:
            quadros.append(protocolo.Assinar(canal_id=canal_id, credito=self._creditos[canal_id]))
        quadros += [um for chave, um in self._respostas.items() if self.em_maos.get(chave) == canal_id]
        quadros += [um.quadro for um in self._pendentes.values() if um.quadro.canal_id == canal_id]
        for quadro in quadros:
            await _mandar(ws, quadro)

    async def _repetir_o_resto(self, ws: WebSocketConnection) -> None:
        """What concerns canais that are there no more, so that it is refused, and nobody waits for it for ever."""
        await trio.sleep(DESCONHECIDOS_S)
        deles = {*self.em_maos.values(), *(um.quadro.canal_id for um in self._pendentes.values())}
        for canal_id in deles - self._nomeados:
            await self._repetir(ws, canal_id)

    async def _bater(self, ws: WebSocketConnection) -> None:
        while True:
            await trio.sleep(self._batida_s)
            with trio.fail_after(3 * self._batida_s):
                await _mandar(ws, protocolo.Batida())

    # -- what the engine says ------------------------------------------------------------------------------------------

    def _receber(self, quadro: protocolo.DoMotor) -> None:
        match quadro:
            case protocolo.Entregue():
                self.em_maos[quadro.id, quadro.tentativa] = quadro.canal_id
                self._ao_trabalho(quadro)
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
            case protocolo.CanalMudou() | protocolo.BemVindo() | protocolo.Batida():
                pass

    def _anotado(self, quadro: protocolo.Anotado) -> None:
        self.em_maos.pop((quadro.id, quadro.tentativa), None)
        self._respostas.pop((quadro.id, quadro.tentativa), None)
        if not self.em_maos:
            self._vazias.set()
        if not quadro.ok:
            log.warning("the answer to job %s came too late: %s", quadro.id, quadro.message)

    # -- what is said to it --------------------------------------------------------------------------------------------

    async def assinar(self, canal_id: str, credito: int) -> None:
        self._creditos[canal_id] = credito
        await self._dizer(canal_id, protocolo.Assinar(canal_id=canal_id, credito=credito))

    def esquecer(self, canal_id: str) -> None:
        """The canal is not there any more."""
        self._creditos.pop(canal_id, None)

    def sem_volta(self) -> None:
        """From here on a connection that is lost is not made again: another process has our name by then."""
        self._sem_volta = True
        if self._ws is None:
            self._vazias.set()

    async def maos_vazias(self) -> None:
        """Until every job that was taken is answered for good, or there is nobody to answer any more."""
        while self.em_maos and not (self._sem_volta and self._ws is None):
            self._vazias = trio.Event()
            await self._vazias.wait()

    async def responder(self, resultado: Resultado) -> None:
        """Say what became of a job: now, and again when the connection is back, until it is noted."""
        quadro = protocolo.Respondido(**msgspec.structs.asdict(resultado))
        chave = resultado.id, resultado.tentativa
        self._respostas[chave] = quadro
        await self._dizer(self.em_maos[chave], quadro)

    async def testado(self, canal_id: str, ref: int, problemas: list[str]) -> None:
        """Say what is wrong with a canal: if the connection is another by now, nobody waits for it."""
        await self._dizer(canal_id, protocolo.Testado(ref=ref, problemas=tuple(problemas)))

    async def entregar(self, entrada: Callable[[int], protocolo.Entrada]) -> protocolo.Ack:
        """Hand something over, until it is acknowledged; ``entrada`` makes its frame, with a ``ref``. The
        acknowledgement may say that it is to be tried again.
        """
        async with self._vagas:
            self._ref += 1
            pendente = self._pendentes[self._ref] = Pendente(entrada(self._ref))
            try:
                await self._dizer(pendente.quadro.canal_id, pendente.quadro)
                await pendente.feito.wait()
            finally:
                del self._pendentes[pendente.quadro.ref]
        assert pendente.ack is not None, "it was acknowledged"
        return pendente.ack

    async def _dizer(self, canal_id: str, quadro: msgspec.Struct) -> None:
        """Now, if the engine can hear it. If not, it is said when it has named the canal (:meth:`_repetir`)."""
        if self._ws is None or canal_id not in self._nomeados:
            return
        try:
            await _mandar(self._ws, quadro)
        except ConnectionClosed:
            log.debug("the connection was lost while saying something: it is said again")


async def _mandar(ws: WebSocketConnection, quadro: msgspec.Struct) -> None:
    await ws.send_message(_codificar(quadro).decode())


def _primeira(grupo: BaseExceptionGroup[BaseException]) -> BaseException:
    um: BaseException = grupo
    while isinstance(um, BaseExceptionGroup):
        um = um.exceptions[0]
    return um


def _exigir_aceita(erro: BaseException | None) -> None:
    """Raise Recusada if what went wrong goes wrong again."""
    codigo = getattr(erro, "status_code", None)
    if codigo in {401, 403}:
        raise Recusada(f"o servidor recusa este conector ({codigo})", _OUTRA_CHAVE) from None
    if isinstance(erro, ConnectionClosed) and erro.reason is not None and erro.reason.code in {4401, 4403, 4409}:
        remedio = _OUTRO_NOME if erro.reason.code == 4409 else _OUTRA_CHAVE
        raise Recusada(erro.reason.reason or f"conexão encerrada ({erro.reason.code})", remedio) from None


def _porque(erro: BaseException | None) -> str:
    if isinstance(erro, ConnectionClosed) and erro.reason is not None:
        return f"closed {erro.reason.code}: {erro.reason.reason or ''}".strip(": ")
    return str(erro) or type(erro).__name__
