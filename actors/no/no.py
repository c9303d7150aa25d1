"""The node: which empresas live here, and the one door through which commands reach their actors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable
from functools import partial
from typing import TypeVar, cast

from actors.canal.comandos import ReceberMensagens
from actors.comandos import Comando
from actors.diretorio.ajustes import Opcoes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import Inaugurar
from actors.no.ativacao import despertar, povoar
from actors.no.ativacoes import Ativacoes
from actors.no.barreira import barreira
from actors.no.entradas import EntradasUnicas
from actors.no.entrega import enviar, fora_do_ar
from actors.no.idempotencia import ChaveIdempotente, Idempotencia
from actors.no.janela import com_a_janela
from actors.no.leitor import Leitor
from actors.no.mensagem_unica import MensagensUnicas
from actors.ticket.comandos import EnviarMensagem
from engine import coletor
from engine.acesso import atendente_excluido
from engine.errors import BalcaoError, Unavailable
from engine.journal import DurableGroup, Journal
from engine.modelo import MensagemRow
from engine.ports import Clock, Diretorio, EventSink, Ids, Store, StoreError
from engine.runtime import Dispatcher

log = logging.getLogger(__name__)

MUITOS_TICKETS = 1_000
"""An empresa of so many open tickets is set apart from the garbage collector while it is loaded."""

R = TypeVar("R")


class No:
    """The empresas active on this node. An empresa is activated by its first command, or where time does something
    (:mod:`actors.no.despertador`), and stays until the node stops or loses its lease.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        sink: EventSink,
        dispatcher: Dispatcher,
        clock: Clock,
        ids: Ids,
        opcoes: Opcoes,
        *,
        provisionar: bool,
    ) -> None:
        """``provisionar``: an empresa unknown to the store is created by its first command."""
        self._store = store
        self._journal = journal
        self._sink = sink
        self._dispatcher = dispatcher
        self._clock = clock
        self._ids = ids
        self._opcoes = opcoes
        self._provisionar = provisionar
        self._vivas: dict[str, EmpresaViva] = {}
        self.saude = journal.health
        ate_duravel = partial(barreira, journal)
        self.ate_duravel = ate_duravel
        self._leitor = Leitor(store, ate_duravel, self.saude)
        self._idempotencia = Idempotencia(store, ate_duravel, clock, self.saude)
        self._unicas = MensagensUnicas(store, ate_duravel, self.saude)
        self._entradas = EntradasUnicas(store, ate_duravel, self.saude)
        self._ativacoes = Ativacoes(self._ativar, self.saude)
        self._parando = False
        journal.on_lost = self._perdeu

    # -- commands --------------------------------------------------------------------------------------------------

    async def pedir(self, comando: Comando[R], chave: ChaveIdempotente | None = None) -> R:
        """Have a command done and get its answer, when what it changed is durable.

        ``chave``: done once however often it is asked under this key; later askers get the first one's answer.

        By whatever edge it comes, whoever asks may do only what its role allows (:mod:`engine.permissoes`): that comes
        first, also of what was answered before.

        Raises:
            Refusal: it cannot be granted; nothing changed.
            Unavailable: not now (database away, too much waiting, the empresa on another node).
            InternalFailure: a handler crashed; nothing changed.
        """
        comando.autorizar()
        if not self.saude.pulsa:
            await self.saude.pulso()
        if not comando.sempre:
            self._journal.admit()
        empresa_id = comando.quem.empresa_id
        viva = self._vivas.get(empresa_id)
        if viva is None:
            viva = await self._ativada(empresa_id)
        if comando.quem.id in viva.acesso.excluidos:  # who was let in may have been deleted since
            raise atendente_excluido()
        if type(comando) is EnviarMensagem:
            return cast("R", await self._enviar(viva, comando, chave))
        if type(comando) is ReceberMensagens:
            return cast("R", await self._entradas.receber(viva, comando))
        return await self._entregar(viva, comando, chave)

    async def _enviar(self, viva: EmpresaViva, comando: EnviarMensagem, chave: ChaveIdempotente | None) -> MensagemRow:
        async def entregar() -> MensagemRow:
            return await com_a_janela(self._store, viva, comando, lambda um: self._entregar(viva, um, chave))

        return await entregar() if comando.id is None else await self._unicas.enviar(viva, comando, entregar)

    async def _entregar(self, viva: EmpresaViva, comando: Comando[R], chave: ChaveIdempotente | None) -> R:
        if chave is not None:
            return await self._idempotencia.pedir(viva, comando, chave)
        return cast("R", await enviar(viva, comando))

    def diretorio(self, empresa_id: str) -> Diretorio | None:
        """What can be asked of the empresa, if it is active here now."""
        viva = self._vivas.get(empresa_id)
        return None if viva is None else viva.diretorio

    @property
    def dispatcher(self) -> Dispatcher:
        return self._dispatcher

    def epoca(self, empresa_id: str) -> int | None:
        """Under which lease the empresa is active here; None if it is not: its events then come from elsewhere."""
        viva = self._vivas.get(empresa_id)
        return None if viva is None else viva.epoch

    def endereco_de_arquivo(self, empresa_id: str, arquivo_id: str) -> str:
        """The address of a file, as events show it."""
        return self._opcoes.endereco_de_arquivo(empresa_id, arquivo_id)

    @property
    def arrendamento(self) -> int:
        """How long a connector has for a job (ms), unless it says that it is at work."""
        return self._opcoes.politica_de_envio.arrendamento

    def empresas(self) -> Iterable[Diretorio]:
        """Of those that are active here."""
        return [viva.diretorio for viva in self._vivas.values()]

    def ativas(self) -> Collection[str]:
        """The ids of those that are active here."""
        return self._vivas.keys()

    # -- activation ------------------------------------------------------------------------------------------------

    async def ativar(self, empresa_id: str) -> Diretorio:
        """What can be asked of the empresa, which is activated if need be.

        Raises as :meth:`pedir` does.
        """
        return (await self._ativada(empresa_id)).diretorio

    async def viva(self, empresa_id: str) -> EmpresaViva:
        """The empresa itself, activated if need be: for what is at home here, and looks at all of it.

        Raises as :meth:`pedir` does.
        """
        return await self._ativada(empresa_id)

    async def _ativada(self, empresa_id: str) -> EmpresaViva:
        """The empresa, activated if need be. Callers that come at the same time share one activation.

        Raises:
            NotFound: it does not exist and is not to be provisioned.
            Unavailable: the database is away, another node holds it, or this node is stopping.
        """
        viva = self._vivas.get(empresa_id)
        if viva is not None:
            self.saude.exigir_sinal()
            return viva
        if self._parando:
            raise Unavailable("parando", "O servidor está parando; tente de novo em instantes", 2)
        return await self._ativacoes.pedir(empresa_id)

    async def _ativar(self, empresa_id: str) -> EmpresaViva:
        try:
            imagem = await self._store.activate(empresa_id, provision=self._provisionar, now=self._clock.now())
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        viva = EmpresaViva(imagem, self._dispatcher, self._ids, self._opcoes, self._leitor)
        muitos = len(imagem.tickets) >= MUITOS_TICKETS
        for _ in povoar(viva, imagem):
            if muitos:
                coletor.guardar()
            await asyncio.sleep(0)
        self._vivas[empresa_id] = viva
        for _ in despertar(viva, imagem):
            await asyncio.sleep(0)
        try:
            await viva.diretorio.empresa.request(Inaugurar())
        except BalcaoError:
            self._perdeu(viva)
            raise
        if muitos:
            coletor.guardar()
        log.info("empresa %s active: %d open tickets", empresa_id, len(imagem.tickets))
        return viva

    # -- the end ---------------------------------------------------------------------------------------------------

    def _perdeu(self, group: DurableGroup) -> None:
        """An empresa leaves this node: its actors stop, who follows it is told. The next command loads it again."""
        viva = self._vivas.pop(group.name, None)
        self._dispatcher.close(group)
        if viva is not None:
            for ref in viva.diretorio.refs():
                self._dispatcher.stop(ref)
            self._sink.dropped(viva.name)

    async def conferir_posses(self) -> None:
        """The node was cut off from the database: find out which empresas another one has taken meanwhile, and let them
        go. Nothing is told from memory before. Raises StoreAway.
        """
        minhas = dict(self._vivas)
        perdidas = await self._store.lost({id_: (viva.epoch, viva.token) for id_, viva in minhas.items()})
        for empresa_id in perdidas:
            if self._vivas.get(empresa_id) is minhas[empresa_id]:
                log.error("empresa %s was taken by another node", empresa_id)
                self._perdeu(minhas[empresa_id])

    async def parar(self) -> None:
        """Give every empresa back. To be called when the journal is empty."""
        self._parando = True
        await self._ativacoes.parar()
        await self._leitor.parar()
        await self._unicas.parar()
        await self._entradas.parar()
        await self._idempotencia.parar()
        vivas = list(self._vivas.values())
        for viva in vivas:
            self._perdeu(viva)
        try:
            await self._store.release([viva.name for viva in vivas])
        except StoreError as erro:
            log.warning("leases were not given back, the next node will see that this one is gone: %s", erro)
