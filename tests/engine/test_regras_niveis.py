"""The skills of an agent: one however it is written, and known as well as somebody said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.politica.habilidades import NIVEL_SEM_DIZER, chave, niveis_de
from engine.politica.marcas import uma_de_cada
from engine.politica.niveis import dos_nomes, problemas
from tests.engine.linhas import atendente

NOMES = ("Inglês", "ingles", "INGLES", "espanhol", "Espanhol ", "2ª via", "libras")
nomes = st.lists(st.sampled_from(NOMES), max_size=6)
niveis = st.dictionaries(st.sampled_from(NOMES), st.integers(1, 5), max_size=4)


def test_a_skill_is_one_however_it_is_written_and_shown_as_it_was_written_first() -> None:
    assert uma_de_cada(("Inglês", "ingles", "vip", "INGLÊS", "Vip")) == ("Inglês", "vip")


def test_a_proficiency_in_what_nobody_has_is_named_with_the_remedy() -> None:
    (problema,) = problemas(("Inglês", "vip"), {"ingles": 4, "espanhol": 2})
    assert problema.campo == "niveis.espanhol"
    assert problema.problema == "não está em habilidades; inclua-a lá, ou retire-a (as habilidades são Inglês, vip)"
    (problema,) = problemas((), {"vip": 1})
    assert problema.problema == "não está em habilidades; inclua-a lá, ou retire-a (não há habilidades)"


def test_a_skill_that_is_said_twice_in_two_writings_is_refused() -> None:
    (problema,) = problemas(("Inglês",), {"Inglês": 4, "ingles": 2})
    assert (problema.campo, problema.problema) == (
        "niveis.ingles",
        "é a mesma habilidade que Inglês; deixe só uma",
    )


@given(nomes, niveis)
def test_what_is_kept_is_of_the_skills_there_are_in_their_own_writing(tem: list[str], ditos: dict[str, int]) -> None:
    habilidades = uma_de_cada(tem)
    assert len({chave(nome) for nome in habilidades}) == len(habilidades)
    assert {chave(nome) for nome in habilidades} == {chave(nome) for nome in tem}
    guardados = dos_nomes(habilidades, ditos)
    assert set(guardados) <= set(habilidades)
    assert [*problemas(habilidades, guardados)] == []
    assert dos_nomes(habilidades, guardados) == guardados
    row = atendente(habilidades=habilidades, niveis=guardados)
    assert niveis_de(row) == {chave(nome): guardados.get(nome, NIVEL_SEM_DIZER) for nome in habilidades}
