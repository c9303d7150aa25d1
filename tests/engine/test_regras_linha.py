"""Places in line: by priority, by age, by when a first answer is due; and how many stand before somebody."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import Linha, prioridade_efetiva
from engine.distribuicao.exigencia import Exigencia
from engine.distribuicao.regras import PESO, PRAZO_SEM_DIZER
from engine.modelo import Prioridade, TicketRow
from engine.politica.modelo import Politica
from tests.engine import linhas
from tests.engine.bancada import fila_com

PRIORIDADES: tuple[Prioridade, ...] = ("BAIXA", "NORMAL", "ALTA", "URGENTE")
EM_2026 = 1_780_000_000_000
"""An instant as they are: ms since 1970."""
NINGUEM_GANHA = Fraction(1, 10**7)
"""Points: two that differ by less are taken as the same, for places are reckoned in floating point."""
da_fila = st.integers(1, 10)


def tickets(desde: st.SearchStrategy[int]) -> st.SearchStrategy[list[TicketRow]]:
    um = st.builds(
        lambda prioridade, desde, numero: linhas.ticket(
            f"ticket {numero}", prioridade=prioridade, aguardando_desde=desde, numero=numero
        ),
        st.sampled_from(PRIORIDADES),
        desde,
        st.integers(1, 10**6),
    )
    return st.lists(um, unique_by=lambda row: row.numero, max_size=30)


ao_mesmo_tempo = tickets(st.integers(0, 5))
ao_longo_de_uma_hora = tickets(st.integers(EM_2026, EM_2026 + 3_600_000))


def linha_com(rows: list[TicketRow], **politica: Any) -> Linha:
    linha = Linha(fila_com(Politica(**politica)), 1)
    for row in rows:
        entrar(linha, row)
    return linha


def entrar(linha: Linha, row: TicketRow, exigencia: Exigencia | None = None, de: str | None = None) -> None:
    linha.entrar(linha.formar(row, (100, 0), exigencia or Exigencia(), de))


def em_ordem(linha: Linha) -> list[TicketRow]:
    return [espera.row for espera in linha.em_ordem()]


# -- by priority


def test_effective_priorities_go_from_1_to_40() -> None:
    todas = [prioridade_efetiva(prioridade, fila) for prioridade in PRIORIDADES for fila in range(1, 11)]
    assert todas == list(range(1, 41))


@given(da_fila, da_fila)
def test_a_higher_priority_goes_first_whatever_the_filas(uma: int, outra: int) -> None:
    efetivas = [prioridade_efetiva(prioridade, uma) for prioridade in PRIORIDADES]
    for menor, maior in pairwise(PRIORIDADES):
        assert prioridade_efetiva(menor, uma) < prioridade_efetiva(maior, outra)
    assert efetivas == sorted(efetivas)


def por_prioridade(rows: list[TicketRow]) -> list[TicketRow]:
    por_numero = sorted(rows, key=lambda row: row.numero)
    por_idade = sorted(por_numero, key=lambda row: row.aguardando_desde)
    return sorted(por_idade, key=lambda row: PRIORIDADES.index(row.prioridade), reverse=True)


@given(ao_mesmo_tempo, da_fila)
def test_ranks_are_by_priority_then_age_then_number(rows: list[TicketRow], prioridade: int) -> None:
    assert sorted(rows, key=lambda row: linhas.chave_de_espera(row, prioridade)) == por_prioridade(rows)


@given(ao_mesmo_tempo, da_fila)
def test_a_line_is_in_that_order_whatever_the_priority_of_its_fila(rows: list[TicketRow], prioridade: int) -> None:
    assert em_ordem(linha_com(rows, prioridade=prioridade)) == por_prioridade(rows)


@given(ao_mesmo_tempo, da_fila)
def test_places_in_line_are_the_same_only_for_the_same_ticket(rows: list[TicketRow], fila: int) -> None:
    assert len({linhas.chave_de_espera(row, fila) for row in rows}) == len(rows)
    linha = linha_com([], prioridade=fila)
    assert len({linha.regras.chave(row, 0) for row in rows}) == len(rows)


@given(ao_longo_de_uma_hora, st.sampled_from([0.1, 0.5, 1, 3, 100]), st.integers(0, 10**9))
def test_what_waits_grows_in_priority_by_the_minute(rows: list[TicketRow], pontos: float, depois: int) -> None:
    now = EM_2026 + 3_600_000 + depois

    def efetiva(row: TicketRow) -> Fraction:
        return PESO[row.prioridade] + Fraction(pontos) * (now - row.aguardando_desde) / 60_000

    for antes, atras in pairwise(em_ordem(linha_com(rows, pontos_por_minuto=pontos))):
        assert efetiva(antes) > efetiva(atras) - NINGUEM_GANHA
        if antes.prioridade == atras.prioridade:
            assert (antes.aguardando_desde, antes.numero) < (atras.aguardando_desde, atras.numero)


@given(ao_longo_de_uma_hora, st.sampled_from([0, 0.1, 1, 100]), st.integers(0, 10**9))
def test_ranks_among_filas_are_in_the_order_of_the_line(rows: list[TicketRow], pontos: float, depois: int) -> None:
    linha = linha_com(rows, pontos_por_minuto=pontos)
    now = EM_2026 + 3_600_000 + depois
    postos = [linha.regras.posto(row, 0, now) for row in em_ordem(linha)]
    for antes, atras in pairwise(postos):
        assert antes[0] < atras[0] + float(NINGUEM_GANHA)


# -- by age, and by when a first answer is due


@given(ao_mesmo_tempo, st.sampled_from([0, 1, 100]))
def test_by_age_nothing_else_counts(rows: list[TicketRow], pontos: float) -> None:
    por_idade = sorted(rows, key=lambda row: (row.aguardando_desde, row.numero))
    assert em_ordem(linha_com(rows, ordem="idade", pontos_por_minuto=pontos)) == por_idade


@given(ao_longo_de_uma_hora)
def test_by_deadline_whoever_is_to_be_answered_first_goes_first(rows: list[TicketRow]) -> None:
    prazos = {"URGENTE": 60, "ALTA": 600, "BAIXA": 1_000_000}

    def vence(row: TicketRow) -> int:
        return row.aguardando_desde + prazos.get(row.prioridade, PRAZO_SEM_DIZER) * 1000

    esperado = sorted(rows, key=lambda row: (vence(row), row.aguardando_desde, row.numero))
    assert em_ordem(linha_com(rows, ordem="prazo", prazos_segundos=prazos)) == esperado


@pytest.mark.parametrize("ordem", ["idade", "prazo"])
def test_where_the_order_is_not_by_priority_nothing_ranks_above_the_rest_among_filas(ordem: Any) -> None:
    regras = linha_com([], ordem=ordem, prioridade=7).regras
    postos = {regras.posto(linhas.ticket(prioridade=prioridade), 0, 0)[0] for prioridade in PRIORIDADES}
    assert postos == {-prioridade_efetiva("NORMAL", 7)}


# -- how many stand before


@given(st.data(), ao_mesmo_tempo)
def test_a_place_in_line_is_how_many_stand_before_whatever_they_ask_and_for_whom_they_are_kept(
    data: st.DataObject, rows: list[TicketRow]
) -> None:
    linha = linha_com([])
    for row in rows:
        habilidades = data.draw(st.sampled_from([(), (("ingles", 1),), (("ingles", 2),)]))
        entrar(linha, row, Exigencia(0, 0, habilidades), data.draw(st.sampled_from([None, None, "ana", "bia"])))
    for row in data.draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.id)) if rows else []:
        assert linha.tirar(row.id) is not None
        rows = [outra for outra in rows if outra.id != row.id]
    assert em_ordem(linha) == por_prioridade(rows)
    assert [linha.posicao(espera) for espera in linha.em_ordem()] == list(range(len(rows)))
    assert linha.aguardando() == len(rows)


def test_what_is_out_of_order_or_promised_waits_too() -> None:
    linha = linha_com([linhas.ticket("a"), linhas.ticket("b", numero=2)])
    linha.parados.add("c")
    linha.prometidos = 2
    assert linha.aguardando() == 5
    entrar(linha, linhas.ticket("c", numero=3))
    assert linha.aguardando() == 5, "in order again, and in line"
