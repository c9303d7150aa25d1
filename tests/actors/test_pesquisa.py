"""Whoever's ticket was resolved is asked one question by its channel, once; the answer opens nothing again."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.canal.comandos import PausarCanal
from actors.documentos.comandos import CriarDocumento
from actors.ticket.comandos import EncerrarTicket, ReabrirTicket
from engine.documentos.especies import PESQUISA
from engine.modelo import ContatoRow, MensagemRow, TicketRow
from engine.pesquisa.modelo import Pesquisa
from engine.sla.modelo import Quando
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import JOAO, MARIA, CenaDeCanal

MINUTO = 60_000
HORA = 60 * MINUTO
DIA = 24 * HORA
PERGUNTA = "De 1 a 5, como foi?"


def com_pesquisa(tipo: Any = "whatsapp", **campos: Any) -> CenaDeCanal:
    cena = CenaDeCanal(tipo)
    documento = Pesquisa(**({"pergunta": PERGUNTA} | campos))
    dados = msgspec.json.encode(documento).decode()
    cena.pedir(CriarDocumento(quem=ADMIN, tipo=PESQUISA.tipo, nome="Satisfação", dados=dados))
    return cena


def resolvido(cena: CenaDeCanal, de: Any = JOAO) -> str:
    ticket_id = cena.escreve(de).ticket_id
    cena.mudar(ticket_id, "RESOLVIDO")
    return ticket_id


def perguntado(cena: CenaDeCanal, de: Any = JOAO) -> str:
    ticket_id = resolvido(cena, de)
    cena.mundo.avancar(MINUTO)
    assert ditas(cena, ticket_id) == [PERGUNTA]
    return ticket_id


def ditas(cena: CenaDeCanal, ticket_id: str) -> list[str]:
    rows = [row for row in cena.loja.de(MensagemRow, EMPRESA) if row.ticket_id == ticket_id]
    return [row.conteudo for row in sorted(rows, key=lambda row: row.seq) if row.direcao == "enviada"]


def guardado(cena: CenaDeCanal, ticket_id: str) -> TicketRow:
    row = cena.loja.um(TicketRow, EMPRESA, ticket_id)
    assert row is not None
    return row


def nota(cena: CenaDeCanal, ticket_id: str) -> int | None:
    pesquisa = guardado(cena, ticket_id).pesquisa
    return None if pesquisa is None else pesquisa.nota


def respostas(cena: CenaDeCanal) -> list[tuple[str, int]]:
    lidos = (msgspec.json.decode(row.dados) for row in cena.eventos("pesquisa_respondida"))
    return [(um["ticketId"], um["nota"]) for um in lidos]


def test_whose_ticket_was_resolved_is_asked_once_and_so_much_later() -> None:
    cena = com_pesquisa(apos_segundos=300)
    ticket = resolvido(cena)
    cena.mundo.avancar(5 * MINUTO - 1)
    assert ditas(cena, ticket) == []
    cena.mundo.avancar(1)
    assert ditas(cena, ticket) == [PERGUNTA]
    enviado = cena.toma()[-1].envio
    assert enviado is not None
    assert (enviado.conteudo, enviado.automatica) == (PERGUNTA, True)
    cena.mundo.avancar(3 * DIA)
    assert len(ditas(cena, ticket)) == 1
    assert guardado(cena, ticket).status == "RESOLVIDO"


def test_an_answer_is_kept_told_and_thanked_for_and_opens_nothing_again() -> None:
    cena = com_pesquisa(agradecimento="Obrigado!")
    ticket = perguntado(cena)
    resposta = cena.escreve(texto="Nota 5!")
    row = guardado(cena, ticket)
    assert (resposta.ticket_id, row.status, nota(cena, ticket)) == (ticket, "RESOLVIDO", 5)
    assert ditas(cena, ticket) == [PERGUNTA, "Obrigado!"]
    assert respostas(cena) == [(ticket, 5)]
    assert "Nota 5!" in cena.conversa(ticket)
    assert len(cena.tickets()) == 1


def test_who_answers_with_something_else_is_heard_as_always() -> None:
    cena = com_pesquisa()
    ticket = perguntado(cena)
    assert cena.escreve(texto="ainda não funciona").ticket_id == ticket
    row = guardado(cena, ticket)
    assert (row.status, row.pesquisa) == ("ABERTO", None)
    cena.escreve(texto="5")
    assert (guardado(cena, ticket).status, nota(cena, ticket), respostas(cena)) == ("ABERTO", None, [])


def test_who_answers_twice_has_answered_once_and_opens_nothing_again() -> None:
    cena = com_pesquisa()
    ticket = perguntado(cena)
    cena.escreve(texto="2")
    assert cena.escreve(texto="5").ticket_id == ticket
    assert (nota(cena, ticket), guardado(cena, ticket).status, respostas(cena)) == (2, "RESOLVIDO", [(ticket, 2)])
    cena.escreve(texto="na verdade não resolveu")
    assert (guardado(cena, ticket).status, nota(cena, ticket)) == ("ABERTO", 2)


def test_an_answer_that_comes_too_late_is_a_message_like_others() -> None:
    cena = com_pesquisa(expira_horas=2)
    ticket = perguntado(cena)
    cena.mundo.avancar(2 * HORA)
    assert cena.escreve(texto="5").ticket_id == ticket
    assert (guardado(cena, ticket).status, respostas(cena)) == ("ABERTO", [])


def test_an_answer_counts_also_when_the_ticket_could_not_open_again_any_more() -> None:
    cena = com_pesquisa(expira_horas=72)
    ticket = perguntado(cena)
    cena.mundo.avancar(60 * HORA)
    assert cena.escreve(texto="4").ticket_id == ticket
    assert nota(cena, ticket) == 4
    outro = cena.escreve(texto="tenho outra dúvida").ticket_id
    assert outro != ticket
    assert guardado(cena, ticket).status == "RESOLVIDO"


def test_a_ticket_that_opens_again_before_it_is_asked_is_not_asked() -> None:
    cena = com_pesquisa(apos_segundos=600)
    ticket = resolvido(cena)
    cena.mundo.avancar(5 * MINUTO)
    cena.escreve(texto="voltou a falhar")
    cena.mundo.avancar(HORA)
    assert ditas(cena, ticket) == []
    assert guardado(cena, ticket).perguntar_em is None
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(10 * MINUTO)
    assert ditas(cena, ticket) == [PERGUNTA], "it is asked about how that ended"


@pytest.mark.parametrize("como", ["fechar", "reabrir"])
def test_what_people_close_or_open_again_is_not_asked_about(como: str) -> None:
    cena = com_pesquisa()
    ticket = resolvido(cena)
    if como == "fechar":
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    else:
        cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    cena.mundo.avancar(HORA)
    assert ditas(cena, ticket) == []


@pytest.mark.parametrize("passado", [0, 30_000, 59_999])
def test_a_restart_before_the_question_neither_loses_nor_doubles_it(passado: int) -> None:
    cena = com_pesquisa()
    ticket = resolvido(cena)
    cena.mundo.avancar(passado)
    cena.reiniciar()
    cena.mundo.avancar(MINUTO - passado)
    assert ditas(cena, ticket) == [PERGUNTA]
    cena.reiniciar()
    cena.mundo.avancar(DIA)
    assert ditas(cena, ticket) == [PERGUNTA]


def test_what_was_due_while_the_node_was_down_is_asked_when_it_is_back() -> None:
    cena = com_pesquisa()
    ticket = resolvido(cena)
    cena.mundo.fechar()
    cena.clock.advance_to(cena.clock.now() + HORA)
    cena.reiniciar()
    cena.mundo.avancar(1)
    assert ditas(cena, ticket) == [PERGUNTA]


def test_a_restart_between_question_and_answer_changes_nothing() -> None:
    cena = com_pesquisa(agradecimento="Obrigado!", comentario="O que podemos melhorar?")
    ticket = perguntado(cena)
    cena.reiniciar()
    cena.escreve(texto="3")
    cena.reiniciar()
    cena.escreve(texto="demorou")
    assert ditas(cena, ticket) == [PERGUNTA, "Obrigado!", "O que podemos melhorar?"]
    assert (guardado(cena, ticket).status, respostas(cena)) == ("RESOLVIDO", [(ticket, 3)])


def test_what_is_written_next_is_the_comment_if_it_was_asked_for() -> None:
    cena = com_pesquisa(comentario="Por quê?")
    ticket = perguntado(cena)
    cena.escreve(texto="2")
    comentario = cena.escreve(texto="demorou demais")
    pesquisa = guardado(cena, ticket).pesquisa
    assert pesquisa is not None
    assert (pesquisa.comentario, guardado(cena, ticket).status) == (comentario.id, "RESOLVIDO")
    cena.escreve(texto="e ainda não funciona")
    assert guardado(cena, ticket).status == "ABERTO", "one message is the comment"


def test_who_says_more_with_its_note_is_not_asked_for_a_comment() -> None:
    cena = com_pesquisa(comentario="Por quê?")
    ticket = perguntado(cena)
    resposta = cena.escreve(texto="5 - a Ana foi ótima")
    pesquisa = guardado(cena, ticket).pesquisa
    assert pesquisa is not None
    assert (pesquisa.nota, pesquisa.comentario, pesquisa.pede_comentario) == (5, resposta.id, False)
    assert ditas(cena, ticket) == [PERGUNTA]


def test_a_contact_is_asked_at_most_once_in_so_many_days() -> None:
    cena = com_pesquisa(intervalo_dias=30)
    ticket = perguntado(cena)
    cena.mundo.avancar(5 * DIA)
    outro = resolvido(cena)
    cena.mundo.avancar(HORA)
    assert (outro != ticket, ditas(cena, outro)) == (True, [])
    assert guardado(cena, outro).perguntar_em is None
    assert ditas(cena, perguntado(cena, MARIA)) == [PERGUNTA], "another contact is"
    cena.mundo.avancar(26 * DIA)
    assert ditas(cena, perguntado(cena)) == [PERGUNTA]


def test_without_an_interval_each_resolution_is_asked_about() -> None:
    cena = com_pesquisa(intervalo_dias=0)
    ticket = perguntado(cena)
    cena.escreve(texto="1")
    cena.escreve(texto="voltou")
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(MINUTO)
    cena.escreve(texto="5")
    assert respostas(cena) == [(ticket, 1), (ticket, 5)]
    assert nota(cena, ticket) == 5


def test_outside_of_the_window_of_whatsapp_nobody_is_asked() -> None:
    cena = com_pesquisa()
    ticket = cena.escreve().ticket_id
    cena.mundo.avancar(25 * HORA)
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(HORA)
    assert ditas(cena, ticket) == []
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert contato.pesquisado_em is None


def test_a_canal_that_is_paused_asks_nothing() -> None:
    cena = com_pesquisa()
    ticket = resolvido(cena)
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id, motivo="manutenção"))
    cena.mundo.avancar(HORA)
    assert ditas(cena, ticket) == []


@pytest.mark.parametrize(
    ("quando", "pergunta"),
    [
        (Quando(), True),
        (Quando(canais=("whatsapp",)), True),
        (Quando(canais=("email",)), False),
        (Quando(prioridades=("URGENTE",)), False),
    ],
)
def test_only_tickets_that_it_is_for_are_asked_about(quando: Quando, *, pergunta: bool) -> None:
    cena = com_pesquisa(quando=quando)
    ticket = resolvido(cena)
    cena.mundo.avancar(HORA)
    assert bool(ditas(cena, ticket)) == pergunta


def test_a_survey_that_is_off_asks_nobody() -> None:
    cena = com_pesquisa(ativa=False)
    ticket = resolvido(cena)
    cena.mundo.avancar(HORA)
    assert (ditas(cena, ticket), guardado(cena, ticket).perguntar_em) == ([], None)


def test_a_ticket_that_no_channel_opened_is_not_asked_about() -> None:
    cena = com_pesquisa()
    ticket = cena.ticket()
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(HORA)
    assert ditas(cena, ticket) == []


def test_by_the_web_chat_it_is_asked_and_answered_too() -> None:
    cena = com_pesquisa("webchat")
    ticket = perguntado(cena)
    cena.escreve(texto="⭐⭐⭐⭐")
    assert (nota(cena, ticket), guardado(cena, ticket).status) == (4, "RESOLVIDO")
