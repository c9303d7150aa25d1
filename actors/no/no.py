"""The node: which empresas live here, and the one door through which commands reach their actors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from math import inf
from typing import Any, TypeVar, cast

from actors.comandos import Comando
from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.empresa_viva import EmpresaViva, Opcoes
from actors.empresa.mensagens import TicketCarregado
from actors.no.ativacao import despertar, povoar
from actors.no.entrega import enviar, fora_do_ar, ler
from actors.no.idempotencia import ChaveIdempotente, Idempotencia
from actors.no.mensagem_unica import MensagensUnicas
from actors.protocolo import Iniciar
from actors.ticket.comandos import EnviarMensagem
from engine import coletor
from engine.acesso import atendente_excluido
from engine.errors import BalcaoError, LeaseElsewhere, Unavailable
from engine.journal import DurableGroup, Journal
from engine.modelo import TicketRow
from engine.ports import Clock, ContatosAchados, EventSink, Ids, Store, StoreError
from engine.runtime import Dispatcher, Reply

log = logging.getLogger(__name__)

MUITOS_TICKETS = 1_000
"""An empresa of so many open tickets is set apart from the garbage collector once it is active."""

AVISAR_A_CADA_S = 60.0
"""How often it is said that requests come for another node's empresas."""

R = TypeVar("R")


class No:
    """The empresas active on this node. An empresa is activated by its first command and stays until the node stops or
    loses its lease.
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
        self._ativando: dict[str, asyncio.Task[EmpresaViva]] = {}
        self._tarefas: set[asyncio.Task[None]] = set()
        self._idempotencia = Idempotencia(store, self._barreira, clock)
        self._unicas = MensagensUnicas(store, self._barreira)
        self._parando = False
        self._avisado = -inf
        self.saude = journal.health
        journal.on_lost = self._perdeu

    # -- commands --------------------------------------------------------------------------------------------------

    async def pedir(self, comando: Comando[R], chave: ChaveIdempotente | None = None) -> R:
        """Have a command done and get its answer, when what it changed is durable.

        ``chave``: done once however often it is asked under this key; later askers get the first one's answer.

        Raises:
            Refusal: it cannot be granted; nothing changed.
            Unavailable: not now (database away, too much waiting, the empresa on another node).
            InternalFailure: a handler crashed; nothing changed.
        """
        if not comando.sempre:
            self._journal.admit()
        self.saude.exigir_pulso()
        empresa_id = comando.quem.empresa_id
        viva = self._vivas.get(empresa_id)
        if viva is None:
            viva = await self.ativar(empresa_id)
        if comando.quem.id in viva.excluidos:  # who was let in may have been deleted since
            raise atendente_excluido()
        if type(comando) is EnviarMensagem and comando.id is not None:
            mensagem = comando
            row = await self._unicas.enviar(viva, mensagem, lambda: self._entregar(viva, mensagem, chave))
            return cast("R", row)
        return await self._entregar(viva, comando, chave)

    async def _entregar(self, viva: EmpresaViva, comando: Comando[R], chave: ChaveIdempotente | None) -> R:
        if chave is not None:
            return await self._idempotencia.pedir(viva, comando, chave)
        return cast("R", await enviar(viva, comando))

    def viva(self, empresa_id: str) -> EmpresaViva | None:
        """The empresa, if it is active here now."""
        return self._vivas.get(empresa_id)

    def epoca(self, empresa_id: str) -> int | None:
        """Under which lease the empresa is active here; None if it is not: its events then come from elsewhere."""
        viva = self._vivas.get(empresa_id)
        return None if viva is None else viva.epoch

    def endereco_de_arquivo(self, empresa_id: str, arquivo_id: str) -> str:
        """The address of a file, as events show it."""
        return self._opcoes.endereco_de_arquivo(empresa_id, arquivo_id)

    def empresas(self) -> Iterable[EmpresaViva]:
        return list(self._vivas.values())

    # -- activation ------------------------------------------------------------------------------------------------

    async def ativar(self, empresa_id: str) -> EmpresaViva:
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
        tarefa = self._ativando.get(empresa_id)
        if tarefa is None:
            tarefa = asyncio.create_task(self._ativar(empresa_id), name=f"ativar {empresa_id}")
            self._ativando[empresa_id] = tarefa
            tarefa.add_done_callback(lambda feita: self._ativou(empresa_id, feita))
        return await asyncio.shield(tarefa)

    def _ativou(self, empresa_id: str, tarefa: asyncio.Task[EmpresaViva]) -> None:
        self._ativando.pop(empresa_id, None)
        erro = None if tarefa.cancelled() else tarefa.exception()  # whoever waits sees it raised
        if isinstance(erro, LeaseElsewhere):
            self._de_outro_no(empresa_id, erro)
        elif erro is not None:
            log.debug("empresa %s was not activated: %s", empresa_id, erro)

    def _de_outro_no(self, empresa_id: str, erro: LeaseElsewhere) -> None:
        """Requests come to this node that are for another: counted, and said once a minute."""
        self.saude.outro_no += 1
        if self.saude.agora() >= self._avisado + AVISAR_A_CADA_S:
            self._avisado = self.saude.agora()
            log.warning(
                "wrong node, %d times so far: %s (empresa %s)",
                self.saude.outro_no, erro, empresa_id,
            )  # fmt: skip

    async def _ativar(self, empresa_id: str) -> EmpresaViva:
        try:
            imagem = await self._store.activate(empresa_id, provision=self._provisionar, now=self._clock.now())
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        viva = EmpresaViva(imagem, self._dispatcher, self._ids, self._opcoes)
        viva.carregar = lambda ticket_id: self._lancar(self._carregar(viva, ticket_id))
        viva.carregar_contatos = lambda pedido: self._lancar(self._carregar_contatos(viva, pedido))
        for _ in povoar(viva, imagem):
            await asyncio.sleep(0)
        self._vivas[empresa_id] = viva
        despertar(viva, imagem)
        try:
            await viva.empresa.request(Iniciar())
        except BalcaoError:
            self._perdeu(viva)
            raise
        if len(imagem.tickets) >= MUITOS_TICKETS:
            coletor.assentar()
        log.info("empresa %s active: %d open tickets", empresa_id, len(imagem.tickets))
        return viva

    # -- tickets that are not in memory ----------------------------------------------------------------------------

    def _lancar(self, trabalho: Coroutine[Any, Any, None]) -> None:
        tarefa = asyncio.create_task(trabalho)
        self._tarefas.add(tarefa)
        tarefa.add_done_callback(self._tarefas.discard)

    async def _carregar(self, viva: EmpresaViva, ticket_id: str) -> None:
        row: TicketRow | None = None
        erro: BalcaoError | None = None
        try:
            await self._barreira(viva)
            row = await ler(self._store.ticket(viva.id, ticket_id))
        except BalcaoError as problema:
            log.debug("ticket %s could not be read: %s", ticket_id, problema)
            erro = problema if isinstance(problema, Unavailable) else fora_do_ar(_do_store(problema))
        except Exception:  # whoever asked must not wait for ever
            log.exception("ticket %s could not be read", ticket_id)
            erro = fora_do_ar()
        viva.empresa.tell(TicketCarregado(ticket_id, row, erro))

    async def _carregar_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """Without a barrier: what has changed and is not durable yet is at hand, and is not asked for."""
        achados: ContatosAchados | None = None
        erro: BalcaoError | None = None
        try:
            achados = await ler(self._store.contatos(viva.id, pedido.chaves, pedido.ids))
        except BalcaoError as problema:
            log.debug("contacts could not be read: %s", problema)
            erro = fora_do_ar(_do_store(problema))
        except Exception:  # whoever asked must not wait for ever
            log.exception("contacts could not be read")
            erro = fora_do_ar()
        viva.empresa.tell(ContatosCarregados(pedido, achados, erro))

    async def _barreira(self, viva: EmpresaViva) -> None:
        """Until all that the empresa did so far is durable: a ticket that has just retired is then in the store."""
        feito: Reply[None] = Reply()
        self._journal.release(viva, (), (), [(feito, None, None)])
        await feito

    # -- the end ---------------------------------------------------------------------------------------------------

    def _perdeu(self, group: DurableGroup) -> None:
        """An empresa leaves this node: its actors stop, who follows it is told. The next command loads it again."""
        viva = self._vivas.pop(group.name, None)
        self._dispatcher.close(group)
        if viva is not None:
            for ref in viva.refs():
                self._dispatcher.stop(ref)
            self._sink.dropped(viva.id)

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
        for tarefa in (*self._ativando.values(), *self._tarefas):
            tarefa.cancel()
        await asyncio.gather(*self._ativando.values(), *self._tarefas, return_exceptions=True)
        await self._unicas.parar()
        await self._idempotencia.parar()
        vivas = list(self._vivas.values())
        for viva in vivas:
            self._perdeu(viva)
        try:
            await self._store.release([viva.id for viva in vivas])
        except StoreError as erro:
            log.warning("leases were not given back, the next node will see that this one is gone: %s", erro)


def _do_store(problema: BalcaoError) -> StoreError | None:
    return problema if isinstance(problema, StoreError) else None
