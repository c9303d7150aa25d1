"""Ordenado against a plain dict that is sorted when asked."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.ordenado import Chave, Ordenado

ids = st.text("abcdef", min_size=1, max_size=2)
keys = st.integers(-3, 3)


def chave_de(numero: int, id_: str) -> Chave:
    """Unique in its end, as keys are."""
    return (numero, int.from_bytes(id_.encode()))


class ContraUmDict(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.real: Ordenado[int] = Ordenado()
        self.naive: dict[str, tuple[Chave, int]] = {}

    @rule(id_=ids, numero=keys, valor=st.integers())
    def por(self, id_: str, numero: int, valor: int) -> None:
        self.tirar_este(id_)
        chave = chave_de(numero, id_)
        self.real.por(chave, valor)
        self.naive[id_] = (chave, valor)

    @rule(id_=ids)
    def tirar_este(self, id_: str) -> None:
        if id_ in self.naive:
            self.real.tirar(self.naive.pop(id_)[0])

    @rule()
    def tirar_o_primeiro(self) -> None:
        if self.naive:
            self.tirar_este(min(self.naive, key=lambda id_: self.naive[id_][0]))

    @invariant()
    def tem_o_mesmo_em_ordem(self) -> None:
        em_ordem = sorted(self.naive.values())
        assert list(self.real) == [valor for _, valor in em_ordem]
        assert len(self.real) == len(em_ordem)
        assert self.real.primeiro() == (em_ordem[0][1] if em_ordem else None)

    @invariant()
    def sabe_quantos_vem_antes(self) -> None:
        chaves = sorted(chave for chave, _ in self.naive.values())
        for chave in (*chaves, (-9, 0), (0, 10**9), (9, 0)):
            assert self.real.quantos_antes(chave) == sum(outra < chave for outra in chaves)


TestOrdenadoAgainstADict = ContraUmDict.TestCase


@given(st.lists(st.integers(0, 5_000), max_size=40, unique=True), st.randoms(use_true_random=False))
def test_thousands_stand_in_order_whatever_comes_and_goes(apagados: list[int], acaso: Random) -> None:
    numeros = list(range(3_000))
    acaso.shuffle(numeros)
    ordenado: Ordenado[int] = Ordenado()
    for n in numeros:
        ordenado.por((n % 7, n), n)
    saem = {*range(0, 3_000, 3), *(n for n in apagados if n < 3_000)}
    for n in saem:
        ordenado.tirar((n % 7, n))
    ficam = sorted((n % 7, n) for n in range(3_000) if n not in saem)
    assert list(ordenado) == [n for _, n in ficam]
    assert [ordenado.quantos_antes(chave) for chave in ficam] == list(range(len(ficam)))


def trechos(ordenado: Ordenado[None]) -> int:
    return len(ordenado._chaves)


def test_a_line_through_which_very_much_goes_stays_as_long_as_what_is_in_it() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for n in range(20_000):
        ordenado.por((n,), None)
        if n >= 10:
            ordenado.tirar((n - 10,))
    assert trechos(ordenado) <= 2


def test_a_line_that_empties_gives_its_memory_back() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for n in range(10_000):
        ordenado.por((n,), None)
    assert trechos(ordenado) > 10
    for n in reversed(range(10_000)):
        ordenado.tirar((n,))
    assert (trechos(ordenado), len(ordenado), ordenado.primeiro()) == (1, 0, None)
