"""Who serves which fila."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.modelo import EquipeFilaRow, EquipeMembroRow, MembroRow
from engine.participacao import Participacao, Vinculo

E = "empresa"
PESSOAS, FILAS, EQUIPES = st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("mn")
VINCULOS: st.SearchStrategy[Vinculo] = st.one_of(
    st.builds(MembroRow, st.just(E), FILAS, PESSOAS, st.booleans()),
    st.builds(EquipeMembroRow, st.just(E), EQUIPES, PESSOAS, st.booleans()),
    st.builds(EquipeFilaRow, st.just(E), EQUIPES, FILAS, st.booleans()),
)


def esperado(vinculos: list[Vinculo]) -> set[tuple[str, str]]:
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
    servem = {par for par, ativo in proprios.items() if ativo}
    for (equipe, pessoa), e_membro in membros.items():
        servem |= {(f, pessoa) for (de, f), serve in servidas.items() if de == equipe and serve and e_membro}
    return servem


def agora(participacao: Participacao) -> set[tuple[str, str]]:
    return {(fila, pessoa) for fila, pessoas in participacao.membros_de.items() for pessoa in pessoas}


@given(st.lists(st.lists(VINCULOS, max_size=6), max_size=8))
def test_who_serves_is_what_the_facts_say_however_they_come_together(lotes: list[list[Vinculo]]) -> None:
    participacao, todos = Participacao(), []
    for lote in lotes:
        antes = agora(participacao)
        passagens = participacao.aplicar(lote)
        todos += lote
        depois = agora(participacao)
        assert depois == esperado(todos)
        assert {(f, p) for f, p, entrou in passagens if entrou} == depois - antes
        assert {(f, p) for f, p, entrou in passagens if not entrou} == antes - depois
        assert passagens == sorted(passagens)
        assert {(f, p) for p, filas in participacao.filas_de.items() for f in filas} == depois


def test_who_is_a_member_twice_ceases_to_serve_with_the_last_reason() -> None:
    participacao = Participacao()
    participacao.aplicar([MembroRow(E, "x", "a", True), EquipeMembroRow(E, "m", "a", True)])
    assert participacao.aplicar([EquipeFilaRow(E, "m", "x", True)]) == []
    assert participacao.aplicar([MembroRow(E, "x", "a", False)]) == []
    assert participacao.aplicar([EquipeMembroRow(E, "m", "a", False)]) == [("x", "a", False)]
