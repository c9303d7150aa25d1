"""A Distribuidor beside the rows as they are: after each operation all of it is looked up anew, without any order kept.

What is here is written from what the distribution promises, and uses nothing of it but what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from engine.distribuicao import CHAVES, Candidato, Distribuidor, Linha, Pareador, Promessa, exigencia_de, porque_nao
from engine.estados import devolver, dono, espera
from engine.modelo import DISPONIVEL, AtendenteRow, FilaRow, TicketRow

PESOS = {"BAIXA": 0, "NORMAL": 10, "ALTA": 20, "URGENTE": 30}


def pronta(row: AtendenteRow) -> bool:
    """Whether the agent is there, and ready."""
    return row.online and row.estado == DISPONIVEL


class Vigiado(Pareador):
    """Asks the oracle before it promises anything."""

    __slots__ = ("oraculo",)

    def __init__(self, oraculo: Oraculo) -> None:
        super().__init__()
        self.oraculo = oraculo

    def _prometer(self, linha: Linha, candidato: Candidato, row: TicketRow, now: int) -> None:
        self.oraculo.conferir_promessa(row, candidato.perfil.id)
        super()._prometer(linha, candidato, row, now)


class Oraculo:
    """``filas``, ``pessoas`` and ``tickets`` are the rows, ``membros`` who serves what (fila, agent); ``parados``,
    ``saindo`` and ``suspensos`` what is out of order or being deleted. ``correio`` are all promises ever told.
    """

    def __init__(self) -> None:
        self.now = 0
        self.filas: dict[str, FilaRow] = {}
        self.pessoas: dict[str, AtendenteRow] = {}
        self.tickets: dict[str, TicketRow] = {}
        self.membros: set[tuple[str, str]] = set()
        self.parados: set[str] = set()
        self.saindo: set[str] = set()
        self.suspensos: set[str] = set()
        self.ocioso: dict[str, int] = {}
        self.correio: list[Promessa] = []
        self._preferido: str | None = None
        self._desfeita: Promessa | None = None
        self.distribuidor = self._novo()
        for _ in self.distribuidor.abrir(0):
            pass

    # -- looked up ---------------------------------------------------------------------------------------------------

    def ocupados(self, pessoa: str) -> set[str]:
        return {id_ for id_, row in self.tickets.items() if dono(row) == pessoa}

    def prometidos(self, pessoa: str) -> set[str]:
        return {id_ for id_, promessa in self.distribuidor.promessas.items() if promessa.perfil.id == pessoa}

    def teto(self, pessoa: str) -> int:
        row = self.pessoas[pessoa]
        return row.capacidade if pronta(row) and pessoa not in self.parados | self.saindo else 0

    def vagas(self, pessoa: str) -> int:
        return self.teto(pessoa) - len(self.ocupados(pessoa)) - len(self.prometidos(pessoa))

    def na_linha(self, fila: str) -> dict[str, TicketRow]:
        """What waits in a fila, promised or not, out of order or not."""
        return {id_: row for id_, row in self.tickets.items() if espera(row) and row.fila_id == fila}

    def a_dar(self) -> list[TicketRow]:
        """What waits for somebody to be found, in filas that distribute by themselves."""
        fora = self.suspensos | set(self.distribuidor.promessas)
        automaticas = [id_ for id_, fila in self.filas.items() if fila.distribuicao_automatica]
        return [row for fila in automaticas for id_, row in self.na_linha(fila).items() if id_ not in fora]

    def posto(self, row: TicketRow) -> tuple[int, int, int]:
        """The rank among all filas, as it is now."""
        return -PESOS[row.prioridade] - self.filas[row.fila_id].prioridade, row.aguardando_desde, row.numero

    def porque_nao(self, row: TicketRow, pessoa: str) -> str | None:
        quem = self.pessoas[pessoa]
        outros = {outra for fila, outra in self.membros if fila == row.fila_id} - {pessoa}
        razoes = {
            "saindo": pessoa in self.saindo,
            "parado": pessoa in self.parados,
            "fora_da_fila": (row.fila_id, pessoa) not in self.membros,
            "offline": not quem.online,
            "indisponivel": quem.estado != DISPONIVEL,
            "lotado": self.vagas(pessoa) <= 0,
            "devolveu": row.devolvido_por == pessoa and any(self.vagas(outra) > 0 for outra in outros),
        }
        return next((razao for razao, vale in razoes.items() if vale), None)

    # -- what happens ------------------------------------------------------------------------------------------------

    def mudar_fila(self, fila: FilaRow) -> None:
        with self._operacao():
            self.filas[fila.id] = fila
            self.distribuidor.fila_mudou(fila, self.now)

    def fechar_fila(self, fila: str, outra: str) -> None:
        """Whoever waits there goes to another."""
        esperavam = self.na_linha(fila)
        with self._operacao():
            del self.filas[fila]
            self.membros = {(f, p) for f, p in self.membros if f != fila}
            ficaram = self.distribuidor.fila_saiu(fila, self.now)
        assert {row.id: row for row in ficaram} == esperavam
        for row in esperavam.values():
            self.mudar_ticket(replace(row, fila_id=outra))

    def mudar_pessoa(self, row: AtendenteRow) -> None:
        with self._operacao():
            antes = self.pessoas.get(row.id)
            self.pessoas[row.id] = row
            if antes is None:
                self.ocioso[row.id] = row.ocioso_desde
            elif pronta(antes) != pronta(row):
                self.ocioso[row.id] = self.now
            self.distribuidor.atendente_mudou(row, self.now)

    def tirar_pessoa(self, pessoa: str) -> None:
        """Deleted: what it had is nobody's any more, and each of these is told so."""
        with self._operacao():
            self.membros = {(f, p) for f, p in self.membros if p != pessoa}
            del self.pessoas[pessoa], self.ocioso[pessoa]
            self.parados.discard(pessoa)
            self.saindo.discard(pessoa)
            self.distribuidor.atendente_saiu(pessoa, self.now)
        self.sem_dono()

    def sem_dono(self) -> None:
        """What has an owner that is no more goes back, unless it is out of order."""
        for id_, row in list(self.tickets.items()):
            if dono(row) not in {None, *self.pessoas} and id_ not in self.suspensos:
                self.mudar_ticket(devolver(row, self.now))

    def deixar_de_dar(self, pessoa: str, *, saindo: bool | None = None, parado: bool | None = None) -> None:
        with self._operacao():
            for quais, sim in ((self.saindo, saindo), (self.parados, parado)):
                if sim is not None:
                    (quais.add if sim else quais.discard)(pessoa)
            perfil = self.distribuidor.perfis[pessoa]
            self.distribuidor.deixar_de_dar(perfil, self.now, saindo=saindo, parado=parado)

    def servir(self, fila: str, pessoa: str, *, serve: bool) -> None:
        with self._operacao():
            (self.membros.add if serve else self.membros.discard)((fila, pessoa))
            (self.distribuidor.serve if serve else self.distribuidor.deixou)(fila, pessoa, self.now)

    def mudar_ticket(self, row: TicketRow, preferido: str | None = None) -> None:
        with self._operacao(preferido):
            antes = self.tickets.get(row.id)
            self.tickets[row.id] = row
            self.distribuidor.ticket_mudou(antes, row, self.now, preferido)

    def suspender(self, ticket: str) -> None:
        with self._operacao():
            self.suspensos.add(ticket)
            self.distribuidor.suspender(self.tickets[ticket], self.now)

    def voltar(self, ticket: str) -> None:
        with self._operacao():
            self.suspensos.discard(ticket)
            self.distribuidor.ticket_mudou(None, self.tickets[ticket], self.now)
        self.sem_dono()

    def desfazer(self, promessa: Promessa) -> None:
        with self._operacao():
            self._desfeita = promessa
            self.distribuidor.desfazer(promessa, self.now)

    def refazer(self) -> None:
        """A Distribuidor is made anew; what the last one promised is told still."""
        self.distribuidor = self.feito_de_novo()
        self.ocioso = {id_: perfil.ocioso_desde for id_, perfil in self.distribuidor.perfis.items()}
        with self._operacao():
            for _ in self.distribuidor.abrir(self.now):
                pass

    def _novo(self) -> Distribuidor:
        return Distribuidor(Vigiado(self))

    def feito_de_novo(self) -> Distribuidor:
        """Another, told of the same rows; nothing is given out yet."""
        novo, now = self._novo(), self.now
        for fila in self.filas.values():
            novo.fila_mudou(fila, now)
        for id_, pessoa in self.pessoas.items():
            novo.atendente_mudou(pessoa, now)
            novo.deixar_de_dar(novo.perfis[id_], now, saindo=id_ in self.saindo, parado=id_ in self.parados)
        for fila_id, pessoa_id in sorted(self.membros):
            novo.serve(fila_id, pessoa_id, now)
        for id_, row in self.tickets.items():
            novo.ticket_mudou(None, row, now)
            if id_ in self.suspensos:
                novo.suspender(row, now)
        return novo

    # -- what must be ------------------------------------------------------------------------------------------------

    def conferir_promessa(self, row: TicketRow, pessoa: str) -> None:
        """At the moment of a promise: it may have it, and nothing better that it may have waits in its filas."""
        assert row in self.a_dar(), f"{row.id} is not to be given"
        porque = self.porque_nao(row, pessoa)
        assert porque is None or (porque, pessoa) == ("devolveu", self._preferido), (
            f"{pessoa} may not have it: {porque}"
        )
        for outro in self.a_dar():
            melhor = self.porque_nao(outro, pessoa) is None and self.posto(outro) < self.posto(row)
            assert not melhor, f"{row.id} is promised to {pessoa} before {outro.id}"
        self.ocioso[pessoa] = self.now

    @contextmanager
    def _operacao(self, preferido: str | None = None) -> Iterator[None]:
        """One operation: who was promised, given or freed of work in it is idle from now."""
        self._preferido, self._desfeita = preferido, None
        promessas = dict(self.distribuidor.promessas)
        tinham = {id_: self.ocupados(id_) for id_ in self.pessoas}
        yield
        for ticket_id, promessa in promessas.items():
            if not self.distribuidor.vale(promessa):
                self._caiu(ticket_id, promessa, promessas)
        for id_ in self.pessoas:
            antes, tem = tinham.get(id_, set()), self.ocupados(id_)
            vieram = {t for t in tem - antes if t not in promessas or promessas[t].perfil.id != id_}
            if antes - tem or vieram:
                self.ocioso[id_] = self.now
        self.correio += self.distribuidor.tomar()
        self.conferir()

    def _caiu(self, ticket_id: str, promessa: Promessa, antes: dict[str, Promessa]) -> None:
        """A promise fell: something it rested on has."""
        pessoa, row = promessa.perfil.id, self.tickets[ticket_id]
        if pessoa not in self.pessoas:
            return
        if dono(row) == pessoa:
            return
        self.ocioso[pessoa] = self.now
        fila = self.filas.get(promessa.row.fila_id)
        com_as_de_antes = sum(
            1 for id_, outra in antes.items() if outra.perfil.id == pessoa and espera(self.tickets[id_])
        )
        nao_cabe = self.teto(pessoa) < len(self.ocupados(pessoa)) + com_as_de_antes
        outro_lugar = not espera(row) or row.fila_id != promessa.row.fila_id or ticket_id in self.suspensos
        sem_fila = fila is None or not fila.distribuicao_automatica or (fila.id, pessoa) not in self.membros
        assert outro_lugar or sem_fila or nao_cabe or promessa is self._desfeita, f"why did {ticket_id} fall?"

    def conferir(self) -> None:
        self._conferir_promessas()
        self._conferir_esperas()
        self._conferir_como_de_novo()
        for id_, perfil in self.distribuidor.perfis.items():
            assert perfil.ocioso_desde == self.ocioso[id_], f"idle time of {id_}"

    def _conferir_promessas(self) -> None:
        """A promise stands only while its agent serves the fila, is available, and has room."""
        distribuidor = self.distribuidor
        for ticket_id, promessa in distribuidor.promessas.items():
            row, pessoa = self.tickets[ticket_id], promessa.perfil.id
            assert promessa.row is row, "of a ticket as it was"
            assert espera(row)
            assert ticket_id not in self.suspensos
            assert self.filas[row.fila_id].distribuicao_automatica
            assert (row.fila_id, pessoa) in self.membros, "a promise to somebody who does not serve the fila"
            assert self.teto(pessoa) > 0, "a promise to somebody who is not available"
            assert self.vagas(pessoa) >= 0, f"{pessoa} is promised more than it can hold"
        valem = [promessa for promessa in self.correio if distribuidor.vale(promessa)]
        assert {id(promessa) for promessa in valem} == {id(promessa) for promessa in distribuidor.promessas.values()}

    def _conferir_esperas(self) -> None:
        """No ticket waits while somebody who may have it has room; why not is said of each."""
        for row in self.a_dar():
            linha = self.distribuidor.linhas[row.fila_id]
            for pessoa, perfil in self.distribuidor.perfis.items():
                porque = self.porque_nao(row, pessoa)
                assert porque_nao(exigencia_de(row), perfil, linha.escala) == porque
                assert porque is not None, f"{row.id} waits, and {pessoa} has room"

    def _conferir_como_de_novo(self) -> None:
        """The state is that of a Distribuidor made anew from the same rows, promises aside."""
        este, novo = self.distribuidor, self.feito_de_novo()
        assert este.linhas.keys() == novo.linhas.keys() == self.filas.keys()
        for fila_id, linha in este.linhas.items():
            self._conferir_linha(linha, novo.linhas[fila_id])
        assert este.perfis.keys() == novo.perfis.keys() == self.pessoas.keys()
        for id_, perfil in este.perfis.items():
            igual = novo.perfis[id_]
            assert (perfil.row, perfil.teto, set(perfil.ocupadas)) == (igual.row, igual.teto, set(igual.ocupadas))
            assert set(perfil.ocupadas) == self.ocupados(id_)
            assert set(perfil.prometidas) == self.prometidos(id_)
            assert perfil.ativos == len(perfil.ocupadas) + len(perfil.prometidas)
            assert perfil.livres == perfil.teto - perfil.ativos
            assert perfil.lugares.keys() == igual.lugares.keys() == {f for f, p in self.membros if p == id_}

    def _conferir_linha(self, linha: Linha, nova: Linha) -> None:
        fila_id, prometidas = linha.fila.id, self.distribuidor.promessas.keys()
        assert linha.fila is self.filas[fila_id]
        na_linha = self.na_linha(fila_id)
        em_ordem = sorted((row for id_, row in na_linha.items() if id_ not in self.suspensos), key=self.posto)
        assert [row for _, _, row in nova.esperando.em_ordem()] == em_ordem
        assert [row for _, _, row in linha.esperando.em_ordem()] == [r for r in em_ordem if r.id not in prometidas]
        assert linha.prometidos == len(na_linha.keys() & prometidas)
        assert linha.parados == nova.parados == na_linha.keys() & self.suspensos
        assert linha.aguardando() == nova.aguardando() == len(na_linha)
        com_vaga = [c for c in linha.escala.candidatos.values() if self.vagas(c.perfil.id) > 0]
        com_vaga.sort(key=lambda c: CHAVES[linha.fila.estrategia](c.perfil, c.vez))
        assert list(linha.escala.em_ordem()) == com_vaga
        assert linha.escala.candidatos.keys() == nova.escala.candidatos.keys()
