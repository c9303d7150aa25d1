"""How many tickets that wait on their customers one agent may keep."""

from __future__ import annotations

import pytest

from actors.empresa.comandos import AtualizarEmpresa
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, VerTicket
from engine.modelo import Papel, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena


@pytest.fixture
def cena() -> Cena:
    """At most two each."""
    cena = Cena()
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade='{"maximoPendentes":2}'))
    return cena


def pendenciar(ticket_id: str, quem: Quem) -> AtualizarTicket:
    return AtualizarTicket(quem=quem, ticket_id=ticket_id, status="PENDENTE", assunto="espera")


@pytest.mark.parametrize("papel", ["atendente", "conector"])
def test_beyond_the_maximum_it_is_refused_with_how_many_there_are_and_changes_nothing(cena: Cena, papel: Papel) -> None:
    ana = cena.atendente("ana", capacidade=5)
    quem = Quem(EMPRESA, ana if papel == "atendente" else None, papel)
    tickets = [cena.ticket() for _ in range(4)]
    for ticket in tickets[:2]:
        assert cena.pedir(pendenciar(ticket, quem)).status == "PENDENTE"
        assert cena.pedir(pendenciar(ticket, quem)).status == "PENDENTE", "it is so already"
    erro = cena.erro(pendenciar(tickets[2], quem))
    assert (erro.status, erro.codigo) == (409, "limite_de_pendentes")
    assert "ana já tem 2 ticket(s) PENDENTE, e o máximo é 2" in erro.message
    row = cena.pedir(VerTicket(quem=ADMIN, ticket_id=tickets[2]))
    assert (row.status, row.assunto) == ("EM_ANDAMENTO", None)
    cena.pedir(AtualizarTicket(quem=quem, ticket_id=tickets[0], status="RESOLVIDO"))
    assert cena.pedir(pendenciar(tickets[2], quem)).status == "PENDENTE"
    assert cena.recusa(pendenciar(tickets[3], quem)) == "limite_de_pendentes"


@pytest.mark.parametrize("papel", ["supervisor", "admin"])
def test_a_supervisor_may_go_beyond_it(cena: Cena, papel: Papel) -> None:
    cena.atendente("ana", capacidade=5)
    for ticket in [cena.ticket() for _ in range(3)]:
        assert cena.pedir(pendenciar(ticket, Quem(EMPRESA, None, papel))).status == "PENDENTE"


def test_each_has_its_own_and_what_is_nobodys_counts_for_none(cena: Cena) -> None:
    sem_dono = [cena.ticket() for _ in range(3)]
    ana, rui = (cena.atendente(nome, capacidade=5, online=False) for nome in ("ana", "rui"))
    for ticket in sem_dono:
        assert cena.pedir(pendenciar(ticket, Quem(EMPRESA, ana, "atendente"))).status == "PENDENTE"
    for id_ in (ana, rui):
        cena.presenca(id_, online=True)
        for _ in range(2):
            ticket = cena.ticket()
            cena.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=id_))
            assert cena.pedir(pendenciar(ticket, Quem(EMPRESA, id_, "atendente"))).status == "PENDENTE"


def test_without_a_maximum_there_is_none_and_it_holds_after_a_restart(cena: Cena) -> None:
    ana = Quem(EMPRESA, cena.atendente("ana", capacidade=9), "atendente")
    tickets = [cena.ticket() for _ in range(6)]
    for ticket in tickets[:2]:
        cena.pedir(pendenciar(ticket, ana))
    cena.reiniciar()
    assert cena.recusa(pendenciar(tickets[2], ana)) == "limite_de_pendentes"
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade="{}"))
    for ticket in tickets[2:]:
        assert cena.pedir(pendenciar(ticket, ana)).status == "PENDENTE"
