"""The distribution of an empresa at work: its Distribuidor is told what has happened, and the tickets what it promised.

All of it happens in callbacks of released turns: what a turn that failed would have changed was never told. If the
Distribuidor itself fails (a fault of ours), it is made anew from what the actors have saved, a slice at a time, and
then gives out again. If it fails again soon it rests before it does: meanwhile it knows all that there is, and people
go on giving by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, ParamSpec

from actors.diretorio.mensagens import AvancarDistribuicao, RefazerDistribuicao
from actors.ticket.mensagens import DonoOffline, FilaFechou, MudarDeFila, Puxado
from engine.capacidade import Cheio, Impedimento
from engine.distribuicao import Custos, Distribuidor, Pareador, Promessa
from engine.distribuicao.esperando import Esperando, esperando
from engine.distribuicao.estimativa import Posicao, Ritmo
from engine.errors import NotFound, fora_de_ordem
from engine.estados import dono
from engine.modelo import ArremateRow, AtendenteRow, EscalaRow, FilaRow, Quem, TicketRow
from engine.participacao import Vias
from engine.politica.capacidade import Capacidade
from engine.politica.da_fila import politica_de
from engine.runtime import Reply, Timer, settle

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

log = logging.getLogger(__name__)

POR_FATIA = 500
"""Tickets told at a stretch when the Distribuidor is made anew: a few milliseconds."""

DESCANSO = 60_000
"""How long it rests, in ms, when it fails again within that time of the last failure, or of the last rest."""

P = ParamSpec("P")


class Distribuicao:
    """Holds the Distribuidor of an empresa. Its methods are called by callbacks of turns, but for those that ask.

    ``_conhece``: it has been told all that there is. ``_refazendo`` is what is left of making it anew, and says when to
    go on; ``_avisado``, when the Empresa is told to next. A failure before ``_de_novo_ate`` is one more of the same.
    ``_contados``: how many tickets each agent had when slots began to be counted otherwise; empty when that is done.
    ``_armado`` is when it is told next that something is due. ``ha_afinidade``: some fila asks first whoever served a
    contact last. ``ha_mensagens_de_espera``: some fila tells who waits where it stands.
    """

    __slots__ = (
        "_armado",
        "_arremates",
        "_avisado",
        "_carregada",
        "_conhece",
        "_contados",
        "_custos",
        "_de_novo_ate",
        "_distribuidor",
        "_lembrancas",
        "_refazendo",
        "_ritmo",
        "_viva",
        "ha_afinidade",
        "ha_mensagens_de_espera",
    )

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva
        self._custos = Custos(viva.ajustes.capacidade)
        self._distribuidor = self._novo()
        self._ritmo = Ritmo()
        self.ha_afinidade = self.ha_mensagens_de_espera = False
        self._lembrancas: list[EscalaRow] = []
        self._arremates: list[ArremateRow] = []
        self._carregada = False
        self._armado: int | None = None
        self._conhece = True
        self._contados: Mapping[str, int] = {}
        self._de_novo_ate = 0
        self._refazendo: Iterator[int] | None = None
        self._avisado: int | None = None

    def _novo(self) -> Distribuidor:
        return Distribuidor(Pareador(self._custos, self._viva.ajustes.opcoes.cronometro))

    def _now(self) -> int:
        return self._viva.dispatcher.now()

    # -- what is asked of it ---------------------------------------------------------------------------------------

    def vale(self, promessa: Promessa) -> bool:
        """Whether a promise stands: its agent serves the fila of the ticket, is available, and has kept the slot."""
        return self._distribuidor.vale(promessa)

    def impedimento(self, row: TicketRow, atendente_id: str) -> Impedimento | None:
        """What keeps an agent from a ticket, ``row`` as it would be, when a person gives it. Raises Unavailable while
        the agent's actor is out of order.
        """
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None or perfil.parado or not self._conhece:
            raise fora_de_ordem()
        return self._distribuidor.impedimento(row, perfil)

    def sem_volta(self, row: TicketRow) -> Cheio | None:
        """Why the owner of a ticket that waited on the customer has no room to go on with it."""
        perfil = self._distribuidor.perfis.get(dono(row) or "")
        return None if perfil is None else self._distribuidor.sem_volta(row, perfil)

    def impedimento_de_puxar(self, fila_id: str, atendente_id: str) -> Impedimento | None:
        """What keeps an agent from anything of a fila that it asks for. Raises Unavailable while its actor is out of
        order.
        """
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None or perfil.parado or not self._conhece:
            raise fora_de_ordem()
        return self._distribuidor.impedimento_de_puxar(fila_id, perfil)

    def pode_aceitar(self, row: TicketRow, atendente_id: str) -> bool:
        """Whether an agent may have what it is offered."""
        return self._distribuidor.pode_aceitar(row, atendente_id, self._now())

    def elegivel(self, fila_id: str, atendente_id: str) -> bool:
        """Whether that agent may be given work of that fila now, as far as its slots allow."""
        return self._distribuidor.elegivel(fila_id, atendente_id)

    def ativos(self, atendente_id: str) -> int:
        """How many tickets hold a slot of an agent. Raises Unavailable while that is being counted anew."""
        if not self._conhece:
            raise fora_de_ordem()
        perfil = self._distribuidor.perfis.get(atendente_id)
        return 0 if perfil is None else len(perfil.ocupadas)

    def mostrados(self, atendente_id: str) -> int:
        """The same, to be shown: while slots are counted otherwise it is as it was before, and no refusal."""
        contados = self._contados.get(atendente_id)
        return self.ativos(atendente_id) if contados is None else contados

    def tickets_de(self, atendente_id: str) -> list[str]:
        """The tickets that hold a slot of an agent."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        return [] if perfil is None else list(perfil.ocupadas)

    def ocioso_desde(self, row: AtendenteRow) -> int:
        """When an agent was given or finished work last, or its availability changed."""
        perfil = self._distribuidor.perfis.get(row.id)
        return row.ocioso_desde if perfil is None else perfil.ocioso_desde

    def lembranca(
        self, fila_id: str, atendente_id: str, acabou: tuple[TicketRow, TicketRow] | None = None
    ) -> EscalaRow | None:
        """What is to be saved of an agent that was given something of a fila."""
        return self._distribuidor.lembranca(fila_id, atendente_id, acabou)

    def arremate(self, row: TicketRow, now: int) -> ArremateRow | None:
        """The wrap-up of a ticket that its owner closes now (``row`` as it was before)."""
        atendente_id, dura = dono(row), self._custos.arremate
        if atendente_id is None or row.status != "EM_ANDAMENTO" or not dura:
            return None
        return ArremateRow(row.empresa_id, row.id, atendente_id, now + dura, self._distribuidor.custo(row))

    def arremates_de(self, atendente_id: str) -> list[ArremateRow]:
        """What an agent wraps up still, the one that ends first before the others."""
        perfil, now = self._distribuidor.perfis.get(atendente_id), self._now()
        por_ticket = {um.ticket_id: um for um in self._arremates if um.atendente_id == atendente_id}
        por_ticket |= {} if perfil is None else perfil.arremates
        return sorted((um for um in por_ticket.values() if um.ate > now), key=lambda um: (um.ate, um.ticket_id))

    def arremate_de(self, row: TicketRow) -> ArremateRow | None:
        """The wrap-up of a closed ticket, if its last owner is still at it."""
        return next((um for um in self.arremates_de(row.atendente_id or "") if um.ticket_id == row.id), None)

    def aguardando(self, fila_id: str) -> int:
        """How many tickets wait in a fila."""
        linha = self._distribuidor.linhas.get(fila_id)
        return 0 if linha is None else linha.aguardando()

    def espera_de(self, row: TicketRow) -> Esperando | None:
        """What a ticket waits for; None if it does not. Raises Unavailable while that is being counted anew."""
        if not self._conhece:
            raise fora_de_ordem()
        return esperando(self._distribuidor, row, self._now())

    def posicao_de(self, row: TicketRow) -> Posicao | None:
        """Where a ticket stands in its line; None if in none. Raises Unavailable while that is being counted anew."""
        if not self._conhece:
            raise fora_de_ordem()
        linha = self._distribuidor.linhas.get(row.fila_id)
        return None if linha is None else self._ritmo.posicao(linha, row.id, self._now())

    def a_vista(self) -> Distribuidor | None:
        """The Distribuidor, to be looked at and not touched. None while it does not know all that there is, or does not
        give out.
        """
        pronta = self._carregada and self._conhece and self._refazendo is None
        return self._distribuidor if pronta else None

    # -- what it is told -------------------------------------------------------------------------------------------

    def ticket_mudou(self, antes: TicketRow | None, depois: TicketRow, preferido: str | None = None) -> None:
        """A ticket is now so (``antes`` None: it is new here). ``preferido``: who is to have it before all others."""
        espera = depois.status == "ABERTO"
        if antes is None or espera or _conta_outra_coisa(antes, depois):
            self._fazer(self._mudou, antes, depois, preferido)
            if espera and depois.fila_id not in self._viva.diretorio.filas:
                self._viva.diretorio.tickets[depois.id].tell(MudarDeFila(depois.fila_id))

    def _mudou(self, antes: TicketRow | None, depois: TicketRow, preferido: str | None) -> None:
        now = self._now()
        if antes is not None and antes.status == "ABERTO":
            erro = self._ritmo.mudou(self._distribuidor, antes, depois, now)
            if erro is not None:
                self._viva.ajustes.opcoes.espera_errou(erro)
        self._distribuidor.ticket_mudou(antes, depois, now, preferido)

    def arrematar(self, row: ArremateRow) -> None:
        """An agent resolves a ticket, and wraps it up. To be told right before the ticket is."""
        if not self._conhece:
            self._arremates.append(row)
        self._fazer(self._distribuidor.arrematar, row, self._now())

    def arrematou(self, row: ArremateRow, *, segue: bool = False) -> None:
        """A wrap-up is over before its time. ``segue``: its agent goes on with the ticket, and what the slot is for is
        told with that.
        """
        self._arremates = [um for um in self._arremates if um.ticket_id != row.ticket_id]
        if not segue:
            self._fazer(self._distribuidor.arrematou, row.atendente_id, row.ticket_id, self._now())

    def lembrar(self, row: EscalaRow) -> None:
        """What was saved of an agent in the roster of a fila that it serves."""
        self._fazer(self._distribuidor.lembrar, row, self._now())

    def capacidade_mudou(self, capacidade: Capacidade) -> None:
        """Slots are counted otherwise from now on: all of them, so it begins anew; if it rests, it goes on resting."""
        self._custos = Custos(capacidade)
        if self._conhece:
            self._contados = {perfil.id: len(perfil.ocupadas) for perfil in self._distribuidor.perfis.values()}
        log.info("the distribution of empresa %s counts slots otherwise, and is made anew", self._viva.name)
        agora = self._now()
        self._recomecar(agora, max(agora, self._de_novo_ate - DESCANSO))

    def suspender(self, row: TicketRow) -> None:
        """The actor of a ticket is out of order."""
        self._fazer(self._distribuidor.suspender, row, self._now())

    def desfazer(self, promessa: Promessa) -> None:
        """The ticket could not take the owner that it was promised."""
        self._fazer(self._distribuidor.desfazer, promessa, self._now())

    def puxar(self, fila_id: str, quem: Quem, resposta: Reply[TicketRow]) -> None:
        """An agent asks for its next ticket of a fila: that one answers."""
        achadas: list[Promessa] = []
        self._fazer(self._puxar, fila_id, quem.id or "", achadas)
        if achadas:
            self._viva.diretorio.tickets[achadas[0].ticket_id].forward(Puxado(quem, achadas[0]), resposta)
        else:
            problema = "Não há nesta fila, agora, ticket que você possa atender"
            settle(resposta, None, NotFound("nenhum_ticket", problema))

    def _puxar(self, fila_id: str, atendente_id: str, achadas: list[Promessa]) -> None:
        promessa = self._distribuidor.puxar(fila_id, atendente_id, self._now())
        if promessa is not None:
            achadas.append(promessa)

    def fila_mudou(self, fila: FilaRow) -> None:
        self._fazer(self._distribuidor.fila_mudou, fila, self._now())
        self._ver_politicas()

    def fila_saiu(self, fila_id: str) -> None:
        self._fazer(self._distribuidor.fila_saiu, fila_id, self._now())
        self._ver_politicas()

    def _ver_politicas(self) -> None:
        politicas = [linha.regras.politica for linha in self._distribuidor.linhas.values()]
        self.ha_afinidade = any(uma.afinidade is not None for uma in politicas)
        self.ha_mensagens_de_espera = any(uma.mensagem_de_espera is not None for uma in politicas)

    def atendente_mudou(self, row: AtendenteRow) -> None:
        self._fazer(self._distribuidor.atendente_mudou, row, self._now())

    def atendente_saiu(self, atendente_id: str) -> None:
        self._fazer(self._distribuidor.atendente_saiu, atendente_id, self._now())

    def deixar_de_dar(self, atendente_id: str, *, saindo: bool | None = None, parado: bool | None = None) -> None:
        """Whether an agent is being deleted, or its actor is out of order: then it is given nothing."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is not None:
            self._fazer(self._distribuidor.deixar_de_dar, perfil, self._now(), saindo=saindo, parado=parado)

    def serve(self, fila_id: str, atendente_id: str, vias: Vias) -> None:
        """An agent serves a fila by these ways from now on; by none: it ceases to."""
        if vias:
            self._fazer(self._distribuidor.serve, fila_id, atendente_id, self._now(), vias)
        else:
            self._fazer(self._distribuidor.deixou, fila_id, atendente_id, self._now())

    def canal_mudou(self, canal_id: str) -> None:
        """There is such a canal."""
        canal = self._viva.diretorio.canal_row(canal_id)
        if canal is not None and canal.tipo != "webhook":  # by that nobody writes, so no ticket is of it
            self._fazer(self._distribuidor.canal_mudou, canal_id, canal.tipo)

    def avancar(self) -> None:
        """Something is due."""
        self._armado = None
        self._fazer(self._distribuidor.avancar, self._now())
        for fila_id in self._distribuidor.tomar_fechadas():
            self._fechar(fila_id)

    def abrir(self) -> Iterator[None]:
        """Begin to give out, when all has been loaded. Yields, so that the caller can let others go on."""
        self._carregada = True
        try:
            if self._refazendo is None:
                yield from self._abrir(self._distribuidor)
        except Exception as erro:  # noqa: BLE001  # as in _fazer: the empresa is there all the same
            self._quebrou(erro)
        else:
            self._seguir_em(self._now())

    def _abrir(self, este: Distribuidor) -> Iterator[None]:
        """It may fail meanwhile, for whatever happens between two slices: then it is another's."""
        for _ in este.abrir(self._now()):
            if este is not self._distribuidor:
                return
            self._entregar()
            yield
        self._entregar()
        self._armar()

    def _fazer(self, operacao: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        if self._viva.closed:  # the empresa leaves this node: nobody is there to be given anything
            return
        try:
            operacao(*args, **kwargs)
            if self._distribuidor.feitas:
                self._entregar()
            self._armar()
        except Exception as erro:  # noqa: BLE001  # whatever it is, the turn that told it stands: the truth is in the rows
            self._quebrou(erro)

    def _entregar(self) -> None:
        tickets = self._viva.diretorio.tickets
        for novidade in self._distribuidor.tomar():
            tickets[novidade.ticket_id].tell(novidade)

    def _fechar(self, fila_id: str) -> None:
        """What nobody has answered goes back to the line of a fila that has closed, if it is set so."""
        fila = self._viva.diretorio.fila_row(fila_id)
        if fila is not None and politica_de(fila).ao_fechar == "devolver":
            for ticket_id in self._viva.contagens.abertos_por_fila.de(fila_id):
                self._viva.diretorio.tickets[ticket_id].tell(FilaFechou())

    def _armar(self) -> None:
        """Have the Empresa say when the next thing is due. One that was to say so later says it too, in vain."""
        quando = self._distribuidor.proximo_prazo()
        if quando is not None and self._carregada and (self._armado is None or quando < self._armado):
            self._armado = quando
            dispatcher = self._viva.dispatcher
            dispatcher.timers.add(Timer(quando, self._viva.diretorio.empresa, AvancarDistribuicao()))
            dispatcher.arm()

    # -- made anew -------------------------------------------------------------------------------------------------

    def _quebrou(self, erro: Exception) -> None:
        now = self._now()
        self._contados = {}
        ate = now + DESCANSO if now < self._de_novo_ate else now
        log.critical("the distribution of empresa %s failed, and is made anew", self._viva.name, exc_info=erro)
        self._viva.dispatcher.supervisor.restarts["Distribuidor"] += 1
        self._de_novo_ate = ate + DESCANSO
        self._recomecar(now if self._conhece else ate, ate)

    def _recomecar(self, conta_em: int, abre_em: int) -> None:
        """Another Distribuidor, that is told what there is, and what the last one remembered."""
        if self._conhece:
            antes = self._distribuidor
            self._lembrancas = [row for linha in antes.linhas.values() for row in antes.lembrancas(linha)]
            self._arremates = [row for perfil in antes.perfis.values() for row in perfil.arremates.values()]
        self._refazendo = self._refazer(conta_em, abre_em)
        self._conhece = False
        self._distribuidor = self._novo()
        self._armado = None
        self._seguir_em(self._now())

    def _seguir_em(self, quando: int) -> None:
        """Have the Empresa go on with it then, if there is anything to go on with and it has not been told yet."""
        if self._refazendo is None or not self._carregada or (self._avisado is not None and self._avisado <= quando):
            return
        empresa, dispatcher = self._viva.diretorio.empresa, self._viva.dispatcher
        self._avisado = quando
        if quando > self._now():
            dispatcher.timers.add(Timer(quando, empresa, RefazerDistribuicao()))
            dispatcher.arm()
        else:  # the next round of the loop: what is only told is handled in the same pass
            dispatcher.wake(empresa.deliver, RefazerDistribuicao())

    def continuar(self) -> None:
        """One more slice of making it anew, if it is being made anew."""
        self._avisado = None
        if self._refazendo is None or self._viva.closed or not self._carregada:
            return
        try:
            quando = next(self._refazendo)
        except StopIteration:
            self._refazendo = None
            log.warning("the distribution of empresa %s goes on", self._viva.name)
        except Exception as erro:  # noqa: BLE001  # as in _fazer
            self._quebrou(erro)
        else:
            self._seguir_em(quando)

    def _refazer(self, conta_em: int, abre_em: int) -> Iterator[int]:
        """Tell a new Distribuidor all that the actors have saved, and then have it give out, each not before its time.
        What changes meanwhile it is told as always. Yields when to go on.
        """
        yield from self._descansar(conta_em)
        for _ in self._contar(self._distribuidor):
            yield self._now()
        self._conhece = True
        self._arremates = []
        self._contados = {}
        self._entregar()  # of what was offered something may have fallen
        self._lembrar_ausentes()
        yield from self._descansar(abre_em)
        for _ in self._abrir(self._distribuidor):
            yield self._now()

    def _descansar(self, ate: int) -> Iterator[int]:
        while self._now() < ate:
            yield ate

    def _contar(self, novo: Distribuidor) -> Iterator[None]:
        self._contar_quem_ha(novo)
        yield
        for arremate in self._arremates:
            novo.arrematar(arremate, self._now())
        yield from self._contar_quem_serve(novo)
        for lembranca in self._lembrancas:
            novo.lembrar(lembranca, self._now())
        tickets = iter(list(self._viva.diretorio.tickets.values()))
        while fatia := list(islice(tickets, POR_FATIA)):
            for ref in fatia:
                row = ref.published(TicketRow)
                if row is not None:
                    novo.ticket_mudou(None, row, self._now())
                    if not ref.is_running():  # given to nobody, and keeps the slot that it has
                        novo.suspender(row, self._now())
            yield

    def _contar_quem_ha(self, novo: Distribuidor) -> None:
        diretorio, now = self._viva.diretorio, self._now()
        for canal_id in diretorio.canais:
            canal = diretorio.canal_row(canal_id)
            if canal is not None and canal.tipo != "webhook":
                novo.canal_mudou(canal_id, canal.tipo)
        for fila_id in diretorio.filas:
            fila = diretorio.fila_row(fila_id)
            if fila is not None:
                novo.fila_mudou(fila, now)
        for atendente_id, ref in diretorio.atendentes.items():
            atendente = diretorio.atendente_row(atendente_id)
            if atendente is not None:
                novo.atendente_mudou(atendente, now)
                saindo, parado = atendente_id in diretorio.saindo, not ref.is_running()
                novo.deixar_de_dar(novo.perfis[atendente_id], now, saindo=saindo, parado=parado)

    def _contar_quem_serve(self, novo: Distribuidor) -> Iterator[None]:
        """A fila at a time."""
        diretorio = self._viva.diretorio
        for fila_id in sorted(diretorio.membros_de):
            for atendente_id in sorted(diretorio.quem_serve(fila_id)):
                vias = diretorio.participacao.vias(fila_id, atendente_id)
                novo.serve(fila_id, atendente_id, self._now(), vias)
            yield

    def _lembrar_ausentes(self) -> None:
        """Who has left meanwhile may not have known all of its tickets."""
        for perfil in self._distribuidor.perfis.values():
            if not perfil.row.online:
                for ticket_id in perfil.ocupadas:
                    self._viva.diretorio.tickets[ticket_id].tell(DonoOffline(perfil.id))


def _conta_outra_coisa(antes: TicketRow, depois: TicketRow) -> bool:
    """Whether a ticket holds something else of somebody: what it takes depends on its status and on its canal."""
    return (antes.status, antes.atendente_id, antes.canal_id) != (depois.status, depois.atendente_id, depois.canal_id)
