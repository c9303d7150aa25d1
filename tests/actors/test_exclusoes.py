"""Soft deletes, reading in bulk, and files: what a ticket and its messages do beside their life cycle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.comandos import ComandoTicket
from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirMensagem,
    ExcluirTicket,
    MarcarLida,
    MarcarLidas,
    ReabrirTicket,
    TransferirTicket,
    VerTicket,
)
from engine.busca import ticket_busca
from engine.errors import NotFound
from engine.modelo import (
    Arquivo,
    ArquivoRow,
    ExclusaoMensagemRow,
    LeituraTicketRow,
    MensagemRow,
    Quem,
    TicketBuscaRow,
    TicketRow,
)
from engine.tempo import iso
from tests.actors.cena import ADMIN, EMPRESA, Cena

FOTO = Arquivo("019b0000-0000-7000-8000-0000000000ff", "foto.png", "image/png", 2048, "sha", 640, 480)


@pytest.fixture
def cena() -> Cena:
    return Cena()


def excluir(cena: Cena, ticket_id: str) -> None:
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket_id))


def gravado(cena: Cena, ticket_id: str) -> TicketRow:
    row = cena.loja.um(TicketRow, EMPRESA, ticket_id)
    assert row is not None
    return row


def pedidos(ticket_id: str, fila_id: str, atendente_id: str) -> list[ComandoTicket[Any]]:
    """One of everything that can be asked of a ticket."""
    return [
        VerTicket(quem=ADMIN, ticket_id=ticket_id),
        AtualizarTicket(quem=ADMIN, ticket_id=ticket_id, status="ABERTO"),
        AtualizarTicket(quem=ADMIN, ticket_id=ticket_id, assunto="x"),
        AtribuirTicket(quem=ADMIN, ticket_id=ticket_id, atendente_id=atendente_id),
        TransferirTicket(quem=ADMIN, ticket_id=ticket_id, fila_id=fila_id),
        EncerrarTicket(quem=ADMIN, ticket_id=ticket_id),
        ReabrirTicket(quem=ADMIN, ticket_id=ticket_id),
        ExcluirTicket(quem=ADMIN, ticket_id=ticket_id),
        EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="oi"),
        EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="oi", direcao="recebida"),
        MarcarLida(quem=ADMIN, ticket_id=ticket_id, mensagem_id="m"),
        MarcarLidas(quem=ADMIN, ticket_id=ticket_id, nao_lidas=1),
        ExcluirMensagem(quem=ADMIN, ticket_id=ticket_id, mensagem_id="m", remetente_id=None),
    ]


@pytest.mark.parametrize("reiniciado", [False, True], ids=["at once", "after a restart"])
def test_a_deleted_ticket_is_not_found_by_anything_that_can_be_asked_of_it(cena: Cena, *, reiniciado: bool) -> None:
    fila, ana, ticket = cena.fila("f"), cena.atendente("ana"), cena.ticket()
    excluir(cena, ticket)
    if reiniciado:
        cena.reiniciar()
    antes = len(cena.eventos())
    for pedido in pedidos(ticket, fila, ana):
        assert cena.recusa(pedido) == "ticket_nao_encontrado"
    assert len(cena.eventos()) == antes


def test_a_ticket_that_is_deleted_frees_its_owner_and_leaves_its_line(cena: Cena) -> None:
    ana = cena.atendente("ana")
    dela, esperando, ultimo = cena.ticket(), cena.ticket(), cena.ticket()
    excluir(cena, esperando)
    assert cena.dono(dela) == ana
    excluir(cena, dela)
    assert cena.dono(ultimo) == ana
    row = gravado(cena, dela)
    assert (row.status, row.data_fechamento, row.excluido_em) == ("FECHADO", cena.clock.now(), cena.clock.now())


def test_it_is_closed_and_then_deleted_and_a_closed_one_is_only_deleted(cena: Cena) -> None:
    aberto, resolvido, fechado = cena.ticket(), cena.ticket(), cena.ticket()
    cena.mudar(resolvido, "RESOLVIDO")
    cena.mudar(fechado, "FECHADO")
    data = gravado(cena, fechado).data_fechamento
    cena.mundo.avancar(1_000)
    for ticket, esperados in (
        (aberto, ["ticket_encerrado", "ticket_excluido"]),
        (resolvido, ["ticket_encerrado", "ticket_excluido"]),
        (fechado, ["ticket_excluido"]),
    ):
        antes = len(cena.eventos())
        excluir(cena, ticket)
        assert [evento.tipo for evento in cena.eventos()[antes:]] == esperados
        assert json.loads(cena.eventos()[-1].dados) == {"id": ticket}
        assert gravado(cena, ticket).excluido_em == cena.clock.now()
    assert gravado(cena, fechado).data_fechamento == data


@pytest.mark.parametrize("antes", [False, True])
def test_an_assignment_and_a_deletion_at_once_leave_no_slot_taken(cena: Cena, antes: bool) -> None:
    """Whichever comes first: what comes after the deletion finds it gone."""
    manual = cena.fila("manual", distribuicao_automatica=False)
    ana, ticket = cena.atendente("ana", manual), cena.ticket(manual)
    atribuir = AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana)
    if antes:
        cena.enviar(atribuir)
    excluido = cena.enviar(ExcluirTicket(quem=ADMIN, ticket_id=ticket))
    atribuido = None if antes else cena.enviar(atribuir)
    cena.mundo.assentar()
    assert excluido.get() is None
    if atribuido is not None:
        with pytest.raises(NotFound, match="Ticket não encontrado"):
            atribuido.get()
    assert cena.ativos(ana) == 0


# -- messages


def mensagem(cena: Cena, ticket_id: str, quem: Quem = ADMIN) -> MensagemRow:
    return cena.pedir(EnviarMensagem(quem=quem, ticket_id=ticket_id, conteudo="oi"))


@pytest.mark.parametrize(
    ("papel", "autor", "pode"),
    [
        ("atendente", True, True),
        ("atendente", False, False),
        ("conector", True, True),
        ("conector", False, False),
        ("supervisor", False, True),
        ("admin", False, True),
    ],
)
def test_a_message_is_deleted_by_who_sent_it_by_a_supervisor_and_by_an_admin(
    cena: Cena, papel: str, *, autor: bool, pode: bool
) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    enviada = mensagem(cena, ticket, Quem(EMPRESA, ana, "atendente"))
    quem = Quem(EMPRESA, ana if papel == "atendente" or autor else None, papel)  # type: ignore[arg-type]  # a Papel
    pedido = ExcluirMensagem(
        quem=quem, ticket_id=ticket, mensagem_id=enviada.id, remetente_id=ana if autor else "outra pessoa"
    )
    if not pode:
        assert cena.recusa(pedido) == "mensagem_alheia"
        assert cena.eventos("mensagem_excluida") == []
        return
    cena.pedir(pedido)
    (exclusao,) = cena.loja.de(ExclusaoMensagemRow, EMPRESA)
    assert (exclusao.mensagem_id, exclusao.em) == (enviada.id, cena.clock.now())
    assert json.loads(cena.eventos("mensagem_excluida")[-1].dados) == {"id": enviada.id, "ticketId": ticket}


def test_a_message_nobody_in_particular_sent_is_not_of_whoever_has_no_id(cena: Cena) -> None:
    ticket = cena.ticket()
    pedido = ExcluirMensagem(quem=Quem(EMPRESA, None, "conector"), ticket_id=ticket, mensagem_id="m", remetente_id=None)
    assert cena.recusa(pedido) == "mensagem_alheia"


def test_reading_all_covers_what_came_until_then_and_tells_it_once(cena: Cena) -> None:
    ticket = cena.ticket()
    cena.recebida(ticket)
    ultima = cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="oi", direcao="recebida"))
    assert cena.pedir(MarcarLidas(quem=ADMIN, ticket_id=ticket, nao_lidas=2)) == 2
    (leitura,) = cena.loja.de(LeituraTicketRow, EMPRESA)
    assert leitura.ate_seq >= ultima.seq
    (evento,) = cena.eventos("mensagens_lidas")
    assert json.loads(evento.dados) == {"ticketId": ticket, "ate": iso(cena.clock.now())}
    depois = cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="oi", direcao="recebida"))
    assert depois.seq > leitura.ate_seq
    assert cena.pedir(MarcarLidas(quem=ADMIN, ticket_id=ticket, nao_lidas=0)) == 0
    assert len(cena.eventos("mensagens_lidas")) == 1, "nothing was unread"


def test_a_file_is_its_messages_in_one_commit_and_the_event_says_where_it_is(cena: Cena) -> None:
    ticket = cena.ticket()
    comando = EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="", tipo="imagem", arquivo=FOTO)
    enviada = cena.pedir(comando)
    assert enviada.arquivo == FOTO
    (row,) = cena.loja.de(ArquivoRow, EMPRESA)
    assert (row.id, row.ticket_id, row.mensagem_id, row.arquivo) == (FOTO.id, ticket, enviada.id, FOTO)
    vista = json.loads(cena.eventos("nova_mensagem")[-1].dados)
    assert (vista["arquivoUrl"], vista["arquivoNome"]) == (f"/atendimento/arquivos/{FOTO.id}", "foto.png")


def test_a_file_sent_to_a_closed_ticket_goes_with_its_message_to_the_new_one(cena: Cena) -> None:
    ticket = cena.ticket()
    cena.mudar(ticket, "FECHADO")
    recebida = cena.pedir(
        EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="", tipo="imagem", direcao="recebida", arquivo=FOTO)
    )
    (row,) = cena.loja.de(ArquivoRow, EMPRESA)
    assert row.ticket_id == recebida.ticket_id != ticket


# -- what it is found by


def busca(cena: Cena, ticket_id: str) -> TicketBuscaRow:
    row = cena.loja.um(TicketBuscaRow, EMPRESA, ticket_id)
    assert row is not None
    return row


def test_what_a_ticket_is_found_by_is_saved_with_it_and_follows_its_subject_on_every_path(cena: Cena) -> None:
    manual = cena.fila("manual", distribuicao_automatica=False)
    ana = cena.atendente("ana", manual)
    ticket = cena.ticket(manual, nome="João Ávila")
    assert busca(cena, ticket) == ticket_busca(gravado(cena, ticket))
    assert busca(cena, ticket).nome == "João Ávila"
    dela = Quem(EMPRESA, ana, "atendente")
    for n, comando in enumerate(
        (
            AtualizarTicket(quem=ADMIN, ticket_id=ticket, assunto="assunto0"),
            AtualizarTicket(quem=dela, ticket_id=ticket, assunto="assunto1", status="EM_ANDAMENTO"),
            AtualizarTicket(quem=ADMIN, ticket_id=ticket, assunto="assunto2", status="PENDENTE"),
            AtualizarTicket(quem=ADMIN, ticket_id=ticket, assunto="assunto3", status="FECHADO"),
            AtualizarTicket(quem=ADMIN, ticket_id=ticket, assunto="assunto4"),
        )
    ):
        cena.pedir(comando)
        assert busca(cena, ticket).assunto == f"assunto{n}"
        assert busca(cena, ticket) == ticket_busca(gravado(cena, ticket))
