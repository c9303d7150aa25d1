"""Who serves which fila."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.modelo import EquipeFilaRow, EquipeMembroRow, MembroRow
from engine.participacao import Participacao, Vias, Vinculo

E = "empresa"
PESSOAS, FILAS, EQUIPES = st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("mn")
VINCULOS: st.SearchStrategy[Vinculo] = st.one_of(
    st.builds(MembroRow, st.just(E), FILAS, PESSOAS, st.booleans()),
    st.builds(EquipeMembroRow, st.just(E), EQUIPES, PESSOAS, st.booleans()),
    st.builds(EquipeFilaRow, st.just(E), EQUIPES, FILAS, st.booleans()),
)


def esperado(vinculos: list[Vinculo]) -> dict[tuple[str, str], Vias]:
    """Straight from the definition: the last word on each pair counts."""
    proprios: dict[tuple[str, str], bool] = {}
    membros: dict[tuple[str, str], bool] = {}
    servidas: dict[tuple[str, str], bool] = {}
    for v in vinculos:
        if isinstance(v, MembroRow):
            proprios[v.fila_id, v.atendente_id] = v.ativo
        elif isinstance(v, EquipeMembroRow):
            membros[v.equipe_id, v.atendente_id] = v.ativo
        else:
            servidas[v.equipe_id, v.fila_id] = v.ativo
    vias: dict[tuple[str, str], Vias] = {par: (None,) for par, ativo in proprios.items() if ativo}
    for equipe, fila in sorted(par for par, serve in servidas.items() if serve):
        for pessoa in [pessoa for (de, pessoa), e_membro in membros.items() if de == equipe and e_membro]:
            vias[fila, pessoa] = (*vias.get((fila, pessoa), ()), equipe)
    return vias


def agora(participacao: Participacao) -> set[tuple[str, str]]:
    return {(fila, pessoa) for fila, pessoas in participacao.membros_de.items() for pessoa in pessoas}


@given(st.lists(st.lists(VINCULOS, max_size=6), max_size=8))
def test_who_serves_is_what_the_facts_say_however_they_come_together(lotes: list[list[Vinculo]]) -> None:
    participacao = Participacao()
    todos: list[Vinculo] = []
    for lote in lotes:
        antes = esperado(todos)
        passagens = participacao.aplicar(lote)
        todos += lote
        depois = esperado(todos)
        assert agora(participacao) == set(depois)
        assert {(f, p) for p, filas in participacao.filas_de.items() for f in filas} == set(depois)
        assert {par: participacao.vias(*par) for par in depois} == depois
        mudaram = {par for par in antes.keys() | depois.keys() if antes.get(par) != depois.get(par)}
        assert passagens == [(f, p, depois.get((f, p), ())) for f, p in sorted(mudaram)]


def test_who_is_a_member_twice_ceases_to_serve_with_the_last_reason() -> None:
    participacao = Participacao()
    entra: list[Vinculo] = [MembroRow(E, "x", "a", True), EquipeMembroRow(E, "m", "a", True)]
    assert participacao.aplicar(entra) == [("x", "a", (None,))]
    assert participacao.aplicar([EquipeFilaRow(E, "m", "x", True)]) == [("x", "a", (None, "m"))]
    assert participacao.aplicar([MembroRow(E, "x", "a", False)]) == [("x", "a", ("m",))]
    assert participacao.aplicar([EquipeMembroRow(E, "m", "a", False)]) == [("x", "a", ())]


def test_by_two_equipes_they_are_named_in_order_after_the_membership_of_its_own() -> None:
    participacao = Participacao()
    fatos: list[Vinculo] = [EquipeFilaRow(E, equipe, "x", True) for equipe in "nm"]
    fatos += [EquipeMembroRow(E, equipe, "a", True) for equipe in "nm"]
    assert participacao.aplicar(fatos) == [("x", "a", ("m", "n"))]
    assert participacao.aplicar([MembroRow(E, "x", "a", True)]) == [("x", "a", (None, "m", "n"))]


def test_what_comes_and_goes_within_one_lot_is_no_news() -> None:
    participacao = Participacao()
    assert participacao.aplicar([MembroRow(E, "x", "a", True), MembroRow(E, "x", "a", False)]) == []
    participacao.aplicar([EquipeMembroRow(E, "m", "a", True)])
    troca: list[Vinculo] = [EquipeFilaRow(E, "m", "x", True), MembroRow(E, "x", "a", True)]
    assert participacao.aplicar(troca) == [("x", "a", (None, "m"))], "told once, of all of it"
