"""Ids by key, and their counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.indice import Indice

PASSOS = st.lists(st.tuples(st.booleans(), st.sampled_from("abc"), st.sampled_from("123")))


@given(PASSOS)
def test_it_holds_each_id_once_and_in_the_order_in_which_it_came(passos: list[tuple[bool, str, str]]) -> None:
    indice, esperado = Indice(), dict[str, list[str]]()
    for entra, chave, id_ in passos:
        ids = esperado.setdefault(chave, [])
        if entra:
            indice.por(chave, id_)
            ids += [] if id_ in ids else [id_]
        else:
            indice.tirar(chave, id_)
            ids[:] = [outro for outro in ids if outro != id_]
    assert {chave: list(indice.de(chave)) for chave in "abc"} == {chave: esperado.get(chave, []) for chave in "abc"}
    assert indice.por_chave() == {chave: len(ids) for chave, ids in esperado.items() if ids}
    assert [indice.quantos(chave) for chave in "abc"] == [len(esperado.get(chave, [])) for chave in "abc"]
    assert indice.total() == sum(map(len, esperado.values()))
