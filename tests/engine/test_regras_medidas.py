"""What is measured in bounded memory, against the plain way that keeps everything."""

from __future__ import annotations

from math import ceil
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.simulacao.medidas import PASSO_INICIAL, PONTOS, PRECISAO, Media, Quantis, Serie, gini


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_mean_and_deviation_are_those_of_the_list(valores: list[float]) -> None:
    media = Media()
    for valor in valores:
        media.por(valor)
    assert media.media == pytest.approx(fmean(valores), abs=1e-6)
    assert media.desvio == pytest.approx(stdev(valores), abs=1e-5)


@given(st.lists(st.integers(0, 2_600_000_000), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_quantile_is_as_near_as_it_promises(valores: list[int], q: float) -> None:
    quantis = Quantis()
    for valor in valores:
        quantis.por(valor)
    exato = sorted(valores)[ceil(q * len(valores)) - 1]
    assert quantis.quantil(q) == pytest.approx(exato, rel=PRECISAO * 1.001)
    assert quantis.maximo == max(valores)


def test_nothing_has_no_quantiles_and_no_deviation() -> None:
    assert (Quantis().quantil(0.5), Media().desvio, gini([]), gini([0, 0])) == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.integers(0, 3_000 * PASSO_INICIAL), st.integers(-2, 3)), min_size=1, max_size=20))
def test_a_series_is_the_mean_of_each_step_however_often_steps_were_doubled(passos: list[tuple[int, int]]) -> None:
    inicio = now = 1000
    serie, valor, maximo = Serie(inicio), 0, 0
    trechos: list[tuple[int, int, int]] = []
    for espera, quanto in passos:
        trechos.append((now, now + espera, valor))
        now += espera
        valor += quanto
        maximo = max(maximo, valor)
        serie.mudar(quanto, now)

    def area(de: int, ate: int) -> int:
        return sum(quanto * max(0, min(fim, ate) - max(comeco, de)) for comeco, fim, quanto in trechos)

    assert len(serie.medias()) == len(serie.maximos()) == (now - inicio) // serie.passo <= 2 * PONTOS
    for lugar, media in enumerate(serie.medias()):
        de = inicio + lugar * serie.passo
        assert media == pytest.approx(area(de, de + serie.passo) / serie.passo, abs=1e-9)
    if now > inicio:
        assert serie.media == pytest.approx(area(inicio, now) / (now - inicio), abs=1e-9)
    assert serie.maximo == maximo


def test_a_series_keeps_its_maxima_when_steps_become_longer() -> None:
    serie = Serie(0)
    serie.mudar(7, 10)
    serie.mudar(-7, 20)
    serie.ate(PASSO_INICIAL * 5000)
    assert (serie.passo > PASSO_INICIAL, serie.maximo, serie.maximos()[0]) == (True, 7, 7)


@pytest.mark.parametrize(
    ("valores", "esperado"), [([5, 5, 5], 0), ([0, 0, 0, 10], 0.75), ([1, 2, 3, 4, 5], 4 / 15)], ids=str
)
def test_gini_is_that_of_the_textbook(valores: list[float], esperado: float) -> None:
    assert gini(valores) == pytest.approx(esperado)
