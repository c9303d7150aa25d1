"""What came back from an agent, or was refused by one: for another, as long as there is another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import Linha, porque_nao
from engine.modelo import Pedida, Rota
from engine.politica.modelo import Afinidade, Oferta, Politica
from tests.engine.bancada import Bancada

QUEM = ("ana", "bia", "clara")


def bancada(*quem: str, **politica: Any) -> Bancada:
    b = Bancada(now=1)
    b.fila(politica=Politica(**politica))
    for pessoa in quem:
        b.pessoa(pessoa)
    return b


# -- sent back


def test_what_came_back_goes_to_another_who_has_room() -> None:
    b = bancada("ana")
    b.chega("t")
    b.pessoa("bia")
    b.devolve("t")
    assert b.dono("t") == "bia"


def test_where_nobody_else_has_room_it_goes_to_the_same_again() -> None:
    b = bancada("ana", "bia")
    b.chega("t")
    b.chega("busy")
    b.devolve("t")
    assert (b.dono("t"), b.dono("busy")) == ("ana", "bia")


def test_a_fila_may_give_it_to_whoever_is_next() -> None:
    b = bancada("ana", estrategia="ROUND_ROBIN", evitar_quem_devolveu=False)
    b.chega("t")
    b.devolve("t")
    assert b.dono("t") == "ana"
    b.pessoa("bia")
    b.resolve("t")
    b.chega("u", devolvido_por="ana")
    assert b.dono("u") == "ana", "it is ana's turn"


@pytest.mark.parametrize("estrategia", ["MENOS_OCUPADO", "ROUND_ROBIN", "PONDERADO", "HABILIDADES", "HIBRIDO"])
def test_the_one_who_sent_it_back_is_passed_over_whatever_the_strategy(estrategia: Any) -> None:
    b = bancada("ana", "bia", estrategia=estrategia)
    assert b.dono(b.chega("t", devolvido_por="ana")) == "bia"
    assert b.dono(b.chega("u", devolvido_por="ana")) == "ana", "nobody else has room"


def test_the_one_who_sent_it_back_takes_the_next_in_line_before_it_if_another_could_have_it() -> None:
    b = bancada("ana", "bia", distribuicao_automatica=False)
    b.chega("t", devolvido_por="ana", prioridade="URGENTE")
    b.chega("u")
    b.fila()
    assert (b.dono("t"), b.dono("u")) == ("bia", "ana")


# -- refused


def ofertas(*quem: str, paralelas: int = 1) -> Bancada:
    return bancada(*quem, modo="oferta", oferta=Oferta(paralelas=paralelas))


def test_what_one_refuses_is_offered_to_the_next_and_then_to_whoever_is_left() -> None:
    b = ofertas(*QUEM)
    b.chega("t")
    ofertado: list[str] = []
    for _ in QUEM:
        ofertado += b.ofertado_a("t")
        b.recusa("t", *b.ofertado_a("t"))
    assert sorted(ofertado) == sorted(QUEM), "each once"


def test_who_refused_waits_for_another_that_is_at_work_even_without_room() -> None:
    b = ofertas("ana", "bia")
    b.assume(b.chega("busy"), "bia")
    b.chega("t")
    b.recusa("t", "ana")
    assert (b.ofertado_a("t"), porque_nao(b.linha(), b.espera("t"), b.candidato("ana"))) == ((), "recusou")
    b.resolve("busy")
    assert b.ofertado_a("t") == ("bia",)


@pytest.mark.parametrize("como", ["pausa", "leaves", "is deleted", "out of order", "loses the skill"])
def test_when_nobody_else_is_at_work_any_more_it_is_offered_to_who_refused_it(como: str) -> None:
    b = ofertas()
    for quem in ("ana", "bia"):
        b.pessoa(quem, habilidades=("a",))
    b.assume(b.chega("busy"), "bia")
    b.chega("t", rota=Rota(habilidades=(Pedida("a"),)))
    b.recusa("t", "ana")
    assert b.ofertado_a("t") == ()
    match como:
        case "pausa":
            b.muda_pessoa("bia", estado="pausa")
        case "leaves":
            b.deixa("bia")
        case "is deleted":
            b.sai("bia")
        case "loses the skill":
            b.muda_pessoa("bia", habilidades=())
        case _:
            b.para("bia")
    assert b.ofertado_a("t") == ("ana",)


def test_it_is_offered_to_the_best_at_once_and_each_holds_a_slot_only_as_long_as_its_offer() -> None:
    b = ofertas(*QUEM, paralelas=2)
    b.chega("t")
    assert b.ofertado_a("t") == ("ana", "bia")
    assert [quem for quem in QUEM if b.livre(quem)] == ["clara"]
    b.recusa("t", "ana")
    assert b.ofertado_a("t") == ("bia",)
    assert [quem for quem in QUEM if b.livre(quem)] == ["ana", "clara"]
    b.assume("t", "bia")
    assert b.livre("ana")
    assert not b.livre("bia")


def test_the_winner_of_several_leaves_the_others_free_for_what_waits() -> None:
    b = ofertas("ana", "bia", paralelas=2)
    b.chega("t")
    b.chega("u")
    assert b.ofertado_a("u") == ()
    b.assume("t", "bia")
    assert (b.ofertado_a("t"), b.ofertado_a("u")) == ((), ("ana",))


def test_who_may_not_have_it_any_more_loses_the_offer() -> None:
    b = ofertas("ana", "bia", paralelas=2)
    b.chega("t")
    b.muda_pessoa("ana", estado="pausa")
    assert [caiu.atendente_id for caiu in b.cairam] == ["ana"]
    assert b.ofertado_a("t") == ("bia",)
    b.muda_pessoa("bia", estado="pausa")
    assert b.ofertado_a("t") == ()
    b.muda_pessoa("ana", estado="disponivel")
    assert b.ofertado_a("t") == ("ana",), "it has refused nothing"


def test_offers_go_on_over_a_restart_with_their_slots() -> None:
    b = ofertas("ana", "bia", paralelas=2)
    b.chega("t")
    b.chega("u")
    b.reinicia()
    assert (b.ofertado_a("t"), b.ofertado_a("u")) == (("ana", "bia"), ())
    b.recusa("t", "bia")
    assert (b.ofertado_a("t"), b.ofertado_a("u")) == (("ana",), ("bia",))


def test_what_one_sent_back_and_the_other_refused_is_offered_to_one_of_them() -> None:
    b = ofertas("ana", "bia")
    b.chega("t")
    b.assume("t", "ana")
    b.devolve("t")
    b.recusa("t", "bia")
    assert b.ofertado_a("t")


def test_who_sent_it_back_and_refused_it_waits_for_another_that_is_at_work() -> None:
    b = ofertas("ana", "bia")
    b.assume(b.chega("busy"), "bia")
    b.muda_pessoa("ana", estado="pausa")
    b.chega("t", devolvido_por="ana", rota=Rota(recusado_por=("ana",)))
    b.muda_pessoa("ana", estado="disponivel")
    assert (b.ofertado_a("t"), porque_nao(b.linha(), b.espera("t"), b.candidato("ana"))) == ((), "recusou")


# -- the sets and the words say the same


@given(st.data())
def test_whoever_may_have_it_by_the_sets_is_kept_from_it_by_no_rule(data: st.DataObject) -> None:
    linha = _situacao(data)
    for espera in linha.esperas.values():
        podem = {um.perfil.id for um in linha.escala.destes(linha.livres_para(espera))}
        livres = {um.perfil.id for um in linha.escala.candidatos.values() if not porque_nao(linha, espera, um)}
        assert podem == livres


def _situacao(data: st.DataObject) -> Linha:
    """Agents of all kinds, and tickets that wait for them; of each, an agent is one thing at the most."""
    b = Bancada(now=1)
    b.fila(politica=Politica(distribuicao_automatica=False, afinidade=Afinidade(segundos=60)))
    for quem in QUEM:
        capacidade, estado, sabe = data.draw(
            st.tuples(st.integers(0, 2), st.sampled_from(["disponivel", "disponivel", "pausa"]), st.booleans())
        )
        b.pessoa(quem, capacidade=capacidade, estado=estado, habilidades=("a",) if sabe else ())
    alguem = st.none() | st.sampled_from(QUEM)
    for _ in range(data.draw(st.integers(0, 3))):
        b.assume(b.chega(), data.draw(st.sampled_from(QUEM)))
    for _ in range(3):
        afim, devolveu = data.draw(alguem), data.draw(alguem)
        recusaram = data.draw(st.lists(st.sampled_from(QUEM), unique=True, max_size=2))
        if devolveu in recusaram or afim in {devolveu, *recusaram}:
            afim = devolveu = None
        pede = (Pedida("a"),) if data.draw(st.booleans()) else ()
        b.chega(devolvido_por=devolveu, rota=Rota(afim=afim, recusado_por=tuple(recusaram), habilidades=pede))
    return b.linha()
