"""The Distribuidor, in whatever order things happen, against an oracle that looks everything up anew."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from engine import estados
from engine.capacidade import pode_forcar
from engine.modelo import DISPONIVEL, Estrategia, Prioridade, TicketRow
from tests.engine import linhas
from tests.engine.oraculo import Oraculo

ESTRATEGIAS = st.sampled_from(get_args(Estrategia))
PRIORIDADES = st.sampled_from(get_args(Prioridade))
QUAL = st.integers(0, 30)
"""Which of those that there are."""


class QualquerOrdem(RuleBasedStateMachine):
    """Filas, agents and tickets, and promises that are taken late, in another order, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.o = Oraculo()
        self._ids = 0

    def _novo_id(self, de_que: str) -> str:
        self._ids += 1
        return f"{de_que} {self._ids}"

    def _ticket(self, qual: int) -> TicketRow | None:
        """One that is in order."""
        em_ordem = [row for id_, row in self.o.tickets.items() if id_ not in self.o.suspensos]
        return em_ordem[qual % len(em_ordem)] if em_ordem else None

    @initialize()
    def comecar(self) -> None:
        for _ in range(2):
            self.abrir_fila("MENOS_OCUPADO", True, 5)
            self.chegar(1, True)
        for fila in list(self.o.filas):
            for pessoa in self.o.pessoas:
                self.o.servir(fila, pessoa, serve=True)

    @rule(ms=st.integers(1, 5))
    def passar(self, ms: int) -> None:
        self.o.now += ms

    # -- filas

    @rule(estrategia=ESTRATEGIAS, automatica=st.booleans(), prioridade=st.integers(1, 10))
    def abrir_fila(self, estrategia: Estrategia, automatica: bool, prioridade: int) -> None:
        if len(self.o.filas) < 4:
            id_ = self._novo_id("fila")
            self.o.mudar_fila(
                linhas.fila(id_, estrategia=estrategia, distribuicao_automatica=automatica, prioridade=prioridade)
            )

    @rule(qual=QUAL, mudanca=st.one_of(
        st.fixed_dictionaries({"estrategia": ESTRATEGIAS}),
        st.fixed_dictionaries({"distribuicao_automatica": st.booleans()}),
        st.fixed_dictionaries({"prioridade": st.integers(1, 10)}),
    ))  # fmt: skip
    def mudar_fila(self, qual: int, mudanca: dict[str, Any]) -> None:
        fila = list(self.o.filas.values())[qual % len(self.o.filas)]
        self.o.mudar_fila(replace(fila, **mudanca))

    @precondition(lambda self: len(self.o.filas) > 1)
    @rule(qual=QUAL)
    def fechar_fila(self, qual: int) -> None:
        """Not while a ticket of it is out of order: that one does not move."""
        ids = list(self.o.filas)
        fila = ids.pop(qual % len(ids))
        if all(self.o.tickets[id_].fila_id != fila for id_ in self.o.suspensos):
            self.o.fechar_fila(fila, ids[0])

    # -- agents

    @rule(capacidade=st.integers(0, 3), online=st.booleans())
    def chegar(self, capacidade: int, online: bool) -> None:
        if len(self.o.pessoas) < 4:
            row = linhas.atendente(
                self._novo_id("pessoa"), capacidade=capacidade, online=online, ocioso_desde=self.o.now
            )
            self.o.mudar_pessoa(row)

    @precondition(lambda self: self.o.pessoas)
    @rule(qual=QUAL, mudanca=st.one_of(
        st.fixed_dictionaries({"capacidade": st.integers(0, 3)}),
        st.fixed_dictionaries({"online": st.booleans()}),
        st.fixed_dictionaries({"estado": st.sampled_from((DISPONIVEL, "pausa"))}),
        st.fixed_dictionaries({"nome": st.just("Outro")}),
    ))  # fmt: skip
    def mudar_pessoa(self, qual: int, mudanca: dict[str, Any]) -> None:
        self.o.mudar_pessoa(replace(list(self.o.pessoas.values())[qual % len(self.o.pessoas)], **mudanca))

    @precondition(lambda self: self.o.pessoas)
    @rule(qual=QUAL, que=st.sampled_from(("saindo", "parado")), sim=st.booleans())
    def deixar_de_dar(self, qual: int, que: str, sim: bool) -> None:
        self.o.deixar_de_dar(list(self.o.pessoas)[qual % len(self.o.pessoas)], **{que: sim})

    @precondition(lambda self: self.o.pessoas)
    @rule(qual=QUAL)
    def excluir_pessoa(self, qual: int) -> None:
        self.o.tirar_pessoa(list(self.o.pessoas)[qual % len(self.o.pessoas)])

    @precondition(lambda self: self.o.pessoas)
    @rule(fila=QUAL, qual=QUAL, serve=st.booleans())
    def servir(self, fila: int, qual: int, serve: bool) -> None:
        pessoa = list(self.o.pessoas)[qual % len(self.o.pessoas)]
        self.o.servir(list(self.o.filas)[fila % len(self.o.filas)], pessoa, serve=serve)

    # -- tickets

    @rule(fila=QUAL, prioridade=PRIORIDADES, devolveu=st.none() | QUAL)
    def entrar(self, fila: int, prioridade: Prioridade, devolveu: int | None) -> None:
        """``devolveu``: it came back from this agent before it got here."""
        pessoas = list(self.o.pessoas)
        self.o.mudar_ticket(
            linhas.ticket(
                self._novo_id("ticket"),
                fila_id=list(self.o.filas)[fila % len(self.o.filas)],
                prioridade=prioridade,
                numero=self._ids,
                aguardando_desde=self.o.now,
                devolvido_por=None if devolveu is None or not pessoas else pessoas[devolveu % len(pessoas)],
            )
        )

    @rule(qual=QUAL, prioridade=PRIORIDADES)
    def mudar_prioridade(self, qual: int, prioridade: Prioridade) -> None:
        row = self._ticket(qual)
        if row is not None:
            self.o.mudar_ticket(replace(row, prioridade=prioridade))

    @rule(qual=QUAL, fila=QUAL)
    def mover(self, qual: int, fila: int) -> None:
        row = self._ticket(qual)
        if row is not None and estados.aberto(row.status):
            para = list(self.o.filas)[fila % len(self.o.filas)]
            self.o.mudar_ticket(estados.esperar_na_fila(row, para, self.o.now))

    @rule(qual=QUAL, como=st.sampled_from(("RESOLVIDO", "FECHADO", "PENDENTE")))
    def largar(self, qual: int, como: Any) -> None:
        row = self._ticket(qual)
        if row is not None and como in estados.SEGUINTES[row.status]:
            pendente = como == "PENDENTE"
            depois = estados.pendenciar(row, self.o.now) if pendente else estados.encerrar(row, como, self.o.now)
            self.o.mudar_ticket(depois)

    @rule(qual=QUAL)
    def devolver(self, qual: int) -> None:
        row = self._ticket(qual)
        if row is not None and estados.dono(row) is not None:
            self.o.mudar_ticket(estados.devolver(row, self.o.now))

    @rule(qual=QUAL)
    def reabrir(self, qual: int) -> None:
        """The agent who had it last is to have it first."""
        row = self._ticket(qual)
        if row is not None and row.status == "RESOLVIDO":
            fila_id = row.fila_id if row.fila_id in self.o.filas else next(iter(self.o.filas))
            self.o.mudar_ticket(estados.esperar_na_fila(row, fila_id, self.o.now), row.atendente_id)

    @precondition(lambda self: self.o.pessoas)
    @rule(qual=QUAL, quem=QUAL, forcar=st.booleans())
    def dar_a_mao(self, qual: int, quem: int, forcar: bool) -> None:
        row = self._ticket(qual)
        if row is None or not estados.aberto(row.status):
            return
        perfil = list(self.o.distribuidor.perfis.values())[quem % len(self.o.pessoas)]
        impede = self.o.distribuidor.impedimento(row.id, row.fila_id, perfil)
        if impede is None or (forcar and pode_forcar(impede)):
            assert (row.fila_id, perfil.id) in self.o.membros
            forcado = impede is not None
            self.o.mudar_ticket(estados.assumir(row, perfil.id, forcado=forcado, now=self.o.now))

    @rule(qual=QUAL)
    def suspender(self, qual: int) -> None:
        row = self._ticket(qual)
        if row is not None:
            self.o.suspender(row.id)

    @precondition(lambda self: self.o.suspensos)
    @rule(qual=QUAL)
    def voltar(self, qual: int) -> None:
        suspensos = sorted(self.o.suspensos)
        self.o.voltar(suspensos[qual % len(suspensos)])

    # -- promises

    @precondition(lambda self: self.o.correio)
    @rule(qual=QUAL)
    def tomar(self, qual: int) -> None:
        """Told of a promise, now or again: the ticket takes its owner if the promise stands."""
        promessa = self.o.correio[-1 - qual % len(self.o.correio)]
        if self.o.distribuidor.vale(promessa):
            row = self.o.tickets[promessa.row.id]
            self.o.mudar_ticket(estados.assumir(row, promessa.perfil.id, forcado=False, now=self.o.now))
            assert self.o.vagas(promessa.perfil.id) >= 0

    @precondition(lambda self: self.o.correio)
    @rule(qual=QUAL)
    def desfazer(self, qual: int) -> None:
        self.o.desfazer(self.o.correio[-1 - qual % len(self.o.correio)])

    @rule()
    def refazer(self) -> None:
        self.o.refazer()


TestDistribuidorInWhateverOrder = QualquerOrdem.TestCase
TestDistribuidorInWhateverOrder.settings = settings(stateful_step_count=60)
