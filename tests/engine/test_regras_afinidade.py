"""Affinity: a ticket of a contact is kept for the agent who served it last, for so long and no longer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import porque_nao
from engine.modelo import Pedida, Rota
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Afinidade, Politica
from tests.engine.bancada import Bancada

DA_ANA = Rota(afim="ana")


def bancada(segundos: int = 60, *, modo: str = "direto") -> Bancada:
    """ana is busy, bia is free."""
    b = Bancada(now=1_000)
    b.fila(politica=Politica(afinidade=Afinidade(segundos=segundos), modo=modo))  # type: ignore[arg-type]
    b.pessoa("ana")
    if modo == "direto":
        b.chega("busy")
        assert b.dono("busy") == "ana"
    b.pessoa("bia")
    return b


# -- while it is kept


def test_it_is_kept_while_the_last_agent_is_busy_and_given_to_it_when_it_is_free() -> None:
    b = bancada()
    b.chega("t", rota=DA_ANA)
    assert porque_nao(b.linha(), b.espera("t"), b.candidato("bia")) == "reservado"
    b.passa(20_000)
    b.resolve("busy")
    assert (b.dono("t"), b.quando("t")) == ("ana", 21_000)


@pytest.mark.parametrize("segundos", [1, 60, 86_400])
def test_it_is_anybodys_at_the_very_millisecond_at_which_it_was_kept_for_long_enough(segundos: int) -> None:
    b = bancada(segundos)
    b.chega("t", rota=DA_ANA)
    b.passa(segundos * 1000 - 1)
    assert b.dono("t") is None
    b.passa(1)
    assert (b.dono("t"), b.quando("t")) == ("bia", 1_000 + segundos * 1000)


def test_without_seconds_the_last_agent_is_only_asked_first() -> None:
    b = bancada(0)
    assert b.dono(b.chega("t", rota=DA_ANA)) == "bia", "ana is busy"
    b.pessoa("clara")
    b.resolve("busy")
    assert b.dono(b.chega("u", rota=DA_ANA)) == "ana"


def test_other_tickets_pass_it_by() -> None:
    b = bancada()
    b.chega("t", rota=DA_ANA, prioridade="URGENTE")
    assert b.dono(b.chega("u")) == "bia"


def test_of_what_is_kept_and_what_is_anybodys_the_better_placed_is_given_first() -> None:
    b = bancada()
    b.muda_pessoa("bia", estado="pausa")
    b.chega("low", rota=DA_ANA, prioridade="BAIXA")
    b.chega("normal")
    b.chega("urgent", rota=DA_ANA, prioridade="URGENTE")
    ordem = []
    for _ in range(3):
        b.resolve(b.de("ana")[0])
        ordem += b.de("ana")
    assert ordem == ["urgent", "normal", "low"]


def test_a_fila_without_affinity_keeps_nothing() -> None:
    b = bancada()
    b.fila()
    assert b.dono(b.chega(rota=DA_ANA)) == "bia"


# -- only while the agent is there


@pytest.mark.parametrize("como", ["pausa", "offline", "leaves the fila", "is deleted", "out of order"])
def test_who_leaves_is_not_waited_for(como: str) -> None:
    b = bancada()
    b.chega("t", rota=DA_ANA)
    b.passa(10_000)
    match como:
        case "pausa":
            b.muda_pessoa("ana", estado="pausa")
        case "offline":
            b.muda_pessoa("ana", online=False)
        case "leaves the fila":
            b.deixa("ana")
        case "is deleted":
            b.sai("ana")
        case _:
            b.para("ana")
    assert b.dono("t") == "bia"


def test_who_comes_back_in_time_is_waited_for_again_until_the_same_moment() -> None:
    b = bancada()
    b.muda_pessoa("bia", estado="pausa")
    b.chega("t", rota=DA_ANA)
    b.muda_pessoa("ana", estado="pausa")
    assert b.espera("t").de is None
    b.passa(30_000)
    b.muda_pessoa("ana", estado="disponivel")
    assert b.espera("t").de == "ana"
    b.muda_pessoa("bia", estado="disponivel")
    b.passa(29_999)
    assert b.dono("t") is None
    b.passa(1)
    assert b.dono("t") == "bia"


def test_who_comes_back_too_late_is_not_waited_for() -> None:
    b = bancada()
    for quem in ("ana", "bia"):
        b.muda_pessoa(quem, estado="pausa")
    b.chega("t", rota=DA_ANA)
    b.passa(60_000)
    b.muda_pessoa("ana", estado="disponivel")
    assert b.espera("t").de is None
    b.muda_pessoa("bia", estado="disponivel")
    assert b.dono("t") == "bia"


def test_who_comes_back_with_room_has_it_before_all_others() -> None:
    b = bancada()
    for quem in ("ana", "bia"):
        b.muda_pessoa(quem, estado="pausa")
    b.resolve("busy")
    b.chega("first")
    b.chega("hers", rota=DA_ANA)
    b.muda_pessoa("ana", estado="disponivel", capacidade=2)
    assert (b.dono("first"), b.dono("hers")) == ("ana", "ana")


@pytest.mark.parametrize("quem", ["ana", "nobody"])
def test_an_agent_who_does_not_serve_the_fila_is_not_waited_for(quem: str) -> None:
    b = bancada()
    b.deixa("ana")
    assert b.dono(b.chega("t", rota=Rota(afim=quem))) == "bia"


def test_a_restart_changes_nothing_of_it() -> None:
    b = bancada()
    b.chega("t", rota=DA_ANA)
    b.passa(59_000)
    b.reinicia()
    assert (b.dono("t"), b.d.proximo_prazo()) == (None, 61_000)
    b.passa(1_000)
    assert b.dono("t") == "bia"


@given(st.lists(st.tuples(st.integers(0, 30_000), st.sampled_from(["pausa", "volta", "resolve"])), max_size=8))
def test_whatever_the_last_agent_does_nothing_is_kept_beyond_its_time(passos: list[tuple[int, str]]) -> None:
    b = bancada()
    b.chega("t", rota=DA_ANA)
    for ms, que in passos:
        b.passa(ms)
        match que:
            case "resolve" if b.de("ana"):
                b.resolve(b.de("ana")[0])
            case "pausa" | "volta":
                b.muda_pessoa("ana", estado="pausa" if que == "pausa" else "disponivel")
        if b.dono("t") is None and b.tickets["t"].status == "ABERTO":
            assert b.now < 61_000
            assert b.d.perfis["ana"].recebe
            assert not b.livre("ana")
    b.passa(60_000)
    assert b.quando("t") is not None


# -- what the last agent does not want, or may not have


def test_what_the_last_agent_refuses_is_offered_to_another() -> None:
    b = bancada(modo="oferta")
    b.chega("t", rota=DA_ANA)
    assert b.ofertado_a("t") == ("ana",)
    b.recusa("t", "ana")
    assert b.ofertado_a("t") == ("bia",)


def test_what_the_last_agent_sends_back_is_given_to_another() -> None:
    b = bancada()
    b.resolve("busy")
    b.chega("t", rota=DA_ANA)
    assert b.dono("t") == "ana"
    b.devolve("t")
    assert b.dono("t") == "bia"


def test_it_is_not_kept_for_who_lacks_what_it_asks() -> None:
    b = bancada()
    b.muda_pessoa("bia", habilidades=("ingles",))
    b.chega("t", rota=Rota(afim="ana", habilidades=(Pedida("ingles"),)))
    assert b.dono("t") == "bia"


def test_behind_one_for_which_there_is_no_room_another_that_is_kept_is_found() -> None:
    b = Bancada(Capacidade(maximos={"whatsapp": 1}), now=1)
    b.canal("w", "whatsapp")
    b.canal("e", "email")
    b.fila(politica=Politica(afinidade=Afinidade(segundos=600)))
    b.pessoa("ana", capacidade=5)
    b.chega("has", canal_id="w")
    b.muda_pessoa("ana", estado="pausa")
    b.chega("no room", canal_id="w", rota=DA_ANA)
    b.passa(1)
    b.chega("room", canal_id="e", rota=DA_ANA)
    b.muda_pessoa("ana", estado="disponivel")
    assert (b.dono("no room"), b.dono("room")) == (None, "ana")
