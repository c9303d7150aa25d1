"""Of two who take one ticket, one gets it, and the other is told who has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actors.comandos import Comando
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, TransferirTicket
from engine.errors import BalcaoError
from engine.modelo import Papel, Quem, TicketRow
from engine.runtime import Reply
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez

MOMENTOS = range(8)


def como(atendente: str, papel: Papel = "atendente") -> Quem:
    return Quem(EMPRESA, atendente, papel)


def assumir(ticket: str, atendente: str) -> Comando[TicketRow]:
    return AtualizarTicket(quem=como(atendente), ticket_id=ticket, status="EM_ANDAMENTO")


def atribuir_a_si(ticket: str, atendente: str) -> Comando[TicketRow]:
    return AtribuirTicket(quem=como(atendente), ticket_id=ticket, atendente_id=atendente)


def transferir_a_si(ticket: str, atendente: str) -> Comando[TicketRow]:
    return TransferirTicket(quem=como(atendente), ticket_id=ticket, atendente_id=atendente)


TOMADAS: dict[str, Callable[[str, str], Comando[TicketRow]]] = {
    "PATCH": assumir, "atribuir": atribuir_a_si, "transferir": transferir_a_si,
}  # fmt: skip


def resultado(resposta: Reply[TicketRow]) -> tuple[str | None, str]:
    """The owner that the answer shows, or the codigo of the refusal with what it says."""
    try:
        return resposta.get().atendente_id, ""
    except BalcaoError as recusa:
        erro = recusa
    assert (erro.status, erro.codigo) == (409, "ticket_ja_atribuido")
    return None, f"{erro.message} {erro.detalhes}"


class Manual(Cena):
    """Two agents of a fila from which they take."""

    def __init__(self) -> None:
        super().__init__()
        self.fila_manual = self.fila("manual", distribuicao_automatica=False)
        self.ana = self.atendente("ana", self.fila_manual, capacidade=9)
        self.bia = self.atendente("bia", self.fila_manual, capacidade=9)

    def livre(self) -> str:
        return self.ticket(self.fila_manual)


@pytest.fixture
def cena() -> Manual:
    return Manual()


@pytest.mark.parametrize("dela", TOMADAS)
@pytest.mark.parametrize("da_outra", TOMADAS)
@pytest.mark.parametrize("momento", MOMENTOS)
def test_of_two_who_take_a_ticket_one_has_it_and_the_other_hears_who(momento: int, dela: str, da_outra: str) -> None:
    with uma_mensagem_por_vez():
        cena = Manual()
        ticket = cena.livre()
        primeira = cena.enviar(TOMADAS[dela](ticket, cena.ana))
        cena.mundo.andar(momento)
        segunda = cena.enviar(TOMADAS[da_outra](ticket, cena.bia))
        cena.mundo.assentar()
    donos = [resultado(primeira), resultado(segunda)]
    dono, nome = cena.dono(ticket), "ana" if cena.dono(ticket) == cena.ana else "bia"
    assert sorted(donos, key=str) == sorted([(dono, ""), next(d for d in donos if d[0] is None)], key=str)
    perdeu = next(dito for quem, dito in donos if quem is None)
    assert str(dono) in perdeu
    assert nome in perdeu
    assert (cena.ativos(cena.ana), cena.ativos(cena.bia)) == ((1, 0) if dono == cena.ana else (0, 1))
    assert len(cena.eventos("ticket_atribuido")) == 1


@pytest.mark.parametrize("primeira", TOMADAS)
@pytest.mark.parametrize("segunda", TOMADAS)
@pytest.mark.parametrize("momento", [0, 2, 8])
def test_the_same_person_may_repeat_itself(momento: int, primeira: str, segunda: str) -> None:
    with uma_mensagem_por_vez():
        cena = Manual()
        ticket = cena.livre()
        respostas = [cena.enviar(TOMADAS[primeira](ticket, cena.ana))]
        cena.mundo.andar(momento)
        respostas.append(cena.enviar(TOMADAS[segunda](ticket, cena.ana)))
        cena.mundo.assentar()
    assert [resultado(resposta) for resposta in respostas] == [(cena.ana, "")] * 2
    assert cena.ativos(cena.ana) == 1
    antes = cena.ver(ticket)
    cena.pedir(TOMADAS[segunda](ticket, cena.ana))
    assert cena.ver(ticket) == antes


@pytest.mark.parametrize("como_toma", TOMADAS)
def test_an_agent_does_not_take_what_another_has(cena: Manual, como_toma: str) -> None:
    ticket = cena.livre()
    cena.pedir(assumir(ticket, cena.ana))
    assert cena.recusa(TOMADAS[como_toma](ticket, cena.bia)) == "ticket_ja_atribuido"
    cena.mudar(ticket, "PENDENTE")
    assert cena.recusa(TOMADAS[como_toma](ticket, cena.bia)) == "ticket_ja_atribuido"
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("PENDENTE", cena.ana)


@pytest.mark.parametrize("primeira", ["ana", "bia"])
@pytest.mark.parametrize("momento", MOMENTOS)
def test_of_two_who_take_what_waits_on_the_customer_its_owner_has_it(momento: int, primeira: str) -> None:
    with uma_mensagem_por_vez():
        cena = Manual()
        ticket = cena.livre()
        cena.pedir(assumir(ticket, cena.ana))
        cena.mudar(ticket, "PENDENTE")
        ordem = [cena.ana, cena.bia] if primeira == "ana" else [cena.bia, cena.ana]
        respostas = {ordem[0]: cena.enviar(assumir(ticket, ordem[0]))}
        cena.mundo.andar(momento)
        respostas[ordem[1]] = cena.enviar(assumir(ticket, ordem[1]))
        cena.mundo.assentar()
    assert resultado(respostas[cena.ana]) == (cena.ana, "")
    assert resultado(respostas[cena.bia])[0] is None
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("EM_ANDAMENTO", cena.ana)


def test_somebody_who_only_watches_may_have_the_owner_go_on(cena: Manual) -> None:
    ticket = cena.livre()
    cena.pedir(assumir(ticket, cena.ana))
    cena.mudar(ticket, "PENDENTE")
    assert cena.mudar(ticket, "EM_ANDAMENTO").atendente_id == cena.ana


def test_an_agent_gives_away_what_is_its_own_and_nothing_else(cena: Manual) -> None:
    ticket = cena.livre()
    cena.pedir(assumir(ticket, cena.ana))
    caio = cena.atendente("caio", cena.fila_manual, capacidade=9)
    dar: Any = AtribuirTicket(quem=como(cena.bia), ticket_id=ticket, atendente_id=caio)
    assert cena.recusa(dar) == "ticket_ja_atribuido"
    cena.pedir(AtribuirTicket(quem=como(cena.ana), ticket_id=ticket, atendente_id=caio))
    assert cena.dono(ticket) == caio


@pytest.mark.parametrize("papel", ["supervisor", "admin"])
def test_a_supervisor_gives_what_an_agent_has_to_another(cena: Manual, papel: Papel) -> None:
    ticket = cena.livre()
    cena.pedir(assumir(ticket, cena.ana))
    chefe = Quem(EMPRESA, None, papel)
    cena.pedir(AtribuirTicket(quem=chefe, ticket_id=ticket, atendente_id=cena.bia))
    assert cena.dono(ticket) == cena.bia
    cena.pedir(TransferirTicket(quem=chefe, ticket_id=ticket, atendente_id=cena.ana))
    assert cena.dono(ticket) == cena.ana


@pytest.mark.parametrize("momento", MOMENTOS)
def test_who_takes_what_the_fila_gives_to_another_hears_who_has_it(momento: int) -> None:
    """chatwoot 15524: a rule and the assigner gave the same conversation, each to another."""
    with uma_mensagem_por_vez():
        cena = Cena()
        ticket = cena.ticket()
        bia = cena.atendente("bia", online=False)
        ana = cena.atendente("ana", online=False)
        cena.presenca(bia, online=True, estado="pausa")
        cena.enviar(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana, forcar=True))
        cena.mundo.andar(momento)
        tomada = cena.enviar(AtribuirTicket(quem=como(bia), ticket_id=ticket, atendente_id=bia))
        cena.mundo.assentar()
    assert cena.dono(ticket) == ana
    with pytest.raises(BalcaoError) as erro:
        tomada.get()
    assert erro.value.codigo in {"ticket_ja_atribuido", "atendente_indisponivel"}


def test_somebody_who_only_watches_may_say_again_that_it_is_under_way(cena: Manual) -> None:
    ticket = cena.livre()
    cena.pedir(assumir(ticket, cena.ana))
    antes = cena.ver(ticket)
    assert cena.mudar(ticket, "EM_ANDAMENTO") == antes
