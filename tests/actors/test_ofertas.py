"""Offers: agents are asked whether they take a ticket; the first who does has it, and a restart changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from actors.atendente.comandos import AtualizarAtendente, VerAtendente
from actors.fila.comandos import RemoverMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AceitarOferta, AtribuirTicket, AtualizarTicket, EncerrarTicket, RecusarOferta
from actors.ticket.ticket import Ticket
from engine.distribuicao import OfertaCaiu
from engine.estados import oferta_de
from engine.modelo import DecisaoRow, Pedida, Quem
from engine.politica.modelo import Limite, Oferta, Politica
from tests.actors.cena import ADMIN, EMPRESA, Cena


def quem(atendente: str) -> Quem:
    return Quem(EMPRESA, atendente, "atendente")


@pytest.fixture
def cena() -> Cena:
    return Cena()


def em_oferta(cena: Cena, *, segundos: int = 30, paralelas: int = 1, sem_resposta: int = 0) -> str:
    """A fila that offers."""
    fila = cena.fila("oferta")
    oferta = Oferta(segundos=segundos, paralelas=paralelas, sem_resposta=sem_resposta)
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(modo="oferta", oferta=oferta)))
    return fila


def ofertado_a(cena: Cena, ticket: str) -> tuple[str, ...]:
    oferta = oferta_de(cena.ver(ticket))
    return () if oferta is None else oferta.atendentes


def aceitar(cena: Cena, ticket: str, atendente: str) -> None:
    cena.pedir(AceitarOferta(quem=quem(atendente), ticket_id=ticket))


def decisoes(cena: Cena, ticket: str) -> list[tuple[str, str | None]]:
    return [(row.tipo, row.atendente_id) for row in cena.loja.de(DecisaoRow, EMPRESA) if row.ticket_id == ticket]


def fins(cena: Cena, ticket: str) -> list[str]:
    ditos = [json.loads(um.dados) for um in cena.loja.eventos if um.tipo == "oferta_expirada"]
    return [um["motivo"] for um in ditos if um["ticketId"] == ticket]


def test_it_waits_until_who_is_asked_accepts_and_holds_a_slot_of_hers_meanwhile(cena: Cena) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket, outro = cena.ticket(fila), cena.ticket(fila)
    assert (ofertado_a(cena, ticket), cena.dono(ticket)) == ((ana,), None)
    assert ofertado_a(cena, outro) == ()
    aceitar(cena, ticket, ana)
    assert cena.dono(ticket) == ana
    assert decisoes(cena, ticket) == [("oferta", ana), ("atribuicao", ana)]


def test_what_she_refuses_is_asked_of_another_and_not_of_her_again(cena: Cena) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila)
    cena.pedir(RecusarOferta(quem=quem(ana), ticket_id=ticket, motivo="não é minha área"))
    assert ofertado_a(cena, ticket) == (bia,)
    assert cena.ativos(ana) == 0
    assert cena.recusa(AceitarOferta(quem=quem(ana), ticket_id=ticket)) == "oferta_expirada"
    assert fins(cena, ticket) == ["recusada"]


def test_of_several_who_are_asked_the_first_has_it_and_the_others_are_told_who(cena: Cena) -> None:
    fila = em_oferta(cena, paralelas=2)
    ana, bia = cena.atendente("ana", fila), cena.atendente("bia", fila)
    ticket = cena.ticket(fila)
    assert set(ofertado_a(cena, ticket)) == {ana, bia}
    respostas = [cena.enviar(AceitarOferta(quem=quem(um), ticket_id=ticket)) for um in (bia, ana)]
    cena.mundo.assentar()
    assert respostas[0].get().atendente_id == bia
    with pytest.raises(Exception, match="já é de bia"):
        respostas[1].get()
    assert fins(cena, ticket) == ["aceita"]
    assert cena.dono(cena.ticket(fila)) is None, "ana is asked for the next"


def test_whoever_says_nothing_in_time_is_passed_over_and_put_into_another_estado(cena: Cena) -> None:
    fila = em_oferta(cena, segundos=30, sem_resposta=2)
    ana = cena.atendente("ana", fila)
    for n in range(2):
        ticket = cena.ticket(fila, nome=str(n))
        cena.mundo.avancar(30_001 - 1)
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    row = cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row
    assert (row.online, row.estado, row.motivo) == (True, "pausa", "sem_resposta")
    assert "sem_resposta" in fins(cena, ticket)


def test_an_answer_in_between_counts_from_the_beginning(cena: Cena) -> None:
    fila = em_oferta(cena, segundos=30, sem_resposta=2)
    ana = cena.atendente("ana", fila, capacidade=9)
    vencida = cena.ticket(fila)
    cena.mundo.avancar(30_000)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=vencida))
    aceita = cena.ticket(fila)
    aceitar(cena, aceita, ana)
    vencida = cena.ticket(fila)
    cena.mundo.avancar(30_000)
    assert cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row.estado == "disponivel"


@pytest.mark.parametrize("quando", [0, 10_000, 40_000])
def test_a_restart_in_the_middle_of_an_offer_changes_nothing(cena: Cena, quando: int) -> None:
    fila = em_oferta(cena, segundos=30)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila, online=False)
    cena.reiniciar()
    assert ofertado_a(cena, ticket) == (ana,)
    assert cena.dono(cena.ticket(fila)) is None, "her slot is kept"
    cena.presenca(bia, online=True)
    cena.mundo.avancar(quando)
    if quando < 30_000:
        aceitar(cena, ticket, ana)
        assert cena.dono(ticket) == ana
    else:
        assert ana not in ofertado_a(cena, ticket)
        assert cena.recusa(AceitarOferta(quem=quem(ana), ticket_id=ticket)) == "oferta_expirada"


def test_who_leaves_is_asked_no_more_and_another_is(cena: Cena) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila)
    cena.presenca(ana, online=False)
    assert ofertado_a(cena, ticket) == (bia,)
    assert fins(cena, ticket) == ["retirada"]


def test_a_supervisor_gives_it_to_whom_he_wants_while_it_is_offered(cena: Cena) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila)
    cena.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia))
    assert (cena.dono(ticket), cena.ativos(ana)) == (bia, 0)
    assert ofertado_a(cena, cena.ticket(fila)) == (ana,), "her slot is free again"
    assert fins(cena, ticket) == ["aceita"]


@pytest.mark.parametrize("motivo", ["the agent leaves", "the agent cannot any more"])
def test_a_crash_in_the_turn_that_ends_an_offer_leaves_it_with_nobody_who_may_not_have_it(
    cena: Cena, motivo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    cair = Ticket.handlers[OfertaCaiu]

    def quebrar(ator: Any, mensagem: Any) -> None:
        monkeypatch.setitem(Ticket.handlers, OfertaCaiu, cair)
        raise RuntimeError("crash")

    monkeypatch.setitem(Ticket.handlers, OfertaCaiu, quebrar)
    if motivo == "the agent leaves":
        cena.presenca(ana, online=False)
    else:
        cena.pedir(RemoverMembro(quem=ADMIN, fila_id=fila, atendente_id=ana))
    assert cena.mundo.supervisor.restarts["Ticket"] == 1
    assert ofertado_a(cena, ticket) == ()
    assert fins(cena, ticket) == ["retirada"]
    bia = cena.atendente("bia", fila)
    assert ofertado_a(cena, ticket) == (bia,)


def test_a_ticket_that_closes_while_it_is_offered_frees_the_slot(cena: Cena) -> None:
    fila = em_oferta(cena)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    assert fins(cena, ticket) == ["retirada"]
    assert ofertado_a(cena, cena.ticket(fila)) == (ana,)


def test_whose_turn_it_is_to_be_asked_is_known_after_a_restart(cena: Cena) -> None:
    fila = cena.fila("oferta")
    politica = Politica(modo="oferta", estrategia="ROUND_ROBIN")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    ana, bia = (cena.atendente(nome, fila, capacidade=9) for nome in ("ana", "bia"))
    assert [ofertado_a(cena, cena.ticket(fila)) for _ in range(3)] == [(ana,), (bia,), (ana,)]
    cena.reiniciar()
    for um in (ana, bia):
        cena.presenca(um, online=True)
    assert ofertado_a(cena, cena.ticket(fila)) == (bia,)


@pytest.mark.parametrize("reinicia", [False, True])
@pytest.mark.parametrize("como", ["another was first", "she refuses", "it is closed"])
def test_what_she_does_not_get_takes_nothing_of_her_share_also_after_a_restart(
    cena: Cena, como: str, *, reinicia: bool
) -> None:
    fila = cena.fila("oferta")
    politica = Politica(modo="oferta", oferta=Oferta(paralelas=2), limite=Limite(quantidade=1, janela_segundos=3_600))
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    ana, bia = (cena.atendente(nome, fila, capacidade=9) for nome in ("ana", "bia"))
    ticket = cena.ticket(fila)
    if como == "she refuses":
        cena.pedir(RecusarOferta(quem=quem(ana), ticket_id=ticket, motivo="não é minha área"))
    if como == "it is closed":
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    else:
        aceitar(cena, ticket, bia)
    if reinicia:
        cena.reiniciar()
        for um in (ana, bia):
            cena.presenca(um, online=True)
    seguinte = cena.ticket(fila)
    assert set(ofertado_a(cena, seguinte)) == ({ana, bia} if como == "it is closed" else {ana})
    assert ofertado_a(cena, cena.ticket(fila)) == ()


def test_after_a_restart_weights_that_were_others_before_bury_nobody(cena: Cena) -> None:
    fila = cena.fila("pesos")
    ana, bia = (cena.atendente(nome, fila, capacidade=90) for nome in ("ana", "bia"))

    def pesar(peso: float) -> None:
        politica = Politica(estrategia="PONDERADO", pesos_dos_atendentes={ana: peso})
        cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))

    pesar(0.5)
    for _ in range(20):
        cena.ticket(fila)
    cena.mundo.avancar(1_000)
    pesar(1)
    cena.ticket(fila)
    cena.reiniciar()
    for um in (ana, bia):
        cena.presenca(um, online=True)
    donos = [cena.dono(cena.ticket(fila)) for _ in range(8)]
    assert 3 <= donos.count(ana) <= 5


@pytest.mark.parametrize("quem_muda", ["a pessoa", "o ticket"])
def test_who_may_not_have_it_any_more_is_asked_no_more_and_cannot_be_given_it(cena: Cena, quem_muda: str) -> None:
    fila = em_oferta(cena)
    ana, bia = cena.atendente("ana", fila), cena.atendente("bia", fila, online=False)
    for pessoa, sabe in ((ana, ("espanhol",)), (bia, ("espanhol", "inglês"))):
        cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=pessoa, habilidades=sabe))
    ticket = cena.ticket(fila)
    pedido = AtualizarTicket(quem=ADMIN, ticket_id=ticket, habilidades=(Pedida("espanhol", 1),))
    cena.pedir(pedido)
    assert ofertado_a(cena, ticket) == (ana,)
    cena.presenca(bia, online=True)
    if quem_muda == "a pessoa":
        cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, habilidades=()))
    else:
        cena.pedir(replace(pedido, habilidades=(Pedida("inglês", 1),)))
    assert ofertado_a(cena, ticket) == (bia,)
    assert cena.recusa(AceitarOferta(quem=quem(ana), ticket_id=ticket)) == "oferta_expirada"
    assert cena.recusa(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana)) == "atendente_sem_habilidade"
    assert fins(cena, ticket) == ["retirada"]
    assert decisoes(cena, ticket) == [("oferta", ana), ("retirada", ana), ("oferta", bia)]
