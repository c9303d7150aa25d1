"""Ordenado against a plain dict that is sorted when asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.ordenado import Chave, Ordenado

ids = st.text("abcdef", min_size=1, max_size=2)
keys = st.tuples(st.integers(-3, 3), st.integers(0, 5))


class ContraUmDict(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.real: Ordenado[int] = Ordenado()
        self.naive: dict[str, tuple[Chave, int]] = {}

    @rule(id_=ids, chave=keys, valor=st.integers())
    def por(self, id_: str, chave: Chave, valor: int) -> None:
        self.real.por(id_, chave, valor)
        self.naive[id_] = (chave, valor)

    @rule(id_=ids)
    def tirar(self, id_: str) -> None:
        assert self.real.tirar(id_) == self.naive.pop(id_, None)

    @rule()
    def tirar_o_primeiro(self) -> None:
        primeiro = self.real.primeiro()
        if primeiro is not None:
            self.real.tirar(primeiro[0])
            del self.naive[primeiro[0]]

    @invariant()
    def tem_o_mesmo_dentro(self) -> None:
        assert len(self.real) == len(self.naive)
        assert {id_: (chave, valor) for id_, chave, valor in self.real} == self.naive
        assert all(id_ in self.real and self.real.ver(id_) == entrada for id_, entrada in self.naive.items())
        assert "absent" not in self.real
        assert self.real.ver("absent") is None

    @invariant()
    def tem_o_mesmo_primeiro(self) -> None:
        esperado = min(((chave, id_) for id_, (chave, _) in self.naive.items()), default=None)
        primeiro = self.real.primeiro()
        if esperado is None:
            assert primeiro is None
        else:
            assert primeiro == (esperado[1], esperado[0], self.naive[esperado[1]][1])

    @invariant()
    def da_tudo_em_ordem(self) -> None:
        esperado = sorted((chave, id_) for id_, (chave, _) in self.naive.items())
        assert [(chave, id_) for id_, chave, _ in self.real.em_ordem()] == esperado


TestOrdenadoAgainstADict = ContraUmDict.TestCase


@given(st.dictionaries(ids, keys, max_size=40))
def test_taking_the_first_again_and_again_gives_everything_in_order(entradas: dict[str, Chave]) -> None:
    ordenado: Ordenado[None] = Ordenado()
    for id_, chave in entradas.items():
        ordenado.por(id_, chave, None)
    saida = []
    while (primeiro := ordenado.primeiro()) is not None:
        saida.append((primeiro[1], primeiro[0]))
        ordenado.tirar(primeiro[0])
    assert saida == sorted((chave, id_) for id_, chave in entradas.items())


def test_rekeying_the_same_entries_for_ever_does_not_grow_the_heap() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for volta in range(10_000):
        ordenado.por(str(volta % 10), (volta,), None)
    assert len(ordenado._heap) <= 100


def test_putting_back_what_was_taken_out_does_not_grow_the_heap() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for _ in range(10_000):
        ordenado.por("a", (1,), None)
        ordenado.tirar("a")
    assert len(ordenado._heap) <= 100


def test_a_line_that_empties_gives_its_memory_back() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for n in range(10_000):
        ordenado.por(str(n), (n,), None)
    for n in reversed(range(10_000)):
        ordenado.tirar(str(n))
    assert len(ordenado._heap) <= 100


def test_a_new_value_under_the_same_key_keeps_its_place() -> None:
    ordenado: Ordenado[str] = Ordenado()
    ordenado.por("a", (1,), "old")
    ordenado.por("b", (2,), "other")
    ordenado.por("a", (1,), "new")
    assert ordenado.primeiro() == ("a", (1,), "new")
    assert len(ordenado) == 2
