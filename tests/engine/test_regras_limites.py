"""Shares of agents in windows, and while a fila warms up."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import porque_nao
from engine.modelo import EscalaRow
from engine.politica.modelo import Aquecimento, Horario, Limite, Politica
from tests.engine.bancada import Bancada

DEZ_SEGUNDOS = 10_000
SEM_FIM = 1_000
TODO_DIA = dict.fromkeys(("seg", "ter", "qua", "qui", "sex", "sab", "dom"), (("08:00", "18:00"),))
ABRE = 8 * 3_600_000
"""When it opens on the first day of the epoch, by UTC."""


def limitada(quantidade: int, *pessoas: str, now: int = 1) -> Bancada:
    b = Bancada(now=now)
    b.fila(politica=Politica(limite=Limite(quantidade=quantidade, janela_segundos=10)))
    for pessoa in pessoas:
        b.pessoa(pessoa, capacidade=SEM_FIM)
    return b


def aquecida(maximo: int, segundos: int, *pessoas: str, now: int = ABRE - 1_000) -> Bancada:
    b = Bancada(now=now)
    horario = Horario(fuso="UTC", dias=TODO_DIA)  # type: ignore[arg-type]
    b.fila(politica=Politica(horario=horario, aquecimento=Aquecimento(segundos=segundos, maximo=maximo)))
    for pessoa in pessoas:
        b.pessoa(pessoa, capacidade=SEM_FIM)
    return b


# -- so many in a window


def test_beyond_its_share_an_agent_is_given_nothing_until_the_window_is_over_at_its_very_millisecond() -> None:
    b = limitada(2, "ana")
    for nome in "abc":
        b.chega(nome)
    assert (b.dono("c"), porque_nao(b.linha(), b.espera("c"), b.candidato("ana"))) == (None, "limite")
    b.passa(DEZ_SEGUNDOS - 2)
    assert b.dono("c") is None
    b.passa(1)
    assert (b.dono("c"), b.quando("c")) == ("ana", DEZ_SEGUNDOS)


def test_others_have_what_one_may_not_have_any_more() -> None:
    b = limitada(2, "ana", "bia")
    for _ in range(5):
        b.chega()
    assert Counter(b.a_quem()) == {"ana": 2, "bia": 2}


def test_resolving_gives_no_share_back() -> None:
    b = limitada(1, "ana")
    b.resolve(b.chega())
    assert b.dono(b.chega()) is None


@given(st.lists(st.integers(0, 7_000), max_size=40), st.integers(1, 3))
def test_in_no_window_is_anybody_given_more_and_nothing_waits_longer_than_that(
    pausas: list[int], quantidade: int
) -> None:
    b = limitada(quantidade, "ana", "bia")
    for pausa in pausas:
        b.passa(pausa)
        b.chega()
        na_janela = Counter(quem for _, quem, now in b.dados if now // DEZ_SEGUNDOS == b.now // DEZ_SEGUNDOS)
        assert all(vezes <= quantidade for vezes in na_janela.values())
        if b.linha().esperas:
            assert na_janela == {"ana": quantidade, "bia": quantidade}
    b.passa(DEZ_SEGUNDOS * (1 + len(pausas)))
    assert not b.linha().esperas


def test_the_share_in_a_window_is_remembered_over_a_restart() -> None:
    b = limitada(2, "ana")
    for nome in "abc":
        b.chega(nome)
    b.passa(5_000)
    b.reinicia()
    assert b.dono("c") is None
    b.passa(DEZ_SEGUNDOS - b.now)
    assert (b.dono("c"), b.quando("c")) == ("ana", DEZ_SEGUNDOS)


def test_a_window_that_was_over_before_a_restart_keeps_nobody_away() -> None:
    b = limitada(2, "ana")
    for nome in "abc":
        b.chega(nome)
    b.now += 2 * DEZ_SEGUNDOS
    b.reinicia()
    assert b.dono("c") == "ana"


def test_nor_does_it_because_another_was_given_something_since() -> None:
    b = limitada(2, "ana", "bia", now=12_000)
    b.d.lembrar(EscalaRow("empresa", "fila", "ana", 1, 5_000, 0.0, {"limite": (10_000, 2)}), b.now)
    b.d.lembrar(EscalaRow("empresa", "fila", "bia", 2, 11_000, 0.0, {"limite": (20_000, 1)}), b.now)
    for _ in range(3):
        b.chega()
    assert Counter(b.a_quem()) == {"ana": 2, "bia": 1}


def test_a_limit_that_is_raised_or_taken_away_lets_what_waits_go_at_once() -> None:
    b = limitada(1, "ana")
    for nome in "abc":
        b.chega(nome)
    b.fila(politica=Politica(limite=Limite(quantidade=2, janela_segundos=10)))
    assert (b.dono("b"), b.dono("c")) == ("ana", None)
    b.fila()
    assert b.dono("c") == "ana"


def test_another_length_of_windows_is_in_force_at_once_and_what_was_given_in_this_one_counts() -> None:
    b = limitada(2, "ana", now=1_000)
    for nome in "abc":
        b.chega(nome)
    b.fila(politica=Politica(limite=Limite(quantidade=2, janela_segundos=3)))
    b.passa(1_999)
    assert b.dono("c") is None
    b.passa(1)
    assert (b.dono("c"), b.quando("c")) == ("ana", 3_000)
    b.fila(politica=Politica(limite=Limite(quantidade=1, janela_segundos=60)))
    b.chega("d")
    b.passa(56_999)
    assert b.dono("d") is None
    b.passa(1)
    assert (b.dono("d"), b.quando("d")) == ("ana", 60_000)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 40_000), st.integers(0, 40_000), st.booleans())
def test_so_it_is_of_what_the_least_served_is_told_by_and_a_restart_agrees(
    antes: int, depois: int, ate: int, mais: int, reinicia: bool
) -> None:
    b = Bancada(now=0)
    b.fila(politica=Politica(estrategia="MENOS_ATENDIDOS", janela_segundos=antes))
    b.pessoa("ana", capacidade=SEM_FIM)
    b.passa(ate)
    b.chega()
    b.fila(politica=Politica(estrategia="MENOS_ATENDIDOS", janela_segundos=depois))
    if reinicia:
        b.reinicia()
    b.passa(mais)
    na_mesma = b.now // (depois * 1000) == ate // (depois * 1000)
    assert b.candidato("ana").atendidos == na_mesma


def test_a_restart_counts_what_was_saved_when_windows_were_longer_or_shorter_if_it_was_given_in_this_one() -> None:
    for dada_em, ate, conta in ((11_000, 60_000, True), (9_000, 60_000, False), (11_000, 12_000, True)):
        b = limitada(1, "ana", now=12_000)
        b.d.lembrar(EscalaRow("empresa", "fila", "ana", 1, dada_em, 0.0, {"limite": (ate, 1)}), b.now)
        b.chega("a")
        assert (b.dono("a") is None) is conta


# -- while it warms up


def test_what_came_overnight_is_not_buried_upon_who_comes_first() -> None:
    b = aquecida(3, 600, "ana")
    for _ in range(10):
        b.chega()
    assert b.dados == [], "it is closed"
    b.passa(1_000)
    assert [now for _, _, now in b.dados] == [ABRE] * 3
    b.pessoa("bia", capacidade=SEM_FIM)
    assert len(b.de("bia")) == 3
    b.passa(599_999)
    assert len(b.dados) == 6
    b.passa(1)
    assert len(b.dados) == 10, "at the millisecond at which it is warm"


def test_warming_up_goes_on_over_a_restart() -> None:
    b = aquecida(2, 600, "ana")
    for _ in range(5):
        b.chega()
    b.passa(31_000)
    b.reinicia()
    b.passa(570_000 - 1)
    assert len(b.de("ana")) == 2
    b.passa(1)
    assert len(b.de("ana")) == 5


def test_who_opens_anew_warms_up_anew() -> None:
    b = aquecida(2, 600, "ana")
    for dia in range(3):
        for _ in range(4):
            b.chega()
        assert len(b.dados) == 4 * dia, "it is closed"
        b.passa(1_000)
        assert len(b.dados) == 4 * dia + 2
        b.passa(600_000)
        assert len(b.dados) == 4 * dia + 4
        b.passa(86_400_000 - 601_000)


def test_a_fila_that_has_been_open_for_longer_is_warm() -> None:
    b = aquecida(1, 600, "ana", now=ABRE + 600_000)
    for _ in range(3):
        b.chega()
    assert len(b.dados) == 3
    outra = aquecida(1, 600, "ana", now=ABRE + 599_999)
    for _ in range(3):
        outra.chega()
    assert len(outra.dados) == 1
    outra.passa(1)
    assert len(outra.dados) == 3


def test_a_share_in_a_window_and_one_while_it_warms_up_bound_each_other() -> None:
    b = Bancada(now=ABRE)
    horario = Horario(fuso="UTC", dias=TODO_DIA)  # type: ignore[arg-type]
    aquecimento, limite = Aquecimento(segundos=20, maximo=3), Limite(quantidade=2, janela_segundos=10)
    b.fila(politica=Politica(horario=horario, aquecimento=aquecimento, limite=limite))
    b.pessoa("ana", capacidade=SEM_FIM)
    for _ in range(9):
        b.chega()
    vezes = []
    for _ in range(4):
        vezes.append(len(b.dados))
        b.passa(10_000)
    assert vezes == [2, 3, 5, 7]
