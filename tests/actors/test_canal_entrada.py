"""A contact wrote by a channel: one conversation, each message once, in order."""

from __future__ import annotations

import pytest

from actors.canal.comandos import AtualizarCanal
from actors.contatos.comandos import UnirContatos
from actors.ticket.comandos import ReabrirTicket
from engine.conector.enderecos import Endereco
from engine.errors import Conflict
from engine.modelo import ContatoRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import JOAO, MARIA, CenaDeCanal

HORA = 3_600_000


def test_the_first_message_opens_a_ticket_of_the_contact() -> None:
    cena = CenaDeCanal()
    mensagem = cena.escreve(texto="bom dia", nome="João", metadados={"tipoOriginal": "text"})
    (ticket,) = cena.tickets()
    assert (ticket.contato_nome, ticket.contato_telefone, ticket.canal_id) == ("João", "5511999990001", cena.canal_id)
    assert ticket.do_canal
    assert ticket.endereco == "telefone:+5511999990001"
    assert ticket.janela_ate == cena.clock.now() + 24 * HORA
    assert (mensagem.ticket_id, mensagem.direcao, mensagem.conteudo) == (ticket.id, "recebida", "bom dia")
    assert mensagem.metadados is not None
    assert '"tipoOriginal":"text"' in mensagem.metadados


def test_a_message_of_a_time_to_come_opens_no_longer_window_than_one_of_now() -> None:
    cena = CenaDeCanal()
    for texto in ("abre", "segue"):
        cena.escreve(texto=texto, em=cena.clock.now() + 23 * HORA)
        (ticket,) = cena.tickets()
        assert ticket.janela_ate is not None
        assert ticket.janela_ate <= cena.clock.now() + 24 * HORA


def test_four_simultaneous_first_messages_make_one_ticket_with_four_messages_in_order() -> None:
    cena = CenaDeCanal()
    respostas = [cena.chega(cena.mensagem(texto=str(n))) for n in range(4)]
    cena.mundo.assentar()
    (ticket,) = cena.tickets()
    assert {resposta.get().ticket_id for resposta in respostas if resposta is not None} == {ticket.id}
    assert cena.conversa(ticket.id) == ["0", "1", "2", "3"]


def test_the_same_message_twice_is_stored_once() -> None:
    cena = CenaDeCanal()
    mensagem = cena.mensagem()
    assert cena.chega(mensagem) is not None
    cena.mundo.assentar()
    assert cena.chega(mensagem) is None
    cena.mundo.assentar()
    assert len(cena.conversa(cena.tickets()[0].id)) == 1


def test_a_message_that_comes_late_takes_its_place_by_when_it_was_written() -> None:
    cena = CenaDeCanal()
    cena.mundo.avancar(10_000)
    agora = cena.clock.now() // 1000 * 1000
    ticket_id = cena.escreve(texto="segunda", em=agora - 1_000).ticket_id
    cena.escreve(texto="primeira", em=agora - 3_000)
    cena.escreve(texto="terceira", em=agora)
    assert cena.conversa(ticket_id) == ["primeira", "segunda", "terceira"]


def test_messages_written_in_one_second_keep_the_order_in_which_they_came() -> None:
    cena = CenaDeCanal()
    cena.mundo.avancar(10_000)
    segundo = cena.clock.now() // 1000 * 1000 - 5_000
    ticket_id = [cena.escreve(texto=str(n), em=segundo).ticket_id for n in range(3)].pop()
    assert cena.conversa(ticket_id) == ["0", "1", "2"]


def test_an_answer_given_in_the_second_of_the_question_comes_after_it() -> None:
    cena = CenaDeCanal()
    cena.mundo.avancar(10_500)
    segundo = cena.clock.now() // 1000 * 1000
    ticket_id = cena.escreve(texto="pergunta", em=segundo).ticket_id
    cena.responde(ticket_id, "resposta")
    assert cena.conversa(ticket_id) == ["pergunta", "resposta"]


def test_a_clock_of_the_provider_that_runs_ahead_dates_nothing_in_the_future() -> None:
    cena = CenaDeCanal()
    mensagem = cena.escreve(em=cena.clock.now() + HORA)
    assert mensagem.criada_em == cena.clock.now()


def test_a_resolved_ticket_reopens_within_its_window_also_after_a_restart() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.mudar(ticket_id, "RESOLVIDO")
    cena.reiniciar()
    assert cena.escreve(texto="de novo").ticket_id == ticket_id
    assert cena.ver(ticket_id).status == "ABERTO"


def test_after_the_window_another_ticket_is_opened() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.mudar(ticket_id, "RESOLVIDO")
    cena.mundo.avancar(24 * HORA + 1)
    outro = cena.escreve().ticket_id
    assert outro != ticket_id
    assert [ticket.id for ticket in cena.tickets()] == [ticket_id, outro]


def test_messages_that_come_while_the_resolved_ticket_is_looked_for_go_to_the_same_one() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(texto="0").ticket_id
    cena.mudar(ticket_id, "FECHADO")
    cena.reiniciar()
    respostas = [cena.chega(cena.mensagem(texto=str(n))) for n in range(1, 5)]
    cena.mundo.assentar()
    novos = {resposta.get().ticket_id for resposta in respostas if resposta is not None}
    assert len(novos) == 1
    assert novos != {ticket_id}
    assert cena.conversa(novos.pop()) == ["1", "2", "3", "4"]


def test_two_addresses_of_one_contact_have_one_ticket_by_a_canal() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(JOAO, tambem=(Endereco("usuario", "BR.77"),)).ticket_id
    assert cena.escreve(Endereco("usuario", "BR.77")).ticket_id == ticket_id
    assert cena.ver(ticket_id).endereco == "usuario:BR.77"
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert contato.outros == ("usuario:whatsapp:BR.77",)


@pytest.mark.parametrize(
    "endereco",
    [
        Endereco("usuario", "BR.1"),
        Endereco("codigo", "28080"),
        Endereco("remetente", "BANCO"),
        Endereco("email", "ana@x.y"),
        Endereco("telefone", "isto não é um telefone"),
    ],
)  # fmt: skip
def test_whoever_writes_is_somebody_whatever_its_address(endereco: Endereco) -> None:
    cena = CenaDeCanal("api")
    ticket_id = cena.escreve(endereco).ticket_id
    cena.mudar(ticket_id, "FECHADO")
    cena.reiniciar()
    cena.escreve(endereco)
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert contato.nome
    assert {ticket.contato_id for ticket in cena.tickets()} == {contato.id}


def test_the_ninth_digit_makes_no_other_contact() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(Endereco("telefone", "+5511999990001")).ticket_id
    assert cena.escreve(Endereco("telefone", "551199990001")).ticket_id == ticket_id


def test_a_message_goes_to_the_ticket_that_an_agent_has_opened_by_that_canal() -> None:
    cena = CenaDeCanal()
    por_mao = cena.ticket(canal=cena.canal_id)
    assert cena.escreve(Endereco("telefone", "5511999998888")).ticket_id == por_mao
    assert not cena.ver(por_mao).do_canal


def test_a_ticket_reopened_by_hand_beside_the_open_one_is_not_the_canals_any_more() -> None:
    cena = CenaDeCanal()
    velho = cena.escreve().ticket_id
    cena.mudar(velho, "RESOLVIDO")
    cena.mundo.avancar(25 * HORA)
    novo = cena.escreve().ticket_id
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=velho))
    assert [(ticket.id, ticket.do_canal) for ticket in cena.tickets()] == [(velho, False), (novo, True)]
    assert cena.escreve().ticket_id == novo


def test_who_was_merged_goes_on_in_its_ticket() -> None:
    cena = CenaDeCanal()
    de_joao, de_maria = cena.escreve(JOAO).ticket_id, cena.escreve(MARIA).ticket_id
    contatos = {row.telefone: row.id for row in cena.loja.de(ContatoRow, EMPRESA)}
    cena.pedir(
        UnirContatos(quem=ADMIN, contato_id=contatos["5511999990001"], outro_id=contatos["5511999990002"])
    )  # fmt: skip
    assert cena.escreve(JOAO).ticket_id in {de_joao, de_maria}
    assert len(cena.tickets()) == 2


def test_an_automatic_answer_opens_no_ticket_and_joins_an_open_one() -> None:
    cena = CenaDeCanal("email")
    ana = Endereco("email", "ana@x.y")
    with pytest.raises(Conflict, match="automática"):
        cena.escreve(ana, automatica=True)
    assert cena.tickets() == []
    ticket_id = cena.escreve(ana).ticket_id
    assert cena.escreve(ana, automatica=True).ticket_id == ticket_id


def test_an_inactive_canal_takes_nothing() -> None:
    cena = CenaDeCanal()
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    with pytest.raises(Conflict, match="desativado"):
        cena.escreve()


def test_a_pending_ticket_goes_on_when_the_contact_answers() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.mudar(ticket_id, "PENDENTE")
    cena.escreve(texto="aqui está")
    assert cena.ver(ticket_id).status == "ABERTO"
