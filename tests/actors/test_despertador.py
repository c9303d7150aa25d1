"""Waking what nobody asks for: which empresas a node wakes, which it leaves alone, and what it does when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from actors.no.despertador import RODADAS_A_SOS, RODADAS_DE_OUTRO, Despertador
from engine.errors import InternalFailure, LeaseElsewhere
from engine.ports import Adormecida, StoreAway


class Loja:
    """Empresas by number, each ours or another's. A page holds two."""

    def __init__(self, nossas: Collection[int] = (), de_outro: Collection[int] = ()) -> None:
        self.todas = {id_(n): n in nossas for n in sorted([*nossas, *de_outro])}
        self.fora = False
        self.ha_outro = True

    async def adormecidas(self, ativas: Collection[str], depois: str, limite: int) -> list[Adormecida]:
        if self.fora:
            raise StoreAway("banco_fora", "O banco não responde")
        ha = [uma for uma in self.todas if uma > depois and uma not in ativas]
        return [Adormecida(uma, self.todas[uma], self.ha_outro) for uma in ha[: min(2, limite)]]


class Cena:
    def __init__(self, loja: Loja) -> None:
        self.loja = loja
        self.ativas: set[str] = set()
        self.pedidas: list[str] = []
        self.falham: dict[str, Exception] = {}
        self.despertador = Despertador(loja, lambda: self.ativas, self._ativar)

    async def _ativar(self, empresa_id: str) -> None:
        self.pedidas.append(empresa_id)
        if empresa_id in self.falham:
            raise self.falham[empresa_id]
        self.ativas.add(empresa_id)

    def ronda(self, vezes: int = 1) -> list[str]:
        """What was asked for."""
        self.pedidas = []
        for _ in range(vezes):
            asyncio.run(self.despertador.ronda())
        return self.pedidas


def id_(n: int) -> str:
    return f"01980000-0000-7000-8000-{n:012x}"


def test_all_of_ours_are_woken_page_by_page_and_each_once() -> None:
    cena = Cena(Loja(nossas=range(7)))
    assert cena.ronda() == [id_(n) for n in range(7)]
    assert cena.ronda(3) == []


def test_one_that_came_to_life_by_a_command_meanwhile_is_not_woken() -> None:
    cena = Cena(Loja(nossas=range(3)))
    cena.ativas.add(id_(1))
    assert cena.ronda() == [id_(0), id_(2)]


def test_one_that_fails_does_not_keep_the_others_asleep_and_is_tried_again_in_the_next_round() -> None:
    cena = Cena(Loja(nossas=range(3)))
    cena.falham[id_(0)] = InternalFailure()
    cena.falham[id_(1)] = ZeroDivisionError()
    assert cena.ronda() == [id_(0), id_(1), id_(2)]
    cena.falham.clear()
    assert cena.ronda() == [id_(0), id_(1)]


def test_one_that_another_node_was_quicker_to_take_is_left_to_it() -> None:
    cena = Cena(Loja(nossas=range(2)))
    cena.falham[id_(0)] = LeaseElsewhere("empresa_em_outro_no", "É de outro nó")
    cena.ronda()
    assert cena.ativas == {id_(1)}


def test_what_was_another_nodes_is_left_to_it_for_ten_rounds_and_then_taken() -> None:
    cena = Cena(Loja(nossas=[1], de_outro=[2]))
    assert cena.ronda(RODADAS_DE_OUTRO) == [id_(1)]
    assert cena.ronda() == [id_(2)]


def test_by_the_only_node_it_is_taken_sooner() -> None:
    cena = Cena(Loja(nossas=[1], de_outro=[2]))
    cena.loja.ha_outro = False
    assert cena.ronda(RODADAS_A_SOS) == [id_(1)]
    assert cena.ronda() == [id_(2)]


def test_rounds_in_which_its_node_was_back_do_not_count_together() -> None:
    cena = Cena(Loja(de_outro=[2]))
    cena.ronda(RODADAS_DE_OUTRO)
    voltou, cena.loja.todas = cena.loja.todas, {}
    cena.ronda()
    cena.loja.todas = voltou
    assert cena.ronda(RODADAS_DE_OUTRO) == []
    assert cena.ronda() == [id_(2)]


def test_while_the_database_is_away_nothing_is_woken_and_no_round_forgotten() -> None:
    cena = Cena(Loja(nossas=[1], de_outro=[2]))
    cena.ronda(RODADAS_DE_OUTRO)
    cena.ativas.clear()
    cena.loja.fora = True
    assert cena.ronda(3) == []
    cena.loja.fora = False
    assert cena.ronda() == [id_(1), id_(2)]
