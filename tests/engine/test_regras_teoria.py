"""Queueing theory, against values that others have published, and against what must hold between its formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.simulacao.estatistica import intervalo, t_de_student
from engine.simulacao.teoria import cobham, erlang_a, erlang_b, erlang_c, espera_mais_que


@pytest.mark.parametrize(
    ("agentes", "erlangs", "bloqueio"), [(1, 1, 0.5), (5, 3, 0.1101), (10, 10, 0.2146), (100, 100, 0.0757)], ids=str
)
def test_erlang_b_is_that_of_the_tables(agentes: int, erlangs: float, bloqueio: float) -> None:
    assert erlang_b(agentes, erlangs) == pytest.approx(bloqueio, abs=5e-5)


def test_erlang_c_is_that_of_the_textbooks() -> None:
    """Hillier and Lieberman, the emergency room of County Hospital: 2 patients an hour, 20 minutes each."""
    assert erlang_c(1, 2, 3).media == pytest.approx(2 / 3)
    assert erlang_c(2, 2, 3).media == pytest.approx(1 / 24)
    assert erlang_c(2, 2, 3).probabilidade == pytest.approx(1 / 6)
    assert espera_mais_que(1, 1, 2, 3) == pytest.approx(2 / 3 * 2.718281828**-1)


def test_erlang_a_is_that_of_garnett_mandelbaum_and_reiman() -> None:
    """2002, table 1: 48 calls a minute, 50 agents, a minute each, and patience of two minutes on average."""
    com, sem = erlang_a(50, 48, 1, 0.5), erlang_c(50, 48, 1)
    assert com.desistencia == pytest.approx(0.031, abs=5e-4)
    assert com.media * 60 == pytest.approx(3.7, abs=0.05)
    assert com.media * 48 == pytest.approx(3, abs=0.05)  # in line
    assert sem.media * 60 == pytest.approx(20.8, abs=0.05)
    assert sem.media * 48 == pytest.approx(17, abs=0.5)


@pytest.mark.parametrize(("medicos", "esperas"), [(1, (0.238, 0.325)), (2, (0.029, 0.033, 0.048))], ids=str)
def test_cobham_is_that_of_the_textbooks(medicos: int, esperas: tuple[float, ...]) -> None:
    """The same emergency room, with critical, serious and stable patients, in hours."""
    assert cobham(medicos, (0.2, 0.6, 1.2), 3)[: len(esperas)] == pytest.approx(esperas, abs=5e-4)


@given(st.integers(1, 2000), st.floats(0.05, 0.98), st.floats(1e-3, 10))
def test_classes_share_the_work_that_waits_as_if_there_were_none(n: int, uso: float, mi: float) -> None:
    """Kleinrock's conservation law, where all take equally long."""
    lambdas = [parte * uso * n * mi for parte in (0.2, 0.5, 0.3)]
    juntas = sum(lambda_ * espera for lambda_, espera in zip(lambdas, cobham(n, lambdas, mi), strict=True))
    assert juntas / sum(lambdas) == pytest.approx(erlang_c(n, sum(lambdas), mi).media, rel=1e-9)


@given(st.integers(1, 500), st.floats(0.05, 0.95))
def test_the_patient_make_erlang_a_erlang_c(n: int, uso: float) -> None:
    com, sem = erlang_a(n, uso * n, 1, 1e-9), erlang_c(n, uso * n, 1)
    assert com.probabilidade == pytest.approx(sem.probabilidade, rel=1e-4, abs=1e-12)
    assert com.media == pytest.approx(sem.media, rel=1e-4, abs=1e-12)


@given(st.integers(1, 3000), st.floats(0.05, 5), st.floats(1e-3, 100))
def test_erlang_a_is_stable_whatever_the_load(n: int, uso: float, teta: float) -> None:
    """And what comes goes: served or not."""
    espera = erlang_a(n, uso * n, 1, teta)
    assert 0 <= espera.desistencia <= espera.probabilidade <= 1
    assert espera.desistencia >= 1 - 1 / uso - 1e-9


def test_a_line_without_end_has_no_mean() -> None:
    with pytest.raises(ValueError, match="not enough"):
        erlang_c(2, 2, 1)


@pytest.mark.parametrize(
    ("p", "graus", "t"), [(0.995, 9, 3.2498), (0.975, 4, 2.7764), (0.995, 19, 2.8609), (0.9995, 30, 3.6460)], ids=str
)
def test_student_is_that_of_the_tables(p: float, graus: int, t: float) -> None:
    assert t_de_student(p, graus) == pytest.approx(t, abs=1e-4)


def test_an_interval_is_around_the_mean() -> None:
    achado = intervalo([1, 2, 3, 4, 5], 0.95)
    assert (achado.media, achado.contem(3), achado.contem(9)) == (3, True, False)
    assert achado.ate - achado.media == pytest.approx(2.7764 * 1.5811 / 5**0.5, abs=1e-3)
