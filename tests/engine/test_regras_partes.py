"""Shares: of the least served in a window, by weights, and of those who come anew; and what ageing promises."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao.regras import PESO
from engine.modelo import Estrategia, Pedida, Prioridade, Rota
from engine.politica.modelo import Afinidade, Politica
from tests.engine.bancada import Bancada, uid
from tests.engine.historias import SEM_FIM, bancada, com_presenca, fazer, nome, seguidos

UM_MINUTO = 60_000


# -- the least served in a window


@given(st.integers(2, 6), com_presenca)
def test_who_is_there_all_along_is_given_as_many_as_the_others_but_for_one(
    pessoas: int, historia: list[tuple[str, int]]
) -> None:
    """A third of them never goes away; nobody is ever full."""
    b = bancada("MENOS_ATENDIDOS", pessoas, janela_segundos=86_400)
    ficam = list(b.pessoas)[: 1 + pessoas // 3]
    for que, qual in historia:
        saem = [quem for quem in b.pessoas if quem not in ficam]
        if que in {"pausa", "volta"} and saem:
            b.muda_pessoa(saem[qual % len(saem)], estado="pausa" if que == "pausa" else "disponivel")
        elif que in {"chega", "passa", "resolve"}:
            fazer(b, que, qual)
        partes = [Counter(b.a_quem())[quem] for quem in ficam]
        assert max(partes) - min(partes) <= 1


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
@given(pessoas=st.integers(1, 5), perdeu=st.integers(0, 100), nova=st.booleans())
def test_who_comes_back_from_holiday_or_comes_anew_is_not_buried(
    estrategia: Estrategia, pessoas: int, perdeu: int, nova: bool
) -> None:
    b = bancada(estrategia, pessoas, janela_segundos=86_400)
    if not nova:
        b.pessoa("volta", capacidade=SEM_FIM, estado="pausa")
    for _ in range(perdeu):
        b.chega()
        b.passa(10)
    if nova:
        b.pessoa("volta", capacidade=SEM_FIM)
    else:
        b.muda_pessoa("volta", estado="disponivel")
    for _ in range(4 * (pessoas + 1)):
        b.chega()
        b.passa(10)
    desde = b.a_quem()[perdeu:]
    assert seguidos(desde, "volta") <= 2, "it has no claim to what came while it was away"
    assert 3 <= desde.count("volta") <= 5, "and has its share from now on"


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
@pytest.mark.parametrize("quando", ["comes back, then a restart", "a restart, then comes anew"])
def test_nor_is_it_buried_around_a_restart(estrategia: Estrategia, quando: str) -> None:
    b = bancada(estrategia, 2, janela_segundos=86_400)
    if quando == "comes back, then a restart":
        b.pessoa("volta", capacidade=SEM_FIM, estado="pausa")
    for _ in range(20):
        b.chega()
        b.passa(10)
    if quando == "comes back, then a restart":
        b.muda_pessoa("volta", estado="disponivel")
        b.reinicia()
    else:
        b.reinicia()
        b.pessoa("volta", capacidade=SEM_FIM)
    for _ in range(12):
        b.chega()
        b.passa(10)
    assert seguidos(b.a_quem()[20:], "volta") <= 2


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
def test_who_comes_anew_does_not_starve_because_of_what_did_not_go_by_the_strategy(estrategia: Estrategia) -> None:
    b = bancada(estrategia, 2, afinidade=Afinidade(), janela_segundos=86_400)
    for _ in range(30):
        b.chega(rota=Rota(afim=nome(0)))
        b.passa(10)
    b.pessoa("nova", capacidade=SEM_FIM)
    for _ in range(12):
        b.chega()
        b.passa(10)
    assert 4 <= b.a_quem()[30:].count("nova") <= 8


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
@pytest.mark.parametrize("outro", ["knows other things", "is full", "nobody"])
def test_who_comes_back_is_not_buried_because_somebody_else_had_nothing(estrategia: Estrategia, outro: str) -> None:
    """``outro``: one who could not have had what the others had; ``nobody``: all of them were away for a moment."""
    b = bancada(estrategia, 0, janela_segundos=86_400)
    for quem in ("ana", "bia", "volta"):
        b.pessoa(quem, capacidade=SEM_FIM, habilidades=("a",), estado="pausa" if quem == "volta" else "disponivel")
    if outro != "nobody":
        b.pessoa("outro", capacidade=1 if outro == "is full" else SEM_FIM)
        b.assume(b.chega("long"), "outro")
    pede = Rota(habilidades=(Pedida("a"),))
    for _ in range(20):
        b.chega(rota=pede)
        b.passa(10)
    if outro == "nobody":
        b.muda_pessoa("ana", estado="pausa")
        b.muda_pessoa("bia", estado="pausa")
    antes = len(b.dados)
    for quem in ("volta", "ana", "bia"):
        b.muda_pessoa(quem, estado="disponivel")
    for _ in range(12):
        b.chega(rota=pede)
        b.passa(10)
    assert seguidos(b.a_quem()[antes:], "volta") <= 2


def test_who_came_under_another_strategy_is_not_buried_under_this() -> None:
    b = bancada("PONDERADO", 2)
    for _ in range(20):
        b.chega()
    b.fila(politica=Politica(estrategia="ROUND_ROBIN"))
    b.pessoa("nova", capacidade=SEM_FIM)
    b.fila(politica=Politica(estrategia="PONDERADO"))
    for _ in range(12):
        b.chega()
    assert seguidos(b.a_quem()[20:], "nova") <= 2


@given(st.integers(2, 5), st.integers(0, 20), st.integers(0, 20))
def test_in_a_new_window_everybody_begins_at_nothing(pessoas: int, antes: int, depois: int) -> None:
    b = bancada("MENOS_ATENDIDOS", pessoas, janela_segundos=60)
    for id_ in [b.chega() for _ in range(antes)]:
        b.resolve(id_)
    for outro in list(b.pessoas)[1:]:
        b.muda_pessoa(outro, estado="pausa")
    for _ in range(10):
        b.chega()
    b.passa(UM_MINUTO - b.now)
    assert {um.atendidos for um in b.linha().escala.candidatos.values()} == {0}
    for outro in list(b.pessoas)[1:]:
        b.muda_pessoa(outro, estado="disponivel")
    comeco = len(b.dados)
    for _ in range(depois):
        b.chega()
    partes = Counter(b.a_quem()[comeco:])
    assert max(partes.values(), default=0) <= min(partes[quem] for quem in b.pessoas) + 1


def test_a_window_is_over_at_its_very_millisecond_and_goes_on_over_a_restart() -> None:
    b = bancada("MENOS_ATENDIDOS", 2, janela_segundos=60)
    b.muda_pessoa(nome(1), estado="pausa")
    for _ in range(3):
        b.chega()
    b.passa(59_998)
    b.reinicia()
    assert (b.now, b.candidato(nome(0)).atendidos) == (59_999, 3)
    b.passa(1)
    assert b.candidato(nome(0)).atendidos == 0


# -- weights


pesos = st.lists(st.sampled_from([0.5, 1, 2, 3, 7.5]), min_size=2, max_size=5)


@given(pesos, st.integers(1, 120))
def test_shares_are_as_the_weights_are_within_one_ticket(quanto: list[float], quantos: int) -> None:
    """Stride scheduling: nobody is more than one ahead of its share, nor behind it by more than the others' strides."""
    b = ponderada(quanto)
    soma = sum(quanto)
    for vez in range(1, quantos + 1):
        b.chega()
        teve = Counter(b.a_quem())
        for numero, peso in enumerate(quanto):
            parte = vez * peso / soma
            assert parte - (len(quanto) - 1) * peso / soma <= teve[nome(numero)] + 1e-6
            assert teve[nome(numero)] <= parte + 1 + 1e-6


@given(pesos, st.integers(0, 80), st.integers(1, 80))
def test_over_any_stretch_of_time_two_shares_are_to_each_other_as_their_weights(
    quanto: list[float], antes: int, quantos: int
) -> None:
    b = ponderada(quanto)
    for _ in range(antes + quantos):
        b.chega()
    teve = Counter(b.a_quem()[antes:])
    for um, de_um in enumerate(quanto):
        for outro, de_outro in enumerate(quanto[:um]):
            longe = abs(teve[nome(um)] / de_um - teve[nome(outro)] / de_outro)
            assert longe <= 1 / de_um + 1 / de_outro + 1e-6


@given(pesos, st.integers(0, 100), st.sampled_from([0.5, 1, 7.5]))
def test_who_joins_has_its_share_from_then_on_and_no_more(quanto: list[float], antes: int, da_nova: float) -> None:
    b = ponderada(quanto, nova=da_nova)
    for _ in range(antes):
        b.chega()
    b.pessoa(uid("nova"), capacidade=SEM_FIM)
    for _ in range(60):
        b.chega()
        teve = Counter(b.a_quem()[antes:])
        for numero, peso in enumerate(quanto):
            longe = abs(teve[uid("nova")] / da_nova - teve[nome(numero)] / peso)
            assert longe <= 1 / da_nova + 2 / min(quanto) + 1e-6


def ponderada(quanto: list[float], **outros: float) -> Bancada:
    quem = {nome(numero): peso for numero, peso in enumerate(quanto)}
    quem |= {uid(outra): peso for outra, peso in outros.items()}
    return bancada("PONDERADO", len(quanto), pesos_dos_atendentes=quem)


# -- ageing


@given(
    st.lists(st.tuples(st.sampled_from(sorted(PESO)), st.integers(0, 20 * UM_MINUTO)), max_size=12),
    st.sampled_from([0.5, 1.0, 4.0]),
)
def test_nothing_starves_under_ageing(chegadas: list[tuple[Prioridade, int]], por_minuto: float) -> None:
    """What came so much earlier that its age outweighs the other's priority is served before it."""
    b = bancada("MENOS_OCUPADO", 1, capacidade=1, pontos_por_minuto=por_minuto)
    b.chega("busy")
    for prioridade, depois in chegadas:
        b.passa(depois)
        b.chega(prioridade=prioridade)
    while b.de(nome(0)):
        b.resolve(b.de(nome(0))[0])
        b.passa(1_000)
    ordem = [b.tickets[id_] for id_, _, _ in b.dados[1:]]
    for atras, row in enumerate(ordem):
        for antes in ordem[:atras]:
            veio_depois = (antes.aguardando_desde - row.aguardando_desde) / UM_MINUTO
            assert veio_depois <= max(0, PESO[antes.prioridade] - PESO[row.prioridade]) / por_minuto + 1e-6


def test_without_ageing_the_more_urgent_goes_first_however_long_the_other_has_waited() -> None:
    b = bancada("MENOS_OCUPADO", 1, capacidade=1)
    b.chega("busy")
    b.chega("low", prioridade="BAIXA")
    for _ in range(3):
        b.passa(86_400_000)
        b.chega()
    for antes, depois in pairwise(["busy", "t3", "t4", "t5", "low"]):
        assert b.dono(depois) is None
        b.resolve(antes)
        assert b.dono(depois) == nome(0)
