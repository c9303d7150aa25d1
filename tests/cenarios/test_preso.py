"""Nothing is stuck: neither a ticket whose agent is gone, nor an agent whose ticket is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.fila.comandos import ExcluirFila, RemoverMembro
from actors.ticket.comandos import EncerrarTicket, ExcluirTicket, TransferirTicket
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores


class Turno(Cena):
    """Ana is on a ticket; Bia is there with room."""

    def __init__(self) -> None:
        super().__init__()
        self.vendas, self.outra = self.fila("vendas"), self.fila("outra")
        self.ana = self.atendente("ana", self.vendas)
        self.dela = self.ticket(self.vendas)
        self.bia = self.atendente("bia", self.vendas, self.outra, capacidade=9)

    def morrer_sem_a_ana(self) -> None:
        self.presenca(self.ana, online=False)
        self.reiniciar()

    def morrer_sem_o_ticket(self) -> None:
        self.mudar(self.dela, "FECHADO")
        self.reiniciar()
        self.presenca(self.ana, online=True)


DO_ATENDENTE: dict[str, Callable[[Turno], object]] = {
    "goes offline": lambda c: c.presenca(c.ana, online=False),
    "is on a break": lambda c: c.presenca(c.ana, online=True, estado="almoco"),
    "is deleted": lambda c: c.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=c.ana, realocar=c.bia)),
    "leaves the fila": lambda c: c.pedir(RemoverMembro(quem=ADMIN, fila_id=c.vendas, atendente_id=c.ana)),
    "its fila is deleted": lambda c: c.pedir(ExcluirFila(quem=ADMIN, fila_id=c.vendas, realocar=c.outra)),
    "the node dies": lambda c: c.reiniciar(),
    "is away as the node dies": lambda c: c.morrer_sem_a_ana(),
}


@pytest.mark.parametrize("caso", DO_ATENDENTE)
def test_whatever_becomes_of_its_agent_a_ticket_can_be_gone_on_with(caso: str) -> None:
    """Rocket.Chat 18200: a chat whose agent had been removed could be neither transferred, taken nor closed."""
    cena = Turno()
    DO_ATENDENTE[caso](cena)
    cena.presenca(cena.bia, online=True)
    atual = cena.ver(cena.dela)
    assert atual.status in {"ABERTO", "EM_ANDAMENTO"}
    if atual.atendente_id != cena.bia:
        cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=cena.dela, fila_id=cena.outra, atendente_id=cena.bia))
    assert cena.dono(cena.dela) == cena.bia
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=cena.dela))
    assert (cena.ver(cena.dela).status, cena.ativos(cena.bia)) == ("FECHADO", 0)
    conferir_atores(cena.mundo.vivas[EMPRESA])


DO_TICKET: dict[str, Callable[[Turno], object]] = {
    "is resolved": lambda c: c.mudar(c.dela, "RESOLVIDO"),
    "is closed": lambda c: c.mudar(c.dela, "FECHADO"),
    "is closed while it waits on the customer": lambda c: (c.mudar(c.dela, "PENDENTE"), c.mudar(c.dela, "FECHADO")),
    "is deleted": lambda c: c.pedir(ExcluirTicket(quem=ADMIN, ticket_id=c.dela)),
    "goes to another fila": lambda c: c.pedir(TransferirTicket(quem=ADMIN, ticket_id=c.dela, fila_id=c.outra)),
    "goes to another agent": lambda c: c.pedir(TransferirTicket(quem=ADMIN, ticket_id=c.dela, atendente_id=c.bia)),
    "goes back to the line": lambda c: c.mudar(c.dela, "ABERTO"),
    "is closed as the node dies": lambda c: c.morrer_sem_o_ticket(),
}


@pytest.mark.parametrize("caso", DO_TICKET)
def test_an_agent_whose_ticket_is_gone_in_whatever_way_is_free_again(caso: str) -> None:
    """freeswitch 2540: an agent stayed in "Receiving" when its call ended in another way than by hanging up, and was
    given nothing any more.
    """
    cena = Turno()
    DO_TICKET[caso](cena)
    assert cena.ativos(cena.ana) == 0
    cena.presenca(cena.bia, online=False)
    cena.ticket(cena.vendas)
    assert cena.ativos(cena.ana) == 1, "she is given what there is"
    conferir_atores(cena.mundo.vivas[EMPRESA])
