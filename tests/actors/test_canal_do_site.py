"""A canal of tipo webchat: what is said is there once it is stored, and it is told when it was fetched and read."""

from __future__ import annotations

from actors.ticket.comandos import EncerrarTicket, EnviarMensagem, MarcarEntregas
from engine.conector.enderecos import Endereco
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, CenaDeCanal

SESSAO = Endereco("visitante", "s1")


def test_an_answer_is_sent_once_it_is_stored_and_waits_in_no_outbox() -> None:
    cena = CenaDeCanal("webchat")
    ticket_id = cena.escreve(SESSAO).ticket_id
    resposta = cena.responde(ticket_id)
    assert resposta.status_entrega == "enviado"
    assert cena.guardada(resposta.id).status_entrega == "enviado"
    assert not [*cena.loja.de(EnvioRow, EMPRESA)]


def test_what_the_visitor_has_and_has_read_is_stored_and_told() -> None:
    cena = CenaDeCanal("webchat")
    ticket_id = cena.escreve(SESSAO).ticket_id
    ids = tuple(cena.responde(ticket_id, str(n)).id for n in range(3))
    antes = len(cena.loja.eventos)
    cena.pedir(MarcarEntregas(quem=CONECTOR, ticket_id=ticket_id, mensagem_ids=ids, status="entregue"))
    cena.pedir(MarcarEntregas(quem=CONECTOR, ticket_id=ticket_id, mensagem_ids=ids[:1], status="lido"))
    assert [cena.guardada(id_).status_entrega for id_ in ids] == ["lido", "entregue", "entregue"]
    assert [evento.tipo for evento in cena.loja.eventos[antes:]] == ["mensagem_status"] * 4


def test_it_is_told_also_of_a_ticket_that_was_closed_before_the_visitor_came_back() -> None:
    cena = CenaDeCanal("webchat")
    ticket_id = cena.escreve(SESSAO).ticket_id
    resposta = cena.responde(ticket_id)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket_id))
    cena.reiniciar()
    cena.pedir(MarcarEntregas(quem=CONECTOR, ticket_id=ticket_id, mensagem_ids=(resposta.id,), status="entregue"))
    assert cena.guardada(resposta.id).status_entrega == "entregue"


def test_a_person_cannot_say_that_the_visitor_has_read() -> None:
    cena = CenaDeCanal("webchat")
    ticket_id = cena.escreve(SESSAO).ticket_id
    resposta = cena.responde(ticket_id)
    comando = MarcarEntregas(quem=ADMIN, ticket_id=ticket_id, mensagem_ids=(resposta.id,), status="lido")
    assert cena.recusa(comando) == "papel_sem_permissao"


def test_what_is_said_by_another_channel_waits_as_before() -> None:
    cena = CenaDeCanal("whatsapp")
    ticket_id = cena.escreve().ticket_id
    comando = EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="olá")
    assert cena.pedir(comando).status_entrega == "pendente"
