"""Commands for tickets that are not in memory, without actors: each ticket is read once, and everybody is answered."""

from __future__ import annotations

import pytest

from actors.comandos import ComandoTicket
from actors.empresa.carregamento import Carregamento
from actors.empresa.mensagens import ParaTicket, TicketCarregado
from actors.ticket.comandos import VerTicket
from engine.errors import NotFound, Unavailable
from engine.modelo import EmpresaRow, Quem, TicketRow
from engine.runtime import Reply
from tests.actors.gravador import Caixa, Gravador, empresa, ticket

ADMIN = Quem("e1", None, "admin")


class Palco:
    def __init__(self) -> None:
        self.ator: Gravador[EmpresaRow] = Gravador(empresa())
        self.memoria: dict[str, Caixa] = {}
        self.lidos: list[str] = []
        self.sairam: list[str] = []
        self.revividos: list[str] = []
        self.carregamento = Carregamento(
            self.ator, self.memoria,
            ler=self.lidos.append, reviver=self.reviver, saiu_de_caminho=self.sairam.append,
        )  # fmt: skip

    def reviver(self, row: TicketRow) -> Caixa:
        self.revividos.append(row.id)
        caixa = self.memoria[row.id] = Caixa()
        return caixa

    def pedir(self, ticket_id: str = "t1", *, contado: bool = False) -> Reply[object]:
        resposta = self.ator.resposta
        self.carregamento.para_ticket(ParaTicket(ver(ticket_id), contado))
        self.ator.soltar()
        return resposta

    def chegou(self, row: TicketRow | None, erro: BaseException | None = None) -> None:
        self.carregamento.carregado(TicketCarregado("t1", row, erro))
        self.ator.soltar()


def ver(ticket_id: str) -> ComandoTicket[object]:
    return VerTicket(quem=ADMIN, ticket_id=ticket_id)  # type: ignore[return-value]  # any answer will do


@pytest.fixture
def palco() -> Palco:
    return Palco()


def test_what_is_in_memory_is_not_read(palco: Palco) -> None:
    caixa = palco.memoria["t1"] = Caixa()
    palco.pedir(contado=True)
    assert (caixa.mensagens, palco.lidos, palco.sairam) == ([ver("t1")], [], ["t1"])


def test_a_ticket_that_several_wait_for_is_read_once_and_takes_all_of_them(palco: Palco) -> None:
    respostas = [palco.pedir(), palco.pedir()]
    assert palco.lidos == ["t1"]
    palco.chegou(ticket("t1"))
    assert palco.revividos == ["t1"]
    assert [ask.reply for ask in palco.memoria["t1"].pedidos] == respostas


def test_what_is_not_there_or_was_deleted_is_not_found(palco: Palco) -> None:
    for row in (None, ticket("t1", excluido_em=1)):
        resposta = palco.pedir()
        palco.chegou(row)
        with pytest.raises(NotFound):
            resposta.get()
    assert palco.revividos == []


def test_a_crash_over_what_was_read_refuses_whoever_waits_and_the_next_one_has_it_read_again(palco: Palco) -> None:
    resposta = palco.pedir()
    palco.carregamento.recuperar(TicketCarregado("t1", ticket("t1"), None))
    palco.ator.soltar()
    with pytest.raises(Unavailable, match="indisponível agora"):
        resposta.get()
    palco.pedir()
    assert palco.lidos == ["t1", "t1"]


def test_a_crash_over_a_command_that_was_counted_does_not_leave_it_counted(palco: Palco) -> None:
    palco.carregamento.recuperar(ParaTicket(ver("t1"), contado=True))
    palco.ator.soltar()
    assert palco.sairam == ["t1"]


def test_in_quarantine_nobody_waits(palco: Palco) -> None:
    resposta = palco.pedir()
    palco.carregamento.abandonar()
    with pytest.raises(Unavailable, match="indisponível agora"):
        resposta.get()
