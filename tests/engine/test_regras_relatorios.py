"""The parts of reports by themselves: classes of durations, days of time zones, hours of work, cells of CSV."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.relatorios import periodo
from engine.relatorios.consulta import Consulta
from engine.relatorios.folha import inerte
from engine.relatorios.histograma import CLASSES, LIMITES, classe, percentil
from engine.relatorios.jornada import por_hora
from engine.relatorios.medidas import NO_STATUS
from engine.relatorios.somas import HORA_MS, Corte, inteiros

FUSOS = [
    "America/Sao_Paulo", "America/Noronha", "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham",
    "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Europe/Lisbon",
]  # fmt: skip
dias = st.dates(date(2008, 1, 1), date(2030, 12, 31))


@given(st.lists(st.integers(1_000, LIMITES[-1] - 1), min_size=1), st.sampled_from([0.5, 0.9, 0.99]))
def test_a_percentile_is_off_by_nine_percent_at_most(duracoes: list[int], parte: float) -> None:
    achado = percentil(Counter(map(classe, duracoes)), parte)
    ordenadas = sorted(duracoes)
    exato = ordenadas[min(int(parte * len(ordenadas)), len(ordenadas) - 1)]
    outro = ordenadas[max(-(-int(parte * len(ordenadas) * 1000) // 1000) - 1, 0)]
    assert achado is not None
    assert min(exato, outro) / 1.091 - 1 <= achado <= max(exato, outro) * 1.091 + 1


@given(st.integers(0, 2**40))
def test_each_duration_has_one_class(ms: int) -> None:
    qual = classe(ms)
    assert 0 <= qual < CLASSES
    assert qual == 0 or LIMITES[qual - 1] <= ms
    assert qual == len(LIMITES) or ms < LIMITES[qual]


def test_of_nothing_there_is_no_percentile_and_no_two_durations_share_a_number() -> None:
    assert percentil({}, 0.5) is None
    bases = sorted(qual.base for qual in NO_STATUS.values())
    assert all(depois - antes > CLASSES for antes, depois in pairwise(bases))


@given(st.sampled_from(FUSOS), dias, st.integers(0, 40))
def test_days_follow_each_other_without_a_gap_and_all_hours_of_a_day_are_of_it(
    nome: str, dia: date, quantos: int
) -> None:
    fuso = ZoneInfo(nome)
    ultimo = dia + timedelta(days=quantos)
    todas = periodo.horas(dia.isoformat(), ultimo.isoformat(), fuso, 0)
    por_dia = [periodo.horas(um, um, fuso, 0) for n in range(quantos + 1) if (um := str(dia + timedelta(days=n)))]
    assert [hora for horas in por_dia for hora in horas] == list(todas)
    for n, horas in enumerate(por_dia):
        assert {periodo.rotulo(hora, fuso, "dia") for hora in horas} <= {str(dia + timedelta(days=n))}
    assert list(periodo.rotulos(todas, fuso, "dia")) == [
        str(dia + timedelta(days=n)) for n in range(quantos + 1) if por_dia[n]
    ]


@pytest.mark.parametrize(
    ("fuso", "dia", "quantas", "primeira"),
    [
        ("America/Sao_Paulo", "2026-11-29", 24, "2026-11-29T00:00-03:00"),
        ("America/Sao_Paulo", "2018-11-04", 23, "2018-11-04T01:00-02:00"),  # summer time began at midnight
        ("America/Sao_Paulo", "2018-02-17", 25, "2018-02-17T00:00-02:00"),  # and ended at midnight
        ("Europe/Lisbon", "2026-10-25", 25, "2026-10-25T00:00+01:00"),
        ("Asia/Kolkata", "2026-11-29", 24, "2026-11-29T00:00+05:30"),
        ("Asia/Kathmandu", "2024-02-29", 24, "2024-02-29T00:00+05:45"),
    ],
)
def test_a_day_has_its_hours(fuso: str, dia: str, quantas: int, primeira: str) -> None:
    horas = periodo.horas(dia, dia, ZoneInfo(fuso), 0)
    assert len(horas) == quantas
    assert periodo.rotulo(horas[0], ZoneInfo(fuso), "hora") == primeira


def test_weeks_begin_on_monday_and_months_with_their_first_day() -> None:
    fuso = ZoneInfo("America/Sao_Paulo")
    horas = periodo.horas("2026-10-30", "2026-11-03", fuso, 0)
    assert list(periodo.rotulos(horas, fuso, "semana")) == ["2026-10-26", "2026-11-02"]
    assert list(periodo.rotulos(horas, fuso, "mes")) == ["2026-10", "2026-11"]
    assert list(periodo.rotulos(horas, fuso, "total")) == [None]


def test_what_is_not_said_is_the_last_thirty_days_with_this_hour() -> None:
    fuso = ZoneInfo("America/Sao_Paulo")
    agora = 1_796_000_000_000
    horas = periodo.horas(None, None, fuso, agora)
    assert horas[-1] == agora // HORA_MS
    assert len(list(periodo.rotulos(horas, fuso, "dia"))) == periodo.DIAS_PADRAO
    assert periodo.rotulo(horas[0], fuso, "hora") == "2026-10-31T00:00-03:00"
    de_um = periodo.horas("2026-11-29T10:15:00Z", "2026-11-29T10:16:00Z", fuso, agora)
    assert list(periodo.rotulos(de_um, fuso, "hora")) == ["2026-11-29T07:00-03:00"]
    for ruim in ("2026-11-29T10:15:00", "2026-02-30", "hoje", "2026-11-29T10:15:00+03:00"):
        with pytest.raises(ValueError, match=r".*"):
            periodo.hora_de_inicio(ruim, fuso)


@given(st.integers(0, 10**13), st.integers(0, 10 * HORA_MS))
def test_time_is_given_to_the_hours_that_it_passed_in(de: int, ms: int) -> None:
    partes = list(por_hora(de, de + ms))
    assert sum(parte for _, parte in partes) == ms
    assert all(0 < parte <= HORA_MS for _, parte in partes)
    assert [hora for hora, _ in partes] == list(range(de // HORA_MS, de // HORA_MS + len(partes)))


def test_two_things_go_together_where_sums_of_both_are_kept() -> None:
    fuso, horas = ZoneInfo("UTC"), range(10)
    juntos = Consulta("volume", horas, fuso, "atendente", "total", {"fila": "f"})
    assert (juntos.corte, juntos.chaves(), juntos.quem("f/a")) == (Corte.FILA_E_ATENDENTE, ["f/"], "a")
    assert Consulta("volume", horas, fuso, "fila", "total", {"atendente": "a"}).chaves() == ["/a"]
    assert Consulta("volume", horas, fuso, "total", "dia", {"fila": "f", "atendente": "a"}).chaves() == ["f/a"]
    assert Consulta("volume", horas, fuso, "hora", "total", {"canal": "c"}).corte is Corte.CANAL
    for ruim in (
        Consulta("volume", horas, fuso, "canal", "total", {"fila": "f"}),
        Consulta("agentes", horas, fuso, "fila"),
        Consulta("volume", range(0), fuso),
        Consulta("volume", range(500 * 24), fuso),
    ):
        assert len(ruim.problemas()) == 1


def test_what_people_have_named_is_no_formula() -> None:
    for perigoso in ("=1+1", "+55", "-2", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%x"):
        assert inerte(perigoso) == f"'{perigoso}"
    for nome in ("Suporte", "é", "1+1", "a=b", ""):
        assert inerte(nome) == nome


@given(st.integers(0, 200), st.integers(0, 200))
def test_hours_are_parted_into_whole_days_and_what_is_beside_them(de: int, quantas: int) -> None:
    horas = range(de, de + quantas)
    partes = inteiros(horas)
    assert [hora for parte in partes for hora in parte] == list(horas)
    antes, dias, depois = partes
    assert dias.start % 24 == dias.stop % 24 == 0
    if not dias:
        assert all(not set(range(dia, dia + 24)) <= set(horas) for dia in range(0, 500, 24))
    else:
        assert len(antes) < 24 > len(depois)


@given(st.sampled_from(FUSOS), dias, st.sampled_from(["total", "semana", "mes"]), st.integers(1, 90))
def test_the_parts_of_a_period_are_its_hours_and_each_has_one_label(
    nome: str, dia: date, intervalo: periodo.Intervalo, quantos: int
) -> None:
    fuso = ZoneInfo(nome)
    horas = periodo.horas(str(dia), str(dia + timedelta(days=quantos)), fuso, 0)
    partes = list(periodo.partes(horas, fuso, intervalo))
    assert [hora for parte in partes for hora in parte] == list(horas)
    rotulos = [{periodo.rotulo(hora, fuso, intervalo) for hora in parte} for parte in partes]
    assert [rotulo for (rotulo,) in rotulos] == list(periodo.rotulos(horas, fuso, intervalo))
