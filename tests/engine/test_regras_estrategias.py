"""What each strategy promises, over whatever happens: shares, turns, and nobody idle while somebody waits."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import porque_nao
from engine.distribuicao.regras import PESO
from engine.modelo import Estrategia, Prioridade, Rota
from engine.politica.modelo import Afinidade, Politica
from tests.engine.bancada import Bancada, uid

AUTOMATICAS: tuple[Estrategia, ...] = tuple(uma for uma in get_args(Estrategia) if uma != "MANUAL")
SEM_FIM = 10_000
"""Slots that nobody fills."""
UM_MINUTO = 60_000

quantas_pessoas = st.integers(1, 7)
passos = st.lists(
    st.tuples(st.sampled_from(["chega", "chega", "chega", "resolve", "passa", "devolve"]), st.integers(0, 30)),
    max_size=60,
)
com_presenca = st.lists(
    st.tuples(
        st.sampled_from(["chega", "chega", "chega", "resolve", "passa", "pausa", "volta", "reinicia"]),
        st.integers(0, 30),
    ),
    max_size=60,
)


def bancada(estrategia: Estrategia, pessoas: int, *, capacidade: int = SEM_FIM, **politica: Any) -> Bancada:
    uma = Bancada(now=1)
    uma.fila(politica=Politica(estrategia=estrategia, **politica))
    for numero in range(pessoas):
        uma.pessoa(nome(numero), capacidade=capacidade)
    return uma


def nome(numero: int) -> str:
    return uid(f"p{numero}")


def fazer(b: Bancada, que: str, qual: int) -> None:
    """One step of a history."""
    com_dono = [id_ for id_ in b.tickets if b.dono(id_) is not None]
    pessoa = list(b.pessoas)[qual % len(b.pessoas)]
    match que:
        case "chega":
            b.chega()
        case "resolve" if com_dono:
            b.resolve(com_dono[qual % len(com_dono)])
        case "devolve" if com_dono:
            b.devolve(com_dono[qual % len(com_dono)])
        case "passa":
            b.passa(qual)
        case "pausa":
            b.muda_pessoa(pessoa, estado="pausa")
        case "volta":
            b.muda_pessoa(pessoa, estado="disponivel")
        case "reinicia":
            b.reinicia()


def seguidos(quem: list[str], de: str) -> int:
    """How many in a row were given to somebody, at the most."""
    melhor = agora = 0
    for um in quem:
        agora = agora + 1 if um == de else 0
        melhor = max(melhor, agora)
    return melhor


# -- all of them


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
@given(quantas_pessoas, st.integers(1, 3), com_presenca)
def test_nobody_has_room_while_anything_waits(
    estrategia: Estrategia, pessoas: int, capacidade: int, historia: list[tuple[str, int]]
) -> None:
    b = bancada(estrategia, pessoas, capacidade=capacidade)
    for que, qual in historia:
        fazer(b, que, qual)
        linha = b.linha()
        for espera in linha.esperas.values():
            assert all(porque_nao(linha, espera, um) is not None for um in linha.escala.candidatos.values())
        assert all(len(b.de(quem)) <= capacidade for quem in b.pessoas)


@given(quantas_pessoas, passos)
def test_manual_gives_nothing_by_itself(pessoas: int, historia: list[tuple[str, int]]) -> None:
    b = bancada("MANUAL", pessoas)
    b.assume(b.chega("taken"), nome(0))
    for que, qual in historia:
        fazer(b, que, qual)
    assert b.dados == []


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
@given(quantas_pessoas, st.integers(0, 60))
def test_equals_who_all_have_room_are_given_the_same_but_for_one(
    estrategia: Estrategia, pessoas: int, quantos: int
) -> None:
    b = bancada(estrategia, pessoas)
    for _ in range(quantos):
        b.chega()
        b.passa(1)
    vezes = Counter(b.a_quem())
    partes = [vezes[quem] for quem in b.pessoas]
    assert max(partes) - min(partes) <= 1


@pytest.mark.parametrize("estrategia", AUTOMATICAS)
def test_equals_share_equally_while_tickets_come_and_go(estrategia: Estrategia) -> None:
    """Gini's coefficient of what ten equals were given: 0 is the same for all, 0.9 all for one."""
    acaso, b = Random(7), bancada(estrategia, 10, capacidade=3)
    for _ in range(3_000):
        fazer(b, acaso.choice(["chega", "resolve"]), acaso.randrange(10_000))
        b.passa(acaso.randrange(2_000))
    vezes = Counter(b.a_quem())
    assert gini([vezes[quem] for quem in b.pessoas]) < 0.05


def gini(partes: list[int]) -> float:
    em_ordem = sorted(partes)
    soma = sum(lugar * parte for lugar, parte in enumerate(em_ordem, 1))
    return 2 * soma / (len(partes) * sum(partes)) - (len(partes) + 1) / len(partes)


# -- the least occupied, the longest idle


@given(quantas_pessoas, st.integers(1, 5), st.integers(0, 40))
def test_the_least_occupied_keeps_equals_within_one_ticket_of_each_other(
    pessoas: int, capacidade: int, quantos: int
) -> None:
    b = bancada("MENOS_OCUPADO", pessoas, capacidade=capacidade)
    for _ in range(quantos):
        b.chega()
        tem = [len(b.de(quem)) for quem in b.pessoas]
        assert max(tem) - min(tem) <= 1


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), passos)
def test_what_comes_is_for_one_of_the_least_occupied(capacidades: list[int], historia: list[tuple[str, int]]) -> None:
    b = bancada("MENOS_OCUPADO", 0)
    for numero, capacidade in enumerate(capacidades):
        b.pessoa(nome(numero), capacidade=capacidade)
    for que, qual in historia:
        livres = {quem: b.d.perfis[quem].ocupacao for quem in b.pessoas if b.livre(quem)}
        antes = len(b.dados)
        fazer(b, que, qual)
        if que == "chega" and livres:
            assert livres[b.a_quem()[antes]] == min(livres.values())


@given(quantas_pessoas, st.integers(1, 4), passos)
def test_the_longest_idle_is_always_next(pessoas: int, capacidade: int, historia: list[tuple[str, int]]) -> None:
    b = bancada("MAIOR_TEMPO_OCIOSO", pessoas, capacidade=capacidade)
    ocioso = dict.fromkeys(b.pessoas, 1)
    for que, qual in historia:
        antes, tinha, livres = len(b.dados), {id_: b.dono(id_) for id_ in b.tickets}, set(filter(b.livre, b.pessoas))
        fazer(b, que, qual)
        if que == "chega" and livres:
            assert ocioso[b.a_quem()[antes]] == min(ocioso[quem] for quem in livres)
        mexidos = {quem for id_, quem in tinha.items() if quem is not None and b.dono(id_) != quem}
        ocioso |= dict.fromkeys(mexidos | set(b.a_quem()[antes:]), b.now)


# -- turns


@given(quantas_pessoas, st.integers(1, 3), com_presenca)
def test_between_two_turns_of_one_everybody_who_had_room_all_the_time_had_one_also_over_a_restart(
    pessoas: int, capacidade: int, historia: list[tuple[str, int]]
) -> None:
    b = bancada("ROUND_ROBIN", pessoas, capacidade=capacidade)
    livres_desde_a_vez: dict[str, set[str]] = {}
    for que, qual in historia:
        antes = len(b.dados)
        fazer(b, que, qual)
        for quem in b.a_quem()[antes:]:
            assert not livres_desde_a_vez.get(quem, set()), f"{quem} before them"
            for outros in livres_desde_a_vez.values():
                outros.discard(quem)
            livres_desde_a_vez[quem] = set(b.pessoas) - {quem}
        for outros in livres_desde_a_vez.values():
            outros &= set(filter(b.livre, b.pessoas))


@pytest.mark.parametrize("vezes", range(5))
def test_the_rotation_goes_on_after_a_restart_where_it_was(vezes: int) -> None:
    b = bancada("ROUND_ROBIN", 4)
    for _ in range(4 + vezes):
        b.chega()
    b.passa(5)
    b.reinicia()
    for _ in range(4):
        b.chega()
    assert b.a_quem() == [nome(vez % 4) for vez in range(8 + vezes)]


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


@pytest.mark.xfail(strict=True, reason="a new Escala does not know how much the others have had")
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


@pytest.mark.xfail(strict=True, reason="who comes is put on a level with who was given something last, whatever why")
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
