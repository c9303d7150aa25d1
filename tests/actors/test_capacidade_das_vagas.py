"""How much an agent can do at a time, on every path and through a restart: costs, maxima, wrap-up, what comes back."""

from __future__ import annotations

import msgspec
import pytest

from actors.atendente.comandos import AtualizarAtendente
from actors.canal.comandos import CriarCanal, ExcluirCanal
from actors.empresa.comandos import AtualizarEmpresa
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AceitarOferta, AtribuirTicket, AtualizarTicket, EnviarMensagem
from engine.estados import oferta_de
from engine.modelo import Quem, Status, TicketRow
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Anel, Politica
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena

CONECTOR = Quem(EMPRESA, None, "admin")


@pytest.fixture
def cena() -> Cena:
    return Cena()


def com_capacidade(cena: Cena, capacidade: Capacidade) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(capacidade)))


def passar_a(cena: Cena, ticket: str, status: Status) -> TicketRow:
    return cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status=status))


def responder(cena: Cena, ticket: str) -> None:
    """The contact writes."""
    cena.pedir(EnviarMensagem(quem=CONECTOR, ticket_id=ticket, conteudo="Oi", direcao="recebida"))


def test_what_waits_on_the_customer_takes_less_and_finds_no_room_when_that_is_gone(cena: Cena) -> None:
    com_capacidade(cena, Capacidade(custo_pendente=0.25))
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila)
    parado = cena.ticket(fila)
    passar_a(cena, parado, "PENDENTE")
    assert cena.dono(cena.ticket(fila)) is None, "a whole slot is not free"
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=parado, status="EM_ANDAMENTO"))
    assert cena.dono(parado) == ana


def test_a_customer_who_answers_somebody_without_room_waits_for_her_first(cena: Cena) -> None:
    com_capacidade(cena, Capacidade(custo_pendente=0))
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila)
    parado = cena.ticket(fila)
    passar_a(cena, parado, "PENDENTE")
    outro = cena.ticket(fila)
    assert cena.dono(outro) == ana
    assert cena.recusa(AtualizarTicket(quem=ADMIN, ticket_id=parado, status="EM_ANDAMENTO")) == "atendente_lotado"
    responder(cena, parado)
    assert cena.ver(parado).status == "ABERTO"
    passar_a(cena, outro, "RESOLVIDO")
    assert cena.dono(parado) == ana


@pytest.mark.parametrize("reinicia", [False, True])
def test_a_slot_stays_taken_while_she_wraps_up_also_through_a_restart(cena: Cena, *, reinicia: bool) -> None:
    com_capacidade(cena, Capacidade(arremate_segundos=60))
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila)
    passar_a(cena, cena.ticket(fila), "RESOLVIDO")
    seguinte = cena.ticket(fila)
    cena.mundo.avancar(30_000)
    if reinicia:
        cena.reiniciar()
        cena.presenca(ana, online=True)
    assert cena.dono(seguinte) is None
    assert cena.recusa(AtribuirTicket(quem=ADMIN, ticket_id=seguinte, atendente_id=ana)) == "atendente_lotado"
    cena.mundo.avancar(29_000)
    assert cena.dono(seguinte) is None
    cena.mundo.avancar(1_001)
    assert cena.dono(seguinte) == ana


def test_a_ticket_that_comes_to_another_canal_takes_what_that_one_does(cena: Cena) -> None:
    com_capacidade(cena, Capacidade(custos={"email": 0.5}))
    fila = cena.fila("fila")
    email = cena.pedir(CriarCanal(quem=ADMIN, nome="e", tipo="email", fila_id=fila)).row.id
    whatsapp = cena.canal("w", fila_id=fila)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila, canal=email)
    assert cena.dono(ticket) == ana
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=email, realocar=whatsapp))
    outro_email = cena.pedir(CriarCanal(quem=ADMIN, nome="e", tipo="email", fila_id=fila)).row.id
    assert cena.dono(cena.ticket(fila, canal=outro_email)) is None, "the first takes all of her now"


def test_what_takes_nothing_of_her_is_offered_to_her_though_she_has_too_much_and_the_offer_stands(cena: Cena) -> None:
    com_capacidade(cena, Capacidade(custos={"whatsapp": 0}))
    fila = cena.fila("fila")
    canal = cena.canal("canal", fila_id=fila)
    ana = cena.atendente("ana", fila, capacidade=2)
    for _ in range(2):
        cena.ticket(fila)
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, capacidade=1))
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(modo="oferta")))
    ofertado = cena.ticket(fila, canal=canal)
    oferta = oferta_de(cena.ver(ofertado))
    assert oferta is not None
    assert oferta.atendentes == (ana,)
    cena.pedir(AceitarOferta(quem=Quem(EMPRESA, ana, "atendente"), ticket_id=ofertado))
    assert cena.dono(ofertado) == ana


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_takes_up_again_what_she_was_wrapping_up_is_done_with_that(cena: Cena, *, reinicia: bool) -> None:
    com_capacidade(cena, Capacidade(arremate_segundos=60))
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila, capacidade=2)
    ticket = cena.ticket(fila)
    passar_a(cena, ticket, "RESOLVIDO")
    cena.recebida(ticket)
    assert cena.dono(ticket) == ana
    cena.presenca(ana, online=True, estado="pausa")
    passar_a(cena, ticket, "ABERTO")
    passar_a(cena, ticket, "FECHADO")
    if reinicia:
        cena.reiniciar()
    cena.presenca(ana, online=True, estado="disponivel")
    assert [cena.dono(cena.ticket(fila)) for _ in range(2)] == [ana, ana]


@pytest.mark.parametrize("reinicia", [False, True])
def test_a_ring_begins_when_it_is_due_also_through_a_restart(cena: Cena, *, reinicia: bool) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana", online=False)
    equipe = cena.equipe("equipe", ana, filas=(fila,))
    anel = Anel(apos_segundos=60, equipes=(equipe,))
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(aneis=(anel,))))
    cena.presenca(ana, online=True)
    ticket = cena.ticket(fila)
    cena.mundo.avancar(59_000)
    assert cena.dono(ticket) is None
    if reinicia:
        cena.reiniciar()
        cena.presenca(ana, online=True)
        assert cena.dono(ticket) is None
    cena.mundo.avancar(1_001)
    assert cena.dono(ticket) == ana


def test_costs_that_change_count_for_what_she_has_already(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila, capacidade=2)
    canal = cena.canal("whats")
    dados = [cena.ticket(fila, canal=canal, nome=str(n)) for n in range(3)]
    assert [cena.dono(um) for um in dados] == [ana, ana, None]
    com_capacidade(cena, Capacidade(custos={"whatsapp": 0.5}))
    assert cena.dono(dados[2]) == ana
    com_capacidade(cena, msgspec.structs.replace(Capacidade(), maximos={"whatsapp": 3}))
    assert cena.dono(cena.ticket(fila, canal=canal, nome="mais")) is None
