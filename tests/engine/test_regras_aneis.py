"""Rings: what becomes easier for a ticket that has waited, at its very millisecond and for that ticket alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import porque_nao
from engine.modelo import Pedida, Rota
from engine.politica.modelo import Anel, EsperaMaxima, Politica, ViaEquipe
from tests.engine.bancada import Bancada, uid

REFORCO = uid("reforco")
ESPANHOL = Rota(habilidades=(Pedida("espanhol", 5), Pedida("vip", 2)))


def com_aneis(*aneis: Anel, **politica: Any) -> Bancada:
    b = Bancada(now=1_000)
    b.fila(politica=Politica(aneis=aneis, **politica))
    return b


def test_ring_by_ring_it_is_given_to_whoever_may_have_it_from_then_on() -> None:
    b = com_aneis(
        Anel(apos_segundos=10, reduz_nivel=1),
        Anel(apos_segundos=20, reduz_nivel=1, dispensa=("VIP",)),
        Anel(apos_segundos=30, dispensa=("espanhol",)),
    )
    b.chega("t", rota=ESPANHOL)
    b.pessoa("expert but not vip", habilidades=("espanhol",), niveis={"espanhol": 5})
    assert b.dono("t") is None
    b.passa(19_999)
    assert b.dono("t") is None
    b.passa(1)
    assert (b.dono("t"), b.quando("t")) == ("expert but not vip", 21_000)


def test_levels_fall_by_what_the_rings_have_taken_together() -> None:
    for nivel, segundos in {5: 0, 4: 10, 3: 10, 2: 20, 1: 20}.items():
        b = com_aneis(Anel(apos_segundos=10, reduz_nivel=2), Anel(apos_segundos=20, reduz_nivel=2))
        b.pessoa("ana", habilidades=("espanhol",), niveis={"espanhol": nivel})
        b.chega("t", rota=Rota(habilidades=(Pedida("espanhol", 5),)))
        b.passa(60_000)
        assert b.quando("t") == 1_000 + 1_000 * segundos, nivel


def test_an_equipe_may_have_what_has_waited_until_its_ring() -> None:
    b = com_aneis(Anel(apos_segundos=10, equipes=(REFORCO,)))
    b.pessoa("ana", equipes=(REFORCO,))
    b.chega("t")
    assert porque_nao(b.linha(), b.espera("t"), b.candidato("ana")) == "anel"
    b.passa(9_999)
    assert b.dono("t") is None
    b.passa(1)
    assert (b.dono("t"), b.quando("t")) == ("ana", 11_000)


def test_only_what_has_waited_so_long_is_in_the_ring() -> None:
    b = com_aneis(Anel(apos_segundos=10, equipes=(REFORCO,)))
    b.chega("old")
    b.passa(5_000)
    b.chega("young")
    b.pessoa("ana", capacidade=9, equipes=(REFORCO,))
    b.passa(5_000)
    assert (b.dono("old"), b.dono("young")) == ("ana", None)
    b.passa(5_000)
    assert b.quando("young") == 16_000


def test_a_ring_raises_the_priority_of_what_has_waited() -> None:
    b = com_aneis(Anel(apos_segundos=60, pontos=15))
    b.pessoa("ana")
    b.chega("busy")
    b.chega("old", prioridade="BAIXA")
    b.passa(30_000)
    b.chega("young")
    b.passa(29_999)
    assert [espera.row.id for espera in b.linha().em_ordem()] == ["young", "old"]
    b.passa(1)
    assert [espera.row.id for espera in b.linha().em_ordem()] == ["old", "young"]
    b.resolve("busy")
    assert b.dono("old") == "ana"


def test_points_of_rings_add_up_with_those_of_the_maximum_wait_and_count_among_filas() -> None:
    b = com_aneis(
        Anel(apos_segundos=10, pontos=3), Anel(apos_segundos=20, pontos=4),
        maximo=EsperaMaxima(acao="priorizar", segundos=15, pontos=20),
    )  # fmt: skip
    b.chega("t")
    regras, espera = b.linha().regras, b.espera("t")
    assert [-regras.posto(espera.row, etapa, b.now)[0] - 15 for etapa in range(4)] == [0, 3, 23, 27]
    assert regras.limiares == (10_000, 15_000, 20_000)


def test_in_another_fila_the_rings_begin_anew_whatever_its_age() -> None:
    b = com_aneis(Anel(apos_segundos=10, equipes=(REFORCO,)))
    b.pessoa("ana", equipes=(REFORCO,))
    b.passa(100_000)
    b.chega("moved", aguardando_desde=1_000, rota=Rota(na_fila_desde=b.now))
    b.passa(9_999)
    assert b.dono("moved") is None
    b.passa(1)
    assert b.dono("moved") == "ana"


def test_rings_go_on_over_a_restart_and_those_that_began_meanwhile_have_begun() -> None:
    b = com_aneis(Anel(apos_segundos=10, dispensa=("vip",)), Anel(apos_segundos=20, dispensa=("espanhol",)))
    b.chega("t", rota=ESPANHOL)
    b.passa(4_000)
    b.reinicia()
    assert b.d.proximo_prazo() == 11_000
    b.now = 12_000
    b.reinicia()
    assert (b.espera("t").etapa, b.d.proximo_prazo()) == (1, 21_000)
    b.pessoa("ana")
    b.passa(8_999)
    assert b.dono("t") is None
    b.passa(1)
    assert b.dono("t") == "ana"


def test_rings_that_are_set_while_something_waits_hold_for_it() -> None:
    b = com_aneis()
    b.pessoa("ana", equipes=(REFORCO,))
    b.pessoa("bia", capacidade=0)
    b.fila(politica=Politica(equipes=(ViaEquipe(equipe_id=REFORCO, atraso_segundos=100),)))
    b.chega("t")
    b.passa(20_000)
    b.fila(politica=Politica(aneis=(Anel(apos_segundos=30, equipes=(REFORCO,)),)))
    assert b.dono("t") is None
    b.passa(10_000)
    assert b.quando("t") == 31_000


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2), st.booleans()), max_size=5, unique_by=lambda um: um[0]),
    st.integers(1, 5), st.integers(0, 5), st.booleans(),
)  # fmt: skip
def test_the_moment_at_which_somebody_may_have_it_is_that_of_the_first_ring_that_lets_it(
    ditos: list[tuple[int, int, bool]], pede: int, tem: int, da_equipe: bool
) -> None:
    """Whoever serves by the equipe alone waits for a ring that names it, if any does."""
    aneis = [
        Anel(apos_segundos=apos, reduz_nivel=reduz, equipes=(REFORCO,) if chama else ())
        for apos, reduz, chama in sorted(ditos)
    ]
    b = com_aneis(*aneis)
    b.pessoa("ana", habilidades=("a",), niveis={"a": tem} if tem else {}, equipes=(REFORCO if da_equipe else None,))
    b.chega("t", rota=Rota(habilidades=(Pedida("a", pede),)))
    b.passa(20_000)
    sabe_desde = next(
        (apos for apos in (0, *(anel.apos_segundos for anel in aneis)) if (tem or 3) >= _pede(pede, aneis, apos)), None
    )
    vem_desde = min((anel.apos_segundos for anel in aneis if anel.equipes), default=0) if da_equipe else 0
    esperado = None if sabe_desde is None else 1_000 + 1_000 * max(sabe_desde, vem_desde)
    assert b.quando("t") == esperado


def _pede(nivel: int, aneis: list[Anel], apos: int) -> int:
    return max(1, nivel - sum(anel.reduz_nivel for anel in aneis if anel.apos_segundos <= apos))
