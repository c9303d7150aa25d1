"""The grace period of a lost connection: who comes back in time is there, who does not is away, whatever crashes."""

from __future__ import annotations

from typing import Any

import pytest

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import Conectou, Desconectou, MudarPresenca, VerAtendente
from actors.atendente.mensagens import GracaVencida
from engine.modelo import AtendenteRow
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores

GRACA = 30_000
QUARENTENA = 60_000


class Conectada(Cena):
    """Ana is there by her connection, and has a ticket."""

    def __init__(self) -> None:
        super().__init__()
        self.ana = self.atendente("ana", capacidade=2)
        self.conectar()
        self.tem = self.ticket()

    def conectar(self) -> None:
        self.pedir(Conectou(quem=ADMIN, atendente_id=self.ana))

    def cair(self) -> None:
        self.pedir(Desconectou(quem=ADMIN, atendente_id=self.ana))

    def linha(self) -> AtendenteRow:
        row = self.loja.um(AtendenteRow, EMPRESA, self.ana)
        assert row is not None
        return row

    def em_quarentena(self, frasco: pytest.MonkeyPatch) -> None:
        with frasco.context() as veneno:
            veneno.setitem(Atendente.handlers, VerAtendente, quebrar)
            for _ in range(6):
                self.recusa(VerAtendente(quem=ADMIN, atendente_id=self.ana))

    def conferir_que_saiu(self) -> None:
        row = self.linha()
        assert (row.online, row.motivo, row.offline_em) == (False, "conexao_perdida", None)
        assert self.dono(self.tem) is None
        assert self.dono(self.ticket()) is None
        conferir_atores(self.mundo.vivas[EMPRESA])


def quebrar(ator: object, mensagem: object) -> None:
    raise RuntimeError("crash")


def quebrar_vezes(frasco: pytest.MonkeyPatch, vezes: int) -> None:
    """The handler of the deadline crashes so often, after it has done it all."""
    vencer, faltam = Atendente.handlers[GracaVencida], [None] * vezes

    def fragil(ator: Any, mensagem: Any) -> None:
        vencer(ator, mensagem)
        if faltam:
            faltam.pop()
            raise RuntimeError("crash")

    frasco.setitem(Atendente.handlers, GracaVencida, fragil)


@pytest.fixture
def cena() -> Conectada:
    return Conectada()


def test_who_does_not_come_back_in_time_is_away_and_its_tickets_wait(cena: Conectada) -> None:
    cena.cair()
    cena.mundo.avancar(GRACA - 100)
    assert cena.dono(cena.tem) == cena.ana
    assert cena.dono(cena.ticket()) == cena.ana, "until then she is there"
    cena.mundo.avancar(200)
    cena.conferir_que_saiu()


def test_who_comes_back_in_time_has_lost_nothing_and_its_next_grace_is_a_whole_one(cena: Conectada) -> None:
    cena.cair()
    cena.mundo.avancar(GRACA // 2)
    cena.conectar()
    cena.mundo.avancar(GRACA)
    assert (cena.linha().online, cena.linha().offline_em, cena.dono(cena.tem)) == (True, None, cena.ana)
    cena.cair()
    cena.mundo.avancar(GRACA - 100)
    assert cena.linha().online
    cena.mundo.avancar(200)
    cena.conferir_que_saiu()


@pytest.mark.parametrize("estado", [None, "pausa", "disponivel"])
def test_an_admin_who_says_that_she_is_there_during_the_grace_ends_it(cena: Conectada, estado: str | None) -> None:
    """From then on no connection holds her presence: the next node does not wait for one."""
    cena.cair()
    cena.presenca(cena.ana, online=True, estado=estado)
    assert (cena.linha().por_conexao, cena.linha().offline_em) == (False, None)
    cena.mundo.avancar(2 * GRACA)
    assert cena.linha().online
    cena.reiniciar()
    cena.mundo.avancar(2 * GRACA)
    assert (cena.linha().online, cena.linha().estado) == (True, estado or "disponivel")
    assert cena.dono(cena.tem) == cena.ana


def test_an_admin_who_sends_her_away_during_the_grace_does_so_at_once_and_for_good(cena: Conectada) -> None:
    cena.cair()
    cena.pedir(MudarPresenca(quem=ADMIN, atendente_id=cena.ana, online=False, motivo="fim do turno"))
    cena.mundo.avancar(2 * GRACA)
    assert (cena.linha().online, cena.linha().motivo, cena.linha().por_conexao) == (False, "fim do turno", False)
    assert cena.dono(cena.tem) is None


def test_what_is_said_over_a_live_connection_leaves_her_presence_to_it(cena: Conectada) -> None:
    cena.presenca(cena.ana, online=True, estado="pausa")
    assert cena.linha().por_conexao
    cena.reiniciar()
    assert cena.linha().offline_em is not None, "the next node waits for her connection"
    cena.mundo.avancar(GRACA + 100)
    assert not cena.linha().online


def test_a_connection_takes_over_a_presence_that_was_said(cena: Conectada) -> None:
    cena.cair()
    cena.presenca(cena.ana, online=True)
    cena.conectar()
    assert cena.linha().por_conexao
    cena.cair()
    cena.mundo.avancar(GRACA + 100)
    cena.conferir_que_saiu()


@pytest.mark.parametrize("vezes", [1, 3, 6])
def test_she_is_away_though_the_end_of_her_grace_crashes(
    cena: Conectada, monkeypatch: pytest.MonkeyPatch, vezes: int
) -> None:
    """Once, often, or until she is quarantined."""
    quebrar_vezes(monkeypatch, vezes)
    cena.cair()
    cena.mundo.avancar(GRACA + QUARENTENA + 1_000)
    assert cena.mundo.supervisor.restarts["Atendente"] == vezes
    cena.conferir_que_saiu()


def test_a_grace_that_ends_in_quarantine_ends_when_that_does(
    cena: Conectada, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    cena.cair()
    cena.mundo.avancar(GRACA // 2)
    cena.em_quarentena(monkeypatch)
    cena.mundo.avancar(GRACA)
    assert cena.linha().online
    assert cena.dono(cena.ticket()) is None, "she is given nothing meanwhile"
    cena.mundo.avancar(QUARENTENA)
    cena.conferir_que_saiu()


def test_a_node_that_dies_during_the_grace_leaves_the_next_one_to_wait_for_her(cena: Conectada) -> None:
    cena.cair()
    cena.mundo.avancar(GRACA - 1_000)
    cena.reiniciar()
    cena.mundo.avancar(GRACA - 1_000)
    assert cena.linha().online, "she could not come while nobody was there: it begins anew"
    assert cena.dono(cena.tem) == cena.ana
    cena.mundo.avancar(1_100)
    cena.conferir_que_saiu()


def test_who_comes_back_to_the_next_node_in_time_goes_on(cena: Conectada) -> None:
    cena.cair()
    cena.reiniciar()
    cena.conectar()
    cena.mundo.avancar(2 * GRACA)
    assert cena.linha().online
    assert cena.dono(cena.tem) == cena.ana
