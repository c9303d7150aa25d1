"""What is promised of tickets: counted in business time, told once, and never after it has ended."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from actors.documentos.comandos import CriarDocumento, GravarDocumento
from actors.empresa.revisao_de_sla import EM_VOO, FATIA
from actors.equipe.comandos import DesvincularFila
from actors.ticket.comandos import AdiarTicket, AtualizarTicket, CriarTicket, TransferirTicket
from engine.calendario.modelo import Calendario
from engine.documentos.especies import CALENDARIO, POLITICA_SLA
from engine.sla.modelo import PoliticaSla, Quando
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_sla import COMERCIAL, HORA, MINUTO, CenaSla


@pytest.fixture
def cena() -> CenaSla:
    return CenaSla()


TRES: dict[str, Any] = {
    "primeira_resposta_segundos": 3600,
    "proxima_resposta_segundos": 1800,
    "resolucao_segundos": 8 * 3600,
}


def test_without_a_policy_nothing_is_promised(cena: CenaSla) -> None:
    ticket = cena.ticket()
    assert cena.prazos(ticket) == (None, None, None)
    assert cena.vista(ticket).sla_estado is None


def test_deadlines_are_counted_in_business_time_over_lunch_and_night(cena: CenaSla) -> None:
    """chatwoot 14009: with one interval a day, what came at lunch counted as if somebody were there."""
    cena.calendario()
    cena.politica(**TRES)
    ticket = cena.ticket()
    assert cena.prazos(ticket) == ("13:00", None, "21:00")  # nine hours from nine o'clock, less lunch
    assert cena.vista(ticket).sla_estado == "cumprido"
    cena.ate("2026-01-05T14:30:00.000Z")
    assert cena.prazos(cena.ticket())[0] == "16:30"  # 11:30 and an hour, without lunch
    cena.ate("2026-01-05T20:30:00.000Z")
    assert cena.prazos(cena.ticket())[0] == "2026-01-06T11:30"  # half an hour yet, then the night


def test_who_is_near_its_time_is_warned_of_once_and_who_is_past_it_missed_once(cena: CenaSla) -> None:
    cena.politica(primeira_resposta_segundos=3600, alertas_porcento=(50, 80))
    ticket = cena.ticket()
    cena.mundo.avancar(30 * MINUTO - 1)
    assert cena.ditos() == []
    cena.mundo.avancar(1)
    assert cena.ditos() == [("primeiraResposta", 50, False)]
    assert cena.vista(ticket).sla_estado == "em_risco"
    cena.mundo.avancar(18 * MINUTO)
    cena.mundo.avancar(12 * MINUTO - 1)
    assert cena.ditos() == [("primeiraResposta", 50, False), ("primeiraResposta", 80, False)]
    cena.mundo.avancar(1)
    assert cena.ditos()[2:] == [("primeiraResposta", None, False)]
    assert cena.vista(ticket).sla_estado == "violado"
    cena.mundo.avancar(100 * HORA)
    assert len(cena.ditos()) == 3


def test_who_answers_and_resolves_in_time_stops_the_clock(cena: CenaSla) -> None:
    """chatwoot 10178: the clock ran on after it was resolved, and what had been in time was missed."""
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.mundo.avancar(10 * MINUTO)
    cena.responder(ticket)
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(100 * HORA)
    assert cena.ditos() == []
    assert cena.desfechos(ticket) == {"slaPrimeiraResposta": "cumprido", "slaResolucao": "cumprido"}
    assert cena.vista(ticket).sla_estado == "cumprido"


def test_a_contact_who_writes_again_is_promised_the_next_answer_from_its_first_message_on(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.recebida(ticket)
    assert cena.prazos(ticket)[1] is None  # the first answer is due still
    cena.responder(ticket)
    cena.mundo.avancar(MINUTO)
    cena.recebida(ticket)
    assert cena.prazos(ticket)[1] == "12:31"
    cena.mundo.avancar(20 * MINUTO)
    cena.recebida(ticket)
    assert cena.prazos(ticket)[1] == "12:31"
    cena.mundo.avancar(10 * MINUTO)
    assert cena.ditos() == [("proximaResposta", 80, False), ("proximaResposta", None, False)]
    cena.responder(ticket)
    assert cena.desfechos(ticket)["slaProximaResposta"] == "violado"
    cena.recebida(ticket)
    cena.responder(ticket)
    assert cena.desfechos(ticket)["slaProximaResposta"] == "cumprido"
    assert cena.vista(ticket).sla_estado == "violado"  # it was, once


def test_a_short_next_answer_does_not_come_before_the_first_one(cena: CenaSla) -> None:
    """zammad 5177: a next answer due sooner than the first one was what a new ticket was held to."""
    cena.politica(primeira_resposta_segundos=3600, proxima_resposta_segundos=60)
    ticket = cena.ticket()
    cena.recebida(ticket)
    assert cena.prazos(ticket) == ("13:00", None, None)
    cena.mundo.avancar(HORA)
    assert [alvo for alvo, _, _ in cena.ditos()] == ["primeiraResposta"] * 2


def test_what_waits_on_the_customer_does_not_count(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.mundo.avancar(30 * MINUTO)
    cena.mudar(ticket, "PENDENTE")
    assert cena.prazos(ticket) == (None, None, None)
    cena.mundo.avancar(10 * HORA)
    assert cena.ditos() == []
    cena.mudar(ticket, "EM_ANDAMENTO")
    assert cena.prazos(ticket) == ("23:00", None, "2026-01-06T06:00")
    cena.mundo.avancar(30 * MINUTO)
    assert cena.ditos()[-1] == ("primeiraResposta", None, False)


def test_what_waits_on_the_customer_counts_if_the_policy_says_so(cena: CenaSla) -> None:
    cena.politica(**TRES, pausa_em_pendente=False)
    ticket = cena.ticket()
    cena.mudar(ticket, "PENDENTE")
    assert cena.prazos(ticket)[0] == "13:00"
    cena.mundo.avancar(HORA)
    assert cena.ditos()[-1] == ("primeiraResposta", None, False)


def test_what_is_put_off_counts_for_it_is_the_contact_who_waits(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.pedir(AdiarTicket(quem=ADMIN, ticket_id=ticket, ate=cena.clock.now() + 5 * HORA))
    assert cena.ver(ticket).status == "PENDENTE"
    assert cena.prazos(ticket)[0] == "13:00"
    cena.mundo.avancar(HORA)
    assert cena.ditos()[-1] == ("primeiraResposta", None, False)


def test_pendente_over_a_holiday_takes_from_the_clock_only_what_would_have_counted() -> None:
    cena = CenaSla("2026-04-17T19:00:00.000Z")  # Friday, four o'clock; Tuesday is Tiradentes
    cena.calendario()
    cena.politica(resolucao_segundos=16 * 3600)
    ticket = cena.ticket()
    cena.mudar(ticket, "PENDENTE")
    cena.ate("2026-04-22T11:00:00.000Z")  # Wednesday, when they open: it waited two hours and a day of nine
    cena.mudar(ticket, "EM_ANDAMENTO")
    assert cena.prazos(ticket)[2] == "2026-04-23T19:00"


def test_first_response_counts_from_the_reopening_when_nobody_had_answered(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.mundo.avancar(10 * MINUTO)
    cena.mudar(ticket, "RESOLVIDO")
    assert cena.desfechos(ticket) == {"slaPrimeiraResposta": "cancelado", "slaResolucao": "cumprido"}
    cena.mundo.avancar(5 * HORA)
    cena.reabrir(ticket)
    assert cena.prazos(ticket) == ("18:10", None, "2026-01-06T01:00")  # the hours in which it was resolved are not its
    cena.mundo.avancar(HORA)
    assert cena.ditos(ticket)[-1] == ("primeiraResposta", None, False)


def test_what_was_answered_before_it_was_reopened_is_not_to_be_answered_first_again(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.responder(ticket)
    cena.mudar(ticket, "RESOLVIDO")
    cena.recebida(ticket)
    primeira, proxima, resolucao = cena.prazos(ticket)
    assert (primeira, proxima) == ("13:00", "12:30")  # the one that was kept, and what the contact is promised now
    cena.mundo.avancar(2 * HORA)
    assert {alvo for alvo, _, _ in cena.ditos()} == {"proximaResposta"}
    assert resolucao == "20:00"


def test_a_raised_priority_brings_the_deadline_of_its_policy_from_the_beginning(cena: CenaSla) -> None:
    cena.politica("Urgente", primeira_resposta_segundos=900, quando=Quando(prioridades=("URGENTE",)), ordem=1)
    cena.politica("Outras", primeira_resposta_segundos=3600)
    ticket = cena.ticket()
    cena.mundo.avancar(10 * MINUTO)
    cena.prioridade(ticket, "URGENTE")
    assert cena.prazos(ticket)[0] == "12:15"
    cena.mundo.avancar(5 * MINUTO)
    assert cena.ditos() == [("primeiraResposta", 80, False), ("primeiraResposta", None, False)]


def test_a_priority_raised_after_the_breach_does_not_tell_it_again(cena: CenaSla) -> None:
    cena.politica("Urgente", primeira_resposta_segundos=900, quando=Quando(prioridades=("URGENTE",)), ordem=1)
    cena.politica("Outras", primeira_resposta_segundos=3600)
    ticket = cena.ticket()
    cena.mundo.avancar(2 * HORA)
    cena.prioridade(ticket, "URGENTE")
    cena.prioridade(ticket, "BAIXA")
    cena.mundo.avancar(2 * HORA)
    assert cena.ditos() == [("primeiraResposta", 80, False), ("primeiraResposta", None, False)]
    assert cena.vista(ticket).sla_estado == "violado"


def test_a_breach_that_another_priority_brings_is_told_at_once_and_says_when_it_was_due(cena: CenaSla) -> None:
    cena.politica("Urgente", primeira_resposta_segundos=900, quando=Quando(prioridades=("URGENTE",)), ordem=1)
    cena.politica("Outras", primeira_resposta_segundos=36_000)
    ticket = cena.ticket()
    cena.mundo.avancar(2 * HORA)
    cena.prioridade(ticket, "URGENTE")
    cena.mundo.avancar(0)
    assert cena.ditos(ticket) == [("primeiraResposta", 80, True), ("primeiraResposta", None, True)]


def test_a_ticket_that_moves_to_another_fila_goes_by_its_policy_and_its_calendar(cena: CenaSla) -> None:
    noturna = cena.fila("noturna")
    cena.calendario()
    cena.calendario(Calendario(sempre=True, filas=(noturna,)), "Noite")
    cena.politica(primeira_resposta_segundos=10 * 3600)
    ticket = cena.ticket()
    assert cena.prazos(ticket)[0] == "2026-01-06T13:00"
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, assunto="x"))
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=noturna))
    assert cena.prazos(ticket)[0] == "22:00"


def test_a_calendar_that_changes_is_followed_by_what_is_open(cena: CenaSla) -> None:
    calendario = cena.calendario()
    cena.politica(primeira_resposta_segundos=3 * 3600)
    ticket = cena.ticket()
    assert cena.prazos(ticket)[0] == "15:00"
    sem_almoco = replace(COMERCIAL, dias=dict.fromkeys(COMERCIAL.dias, (("08:00", "11:00"), ("14:00", "18:00"))))
    cena.regravar(CALENDARIO.tipo, calendario, sem_almoco)
    assert cena.prazos(ticket)[0] == "18:00"
    cena.regravar(CALENDARIO.tipo, calendario, replace(COMERCIAL, fuso="America/Manaus"))  # an hour behind
    assert cena.prazos(ticket)[0] == "15:00"
    cena.feriado(data="2026-01-05")
    assert cena.prazos(ticket)[0] == "2026-01-06T15:00"
    cena.excluir(CALENDARIO.tipo, calendario)
    assert cena.prazos(ticket)[0] == "15:00"


def test_nothing_is_due_by_a_calendar_that_never_opens(cena: CenaSla) -> None:
    cena.calendario(Calendario(empresa=True))
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.mundo.avancar(1000 * HORA)
    assert cena.prazos(ticket) == (None, None, None)
    assert (cena.ditos(), cena.vista(ticket).sla_estado) == ([], "cumprido")


def test_a_policy_that_is_made_promises_nothing_of_what_was_open_before(cena: CenaSla) -> None:
    antes = cena.ticket()
    cena.mundo.avancar(50 * HORA)
    cena.politica(**TRES)
    assert cena.prazos(antes) == (None, None, None)
    cena.mundo.avancar(50 * HORA)
    assert cena.ditos() == []


def test_a_policy_that_goes_takes_what_it_promised_with_it(cena: CenaSla) -> None:
    politica = cena.politica(**TRES)
    um, outro = cena.ticket(), cena.ticket()
    cena.mundo.avancar(2 * HORA)
    cena.responder(outro)
    cena.excluir(POLITICA_SLA.tipo, politica)
    cena.mundo.avancar(100 * HORA)
    assert [alvo for alvo, _, _ in cena.ditos()] == ["primeiraResposta"] * 4
    assert [cena.vista(id_).sla_estado for id_ in (um, outro)] == ["violado", "violado"]
    assert cena.prazos(um)[2] is None


def test_a_policy_that_changes_is_followed_by_what_is_open(cena: CenaSla) -> None:
    politica = cena.politica(**TRES)
    ticket = cena.ticket()
    cena.regravar(POLITICA_SLA.tipo, politica, PoliticaSla(primeira_resposta_segundos=600))
    assert cena.prazos(ticket) == ("12:10", None, None)


def test_an_equipe_that_ceases_to_serve_the_fila_takes_its_policy_with_it(cena: CenaSla) -> None:
    fila = cena.fila("vendas")
    equipe = cena.equipe("plantão", cena.ana, filas=(fila,))
    cena.politica("Plantão", primeira_resposta_segundos=600, quando=Quando(equipes=(equipe,)), ordem=1)
    cena.politica("Outras", primeira_resposta_segundos=3600)
    ticket = cena.ticket(fila)
    assert cena.prazos(ticket)[0] == "12:10"
    cena.pedir(DesvincularFila(quem=ADMIN, equipe_id=equipe, fila_id=fila))
    assert cena.prazos(ticket)[0] == "13:00"


@pytest.mark.parametrize("quantas", [1, 2, 3])
def test_a_restart_between_warning_and_breach_tells_neither_twice(cena: CenaSla, quantas: int) -> None:
    cena.politica(primeira_resposta_segundos=3600)
    cena.ticket()
    cena.mundo.avancar(50 * MINUTO)
    assert cena.ditos() == [("primeiraResposta", 80, False)]
    for _ in range(quantas):
        cena.reiniciar()
    assert cena.ditos() == [("primeiraResposta", 80, False)]
    cena.mundo.avancar(10 * MINUTO)
    assert cena.ditos() == [("primeiraResposta", 80, False), ("primeiraResposta", None, False)]
    cena.reiniciar()
    cena.mundo.avancar(HORA)
    assert len(cena.ditos()) == 2


def test_what_fell_due_while_nobody_was_there_is_told_once_and_said_to_be_late(cena: CenaSla) -> None:
    cena.politica(**TRES)
    ticket = cena.ticket()
    cena.mundo.fechar()
    cena.clock.advance_to(cena.clock.now() + 24 * HORA)
    cena.reiniciar()
    cena.mundo.avancar(0)
    esperados = [(alvo, porcento, True) for alvo in ("primeiraResposta", "resolucao") for porcento in (80, None)]
    assert cena.ditos(ticket) == esperados
    cena.reiniciar()
    cena.mundo.avancar(HORA)
    assert cena.ditos(ticket) == esperados


def test_rules_that_changed_while_nobody_was_there_are_followed_when_it_wakes_up(cena: CenaSla) -> None:
    """The look at all tickets is not durable: a crash in the middle of it leaves none behind."""
    politica = cena.politica(primeira_resposta_segundos=3600)
    ticket = cena.ticket()
    dados = msgspec.json.encode(PoliticaSla(primeira_resposta_segundos=600)).decode()
    cena.enviar(GravarDocumento(quem=ADMIN, tipo=POLITICA_SLA.tipo, documento_id=politica, nome="Um", dados=dados))
    cena.mundo.assentar()
    cena.reiniciar()
    assert cena.prazos(ticket)[0] == "12:10"


def test_of_a_thousand_policies_the_one_that_fits_holds_and_there_is_no_room_for_another(cena: CenaSla) -> None:
    fila = cena.fila("vendas")
    for n in range(999):
        cena.politica(f"{n}", primeira_resposta_segundos=60 + n, ordem=n, quando=Quando(etiquetas=(f"cliente {n}",)))
    cena.politica("Outras", primeira_resposta_segundos=3600, quando=Quando(filas=(fila,)), ordem=1_000)
    assert cena.prazos(cena.ticket(fila))[0] == "13:00"
    comando = CriarTicket(quem=ADMIN, contato_nome="Zé", contato_telefone="5511999998888", etiquetas=("CLIENTE 540",))
    assert cena.prazos(cena.pedir(comando).id)[0] == "12:10"
    assert cena.prazos(cena.ticket())[0] is None
    documento = CriarDocumento(quem=ADMIN, tipo=POLITICA_SLA.tipo, nome="x", dados='{"resolucaoSegundos":1}')
    assert cena.recusa(documento) == "documentos_demais"


def test_what_changes_in_many_tickets_at_once_does_not_fill_the_journal(cena: CenaSla) -> None:
    politica = cena.politica(primeira_resposta_segundos=3600)
    tickets = [cena.ticket() for _ in range(4 * FATIA)]
    dados = msgspec.json.encode(PoliticaSla(primeira_resposta_segundos=600)).decode()
    cena.loja.fora = True
    cena.enviar(GravarDocumento(quem=ADMIN, tipo=POLITICA_SLA.tipo, documento_id=politica, nome="Um", dados=dados))
    cena.mundo.assentar()
    cena.mundo.avancar(MINUTO)
    assert cena.mundo.vivas[EMPRESA].unsettled <= EM_VOO + FATIA + 1
    cena.loja.fora = False
    cena.mundo.avancar(5 * MINUTO)
    assert {cena.prazos(id_)[0] for id_ in (tickets[0], tickets[-1])} == {"12:10"}


def test_a_look_at_many_tickets_lets_the_loop_go_round_between_slices(cena: CenaSla) -> None:
    for _ in range(4 * FATIA):
        cena.ticket()
    loop, rodadas = cena.mundo.loop, 0
    cena.mundo.vivas[EMPRESA].rever_sla()
    while not loop.idle():
        loop.run_calls()
        loop.dispatcher.run_pass()
        rodadas += 1
    assert rodadas >= 4
