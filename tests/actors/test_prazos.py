"""A deadline that is in the row of an actor comes, whatever happens to the actor meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import Conectou, Desconectou, MudarPresenca, VerAtendente
from actors.atendente.mensagens import Iniciar
from actors.diretorio.ajustes import Opcoes
from engine.errors import InternalFailure
from engine.modelo import AtendenteRow, EventoRow, Row
from engine.runtime import Group, Settled, Supervisor, TurnSink
from tests.actors.cena import ADMIN, Cena

GRACA = Opcoes().graca_conexao
RESTO = Supervisor().rest


class Falho:
    """The journal, but the turns that ``recusar`` names fail."""

    def __init__(self, journal: TurnSink) -> None:
        self._journal = journal
        self.recusar: Callable[[AtendenteRow], bool] = lambda _: False

    def release(
        self, group: Group, rows: Sequence[Row], events: Sequence[EventoRow], replies: Sequence[Settled]
    ) -> None:
        if any(isinstance(row, AtendenteRow) and self.recusar(row) for row in rows):
            raise MemoryError
        self._journal.release(group, rows, events, replies)


class Palco(Cena):
    """``ana`` is online, held by a connection that is lost, and works on a ticket."""

    def __init__(self) -> None:
        super().__init__()
        self.falho = self.mundo.loop.dispatcher.sink = Falho(self.mundo.journal)
        self.ana = self.atendente("ana")
        self.do_ticket = self.ticket()
        self.pedir(Conectou(quem=ADMIN, atendente_id=self.ana))
        self.pedir(Desconectou(quem=ADMIN, atendente_id=self.ana))

    def online(self) -> bool:
        return self.pedir(VerAtendente(quem=ADMIN, atendente_id=self.ana)).row.online

    def quebrar(self) -> None:
        """Until the agent is quarantined."""
        self.falho.recusar = lambda row: row.id == self.ana
        for _ in range(Supervisor().max_failures + 1):
            with pytest.raises(InternalFailure):
                self.pedir(MudarPresenca(quem=ADMIN, atendente_id=self.ana, online=False))
        assert self.mundo.supervisor.quarantined
        self.falho.recusar = lambda _: False


def test_an_agent_whose_end_of_grace_crashes_once_goes_offline_all_the_same() -> None:
    palco = Palco()
    falhas: list[AtendenteRow] = []

    def uma_vez(row: AtendenteRow) -> bool:
        falhas.append(row)
        return len(falhas) == 1

    palco.falho.recusar = uma_vez
    palco.mundo.avancar(GRACA)
    assert len(falhas) > 1
    assert not palco.online()
    assert palco.dono(palco.do_ticket) is None


def test_an_agent_whose_grace_ends_in_quarantine_goes_offline_when_that_is_over() -> None:
    palco = Palco()
    palco.quebrar()
    palco.mundo.avancar(RESTO)
    assert not palco.mundo.supervisor.quarantined
    assert GRACA < RESTO, "the grace was over first"
    assert not palco.online()
    assert palco.dono(palco.do_ticket) is None


def test_an_agent_of_before_a_restart_whose_first_message_crashes_is_waited_for_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def quebrar(atendente: Atendente, m: Iniciar) -> None:
        raise RuntimeError("crash")

    cena = Cena()
    ana = cena.atendente("ana")
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    with monkeypatch.context() as veneno:
        veneno.setitem(Atendente.handlers, Iniciar, quebrar)
        cena.reiniciar()
    assert cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row.online
    cena.mundo.avancar(GRACA)
    assert not cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row.online
