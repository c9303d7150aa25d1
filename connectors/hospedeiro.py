"""The host: a nursery for each canal, so that what fails in one is no other's concern.

A canal that fails starts again by itself, after a while that grows. A job whose connector raises is answered all the
same. When the host is asked to stop, it takes no more jobs, gives back what it has not begun, and waits for what it
has.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final
from weakref import WeakSet

import httpx2
import trio

from connectors.base import Conector, DeFora, FabricaDeConector
from connectors.ligacao import Ligacao
from connectors.motor import MotorDoCanal
from connectors.sigilo import Sigilo, sigilo_de
from engine.conector.protocolo import CanalDoConector, Testar
from engine.conector.trabalhos import Resultado, Trabalho
from engine.envios.politica import PASSAGEIROS, REPETIVEIS
from engine.modelo import TipoCanal

log = logging.getLogger(__name__)

CREDITO: Final = 200
"""Jobs of one canal that are under way at once."""
RECOMECO_S: Final = 1.0
RECOMECO_MAXIMO_S: Final = 300.0
"""Before a canal that failed starts again."""
TESTE_S: Final = 25.0
"""How long a canal may take to find out whether it works."""
_DE_FORA: Final = (DeFora, httpx2.TransportError)
"""How a canal fails without a fault of ours."""
_DE_SAIDA: Final = "O conector não está mais com este canal: tente de novo em instantes"
DESPEDIDA_S: Final = 3.0
"""How long jobs under way may take once stopping began."""


class Hospedeiro:
    """``fabricas``: the classes of connectors, by kind of canal."""

    def __init__(
        self, url: str, token: str, nome: str, fabricas: Mapping[TipoCanal, FabricaDeConector], http: httpx2.AsyncClient
    ) -> None:
        self._url = url
        self._token = token
        self._fabricas = fabricas
        self._http = http
        ws = url.rstrip("/").replace("http", "ws", 1) + "/conectores/ws"
        self.ligacao = Ligacao(ws, token, nome, tuple(fabricas), self._ao_trabalho, self._ao_canal, self._ao_teste)
        self._canais: dict[str, _Canal] = {}
        self._sigilos: WeakSet[Sigilo] = WeakSet()
        self._bercario: trio.Nursery | None = None
        self._parando = trio.Event()

    async def correr(self) -> None:
        """Serve until :meth:`parar` is called. Raises :class:`connectors.ligacao.Recusada`."""
        async with trio.open_nursery() as bercario:
            self._bercario = bercario
            bercario.start_soon(self.ligacao.correr)
            await self._parando.wait()
            await self._despedir()
            bercario.cancel_scope.cancel()

    def parar(self) -> None:
        self._parando.set()

    def sem_segredos(self, texto: str) -> str:
        """A text, without what any canal that is here, or whose jobs are not over, keeps secret."""
        for sigilo in tuple(self._sigilos):
            texto = sigilo.limpar(texto)
        return texto

    async def _despedir(self) -> None:
        self.ligacao.sem_volta()
        with trio.move_on_after(DESPEDIDA_S):
            for canal_id in self._canais:
                await self.ligacao.assinar(canal_id, 0)
            await self.ligacao.maos_vazias()

    # -- what the engine says ------------------------------------------------------------------------------------------

    def _ao_canal(self, canal_id: str, canal: CanalDoConector | None) -> None:
        atual = self._canais.get(canal_id)
        if canal is not None and atual is not None and atual.canal == canal:
            return
        if atual is not None:
            del self._canais[canal_id]
            atual.aposentar()
        if canal is None:
            self.ligacao.esquecer(canal_id)
        if canal is None or self._parando.is_set():
            return
        assert self._bercario is not None, "the connection is one of its tasks"
        novo = self._canais[canal_id] = self._novo(canal)
        self._bercario.start_soon(novo.correr)

    def _novo(self, canal: CanalDoConector) -> _Canal:
        sigilo = sigilo_de(canal)
        self._sigilos.add(sigilo)
        motor = MotorDoCanal(canal, self.ligacao, self._http, self._url, self._token, sigilo)
        return _Canal(canal, self._fabricas[canal.tipo](canal, motor, self._http), self.ligacao, sigilo)

    def _ao_trabalho(self, trabalho: Trabalho) -> None:
        assert self._bercario is not None, "the connection is one of its tasks"
        canal = self._canais.get(trabalho.canal_id)
        if canal is None or self._parando.is_set():
            self._bercario.start_soon(self.ligacao.responder, _devolvido(trabalho))
        else:
            canal.fazer(trabalho, self._bercario)

    def _ao_teste(self, pedido: Testar) -> None:
        assert self._bercario is not None, "the connection is one of its tasks"
        self._bercario.start_soon(self._testar, pedido)

    async def _testar(self, pedido: Testar) -> None:
        canal = self._canais.get(pedido.canal_id)
        problemas = [_DE_SAIDA] if canal is None else await canal.testar()
        await self.ligacao.testado(pedido.canal_id, pedido.ref, problemas)


class _Canal:
    """One canal, with its connector. What that says of errors passes by ``sigilo``: others had a word in it."""

    def __init__(self, canal: CanalDoConector, conector: Conector, ligacao: Ligacao, sigilo: Sigilo) -> None:
        self.canal = canal
        self._conector = conector
        self._ligacao = ligacao
        self._sigilo = sigilo
        self._vida = trio.CancelScope()

    async def correr(self) -> None:
        """Take jobs, and keep running what the connector runs."""
        with self._vida:
            await self._ligacao.assinar(self.canal.id, CREDITO)
            espera = RECOMECO_S
            while True:
                inicio = trio.current_time()
                try:
                    await self._conector.servir()
                except Exception as erro:
                    if trio.current_time() - inicio > RECOMECO_MAXIMO_S:
                        espera = RECOMECO_S
                    nivel = logging.DEBUG if _so_de_fora(erro) else logging.ERROR
                    dito = "canal %s (%s) failed; again in %.0f s"
                    log.log(nivel, dito, self.canal.id, self.canal.tipo, espera, exc_info=True)
                else:
                    return
                await trio.sleep(espera)
                espera = min(espera * 2, RECOMECO_MAXIMO_S)

    def aposentar(self) -> None:
        """It is not there any more, or another takes its place: its jobs go on, what it runs does not."""
        self._vida.cancel()

    def fazer(self, trabalho: Trabalho, bercario: trio.Nursery) -> None:
        bercario.start_soon(self._fazer, trabalho)

    async def testar(self) -> list[str]:
        """What is wrong with it, in sentences."""
        try:
            with trio.fail_after(TESTE_S):
                return [self._sigilo.limpar(problema) for problema in await self._conector.testar()]
        except trio.TooSlowError:
            return [f"O teste não terminou em {TESTE_S:.0f} segundos: o serviço de fora não responde"]
        except Exception as erro:
            log.exception("canal %s (%s) could not be tested", self.canal.id, self.canal.tipo)
            return [f"Erro interno do conector ({type(erro).__name__}); está no log dele"]

    async def _fazer(self, trabalho: Trabalho) -> None:
        try:
            resultado = await self._conector.fazer(trabalho)
        except Exception as erro:
            log.exception("canal %s: %s %s failed", self.canal.id, trabalho.trabalho, trabalho.id)
            resultado = _ao_falhar(trabalho, erro)
        await self._ligacao.responder(self._sigilo.do_resultado(resultado))


def _so_de_fora(erro: Exception) -> bool:
    """Whether there is no fault of ours in it."""
    if isinstance(erro, ExceptionGroup):
        return erro.split(_DE_FORA)[1] is None
    return isinstance(erro, _DE_FORA)


def _devolvido(trabalho: Trabalho) -> Resultado:
    return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="devolvido")


def _ao_falhar(trabalho: Trabalho, erro: Exception) -> Resultado:
    """A fault of ours: what sends may have sent; the rest is tried again."""
    texto = f"Erro interno do conector ({type(erro).__name__}); está no log dele"
    if trabalho.trabalho in REPETIVEIS or trabalho.trabalho in PASSAGEIROS:
        return Resultado(
            id=trabalho.id,
            tentativa=trabalho.tentativa,
            desfecho="falhou",
            classe="tentar",
            codigo="erro_interno",
            erro=texto,
        )
    return Resultado(
        id=trabalho.id, tentativa=trabalho.tentativa, desfecho="desconhecido", codigo="erro_interno", erro=texto
    )
