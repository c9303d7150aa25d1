"""The examination of a living empresa under random histories: whatever goes on between its slices, it finds nothing."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest

from actors.comandos import Comando
from actors.diretorio.empresa_viva import EmpresaViva
from actors.no import ronda
from actors.no.ronda import AgoraDaEmpresa, Ronda
from engine.invariantes import Achado, Caderno, confirmados
from engine.invariantes.historia import JANELA, Entrega, conferir
from engine.runtime import Reply
from tests.simulacao.simulacao import PASSOS, Simulacao

SEMENTES = int(os.environ.get("SEEDS_EXAME", "45"))
POR_TESTE = 15
POR_FATIA = 4
"""Rows in a slice: an empresa here has some dozens."""


class SimulacaoExaminada(Simulacao):
    """Each empresa is examined over and over, a slice between any two commands. ``exames`` are those that came to their
    end, ``suspeitas`` what was amiss at the first look, ``achados`` what was at the second too.
    """

    def __init__(self, semente: int, passos: int = PASSOS) -> None:
        super().__init__(semente, passos)
        self._rondas: dict[EmpresaViva, Iterator[None]] = {}
        self.exames = 0
        self.conferidos = Caderno().conferidos
        self.suspeitas: list[Achado] = []
        self.achados: list[Achado] = []

    def _pedir(self) -> tuple[Comando[Any], Reply[Any]]:
        pedido = super()._pedir()
        for viva in list(self.mundo.vivas.values()):
            for _ in range(self._r.randint(0, 3)):
                self._andar(viva)
        return pedido

    def _andar(self, viva: EmpresaViva) -> None:
        """One slice more of its examination, or a new one."""
        if viva not in self._rondas:
            self._rondas[viva] = self._examinar(viva)
        if next(self._rondas[viva], self) is self:
            del self._rondas[viva]

    def _examinar(self, viva: EmpresaViva) -> Iterator[None]:
        antes, depois = Caderno(), Caderno()
        entregas: list[Entrega] = []
        yield from self._registro(viva, antes, entregas)
        yield from Ronda(viva, antes, entregas).tudo()
        suspeitos = list(antes.achados())
        entregas.clear()
        yield from self._registro(viva, depois, entregas)
        yield from Ronda(viva, depois, entregas).de_novo(suspeitos)
        self.exames += 1
        self.conferidos.update(antes.conferidos)
        self.suspeitas += suspeitos
        self.achados += [achado for deste in confirmados(antes, depois).values() for achado in deste]

    def _registro(self, viva: EmpresaViva, caderno: Caderno, entregas: list[Entrega]) -> Iterator[None]:
        while viva.unsettled or self._vencido():  # until what it did so far is durable, and what was due has come
            yield
        ate = viva.durable_seq
        eventos = [um for um in self.loja.eventos if um.empresa_id == viva.name and ate - JANELA < um.seq <= ate]
        yield from conferir(eventos, AgoraDaEmpresa(viva), caderno, entregas)

    def _vencido(self) -> bool:
        """Whether something is due that was not fired yet: a node that comes up does so first, and here no time passes
        meanwhile.
        """
        prazo = self.mundo.loop.dispatcher.timers.next_deadline()
        return prazo is not None and prazo <= self.clock.now()


@pytest.fixture(autouse=True)
def _small_slices_and_silent_crashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ronda, "TRABALHO", POR_FATIA)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def lotes() -> list[range]:
    return [range(inicio, min(inicio + POR_TESTE, SEMENTES)) for inicio in range(0, SEMENTES, POR_TESTE)]


@pytest.mark.parametrize("sementes", lotes(), ids=lambda lote: f"{lote.start}-{lote.stop - 1}")
def test_an_examination_between_the_steps_of_a_random_history_finds_nothing(sementes: range) -> None:
    exames, conferidos = 0, Caderno().conferidos
    for semente in sementes:
        simulacao = SimulacaoExaminada(semente)
        simulacao.rodar()
        assert not simulacao.achados, f"seed {semente}: {simulacao.achados[0]}"
        exames += simulacao.exames
        conferidos.update(simulacao.conferidos)
    assert exames > len(sementes)
    assert {1, 2, 3, 4, 5, 9, 10, 11, 12, 13} <= set(conferidos)
