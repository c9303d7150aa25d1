"""Many agents who free up at once choose one after the other: opening time costs what its tickets cost, no more."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from actors.atendente.comandos import MudarPresenca
from tests.actors.cena import ADMIN, Cena

VAGAS = 2


class Abertura:
    """Two filas whose tickets alternate by age, everybody serves both, everybody comes online at the same instant."""

    def __init__(self, atendentes: int) -> None:
        cena = self.cena = Cena()
        filas = [cena.fila("uma"), cena.fila("outra")]
        self.atendentes = [cena.atendente(f"a{n}", *filas, capacidade=VAGAS, online=False) for n in range(atendentes)]
        self.tickets = []
        for n in range(2 * VAGAS * atendentes):
            cena.clock.advance_to(cena.clock.now() + 1)
            self.tickets.append(cena.ticket(filas[n % 2]))
        antes = self._turnos()
        for id_ in self.atendentes:
            cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=id_, online=True))
        cena.mundo.assentar()
        self.turnos_por_vaga = (self._turnos() - antes) / (VAGAS * atendentes)

    def _turnos(self) -> int:
        return sum(self.cena.mundo.loop.dispatcher.turns.values())


@pytest.mark.parametrize("atendentes", [5, 40])
def test_opening_costs_the_same_for_each_slot_however_many_agents_come(atendentes: int) -> None:
    assert Abertura(atendentes).turnos_por_vaga < 20


def test_at_opening_the_oldest_tickets_go_first_and_everybody_gets_as_many() -> None:
    abertura = Abertura(6)
    donos = [abertura.cena.dono(ticket) for ticket in abertura.tickets]
    com_dono = [dono is not None for dono in donos]
    assert all(antes or not depois for antes, depois in pairwise(com_dono))
    assert Counter(donos) == {None: 6 * VAGAS} | dict.fromkeys(abertura.atendentes, VAGAS)
