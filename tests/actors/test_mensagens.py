"""Messages through the actors: first responses, what follows a closed ticket, and messages that bring their own id."""

from __future__ import annotations

import asyncio
import json

import pytest
from msgspec.structs import replace

from actors.contatos.comandos import AtualizarContato
from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    CriarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ReabrirTicket,
)
from engine.errors import Conflict, Unprocessable
from engine.modelo import MensagemRow, Quem, Status
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.actors.test_idempotencia import Loja, chave, um_no

MINUTO = 60_000
ID = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"


@pytest.fixture
def cena() -> Cena:
    return Cena()


def responder(cena: Cena, ticket: str) -> list[float | None] | None:
    """A person answers: how long that took, by the event."""
    mensagem = cena.pedir(EnviarMensagem(quem=Quem(EMPRESA, None, "supervisor"), ticket_id=ticket, conteudo="olá"))
    evento = next(e for e in cena.eventos("nova_mensagem") if e.seq == mensagem.seq)
    mudancas: dict[str, list[float | None]] = json.loads(evento.mudancas or "{}")
    return mudancas.get("tempoPrimeiraRespostaSegundos")


# -- the first response ------------------------------------------------------------------------------------------------


def test_a_first_response_counts_from_the_creation(cena: Cena) -> None:
    ticket = cena.ticket()
    cena.mundo.avancar(MINUTO)
    assert responder(cena, ticket) == [None, 60.0]
    assert responder(cena, ticket) is None


@pytest.mark.parametrize("como", ["the contact writes", "reabrir", "PATCH ABERTO", "PATCH EM_ANDAMENTO", "atribuir"])
def test_after_a_reopening_it_counts_from_that_if_nobody_had_answered(cena: Cena, como: str) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(600 * MINUTO)
    if como == "the contact writes":
        cena.recebida(ticket)
    elif como == "reabrir":
        cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    elif como == "atribuir":
        cena.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana))
    else:
        status: Status = "ABERTO" if como == "PATCH ABERTO" else "EM_ANDAMENTO"
        cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status=status))
    cena.mundo.avancar(2 * MINUTO)
    assert responder(cena, ticket) == [None, 120.0]


def test_what_had_been_answered_has_no_other_first_response(cena: Cena) -> None:
    ticket = cena.ticket()
    responder(cena, ticket)
    primeira = cena.ver(ticket).data_primeira_resposta
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(MINUTO)
    cena.recebida(ticket)
    assert responder(cena, ticket) is None
    assert cena.ver(ticket).data_primeira_resposta == primeira


def test_waiting_on_the_customer_and_changing_hands_do_not_ask_anew(cena: Cena) -> None:
    cena.atendente("ana")
    ticket = cena.ticket()
    cena.mundo.avancar(MINUTO)
    cena.mudar(ticket, "PENDENTE")
    cena.mundo.avancar(MINUTO)
    cena.recebida(ticket)
    cena.mudar(ticket, "ABERTO")
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, prioridade="ALTA"))
    assert responder(cena, ticket) == [None, 120.0]


# -- a new ticket for a contact that wrote to a closed one -----------------------------------------


def test_what_follows_a_closed_ticket_has_neither_its_subject_nor_its_urgency(cena: Cena) -> None:
    novo = CriarTicket(
        quem=ADMIN, contato_nome="João", contato_telefone="5511999998888", assunto="Cobrança", prioridade="URGENTE"
    )
    velho = cena.pedir(novo)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=velho.id))
    row = cena.ver(cena.recebida(velho.id))
    assert (row.assunto, row.prioridade, row.status) == (None, "NORMAL", "ABERTO")
    assert (row.contato_id, row.contato_nome, row.fila_id) == (velho.contato_id, "João", velho.fila_id)
    assert (row.forcado, row.devolvido_por, row.atendente_id, row.data_primeira_resposta) == (False, None, None, None)


def test_it_knows_the_contact_as_it_is_today(cena: Cena) -> None:
    velho = cena.ver(cena.ticket(nome="João"))
    cena.mudar(velho.id, "FECHADO")
    cena.pedir(
        AtualizarContato(
            quem=ADMIN, contato_id=velho.contato_id or "", nome="João Silva", telefone="5511988887777", email="j@x.y"
        )
    )
    row = cena.ver(cena.recebida(velho.id))
    assert (row.contato_nome, row.contato_telefone, row.contato_email) == ("João Silva", "5511988887777", "j@x.y")


def test_it_waits_where_what_comes_by_its_canal_waits(cena: Cena) -> None:
    triagem, financeiro = cena.fila("triagem"), cena.fila("financeiro")
    zap = cena.canal("zap", fila_id=triagem)
    pelo_canal, direto = cena.ticket(financeiro, canal=zap), cena.ticket(financeiro)
    for ticket in (pelo_canal, direto):
        cena.mudar(ticket, "FECHADO")
    assert cena.ver(cena.recebida(pelo_canal)).fila_id == triagem
    assert cena.ver(cena.recebida(direto)).fila_id == financeiro


# -- messages with an id of their own ------------------------------------------------


def mensagem(no_ticket: str, **campos: object) -> EnviarMensagem:
    base = EnviarMensagem(quem=Quem(EMPRESA, None, "admin"), ticket_id=no_ticket, conteudo="Olá", id=ID)
    return replace(base, **campos)


NOVO = CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888")


def test_a_message_sent_again_is_stored_once_and_answered_the_same() -> None:
    async def main() -> None:
        loja = Loja()
        async with um_no(loja) as vida:
            ticket = await vida.no.pedir(NOVO)
            primeira = await vida.no.pedir(mensagem(ticket.id))
            assert primeira.id == ID
            juntas = await asyncio.gather(*(vida.no.pedir(mensagem(ticket.id)) for _ in range(5)))
            assert juntas == [primeira] * 5
            assert await vida.no.pedir(mensagem(ticket.id), chave()) == primeira
        async with um_no(loja) as vida:
            assert await vida.no.pedir(mensagem(ticket.id)) == primeira
        assert list(loja.de(MensagemRow, EMPRESA)) == [primeira]

    asyncio.run(main())


def test_two_at_once_are_one() -> None:
    async def main() -> None:
        loja = Loja()
        async with um_no(loja) as vida:
            ticket = await vida.no.pedir(NOVO)
            pedidos = [vida.no.pedir(mensagem(ticket.id)) for _ in range(8)]
            outra = vida.no.pedir(mensagem(ticket.id, conteudo="Tchau"))
            *iguais, diferente = await asyncio.gather(*pedidos, outra, return_exceptions=True)
            assert len({getattr(feita, "seq", 0) for feita in iguais}) == 1
            assert isinstance(diferente, Unprocessable)
        assert len(list(loja.de(MensagemRow, EMPRESA))) == 1

    asyncio.run(main())


@pytest.mark.parametrize(
    "campos",
    [{"conteudo": "Tchau"}, {"direcao": "recebida"}, {"quem": Quem(EMPRESA, "u", "admin")}, {"ticket_id": ""}],
    ids=["other words", "other way", "other sender", "other ticket"],
)
def test_the_id_of_another_message_is_refused(campos: dict[str, object]) -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            ticket, outro = await vida.no.pedir(NOVO), await vida.no.pedir(NOVO)
            await vida.no.pedir(mensagem(ticket.id))
            pedido = mensagem(ticket.id, **(campos if "ticket_id" not in campos else {"ticket_id": outro.id}))
            with pytest.raises(Unprocessable):
                await vida.no.pedir(pedido)

    asyncio.run(main())


def test_what_was_refused_may_be_sent_again_under_its_id() -> None:
    async def main() -> None:
        async with um_no(Loja()) as vida:
            ticket, aberto = await vida.no.pedir(NOVO), await vida.no.pedir(NOVO)
            await vida.no.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            with pytest.raises(Conflict):
                await vida.no.pedir(mensagem(ticket.id))
            assert (await vida.no.pedir(mensagem(aberto.id))).ticket_id == aberto.id

    asyncio.run(main())


def test_what_a_contact_wrote_is_the_same_wherever_it_ended() -> None:
    async def main() -> None:
        loja = Loja()
        async with um_no(loja) as vida:
            ticket = await vida.no.pedir(NOVO)
            await vida.no.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            primeira = await vida.no.pedir(mensagem(ticket.id, direcao="recebida"))
            assert primeira.ticket_id != ticket.id
            assert await vida.no.pedir(mensagem(ticket.id, direcao="recebida")) == primeira
        assert len(list(loja.de(MensagemRow, EMPRESA))) == 1

    asyncio.run(main())
