"""A contact wrote by a channel: one conversation, each message once, in order."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from actors.canal.comandos import AtualizarCanal, PausarCanal, RetomarCanal
from actors.contatos.comandos import AtualizarContato, CriarContato, UnirContatos
from actors.ticket.comandos import ReabrirTicket
from engine.conector.enderecos import Endereco
from engine.errors import Conflict
from engine.modelo import ContatoRow, MensagemRow
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
    """chatwoot 14210, 13359: messages that came at the same instant opened a conversation each."""
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


@pytest.mark.parametrize("por_ultimo", [JOAO, MARIA])
@pytest.mark.parametrize("fica", [JOAO, MARIA])
def test_of_the_conversations_of_who_was_united_the_one_spoken_in_last_goes_on(
    por_ultimo: Endereco, fica: Endereco
) -> None:
    cena = CenaDeCanal()
    tickets = {de: cena.escreve(de).ticket_id for de in (JOAO, MARIA)}
    cena.mundo.avancar(10_000)
    cena.escreve(por_ultimo)
    contatos = {de: cena.ver(ticket_id).contato_id or "" for de, ticket_id in tickets.items()}
    sai = JOAO if fica is MARIA else MARIA
    cena.pedir(UnirContatos(quem=ADMIN, contato_id=contatos[fica], outro_id=contatos[sai]))
    assert [ticket.id for ticket in cena.tickets() if ticket.do_canal] == [tickets[por_ultimo]]
    assert {cena.escreve(de).ticket_id for de in (JOAO, MARIA)} == {tickets[por_ultimo]}
    cena.reiniciar()
    assert {cena.escreve(de).ticket_id for de in (JOAO, MARIA)} == {tickets[por_ultimo]}


@pytest.mark.parametrize("reiniciado", [False, True])
def test_a_conversation_that_opens_again_beside_that_of_whom_its_contact_was_united_with_is_a_guest(
    reiniciado: bool,
) -> None:
    cena = CenaDeCanal()
    de_maria = cena.escreve(MARIA).ticket_id
    cena.mudar(de_maria, "RESOLVIDO")
    cena.mundo.avancar(25 * HORA)
    de_joao = cena.escreve(JOAO).ticket_id
    contatos = [cena.ver(ticket_id).contato_id or "" for ticket_id in (de_joao, de_maria)]
    cena.pedir(UnirContatos(quem=ADMIN, contato_id=contatos[0], outro_id=contatos[1]))
    if reiniciado:
        cena.reiniciar()
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=de_maria))
    assert [ticket.id for ticket in cena.tickets() if ticket.do_canal] == [de_joao]
    assert cena.escreve(MARIA).ticket_id == de_joao


def test_who_was_united_keeps_its_conversations_of_other_canais() -> None:
    cena = CenaDeCanal()
    de_joao = cena.escreve(JOAO).ticket_id
    cena.canal_id = cena.canal("outro")
    de_maria = cena.escreve(MARIA).ticket_id
    contatos = [cena.ver(ticket_id).contato_id or "" for ticket_id in (de_joao, de_maria)]
    cena.pedir(UnirContatos(quem=ADMIN, contato_id=contatos[0], outro_id=contatos[1]))
    assert [ticket.do_canal for ticket in cena.tickets()] == [True, True]


# -- what proves that two are one --------------------------------------------------------------------------------------

USUARIO = Endereco("usuario", "BR.77")
SEM_NONO = Endereco("telefone", "551199990001")


def vivos(cena: CenaDeCanal) -> list[ContatoRow]:
    return [row for row in cena.loja.de(ContatoRow, EMPRESA) if row.unido_a is None]


@pytest.mark.parametrize("ordem", [*permutations(range(4))])
def test_first_messages_by_every_identity_are_of_one_contact_and_one_conversation(ordem: tuple[int, ...]) -> None:
    cena = CenaDeCanal()
    agora = cena.clock.now() // 1000 * 1000 - 20_000
    mensagens = [
        cena.mensagem(JOAO, "a", em=agora),
        cena.mensagem(USUARIO, "b", em=agora + 1_000),
        cena.mensagem(JOAO, "c", em=agora + 2_000, tambem=(USUARIO,)),
        cena.mensagem(SEM_NONO, "d", em=agora + 3_000),
    ]
    respostas = [cena.chega(mensagens[n]) for n in ordem]
    cena.mundo.assentar()
    assert all(resposta is not None and resposta.get() for resposta in respostas)
    (contato,) = vivos(cena)
    assert contato.telefone in {"5511999990001", "551199990001"}
    (conversa,) = [ticket for ticket in cena.tickets() if ticket.do_canal]
    ditas = cena.conversa(conversa.id)
    assert ditas == sorted(ditas)
    assert {cena.escreve(de).ticket_id for de in (JOAO, USUARIO, SEM_NONO)} == {conversa.id}


@pytest.mark.parametrize("reiniciado", [False, True])
def test_that_two_are_one_is_told_as_when_people_unite_them(reiniciado: bool) -> None:
    cena = CenaDeCanal()
    fone, usuario = cena.escreve(JOAO, nome="Caio").ticket_id, cena.escreve(USUARIO, nome="Caio U").ticket_id
    ids = [cena.ver(ticket_id).contato_id for ticket_id in (fone, usuario)]
    if reiniciado:
        cena.reiniciar()
    cena.escreve(JOAO, tambem=(USUARIO,))
    (evento,) = cena.eventos("contato_unido")
    assert (json.loads(evento.dados)["id"], json.loads(evento.dados)["unidoId"]) == (ids[0], ids[1])
    (contato,) = vivos(cena)
    assert (contato.nome, contato.outros) == ("Caio", ("usuario:whatsapp:BR.77",))


def test_whom_people_have_named_is_left_to_people() -> None:
    cena = CenaDeCanal()
    fone, usuario = cena.escreve(JOAO).ticket_id, cena.escreve(USUARIO).ticket_id
    contato_id = cena.ver(usuario).contato_id
    assert contato_id is not None
    cena.mundo.avancar(1_000)
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=contato_id, nome="Carlos da Padaria"))
    assert cena.escreve(JOAO, tambem=(USUARIO,)).ticket_id == fone, "the phone is the stronger"
    assert len(vivos(cena)) == 2


def test_two_phones_of_two_contacts_are_left_to_people() -> None:
    cena = CenaDeCanal()
    de_joao, de_maria = cena.escreve(JOAO).ticket_id, cena.escreve(MARIA).ticket_id
    assert cena.escreve(JOAO, tambem=(MARIA,)).ticket_id == de_joao
    assert cena.escreve(MARIA).ticket_id == de_maria
    assert len(vivos(cena)) == 2


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


# -- another number ----------------------------------------------------------------------------------------------------

NOVO = Endereco("telefone", "+5511999990044")


def muda_de_numero(cena: CenaDeCanal, de: Endereco = JOAO, para: Endereco = NOVO) -> MensagemRow:
    return cena.escreve(de, "Mudou de número", tambem=(para,), automatica=True, mudou_de_endereco=True)


@pytest.mark.parametrize("esquecido", [False, True])
def test_who_has_another_number_is_the_same_contact_and_the_old_one_is_free(esquecido: bool) -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(nome="João").ticket_id
    if esquecido:
        cena.reiniciar()
    assert muda_de_numero(cena).ticket_id == ticket_id, "its history tells it"
    ticket = cena.ver(ticket_id)
    assert (ticket.contato_telefone, ticket.endereco) == ("5511999990044", "telefone:+5511999990044")
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert (contato.telefone, contato.outros) == ("5511999990044", ())
    assert '"telefone":["5511999990001","5511999990044"]' in (cena.eventos("contato_atualizado")[-1].mudancas or "")
    assert cena.escreve(NOVO).ticket_id == ticket_id
    de_outra_pessoa = cena.escreve(JOAO, nome="Eva").ticket_id
    assert de_outra_pessoa != ticket_id
    assert cena.ver(de_outra_pessoa).contato_nome == "Eva"


def test_what_waits_for_the_old_number_goes_to_the_new_one() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    antes = cena.responde(ticket_id, "antes")
    muda_de_numero(cena)
    depois = cena.responde(ticket_id, "depois")
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    for mensagem in (antes, depois):
        (trabalho,) = cena.toma()
        assert trabalho.envio is not None
        assert (trabalho.id, trabalho.envio.para) == (mensagem.id, NOVO)
        cena.resultado(trabalho)


@pytest.mark.parametrize("reiniciado", [False, True])
def test_a_number_that_changes_while_nothing_is_open_changes_where_a_resolved_ticket_is_answered(
    reiniciado: bool,
) -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.mudar(ticket_id, "RESOLVIDO")
    if reiniciado:
        cena.reiniciar()
    with pytest.raises(Conflict, match="automática"):
        muda_de_numero(cena)
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket_id))
    cena.responde(ticket_id)
    (trabalho,) = cena.toma()
    assert trabalho.envio is not None
    assert trabalho.envio.para == NOVO
    assert cena.escreve(NOVO).ticket_id == ticket_id


def test_a_phone_that_people_correct_is_where_the_contact_is_answered() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    cena.responde(ticket_id)
    contato_id = cena.ver(ticket_id).contato_id
    assert contato_id is not None
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=contato_id, telefone="5511999990044"))
    (trabalho,) = cena.toma()
    assert trabalho.envio is not None
    assert trabalho.envio.para == NOVO
    assert cena.escreve(JOAO).ticket_id != ticket_id


def test_a_number_that_is_another_contacts_is_left_to_people() -> None:
    cena = CenaDeCanal()
    de_joao, de_outro = cena.escreve(JOAO).ticket_id, cena.escreve(NOVO).ticket_id
    assert muda_de_numero(cena).ticket_id == de_joao
    assert cena.ver(de_joao).endereco == "telefone:+5511999990001"
    assert (cena.escreve(JOAO).ticket_id, cena.escreve(NOVO).ticket_id) == (de_joao, de_outro)


def test_a_number_of_whom_nobody_knows_makes_no_contact_of_its_own() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(NOVO).ticket_id
    assert muda_de_numero(cena).ticket_id == ticket_id
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert contato.telefone == "5511999990044"


def test_a_change_of_number_opens_no_window() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve().ticket_id
    ate = cena.ver(ticket_id).janela_ate
    cena.mundo.avancar(HORA)
    muda_de_numero(cena)
    assert cena.ver(ticket_id).janela_ate == ate


def test_a_second_phone_that_is_only_mentioned_is_found_again() -> None:
    cena = CenaDeCanal("api")
    ticket_id = cena.escreve(JOAO, tambem=(NOVO, Endereco("telefone", "551199990001"))).ticket_id
    for forma in ("5511999990044", "551199990044", "(11) 99999-0044"):
        assert cena.escreve(Endereco("telefone", forma)).ticket_id == ticket_id
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert (contato.telefone, contato.outros) == ("5511999990001", ("tel:551199990044",))
    assert cena.recusa(CriarContato(quem=ADMIN, nome="Eva", telefone="11999990044")) == "contato_existe"
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=contato.id, telefone="11999990044"))
    (contato,) = cena.loja.de(ContatoRow, EMPRESA)
    assert (contato.telefone, contato.outros) == ("5511999990044", ())


def test_a_second_phone_that_changes_is_not_the_first() -> None:
    cena = CenaDeCanal()
    ticket_id = cena.escreve(JOAO, tambem=(MARIA,)).ticket_id
    cena.escreve(MARIA)
    muda_de_numero(cena, MARIA)
    assert (cena.ver(ticket_id).contato_telefone, cena.ver(ticket_id).endereco) == (
        "5511999990001", "telefone:+5511999990044",
    )  # fmt: skip
    assert {cena.escreve(de).ticket_id for de in (JOAO, NOVO)} == {ticket_id}
    assert cena.escreve(MARIA).ticket_id != ticket_id
