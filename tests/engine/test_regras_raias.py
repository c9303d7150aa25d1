"""Lanes: one contact after the other, side by side with the others, never too fast, and forgotten once empty."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import Struct
from msgspec.structs import replace

from engine.balde import SEGUNDO, Taxa, taxa
from engine.envios.politica import Ritmo, ritmo_de
from engine.envios.raias import Raias

LIVRE = Ritmo()
RITMOS = (LIVRE, Ritmo(canal=taxa(2, 3)), Ritmo(contato=Taxa(2 * SEGUNDO, 4 * SEGUNDO)), Ritmo(taxa(4, 5), taxa(1, 2)))
RAIAS = ("a", "b", "c")
LONGE = 10_000_000


class Item(Struct, frozen=True):
    id: str
    raia: str
    nao_antes: int = 0


class Oraculo:
    """The same, looked up in all that there is."""

    def __init__(self, ritmo: Ritmo) -> None:
        self.ritmo = ritmo
        self.filas: dict[str, deque[Item]] = {raia: deque() for raia in RAIAS}
        self.em_curso: dict[str, Item] = {}
        self.contato_ate = dict.fromkeys(RAIAS, 0)
        self.canal_ate = 0
        self.tomados: list[tuple[int, str]] = []

    def prontas(self, agora: int) -> set[str]:
        """The lanes of which something may be taken now."""
        if agora < self.canal_ate or not self._cabe(self.ritmo.canal, [t for t, _ in self.tomados], agora):
            return set()
        return {raia for raia in RAIAS if self._pronta(raia, agora)}

    def _pronta(self, raia: str, agora: int) -> bool:
        fila = self.filas[raia]
        if raia in self.em_curso or not fila or max(fila[0].nao_antes, self.contato_ate[raia]) > agora:
            return False
        return self._cabe(self.ritmo.contato, [t for t, outra in self.tomados if outra == raia], agora)

    def _cabe(self, de: Taxa | None, tomados: list[int], agora: int) -> bool:
        """Whether one more, now, keeps to the rate: the bucket, gone through from its first token."""
        if de is None:
            return True
        cheio_em = 0
        for instante in [*tomados, agora]:
            cheio_em = max(cheio_em, instante * 1_000_000) + de.custo
        return cheio_em - agora * 1_000_000 <= de.capacidade

    def todos(self) -> set[str]:
        return {item.id for fila in self.filas.values() for item in fila} | {i.id for i in self.em_curso.values()}


class Historia(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.n = 0
        self.agora = 1_000

    @initialize(ritmo=st.sampled_from(RITMOS))
    def comecar(self, ritmo: Ritmo) -> None:
        self.raias: Raias[Item] = Raias(ritmo)
        self.oraculo = Oraculo(ritmo)
        self.passadas = dict.fromkeys(RAIAS, 0)

    @rule(raia=st.sampled_from(RAIAS), atraso=st.sampled_from([0, 0, 0, 1_500]))
    def por(self, raia: str, atraso: int) -> None:
        self.n += 1
        item = Item(str(self.n), raia, self.agora + atraso if atraso else 0)
        self.raias.por(item)
        self.oraculo.filas[raia].append(item)

    @rule(raia=st.sampled_from(RAIAS))
    def por_em_curso(self, raia: str) -> None:
        self.n += 1
        item = Item(str(self.n), raia)
        if raia in self.oraculo.em_curso:
            with pytest.raises(ValueError, match="two of"):
                self.raias.por_em_curso(item)
        else:
            self.raias.por_em_curso(item)
            self.oraculo.em_curso[raia] = item

    @rule()
    def tomar(self) -> None:
        prontas = self.oraculo.prontas(self.agora)
        item = self.raias.tomar(self.agora)
        assert (item is not None) == bool(prontas), f"{prontas} may be served"
        if item is None:
            return
        assert item.raia in prontas, "out of turn, or too fast"
        assert item is self.oraculo.filas[item.raia].popleft(), "not the first of its lane"
        self.oraculo.em_curso[item.raia] = item
        self.oraculo.contato_ate[item.raia] = 0
        self.oraculo.tomados.append((self.agora, item.raia))
        self._conferir_a_vez(item.raia, prontas)

    def _conferir_a_vez(self, servida: str, prontas: set[str]) -> None:
        """Whoever may be served all along is so before another is twice."""
        for raia in RAIAS:
            self.passadas[raia] = self.passadas[raia] + 1 if raia in prontas and raia != servida else 0
            assert self.passadas[raia] < len(RAIAS), f"{raia} is passed over"

    @precondition(lambda self: self.oraculo.em_curso)
    @rule(dados=st.data(), o_que=st.sampled_from(["feito", "de volta", "mais tarde", "de castigo", "mudou"]))
    def responder(self, dados: st.DataObject, o_que: str) -> None:
        raia = dados.draw(st.sampled_from(sorted(self.oraculo.em_curso)))
        item = self.oraculo.em_curso[raia]
        if o_que == "mudou":
            self.oraculo.em_curso[raia] = replace(item, nao_antes=7)
            self.raias.trocar(self.oraculo.em_curso[raia])
            return
        del self.oraculo.em_curso[raia]
        if o_que == "feito":
            self.raias.tirar(item.id)
            return
        ate = self.agora + 3_000 if o_que == "de castigo" else 0
        item = replace(item, nao_antes=self.agora + 2_000 if o_que == "mais tarde" else 0)
        self.raias.devolver(item, ate)
        self.oraculo.filas[raia].appendleft(item)
        self.oraculo.contato_ate[raia] = max(self.oraculo.contato_ate[raia], ate)

    @precondition(lambda self: any(self.oraculo.filas.values()))
    @rule(dados=st.data())
    def tirar(self, dados: st.DataObject) -> None:
        item = dados.draw(st.sampled_from([item for fila in self.oraculo.filas.values() for item in fila]))
        self.raias.tirar(item.id)
        self.oraculo.filas[item.raia].remove(item)

    @rule(ms=st.sampled_from([0, 1, 500, 2_000, 60_000]))
    def castigar_o_canal(self, ms: int) -> None:
        self.raias.canal_ate = self.oraculo.canal_ate = max(self.oraculo.canal_ate, self.agora + ms)

    @rule(ms=st.sampled_from([1, 250, 499, 1_000, 2_000, 10_000]))
    def passar(self, ms: int) -> None:
        self.agora += ms

    @rule()
    def esperar_o_proximo(self) -> None:
        """It says when to look again: before that there is nothing, and it never says so of what is ready."""
        proximo = self.raias.proximo(self.agora)
        if self.oraculo.prontas(self.agora):
            assert proximo is not None
            assert proximo <= self.agora
        if proximo is None:
            assert not self.oraculo.prontas(self.agora + LONGE)
        elif proximo > self.agora:
            assert not self.oraculo.prontas(proximo - 1), "there is something before that"
            self.agora = proximo

    @invariant()
    def nothing_is_lost_and_what_is_under_way_is_known(self) -> None:
        if not hasattr(self, "raias"):
            return
        assert len(self.raias) == len(self.oraculo.todos())
        assert all(id_ in self.raias and self.raias.achar(id_) is not None for id_ in self.oraculo.todos())
        assert {item.raia: item for item in self.raias.em_curso()} == self.oraculo.em_curso

    def teardown(self) -> None:
        """Empty it, and wait: nothing is left of any lane."""
        if not hasattr(self, "raias"):
            return
        for id_ in sorted(self.oraculo.todos()):
            self.raias.tirar(id_)
        for _ in range(3):
            self.agora += LONGE
            assert self.raias.tomar(self.agora) is None
        assert len(self.raias) == 0
        assert self.raias._raias == {}, "a lane that is empty is remembered"
        assert not self.raias._dormem
        assert not self.raias._vez
        assert self.raias.proximo(self.agora) is None


TestHistoria = Historia.TestCase
TestHistoria.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def tomar_todos(raias: Raias[Item], agora: int) -> list[str]:
    """All that may be taken now, each done at once."""
    feitos = []
    while (item := raias.tomar(agora)) is not None:
        feitos.append(item.id)
        raias.tirar(item.id)
    return feitos


def test_a_contact_with_one_message_waits_for_one_of_those_with_a_thousand() -> None:
    raias: Raias[Item] = Raias(LIVRE)
    for n in range(1_000):
        for raia in "ab":
            raias.por(Item(f"{raia}{n}", raia))
    raias.por(Item("c0", "c"))
    assert tomar_todos(raias, 1)[:4] == ["a0", "b0", "c0", "a1"]


def test_what_waits_for_a_time_lets_its_lane_go_when_it_is_taken_out() -> None:
    raias: Raias[Item] = Raias(LIVRE)
    raias.por(Item("1", "a", nao_antes=3_600_000))
    raias.por(Item("2", "a"))
    assert raias.tomar(1) is None
    raias.tirar("1")
    assert tomar_todos(raias, 2) == ["2"]


def test_a_contact_that_is_left_alone_is_so_also_for_what_comes_later() -> None:
    raias: Raias[Item] = Raias(LIVRE)
    raias.por(Item("1", "a"))
    item: Any = raias.tomar(1)
    raias.devolver(item, contato_ate=5_000)
    raias.tirar("1")
    raias.por(Item("2", "a"))
    assert raias.tomar(4_999) is None
    assert tomar_todos(raias, 5_000) == ["2"]


def test_a_number_is_held_to_its_rate_whatever_the_contacts() -> None:
    raias: Raias[Item] = Raias(ritmo_de("whatsapp"))
    for n in range(1_000):
        raias.por(Item(str(n), str(n)))
    instantes = [ms for ms in range(5_000) for _ in tomar_todos(raias, ms)]
    assert len(instantes) > 5 * 70
    for n, primeiro in enumerate(instantes):
        no_segundo = sum(primeiro <= ms < primeiro + 1_000 for ms in instantes[n : n + 200])
        assert no_segundo <= 80, "what Meta takes of a number within any second"


def test_of_another_job_nothing_is_known() -> None:
    raias: Raias[Item] = Raias(LIVRE)
    raias.por(Item("1", "a"))
    assert "2" not in raias
    assert raias.achar("2") is None
    raias.tirar("2")
    assert raias.raia_de("1") == "a"
