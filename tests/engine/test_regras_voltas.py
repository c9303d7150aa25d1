"""Who comes, or comes back, where shares are counted: neither buried under what comes nor passed over for it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.modelo import Estrategia, Pedida, Rota
from engine.politica.modelo import Afinidade, Pesos, Politica
from tests.engine.bancada import Bancada, uid
from tests.engine.historias import SEM_FIM, bancada, fazer, nome, seguidos

UM_MINUTO = 60_000
POR_PARTES: tuple[Estrategia, ...] = ("MENOS_ATENDIDOS", "PONDERADO", "HIBRIDO")
por_partes = pytest.mark.parametrize("estrategia", POR_PARTES)
SO_ATENDIDOS = Pesos(ocupacao=0, ociosidade=0, proficiencia=0, atendidos=1)


def partida(estrategia: Estrategia, pessoas: int, **politica: Any) -> Bancada:
    return bancada(estrategia, pessoas, janela_segundos=86_400, pesos=SO_ATENDIDOS, **politica)


def vem(b: Bancada, quantos: int, rota: Rota | None = None) -> list[str]:
    """So many come; who gets them."""
    antes = len(b.dados)
    for _ in range(quantos):
        b.chega(rota=rota)
        b.passa(10)
    return b.a_quem()[antes:]


def sai(b: Bancada, *quem: str) -> None:
    for um in quem:
        b.muda_pessoa(um, estado="pausa")


def volta(b: Bancada, *quem: str) -> None:
    for um in quem:
        b.muda_pessoa(um, estado="disponivel")


def partes_iguais(quem: list[str], de: list[str], folga: int = 1) -> None:
    teve = Counter(quem)
    assert set(teve) <= set(de)
    assert max(teve[um] for um in de) - min(teve[um] for um in de) <= folga, teve


# -- a bound that holds whatever happens


passos = st.lists(
    st.tuples(
        st.sampled_from(["chega"] * 5 + ["resolve", "passa", "pausa", "pausa", "volta", "volta", "reinicia", "nova"]),
        st.integers(0, 30),
    ),
    max_size=80,
)


@por_partes
@given(st.lists(st.sampled_from([0.5, 1, 2, 3]), min_size=1, max_size=5), passos)
def test_of_two_who_are_at_work_neither_gets_more_than_its_share_by_more_than_a_gift_of_each(
    estrategia: Estrategia, pesos: list[float], historia: list[tuple[str, int]]
) -> None:
    """From when the later of them came, or from any moment since."""
    b = partida(estrategia, len(pesos), pesos_dos_atendentes={nome(n): peso for n, peso in enumerate(pesos)})
    peso = {quem: b.linha().regras.politica.pesos_dos_atendentes.get(quem, 1) for quem in b.pessoas}
    desde = dict.fromkeys(b.pessoas, 0)
    for que, qual in historia:
        if que == "nova":
            b.pessoa(uid(f"nova{len(b.pessoas)}"), capacidade=SEM_FIM)
        else:
            fazer(b, que, qual)
        la = {quem for quem, row in b.pessoas.items() if row.estado == "disponivel"}
        desde = {quem: desde.get(quem, len(b.dados)) for quem in la}
        for um, outro in combinations(la, 2):
            teve = Counter(b.a_quem()[max(desde[um], desde[outro]) :])
            um_peso, outro_peso = (peso.get(quem, 1) if estrategia == "PONDERADO" else 1 for quem in (um, outro))
            assert abs(teve[um] / um_peso - teve[outro] / outro_peso) <= 1 / um_peso + 1 / outro_peso + 1e-6


@por_partes
@given(st.integers(2, 5), st.integers(0, 30), st.integers(1, 6))
def test_who_goes_and_comes_every_minute_neither_gains_nor_loses(
    estrategia: Estrategia, pessoas: int, antes: int, de_cada_vez: int
) -> None:
    b = partida(estrategia, pessoas)
    vem(b, antes)
    comeco = len(b.dados)
    for _ in range(30):
        sai(b, nome(0))
        b.passa(UM_MINUTO)
        volta(b, nome(0))
        vem(b, de_cada_vez)
    partes_iguais(b.a_quem()[comeco:], list(b.pessoas), 2)


# -- who comes to what


@por_partes
def test_nine_who_come_after_one_has_worked_alone_for_an_hour_share_with_it(estrategia: Estrategia) -> None:
    b = partida(estrategia, 1)
    for _ in range(60):
        vem(b, 1)
        b.passa(UM_MINUTO)
    for numero in range(1, 10):
        b.pessoa(nome(numero), capacidade=SEM_FIM)
    partes_iguais(vem(b, 10), list(b.pessoas), 2)
    partes_iguais(b.a_quem()[60:] + vem(b, 30), list(b.pessoas), 2)


@por_partes
def test_two_who_come_back_together_have_as_much_as_the_others_and_as_each_other(estrategia: Estrategia) -> None:
    b = partida(estrategia, 5)
    sai(b, nome(0), nome(1))
    vem(b, 33)
    volta(b, nome(0), nome(1))
    desde = vem(b, 25)
    partes_iguais(desde, list(b.pessoas))
    assert max(seguidos(desde, quem) for quem in b.pessoas) <= 2


@por_partes
@pytest.mark.parametrize("nova", [True, False])
def test_who_comes_while_everybody_is_away_is_on_a_level_with_them(estrategia: Estrategia, nova: bool) -> None:
    b = partida(estrategia, 3)
    sai(b, nome(2))
    vem(b, 40)
    sai(b, nome(0), nome(1))
    if nova:
        b.pessoa(nome(3), capacidade=SEM_FIM)
    volta(b, nome(2))
    sozinhos = vem(b, 4)
    volta(b, nome(0), nome(1))
    partes_iguais(sozinhos, list(b.pessoas)[2:])
    assert seguidos(vem(b, 20), nome(2)) <= 2


@por_partes
@pytest.mark.parametrize("nova", [True, False])
def test_a_restart_while_one_is_away_changes_nothing_of_that(estrategia: Estrategia, nova: bool) -> None:
    b = partida(estrategia, 3)
    vem(b, 6)
    sai(b, nome(2))
    vem(b, 30)
    b.reinicia()
    if nova:
        b.pessoa(nome(3), capacidade=SEM_FIM)
    volta(b, nome(2))
    partes_iguais(vem(b, 24), list(b.pessoas), 2)


def test_a_window_that_ends_while_one_is_away_is_nothing_to_it() -> None:
    b = partida("MENOS_ATENDIDOS", 3)
    b.fila(politica=Politica(estrategia="MENOS_ATENDIDOS", janela_segundos=60))
    vem(b, 9)
    sai(b, nome(2))
    vem(b, 20)
    b.passa(UM_MINUTO - b.now)
    volta(b, nome(2))
    partes_iguais(vem(b, 12), list(b.pessoas))


@por_partes
def test_equals_who_come_one_by_one_have_one_each_in_turn(estrategia: Estrategia) -> None:
    b = partida(estrategia, 1)
    vem(b, 7)
    for numero in range(1, 6):
        b.pessoa(nome(numero), capacidade=SEM_FIM)
    assert vem(b, 5) == [nome(numero) for numero in range(1, 6)]
    partes_iguais(vem(b, 12), list(b.pessoas))


# -- those who cannot all have the same


SABE_A, SABE_B = ("a",), ("b",)
PEDE_A, PEDE_B = Rota(habilidades=(Pedida("a"),)), Rota(habilidades=(Pedida("b"),))


@por_partes
def test_who_comes_to_those_who_have_had_little_is_not_held_back_by_others_who_have_had_much(
    estrategia: Estrategia,
) -> None:
    b = partida(estrategia, 0)
    for quem, sabe in (("a1", SABE_A), ("a2", SABE_A), ("b1", SABE_B), ("b2", SABE_B)):
        b.pessoa(quem, capacidade=SEM_FIM, habilidades=sabe)
    for _ in range(8):
        vem(b, 9, PEDE_A)
        vem(b, 1, PEDE_B)
    b.pessoa("b3", capacidade=SEM_FIM, habilidades=SABE_B)
    partes_iguais(vem(b, 12, PEDE_B), ["b1", "b2", "b3"])
    b.pessoa("a3", capacidade=SEM_FIM, habilidades=SABE_A)
    partes_iguais(vem(b, 12, PEDE_A), ["a1", "a2", "a3"])


@por_partes
@pytest.mark.parametrize("reinicia", [False, True])
def test_an_agent_of_rare_skills_has_its_own_and_no_more_than_its_share_of_the_others(
    estrategia: Estrategia, reinicia: bool
) -> None:
    """It was away while the others had much of what all may have."""
    b = partida(estrategia, 0)
    for quem, sabe in (("a1", SABE_A), ("a2", SABE_A), ("rara", (*SABE_A, "rara"))):
        b.pessoa(quem, capacidade=SEM_FIM, habilidades=sabe, estado="pausa" if quem == "rara" else "disponivel")
    vem(b, 40, PEDE_A)
    if reinicia:
        b.reinicia()
    volta(b, "rara")
    assert set(vem(b, 3, Rota(habilidades=(Pedida("rara"),)))) == {"rara"}
    desde = vem(b, 24, PEDE_A)
    assert seguidos(desde, "rara") <= 2
    assert 4 <= desde.count("rara") <= 9


@por_partes
def test_who_comes_to_those_who_have_what_affinity_gave_them_is_not_buried(estrategia: Estrategia) -> None:
    b = partida(estrategia, 2, afinidade=Afinidade())
    for _ in range(20):
        vem(b, 1, Rota(afim=nome(0)))
        vem(b, 1, Rota(afim=nome(1)))
    b.pessoa("nova", capacidade=SEM_FIM)
    assert seguidos(vem(b, 12), "nova") <= 2


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
def test_one_who_had_much_more_and_is_alone_for_a_moment_does_not_hold_back_who_comes(estrategia: Estrategia) -> None:
    b = partida(estrategia, 0)
    b.pessoa("ana", capacidade=SEM_FIM)
    for quem in ("bia", "clara"):
        b.pessoa(quem, capacidade=2)
    dados = vem(b, 34)
    assert Counter(dados) == {"ana": 30, "bia": 2, "clara": 2}
    b.pessoa("nova", capacidade=SEM_FIM)
    for quem in ("bia", "clara"):
        b.muda_pessoa(quem, capacidade=SEM_FIM)
    assert vem(b, 40).count("ana") <= 3
    assert Counter(b.a_quem()[34:])["nova"] <= 20


# -- another policy


@given(
    st.lists(st.sampled_from([0.001, 0.5, 1, 3]), min_size=3, max_size=3),
    st.lists(st.sampled_from([0.5, 1, 2, 3]), min_size=3, max_size=3),
    st.integers(1, 40),
    st.integers(1, 60),
)
def test_with_other_weights_shares_are_by_these_from_then_on(
    antes: list[float], depois: list[float], quantos: int, seguem: int
) -> None:
    b = partida("PONDERADO", 3, pesos_dos_atendentes={nome(n): peso for n, peso in enumerate(antes)})
    vem(b, quantos)
    pesos = {nome(n): peso for n, peso in enumerate(depois)}
    b.fila(politica=Politica(estrategia="PONDERADO", pesos_dos_atendentes=pesos))
    teve = Counter(vem(b, seguem))
    for um, outro in combinations(pesos, 2):
        if antes != depois:
            longe = abs(teve[um] / pesos[um] - teve[outro] / pesos[outro])
            assert longe <= max(1 / pesos[um], 1 / pesos[outro]) + 1e-6


def test_what_was_given_in_the_window_counts_by_either_strategy_that_goes_by_it() -> None:
    b = partida("MENOS_ATENDIDOS", 3)
    sai(b, nome(2))
    vem(b, 20)
    b.fila(politica=Politica(estrategia="HIBRIDO", janela_segundos=86_400, pesos=SO_ATENDIDOS))
    volta(b, nome(2))
    assert seguidos(vem(b, 12), nome(2)) <= 2
