"""The token bucket: what it grants whatever comes, to those who are refused and to those who wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.balde import SEGUNDO, Balde, taxa

taxas = st.integers(1, 2_000)
rajadas = st.integers(1, 50)
chegadas = st.lists(st.tuples(st.integers(0, SEGUNDO), st.integers(0, 20)), max_size=40)
"""How long after the one before, and how many come at once."""


@given(taxas, rajadas, chegadas)
def test_no_stretch_of_time_grants_more_than_its_tokens_and_a_full_bucket(
    por_segundo: int, rajada: int, chegadas: list[tuple[int, int]]
) -> None:
    balde, agora = Balde(taxa(por_segundo, rajada)), SEGUNDO
    dadas: list[int] = []
    for depois, quantas in chegadas:
        agora += depois
        dadas += [agora for _ in range(quantas) if not balde.tomar(agora)]
    for n, desde in enumerate(dadas):
        assert len(dadas) - n <= (dadas[-1] - desde) // (SEGUNDO // por_segundo) + 1 + rajada


@given(taxas, rajadas, chegadas)
def test_whoever_is_refused_finds_a_token_after_the_time_told_and_not_before(
    por_segundo: int, rajada: int, chegadas: list[tuple[int, int]]
) -> None:
    balde, agora = Balde(taxa(por_segundo, rajada)), SEGUNDO
    for depois, _ in chegadas:
        agora += depois
        while not (espera := balde.tomar(agora)):
            pass
        assert balde.tomar(agora + espera - 1)
        assert not balde.tomar(agora + espera)
        agora += espera


@given(taxas, rajadas, chegadas)
def test_whoever_waits_as_told_is_never_faster_than_whoever_is_refused(
    por_segundo: int, rajada: int, chegadas: list[tuple[int, int]]
) -> None:
    lento, recusado, agora = Balde(taxa(por_segundo, rajada)), Balde(taxa(por_segundo, rajada)), SEGUNDO
    for depois, quantas in chegadas:
        agora += depois
        for _ in range(quantas):
            agora += lento.reservar(agora)
            assert not recusado.tomar(agora)


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    decimo = SEGUNDO // 10
    balde = Balde(taxa(10, 5))
    assert [balde.reservar(0) for _ in range(5)] == [0] * 5
    assert [balde.reservar(0) for _ in range(3)] == [decimo, 2 * decimo, 3 * decimo]
    assert [balde.reservar(100 * SEGUNDO) for _ in range(5)] == [0] * 5
    assert balde.reservar(100 * SEGUNDO) > 0
