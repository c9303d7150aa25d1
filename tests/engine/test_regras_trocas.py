"""A policy where something else has taken the place of what it names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.politica.modelo import Anel, EsperaMaxima, Politica, Transbordo, ViaEquipe
from engine.politica.trocas import com_outra_equipe, com_outra_fila, destinos, vai_para

IDS = st.sampled_from("abcd")
POLITICAS = st.builds(
    Politica,
    transbordos=st.lists(st.builds(Transbordo, para=IDS, tamanho=st.integers(1, 3)), max_size=4).map(tuple),
    maximo=st.none() | st.builds(EsperaMaxima, acao=st.just("transbordar"), para=IDS, segundos=st.just(9)),
    aneis=st.lists(
        st.builds(Anel, apos_segundos=st.just(9), equipes=st.lists(IDS, unique=True, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    equipes=st.lists(st.builds(ViaEquipe, equipe_id=IDS), unique_by=lambda via: via.equipe_id, max_size=3).map(tuple),
)


@given(POLITICAS, IDS, IDS)
def test_nothing_names_what_is_gone_and_nothing_goes_to_itself(politica: Politica, de: str, para: str) -> None:
    if de in {"d", para}:
        return
    depois = com_outra_fila(politica, de, para, "d")
    assert not vai_para(depois, de)
    assert not vai_para(depois, "d") or (politica.maximo is not None and politica.maximo.para == "d")
    assert len({*depois.transbordos}) == len(depois.transbordos)
    idos = {para if fila == de else fila for _, fila in destinos(politica)} - {"d"}
    assert {fila for _, fila in destinos(depois)} - {"d"} == idos


@given(POLITICAS, IDS, IDS)
def test_an_equipe_is_named_once_where_the_other_was_or_itself(politica: Politica, de: str, para: str) -> None:
    if de == para:
        return
    depois = com_outra_equipe(politica, de, para)
    for anel, antes in zip(depois.aneis, politica.aneis, strict=True):
        assert [*anel.equipes] == [*dict.fromkeys(para if id_ == de else id_ for id_ in antes.equipes)]
    nomeadas = [via.equipe_id for via in depois.equipes]
    assert sorted(nomeadas) == sorted({para if via.equipe_id == de else via.equipe_id for via in politica.equipes})


@given(POLITICAS)
def test_what_is_not_named_changes_nothing(politica: Politica) -> None:
    sem_repeticao = com_outra_fila(politica, "x", "a", "z")
    assert {*sem_repeticao.transbordos} == {*politica.transbordos}
    assert sem_repeticao.maximo == politica.maximo
    assert com_outra_equipe(politica, "x", "a") == politica
