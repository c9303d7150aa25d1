"""Agents who serve a fila by an equipe: from when on, and in what order among all that they serve."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import Regras
from engine.politica.modelo import Anel, Politica, ViaEquipe
from tests.engine.bancada import Bancada, fila_com, uid

M, N = uid("m"), uid("n")


def via(equipe_id: str = M, atraso: int = 0, prioridade: int = 50) -> ViaEquipe:
    return ViaEquipe(equipe_id=equipe_id, atraso_segundos=atraso, prioridade=prioridade)


# -- delay


def test_who_serves_by_an_equipe_may_have_what_has_waited_so_long_at_its_very_millisecond() -> None:
    b = Bancada(now=1_000)
    b.fila(politica=Politica(equipes=(via(atraso=30),)))
    b.pessoa("ana", equipes=(M,))
    b.chega("t")
    b.passa(29_999)
    assert b.dono("t") is None
    b.passa(1)
    assert b.quando("t") == 31_000


def test_members_of_the_fila_itself_and_of_other_equipes_wait_for_nothing() -> None:
    for equipes in ((None,), (None, M), (N,), (M, N)):
        b = Bancada()
        b.fila(politica=Politica(equipes=(via(atraso=30),)))
        b.pessoa("ana", equipes=equipes)
        assert b.dono(b.chega("t")) == "ana", equipes


def test_an_equipe_with_a_delay_that_a_ring_names_too_waits_for_both() -> None:
    regras = Regras(fila_com(Politica(equipes=(via(atraso=30),), aneis=(Anel(apos_segundos=60, equipes=(M, N)),))))
    assert regras.limiares == (60_000,)
    assert regras.via((M,))[0] == 1
    assert regras.via((N,))[0] == 1
    assert regras.via((N, None))[0] == 0


def test_who_begins_to_serve_the_fila_itself_may_have_it_at_once() -> None:
    b = Bancada()
    b.fila(politica=Politica(equipes=(via(atraso=30),)))
    b.pessoa("ana", equipes=(M,))
    b.chega("t")
    b.serve("ana", "fila", (None, M))
    assert b.dono("t") == "ana"


# -- priority among filas


def duas(prioridade_de_uma: int, prioridade_da_outra: int) -> Bancada:
    b = Bancada(now=1)
    b.fila("uma", Politica(equipes=(via(M, prioridade=prioridade_de_uma),)))
    b.fila("outra", Politica(equipes=(via(M, prioridade=prioridade_da_outra),)))
    b.pessoa("ana", "uma", "outra", equipes=(M,))
    return b


@given(st.integers(1, 99), st.integers(1, 99))
def test_what_comes_first_for_an_agent_is_by_the_priority_of_the_fila_and_then_by_rank(uma: int, outra: int) -> None:
    b = duas(uma, outra)
    b.chega("busy", "uma")
    b.chega("low", "uma", prioridade="BAIXA")
    b.chega("urgent", "outra", prioridade="URGENTE")
    b.resolve("busy")
    assert b.dono("low" if uma < outra else "urgent") == "ana"


def test_an_equipe_without_one_counts_fifty_as_does_who_is_a_member_itself() -> None:
    regras = Regras(fila_com(Politica(equipes=(via(M, prioridade=51),))))
    assert regras.via((N,)) == regras.via((None,)) == regras.via((M, None)) == regras.via(()) == (0, 50)
    assert regras.via((M,)) == (0, 51)


def test_by_two_equipes_the_better_of_each_counts() -> None:
    regras = Regras(fila_com(Politica(equipes=(via(M, 60, 1), via(N, 30, 9)))))
    assert regras.via((M, N)) == (1, 1)


def test_so_it_is_when_another_was_freed_at_the_same_time() -> None:
    b = duas(1, 50)
    b.pessoa("bia", "outra")
    b.muda_pessoa("bia", estado="pausa")
    b.chega("busy", "uma")
    b.chega("low", "uma", prioridade="BAIXA")
    b.chega("urgent", "outra", prioridade="URGENTE")
    b.assume("busy", "bia")
    assert b.dono("low") == "ana"


def test_a_priority_that_is_changed_holds_from_the_next_one_on() -> None:
    b = duas(50, 50)
    b.chega("busy", "uma")
    b.chega("low", "uma", prioridade="BAIXA")
    b.chega("urgent", "outra", prioridade="URGENTE")
    b.fila("uma", Politica(equipes=(via(M, prioridade=1),)))
    b.resolve("busy")
    assert b.dono("low") == "ana"
