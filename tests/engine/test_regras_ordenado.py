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
        chave = chave_de(numero, id_)
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
    def sabe_quantos_vem_antes(self) -> None:
        chaves = sorted(chave for chave, _ in self.naive.values())
        for chave in (*chaves, (-9, 0), (0, 10**9), (9, 0)):
            assert self.real.quantos_antes(chave) == sum(outra < chave for outra in chaves)

    @invariant()
    def da_tudo_em_ordem(self) -> None:
        esperado = sorted((chave, id_) for id_, (chave, _) in self.naive.items())
        assert [(chave, id_) for id_, chave, _ in self.real.em_ordem()] == esperado


TestOrdenadoAgainstADict = ContraUmDict.TestCase


@given(st.dictionaries(ids, keys, max_size=40))
def test_taking_the_first_again_and_again_gives_everything_in_order(numeros: dict[str, int]) -> None:
    entradas = {id_: chave_de(numero, id_) for id_, numero in numeros.items()}
    ordenado: Ordenado[None] = Ordenado()
    for id_, chave in entradas.items():
        ordenado.por(id_, chave, None)
    saida = []
    while (primeiro := ordenado.primeiro()) is not None:
        saida.append((primeiro[1], primeiro[0]))
        ordenado.tirar(primeiro[0])
    assert saida == sorted((chave, id_) for id_, chave in entradas.items())


@given(st.lists(st.integers(0, 5_000), max_size=40), st.randoms(use_true_random=False))
def test_thousands_stand_in_order_whatever_comes_and_goes(apagados: list[int], acaso: Random) -> None:
    numeros = list(range(3_000))
    acaso.shuffle(numeros)
    ordenado: Ordenado[int] = Ordenado()
    for n in numeros:
        ordenado.por(str(n), (n % 7, n), n)
    for n in range(0, 3_000, 3):
        ordenado.tirar(str(n))
    for n in apagados:
        ordenado.tirar(str(n))
    ficam = sorted((n % 7, n) for n in range(3_000) if n % 3 and n not in apagados)
    assert [chave for _, chave, _ in ordenado.em_ordem()] == ficam
    assert [ordenado.quantos_antes(chave) for chave in ficam] == list(range(len(ficam)))


def trechos(ordenado: Ordenado[None]) -> int:
    return len(ordenado._chaves)


def test_a_line_through_which_very_much_goes_stays_as_long_as_what_is_in_it() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for n in range(20_000):
        ordenado.por(str(n), (n,), None)
        if n >= 10:
            ordenado.tirar(str(n - 10))
    assert trechos(ordenado) <= 2


def test_a_line_that_empties_gives_its_memory_back() -> None:
    ordenado: Ordenado[None] = Ordenado()
    for n in range(10_000):
        ordenado.por(str(n), (n,), None)
    assert trechos(ordenado) > 10
    for n in reversed(range(10_000)):
        ordenado.tirar(str(n))
    assert (trechos(ordenado), len(ordenado), ordenado.primeiro()) == (1, 0, None)


def test_a_new_value_under_the_same_key_keeps_its_place() -> None:
    ordenado: Ordenado[str] = Ordenado()
    ordenado.por("a", (1,), "old")
    ordenado.por("b", (2,), "other")
    ordenado.por("a", (1,), "new")
    assert ordenado.primeiro() == ("a", (1,), "new")
    assert len(ordenado) == 2
