"""Spreading the load, whatever has happened before: it only helps, is done at once, and breaks no rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from engine import estados
from engine.balanceamento import Mudanca, Pedido, Plano, planejar, porque_nao_move
from engine.balanceamento.modelo import EM_DETALHE
from engine.distribuicao import Perfil
from engine.politica.modelo import Politica, Transbordo
from tests.engine.bancada import Bancada, uid
from tests.engine.test_regras_tudo_junto import FILAS, PESSOAS, TudoJunto, qual


def medida(perfis: Iterable[Perfil]) -> float:
    """The sum of (what an agent has)² / (its slots)."""
    return sum(perfil.usado**2 / max(perfil.row.capacidade, 0.01) for perfil in perfis)


def plano_de(b: Bancada, **pedido: Any) -> Plano:
    return planejar(b.d, Pedido(**pedido), b.tickets.get, b.now)


def foto(b: Bancada) -> tuple[object, ...]:
    """All that there is to be seen of a distribution."""
    linhas = {id_: [um.row.id for um in linha.em_ordem()] for id_, linha in b.d.linhas.items()}
    perfis = {
        id_: (um.usado, list(um.em), list(um.ocupadas), list(um.prometidas), um.vagas, um.ocioso_desde)
        for id_, um in b.d.perfis.items()
    }
    return linhas, perfis, set(b.d.promessas), list(b.d.feitas), b.d.proximo_prazo(), dict(b.tickets)


def mover(b: Bancada, m: Mudanca) -> None:
    """As its ticket does."""
    row = b.tickets[m.ticket_id]
    if m.para_fila is not None:
        b.diz(estados.balanceado(estados.transbordar(row, m.para_fila, b.now)))
    else:
        b.diz(estados.balanceado(estados.assumir(row, m.para or "", forcado=False, now=b.now)))


class Balanceando(TudoJunto):
    @rule(atribuidos=st.booleans(), limite=st.sampled_from([1, 2, 100]), so=st.sampled_from(["", *FILAS, *PESSOAS]))
    def balancear(self, atribuidos: bool, limite: int, so: str) -> None:
        b, antes = self.b, foto(self.b)
        onde = {"fila_id": so} if so in FILAS else {"atendente_id": so} if so else {}
        pedido = {"atribuidos": atribuidos, "limite": limite, **onde}
        plano = plano_de(b, **pedido)
        assert foto(b) == antes, "it only looks"
        assert len(plano.mudancas) <= limite
        for m in plano.mudancas:
            assert porque_nao_move(b.d, b.tickets[m.ticket_id], m, b.now) is None
            self._mover_um(m)
        if not plano.incompleto:
            assert plano_de(b, **pedido).mudancas == ()

    def _mover_um(self, m: Mudanca) -> None:
        b, row = self.b, self.b.tickets[m.ticket_id]
        esperavam, era = self._esperam(), medida(b.d.perfis.values())
        mover(b, m)
        match m.porque:
            case "desequilibrio":
                assert medida(b.d.perfis.values()) < era
            case "abre_vaga":
                assert self._esperam() < esperavam
        assert self._esperam() <= esperavam
        assert b.tickets[m.ticket_id].aguardando_desde == row.aguardando_desde

    def _esperam(self) -> int:
        """Those that nobody has, and nobody is asked about."""
        return sum(len(linha.esperas) for linha in self.b.d.linhas.values())

    @rule(qual=qual)
    def responder_ao_contato(self, qual: int) -> None:
        if (id_ := self._um(qual, "EM_ANDAMENTO")) is not None:
            row = estados.tocado(self.b.tickets[id_])
            self.b.diz(row if row.data_primeira_resposta is not None else estados.responder(row, self.b.now))


def test_of_ten_thousand_that_wait_a_bounded_number_is_looked_at() -> None:
    cheia, folgada = uid("cheia"), uid("folgada")
    b = Bancada(now=1)
    b.fila(folgada)
    b.fila(cheia, Politica(transbordos=(Transbordo(para=folgada, apos_segundos=3600),)))
    b.pessoa("ana", cheia, capacidade=1)
    for numero in range(30):
        b.pessoa(f"b{numero}", folgada, capacidade=1)
    for _ in range(10_000):
        b.chega(fila_id=cheia)
    plano = plano_de(b, limite=500)
    assert [m.porque for m in plano.mudancas].count("tem_vaga") == 30
    assert (len(plano.mudancas), plano.incompleto, len(plano.ficam)) == (500, True, EM_DETALHE)
    assert sum(plano.outros.values()) == 10_000 - 1 - 500 - EM_DETALHE


def test_a_thousand_tickets_of_agents_are_looked_at_and_the_rest_counted() -> None:
    b = Bancada(now=1)
    b.fila("f")
    for numero in range(600):
        b.pessoa(f"a{numero}", "f", capacidade=2)
        b.chega(fila_id="f")
        b.chega(fila_id="f")
    plano = plano_de(b, atribuidos=True)
    assert (plano.mudancas, plano.incompleto) == ((), False)
    assert plano.outros == {"ninguem_com_vaga": 1_200 - EM_DETALHE}


def test_what_somebody_gave_back_or_refused_does_not_come_to_it_again() -> None:
    b = Bancada(now=1)
    b.fila("f")
    b.pessoa("ana", "f", capacidade=4)
    tickets = [b.chega(fila_id="f") for _ in range(2)]
    b.pessoa("bia", "f", capacidade=4)
    for um in tickets:
        b.devolve(um)
        assert b.dono(um) == "bia"
    assert plano_de(b, atribuidos=True).mudancas == ()
    assert {um.porque for um in plano_de(b, atribuidos=True).ficam} == {"ninguem_com_vaga"}


TestBalanceando = Balanceando.TestCase
TestBalanceando.settings = settings(stateful_step_count=40)
