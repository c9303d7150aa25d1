"""The circuit breaker: what does not work is left alone for longer each time, and then tried once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.envios.disjuntor import ABERTO_MAXIMO_MS, ABERTO_MS, FALHAS, Disjuntor

AGORA = 1_000_000


def aberto(agora: int = AGORA) -> Disjuntor:
    disjuntor = Disjuntor()
    for _ in range(FALHAS):
        disjuntor.foi_mal(agora)
    return disjuntor


def test_it_opens_after_some_failures_in_a_row_and_not_before() -> None:
    disjuntor = Disjuntor()
    for _ in range(FALHAS - 1):
        disjuntor.foi_mal(AGORA)
        assert disjuntor.fechado
        assert disjuntor.passa(AGORA)
    disjuntor.foi_bem()
    for _ in range(FALHAS - 1):
        disjuntor.foi_mal(AGORA)
    assert disjuntor.passa(AGORA), "one that works in between begins the count anew"
    disjuntor.foi_mal(AGORA)
    assert not disjuntor.passa(AGORA)
    assert disjuntor.aberto_ate == AGORA + ABERTO_MS


def test_when_its_time_is_over_one_passes_and_no_other_until_that_is_answered() -> None:
    disjuntor = aberto()
    assert not disjuntor.passa(disjuntor.aberto_ate - 1)
    depois = disjuntor.aberto_ate
    assert disjuntor.passa(depois)
    disjuntor.tentou()
    assert not disjuntor.passa(depois + 1)
    disjuntor.nada()
    assert disjuntor.passa(depois + 1), "what says nothing of the channel leaves the question open"
    disjuntor.tentou()
    disjuntor.foi_bem()
    assert disjuntor.fechado
    disjuntor.tentou()
    assert disjuntor.passa(depois + 1), "closed, everything passes"


def test_it_stays_open_for_longer_each_time_up_to_a_limit() -> None:
    disjuntor, agora = aberto(), AGORA
    esperas = [disjuntor.aberto_ate - agora]
    for _ in range(15):
        agora = disjuntor.aberto_ate
        disjuntor.tentou()
        disjuntor.foi_mal(agora)
        esperas.append(disjuntor.aberto_ate - agora)
    assert esperas[:4] == [ABERTO_MS, 2 * ABERTO_MS, 4 * ABERTO_MS, 8 * ABERTO_MS]
    assert esperas == sorted(esperas)
    assert esperas[-1] == ABERTO_MAXIMO_MS
    disjuntor.foi_bem()
    for _ in range(FALHAS):
        disjuntor.foi_mal(agora)
    assert disjuntor.aberto_ate - agora == ABERTO_MS, "what worked again begins anew"


@given(st.lists(st.sampled_from(["bem", "mal", "nada", "tentou", "passa"]), max_size=60), st.integers(1, 400_000))
def test_whatever_happens_it_lets_one_through_in_the_end(passos: list[str], ms: int) -> None:
    disjuntor, agora, em_curso = Disjuntor(), AGORA, 0
    for passo in passos:
        agora += ms
        if passo == "tentou" and disjuntor.passa(agora):
            disjuntor.tentou()
            em_curso += 1
        elif passo == "bem" and em_curso:
            disjuntor.foi_bem()
            em_curso -= 1
        elif passo == "mal" and em_curso:
            disjuntor.foi_mal(agora)
            em_curso -= 1
        elif passo == "nada" and em_curso:
            disjuntor.nada()
            em_curso -= 1
        assert disjuntor.fechado or disjuntor.aberto_ate > AGORA
    for _ in range(em_curso):
        disjuntor.nada()
    assert disjuntor.passa(agora + ABERTO_MAXIMO_MS)
