"""A fila warms up when it opens: nobody is buried under what came overnight, and a restart in the middle of it goes on
as if nothing had happened.
"""

from __future__ import annotations

import pytest

from actors.fila.comandos_politica import GravarPolitica
from engine.politica.modelo import Aquecimento, Horario, Politica
from tests.actors.cena import ADMIN, Cena

MINUTO = 60_000
ABRE_EM = 10 * MINUTO
QUINTA = Horario(fuso="UTC", dias={"qui": (("00:10", "24:00"),)})
"""The day on which the clock of a scene begins, at midnight."""
NA_FILA = 6


class Manha(Cena):
    """Before opening time: some tickets wait, and ana, who has room for them all, is there. For a minute after the fila
    has opened nobody is given more than two.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fila_id = self.fila("fila")
        politica = Politica(horario=QUINTA, aquecimento=Aquecimento(segundos=60, maximo=2))
        self.pedir(GravarPolitica(quem=ADMIN, fila_id=self.fila_id, documento=politica))
        self.ana = self.atendente("ana", self.fila_id, capacidade=9)
        self.tickets = [self.ticket(self.fila_id) for _ in range(NA_FILA)]

    def as_(self, ms: int) -> None:
        """So long after the opening, or before it."""
        self.mundo.avancar(1_767_225_600_000 + ABRE_EM + ms - self.clock.now())

    def reiniciar_se(self, reinicia: bool) -> None:
        if reinicia:
            self.reiniciar()
            self.presenca(self.ana, online=True)

    def tem(self, atendente: str) -> int:
        return sum(self.dono(ticket) == atendente for ticket in self.tickets)


@pytest.fixture
def manha() -> Manha:
    return Manha()


@pytest.mark.parametrize("reinicia", [False, True])
@pytest.mark.parametrize("quando", [0, 1, 30_000, 59_999])
def test_she_has_no_more_than_her_share_until_the_minute_is_over(manha: Manha, quando: int, *, reinicia: bool) -> None:
    manha.as_(-1)
    assert manha.tem(manha.ana) == 0
    manha.as_(quando)
    assert manha.tem(manha.ana) == 2
    manha.reiniciar_se(reinicia)
    assert manha.tem(manha.ana) == 2
    manha.as_(59_999)
    assert manha.tem(manha.ana) == 2
    manha.as_(60_000)
    assert manha.tem(manha.ana) == NA_FILA


@pytest.mark.parametrize("reinicia", [False, True])
def test_what_she_was_given_and_has_done_counts_too(manha: Manha, *, reinicia: bool) -> None:
    manha.as_(10_000)
    feito = next(ticket for ticket in manha.tickets if manha.dono(ticket) == manha.ana)
    manha.mudar(feito, "RESOLVIDO")
    manha.reiniciar_se(reinicia)
    assert manha.tem(manha.ana) == 1
    manha.as_(60_000)
    assert manha.tem(manha.ana) == NA_FILA - 1


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_comes_in_the_middle_of_it_has_a_share_of_her_own(manha: Manha, *, reinicia: bool) -> None:
    manha.as_(20_000)
    manha.reiniciar_se(reinicia)
    bia = manha.atendente("bia", manha.fila_id, capacidade=9)
    assert (manha.tem(manha.ana), manha.tem(bia)) == (2, 2)


def test_a_node_that_comes_up_only_after_the_opening_warms_up_for_what_is_left_of_the_minute(manha: Manha) -> None:
    """Nobody was there to open."""
    manha.mundo.fechar()
    manha.clock.advance_to(1_767_225_600_000 + ABRE_EM + 40_000)
    manha.reiniciar_se(True)
    assert manha.tem(manha.ana) == 2
    manha.as_(59_999)
    assert manha.tem(manha.ana) == 2
    manha.as_(60_000)
    assert manha.tem(manha.ana) == NA_FILA


@pytest.mark.parametrize("quando", [-30_000, -1])
def test_a_restart_before_the_opening_changes_nothing_of_it(manha: Manha, quando: int) -> None:
    manha.as_(quando)
    manha.reiniciar_se(True)
    assert manha.tem(manha.ana) == 0
    manha.as_(0)
    assert manha.tem(manha.ana) == 2
    manha.as_(60_000)
    assert manha.tem(manha.ana) == NA_FILA


def test_the_next_opening_is_another(manha: Manha) -> None:
    """The day after, when it is open again, what was given yesterday counts no more."""
    todo_dia = Horario(fuso="UTC", dias={"qui": (("00:10", "00:20"),), "sex": (("00:10", "24:00"),)})
    politica = Politica(horario=todo_dia, aquecimento=Aquecimento(segundos=60, maximo=2))
    manha.pedir(GravarPolitica(quem=ADMIN, fila_id=manha.fila_id, documento=politica))
    manha.presenca(manha.ana, online=False)
    manha.as_(30_000)
    manha.presenca(manha.ana, online=True)
    assert manha.tem(manha.ana) == 2
    manha.presenca(manha.ana, online=True, estado="pausa")
    manha.as_(24 * 60 * MINUTO - 1)
    manha.reiniciar_se(True)
    manha.presenca(manha.ana, online=True, estado="disponivel")
    assert manha.tem(manha.ana) == 2
    manha.as_(24 * 60 * MINUTO)
    assert manha.tem(manha.ana) == 4
