"""The simulation: what comes, who takes it, and what is counted."""

from __future__ import annotations

from random import Random
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.modelo import Estrategia, Pedida
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Anel, EsperaMaxima, Horario, Oferta, Politica, Transbordo, ViaEquipe
from engine.simulacao import Cenario, Resultado, ate_o_fim, com_politica, exemplo, simular
from engine.simulacao.cenario import AtendenteDoCenario, FilaDoCenario, Tempo
from engine.simulacao.leitura import exigir
from engine.simulacao.trafego import Chegada, sortear
from engine.simulacao.turnos import Presenca
from engine.tempo import ms_de

HORA = 3_600_000
DIA = 24 * HORA
MEIA_NOITE = ms_de("2026-01-05T03:00:00Z")
"""Of a Monday, in São Paulo."""


def feito(
    cenario: Cenario, chegadas: list[Chegada] | None = None, presencas: list[Presenca] | None = None
) -> Resultado:
    return ate_o_fim(simular(cenario, Random(cenario.semente), chegadas, presencas))


def um(capacidade: int = 1, **campos: Any) -> Cenario:
    """One fila, and one agent who is always there."""
    fila = FilaDoCenario(nome="A", chegadas_por_hora=60)
    return Cenario(filas=(fila,), atendentes=(AtendenteDoCenario(nome="Ana", capacidade=capacidade),), **campos)


def chegadas(*em_segundos: tuple[int, int], **campos: Any) -> list[Chegada]:
    """When each comes, and how long it takes, in seconds."""
    return [Chegada(MEIA_NOITE + em * 1000, 0, duracao * 1000, **campos) for em, duracao in em_segundos]


# -- by hand -------------------------------------------------------------------------------------------------------


def test_who_comes_while_somebody_is_free_does_not_wait_and_who_does_not_waits_until_then() -> None:
    total = feito(um(dias=1), chegadas((0, 100), (40, 100), (500, 10))).total
    assert (total.chegadas, total.atendidos, total.esperando) == (3, 3, 0)
    assert (total.espera.media, total.espera.maxima) == (20, 60)
    assert total.probabilidade_de_espera == pytest.approx(1 / 3, abs=1e-6)
    assert total.nivel_de_servico == 1
    assert (total.na_fila, total.na_fila_maximo) == (round(60 / 86_400, 4), 1)


def test_an_agent_with_two_slots_takes_two_at_a_time() -> None:
    resultado = feito(um(2, dias=1), chegadas((0, 100), (40, 100), (50, 100)))
    assert resultado.total.espera.maxima == 50
    assert resultado.ocupacao == round(300 / (2 * 86_400), 6)


def test_who_has_no_patience_left_is_gone_and_is_not_given_to_anybody() -> None:
    impaciente = chegadas((10, 100), paciencia=20_000)
    total = feito(um(dias=1), [*chegadas((0, 100)), *impaciente]).total
    assert (total.atendidos, total.desistiram, total.desistencia) == (1, 1, 0.5)
    assert (total.espera.media, total.espera_de_todos) == (0, 10)


def test_patience_is_of_the_line_only() -> None:
    total = feito(um(dias=1), chegadas((0, 100), paciencia=20_000)).total
    assert (total.atendidos, total.desistiram) == (1, 0)


def test_the_urgent_go_first() -> None:
    todas = [*chegadas((0, 100), (10, 50)), *chegadas((20, 50), prioridade="URGENTE")]
    filas = feito(um(dias=1), todas)
    assert filas.total.espera.maxima == 140  # the one before the urgent one: 100 + 50 - 10


def test_who_leaves_finishes_what_it_has_and_is_given_nothing_more() -> None:
    idas = [Presenca(MEIA_NOITE, 0, True), Presenca(MEIA_NOITE + 50_000, 0, False)]
    resultado = feito(um(dias=1), chegadas((0, 100), (60, 100)), idas)
    assert (resultado.total.atendidos, resultado.total.esperando) == (1, 1)
    assert resultado.ocupacao == 1  # of the time that it was there


def test_what_comes_before_the_count_begins_is_simulated_and_not_counted() -> None:
    total = feito(um(dias=1, descarte_segundos=30), chegadas((0, 100), (40, 100))).total
    assert (total.chegadas, total.espera.media) == (1, 60)


def test_it_ends_when_so_many_have_come() -> None:
    total = feito(um(dias=1, tickets=2), chegadas((0, 100), (40, 100), (90, 100))).total
    assert (total.chegadas, total.esperando) == (2, 1)


# -- traffic -------------------------------------------------------------------------------------------------------


def test_rates_by_hour_of_week_are_those_of_the_wall_clock() -> None:
    semana = tuple(60.0 if hora == 9 else 0.0 for hora in range(168))
    fila = FilaDoCenario(nome="A", chegadas_da_semana=semana)
    cenario = Cenario(filas=(fila,), atendentes=(AtendenteDoCenario(nome="Ana"),))
    vindas = [c.em for c in sortear(cenario, Random(1), MEIA_NOITE, MEIA_NOITE + 21 * DIA)]
    horas = {(em - MEIA_NOITE) % (7 * DIA) // HORA for em in vindas}
    assert horas == {9}
    assert 130 <= len(vindas) <= 230  # 180, and three standard deviations to either side


@pytest.mark.parametrize(
    ("forma", "cv"), [("exponencial", 1.0), ("fixa", 0.0), ("lognormal", 0.5)], ids=["exponencial", "fixa", "lognormal"]
)
def test_durations_have_the_mean_and_the_variation_that_were_asked(forma: Any, cv: float) -> None:
    fila = FilaDoCenario(
        nome="A", chegadas_por_hora=1000, atendimento=Tempo(media_segundos=120, forma=forma, cv=cv or 1)
    )
    cenario = Cenario(filas=(fila,), atendentes=(AtendenteDoCenario(nome="Ana"),))
    tempos = [c.duracao / 1000 for c in sortear(cenario, Random(2), MEIA_NOITE, MEIA_NOITE + 20 * HORA)]
    media = sum(tempos) / len(tempos)
    desvio = (sum((um - media) ** 2 for um in tempos) / len(tempos)) ** 0.5
    assert media == pytest.approx(120, rel=0.05)
    assert desvio / media == pytest.approx(cv, abs=0.05)


def test_two_policies_are_tried_on_the_very_same_traffic() -> None:
    cenario = exemplo()
    outra = com_politica(cenario, Politica(estrategia="ROUND_ROBIN", prioridade=1), "Suporte")
    assert [fila.politica.estrategia for fila in outra.filas] == ["ROUND_ROBIN", "MENOS_OCUPADO"]
    um, outro = (list(sortear(qual, Random(5), MEIA_NOITE, MEIA_NOITE + DIA)) for qual in (cenario, outra))
    assert um == outro


def test_another_fila_does_not_change_what_comes_to_the_first() -> None:
    cenario = exemplo()
    sozinha = replace(cenario, filas=cenario.filas[:1])
    um, outro = (
        [c for c in sortear(qual, Random(5), MEIA_NOITE, MEIA_NOITE + DIA) if c.fila == 0]
        for qual in (cenario, sozinha)
    )
    assert um == outro


def test_shifts_are_kept() -> None:
    turno = Horario(dias={"seg": (("09:00", "10:00"),)})
    cenario = replace(um(dias=7), atendentes=(AtendenteDoCenario(nome="Ana", turno=turno),))
    as_oito = chegadas((8 * 3600, 10), (9 * 3600 + 30, 10), (11 * 3600, 10))
    total = feito(cenario, as_oito).total
    assert (total.atendidos, total.esperando, total.espera.maxima) == (2, 1, 3600)


# -- whatever the scenario -----------------------------------------------------------------------------------------


@st.composite
def cenarios(sortear: st.DrawFn) -> Cenario:
    estrategias: list[Estrategia] = [um for um in get_args(Estrategia) if um != "MANUAL"]
    filas = tuple(
        FilaDoCenario(
            nome=nome,
            politica=Politica(estrategia=sortear(st.sampled_from(estrategias)), prioridade=sortear(st.integers(1, 10))),
            chegadas_por_hora=sortear(st.integers(1, 60)),
            atendimento=Tempo(media_segundos=sortear(st.integers(10, 900))),
            paciencia_segundos=sortear(st.one_of(st.none(), st.integers(1, 900))),
            prioridades={"NORMAL": 2, "URGENTE": 1, "BAIXA": 1},
        )
        for nome in "AB"[: sortear(st.integers(1, 2))]
    )
    turno = Horario(dias={"seg": (("00:00", "02:00"), ("03:30", "24:00"))})
    atendentes = tuple(
        AtendenteDoCenario(
            nome=nome,
            quantos=sortear(st.integers(1, 3)),
            capacidade=sortear(st.integers(1, 3)),
            filas=tuple(f.nome for f in filas if sortear(st.booleans())),
            turno=sortear(st.sampled_from([None, turno])),
        )
        for nome in "xyz"[: sortear(st.integers(1, 3))]
    )
    return Cenario(filas=filas, atendentes=atendentes, semente=sortear(st.integers(0, 100)), dias=0.25)


@settings(max_examples=40, deadline=None)
@given(cenarios())
def test_nobody_is_lost_and_nobody_has_more_than_it_can(cenario: Cenario) -> None:
    resultado = feito(cenario)
    for medidas in (resultado.total, *resultado.filas):
        assert medidas.chegadas == medidas.atendidos + medidas.desistiram + medidas.encerrados + medidas.esperando
        assert 0 <= medidas.gini < 1
    assert resultado.total.chegadas == sum(fila.chegadas for fila in resultado.filas)
    assert sum(um.tickets for um in resultado.atendentes) == resultado.total.atendidos
    assert all(0 <= (um.ocupacao or 0) <= 1 for um in resultado.atendentes)
    espera = resultado.total.espera
    assert espera.p50 <= espera.p95 <= espera.p99 <= espera.maxima


@settings(max_examples=10, deadline=None)
@given(cenarios())
def test_the_same_seed_gives_the_same_result_byte_for_byte(cenario: Cenario) -> None:
    assert msgspec.json.encode(feito(cenario)) == msgspec.json.encode(feito(cenario))


def test_another_seed_gives_another_result() -> None:
    assert feito(exemplo()) != feito(replace(exemplo(), semente=2))


def test_it_says_how_far_it_is() -> None:
    fracoes = list(simular(um(dias=30), Random(1)))
    assert len(fracoes) > 30
    assert fracoes == sorted(fracoes)
    assert all(0 < uma <= 1 for uma in fracoes)


# -- what policies do ----------------------------------------------------------------------------------------------

_OUTRA = "00000000-0000-7000-8000-0000000000aa"
_EQUIPE = "00000000-0000-7000-8000-0000000000ee"


def com(politica: Politica, *atendentes: AtendenteDoCenario, **campos: Any) -> Cenario:
    """A fila with that policy, and another that is called B."""
    filas = (FilaDoCenario(nome="A", politica=politica, **campos), FilaDoCenario(nome="B", id=_OUTRA))
    return Cenario(filas=filas, atendentes=atendentes, dias=1)


def test_what_overflows_is_answered_elsewhere_and_counts_in_its_own_fila() -> None:
    politica = Politica(transbordos=(Transbordo(para=_OUTRA, apos_segundos=30),))
    cenario = com(politica, AtendenteDoCenario(nome="Bia", filas=("B",)))
    de_a, de_b = feito(exigir(cenario), chegadas((0, 100))).filas
    assert (de_a.atendidos, de_a.transbordaram, de_a.espera.maxima) == (1, 1, 30)
    assert de_b.chegadas == 0


def test_what_the_policy_closes_is_told_apart_from_what_gave_up() -> None:
    politica = Politica(maximo=EsperaMaxima(acao="encerrar", segundos=60))
    total = feito(exigir(com(politica, AtendenteDoCenario(nome="Bia", filas=("B",)))), chegadas((0, 100))).total
    assert (total.encerrados, total.desistiram, total.espera_de_todos) == (1, 0, 60)


def test_rings_let_others_have_what_has_waited() -> None:
    politica = Politica(aneis=(Anel(apos_segundos=45, dispensa=("ingles",)),))
    quer_ingles = chegadas((0, 100), habilidades=(Pedida("ingles", 3),))
    total = feito(exigir(com(politica, AtendenteDoCenario(nome="Ana", filas=("A",)))), quer_ingles).total
    assert total.espera.maxima == 45
    com_ingles = AtendenteDoCenario(nome="Ana", filas=("A",), habilidades={"ingles": 3})
    assert feito(com(politica, com_ingles), quer_ingles).total.espera.maxima == 0


def test_equipes_serve_after_their_delay() -> None:
    politica = Politica(equipes=(ViaEquipe(equipe_id=_EQUIPE, atraso_segundos=20),))
    cenario = com(politica, AtendenteDoCenario(nome="Eva", equipes=(_EQUIPE,)), equipes=(_EQUIPE,))
    assert feito(exigir(cenario), chegadas((0, 100))).filas[0].espera.maxima == 20


def test_costs_by_canal_and_wrap_up_take_room() -> None:
    capacidade = Capacidade(custos={"email": 0.5}, arremate_segundos=60)
    dois = chegadas((0, 100), (0, 100), (0, 100), canal="email")
    resultado = feito(replace(um(dias=1), capacidade=capacidade), dois)
    assert resultado.total.espera.maxima == 160
    assert resultado.ocupacao == round(3 * 0.5 * 160 / 86_400, 6)


def test_what_is_offered_is_taken_at_once() -> None:
    politica = Politica(modo="oferta", oferta=Oferta(paralelas=2))
    cenario = com(politica, AtendenteDoCenario(nome="Ana", quantos=2, filas=("A",)))
    resultado = feito(exigir(cenario), chegadas((0, 100), (10, 100), (20, 100)))
    assert resultado.total.espera.maxima == 80
    assert [um.tickets for um in resultado.atendentes] == [2, 1]
