"""How long a ticket waits yet: quantiles of a gamma, of what was given lately; and how far off that was."""

from __future__ import annotations

from math import exp, lgamma, log

from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import estimativa
from engine.distribuicao.estimativa import Ritmo, estimar, quantil
from engine.modelo import Pedida, Rota
from tests.engine.bancada import Bancada

MINUTO = 60_000


def acumulada(k: int, x: float) -> float:
    """Of an Erlang distribution of rate 1: one less the chance that fewer than ``k`` have come."""
    return 1 - sum(exp(n * log(x) - x - lgamma(n + 1)) for n in range(k))


@given(st.integers(1, 300), st.floats(0.001, 10))
def test_the_quantiles_are_those_of_a_sum_of_exponentials(k: int, por_ms: float) -> None:
    assert abs(acumulada(k, quantil(k, por_ms, 0) * por_ms) - 0.5) < 0.01
    assert abs(acumulada(k, quantil(k, por_ms, 1.2815515655446004) * por_ms) - 0.9) < 0.01


@given(st.lists(st.integers(0, 3_000_000), min_size=3, max_size=50, unique=True).map(sorted), st.integers(1, 100))
def test_who_stands_further_back_waits_longer_and_p90_is_beyond_p50(dadas: list[int], k: int) -> None:
    esta, seguinte = estimar(dadas, k, 3_000_001), estimar(dadas, k + 1, 3_000_001)
    assert esta is not None
    assert seguinte is not None
    assert esta.p50 <= esta.p90
    assert esta.p50 <= seguinte.p50


def test_too_little_or_too_long_ago_tells_nothing() -> None:
    assert estimar((), 1, 0) is None
    assert estimar((1, 2), 1, 10) is None
    assert estimar((1, 2, 3), 1, 4_000_000) is None
    assert estimar((5, 5, 5), 1, 5) is None
    assert estimar((0, MINUTO, 2 * MINUTO), 1, 2 * MINUTO) is not None


def test_if_nothing_is_given_any_more_the_estimate_grows() -> None:
    dadas = (0, MINUTO, 2 * MINUTO)
    logo, depois = estimar(dadas, 1, 2 * MINUTO), estimar(dadas, 1, 20 * MINUTO)
    assert logo is not None
    assert depois is not None
    assert depois.p50 > 5 * logo.p50


def test_what_asks_for_the_same_skills_is_counted_by_itself_and_the_line_all_together() -> None:
    b = Bancada()
    b.fila()
    b.pessoa("ana")
    ritmo = Ritmo()
    for n in range(4):
        ritmo.deu("fila", (), f"x{n}", n * MINUTO)
    b.now = 4 * MINUTO
    b.chega()
    for ticket in ("um", "dois", "tres"):
        b.now += 1
        b.chega(ticket, rota=Rota(habilidades=(Pedida("inglês"),)) if ticket == "dois" else None)
    posicoes = {ticket: ritmo.posicao(b.linha(), ticket, b.now) for ticket in ("um", "dois", "tres", "t1")}
    assert posicoes["t1"] is None
    assert [None if um is None else (um.posicao, um.aguardando) for um in posicoes.values()][:3] == [
        (1, 3), (2, 3), (3, 3),
    ]  # fmt: skip
    um, dois, tres = posicoes["um"], posicoes["dois"], posicoes["tres"]
    assert um is not None
    assert dois is not None
    assert tres is not None
    assert um.estimativa is not None
    assert dois.estimativa is None
    assert tres.estimativa == estimar((0, MINUTO, 2 * MINUTO, 3 * MINUTO), 2, b.now)


def test_what_was_told_first_is_compared_with_how_long_it_took() -> None:
    b = Bancada()
    b.fila()
    ritmo = Ritmo()
    for n in range(11):
        ritmo.deu("fila", (), f"x{n}", n * MINUTO)
    b.now = 10 * MINUTO
    b.chega("este")
    dita = ritmo.posicao(b.linha(), "este", b.now)
    assert dita is not None
    assert dita.estimativa is not None
    assert ritmo.posicao(b.linha(), "este", b.now + MINUTO) is not None
    dado = ritmo.deu("fila", (), "este", b.now + 2 * MINUTO)
    assert dado is not None
    assert dado.ms == 2 * MINUTO - dita.estimativa.p50
    assert dado.dentro_do_p90
    assert ritmo.deu("fila", (), "este", b.now) is None


def test_what_is_remembered_is_bounded() -> None:
    ritmo = Ritmo()
    for n in range(estimativa.ASSINATURAS + 10):
        for vez in range(2):
            ritmo.deu(f"f{n}", (), "t", vez)
    assert len(ritmo._dadas) == estimativa.ASSINATURAS
    for n in range(100):
        ritmo.deu("f", (), "t", n)
    assert len(ritmo._dadas["f", ()]) == estimativa.LEMBRADAS
