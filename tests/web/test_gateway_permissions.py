"""Who may see a ticket is asked of every event: what is lost is lost at once, in every room and on every device."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.equipe.comandos import CriarEquipe, IncluirNaEquipe, RetirarDaEquipe, VincularFila
from actors.fila.comandos import RemoverMembro
from actors.ticket.comandos import AtribuirTicket, ExcluirTicket, TransferirTicket
from engine.modelo import TicketRow
from tests.web.gateway_apoio import Cliente, Servidor, servidor
from tests.web.test_gateway_events import ADMIN, ANA, BIA, duas_filas, falar
from web.gateway import Conexao

Perda = Callable[[Servidor, TicketRow, str], Awaitable[None]]
"""Takes a ticket of Ana's fila away from her; the other fila is Bia's."""


async def sair_da_fila(s: Servidor, ticket: TicketRow, outra: str) -> None:
    await s.pedir(RemoverMembro(quem=ADMIN, fila_id=ticket.fila_id, atendente_id=ANA.id or ""))


async def mudar_de_fila(s: Servidor, ticket: TicketRow, outra: str) -> None:
    await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket.id, fila_id=outra))


async def dar_a_outro_em_outra_fila(s: Servidor, ticket: TicketRow, outra: str) -> None:
    await s.pedir(
        TransferirTicket(quem=ADMIN, ticket_id=ticket.id, fila_id=outra, atendente_id=BIA.id or "", forcar=True)
    )


async def ser_excluida(s: Servidor, ticket: TicketRow, outra: str) -> None:
    await s.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ANA.id or ""))


@pytest.mark.parametrize("perder", [sair_da_fila, mudar_de_fila, dar_a_outro_em_outra_fila, ser_excluida])
def test_what_is_lost_is_lost_at_once_in_every_room_and_on_every_device(perder: Perda) -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            ticket = await s.ticket(ADMIN, fila_id=uma)
            celular, do_celular = await s.conectar(ANA, salas=(ticket.id,))
            mesa, _ = await s.conectar(ANA)
            admin, do_admin = await s.conectar(ADMIN, salas=(ticket.id,))
            await dizer(s, admin, do_admin, ticket, "ouve")
            await perder(s, ticket, outra)
            await dizer(s, admin, do_admin, ticket, "não ouve")
            await s.mandar(do_admin, "usuario:digitando", {"ticketId": ticket.id, "nome": "Chefe"}, 3)
            await admin.ate_resposta(3)
            for cliente in (celular, mesa):
                assert conversas(cliente) == ["ouve"]
                assert not cliente.eventos("usuario_digitando")
            if perder is ser_excluida:
                assert [cliente.fechamento and cliente.fechamento.codigo for cliente in (celular, mesa)] == [4403, 4403]
                return
            for ack, evento in ((5, "usuario:digitando"), (6, "ticket:entrar")):
                await s.mandar(do_celular, evento, {"ticketId": ticket.id}, ack)
                assert (await celular.ate_resposta(ack))["codigo"] == "ticket_sem_acesso"
            await falar(s, do_celular, ticket.id, "não entra", ack=7)
            assert (await celular.ate_resposta(7))["codigo"] == "ticket_sem_acesso"

    asyncio.run(main())


def test_who_owned_a_ticket_of_a_fila_that_is_not_its_own_hears_that_it_was_taken_and_nothing_more() -> None:
    async def main() -> None:
        async with servidor() as s:
            _, outra = await duas_filas(s)
            ticket = await s.ticket(ADMIN, fila_id=outra)
            ana, _ = await s.conectar(ANA)
            admin, do_admin = await s.conectar(ADMIN, salas=(ticket.id,))
            await dizer(s, admin, do_admin, ticket, "antes")
            await s.incluir(ADMIN, outra, ANA)
            await dar(s, ticket, ANA.id)
            assert (await ana.ate_evento("ticket_atribuido"))["data"]["ticketId"] == ticket.id
            await s.pedir(RemoverMembro(quem=ADMIN, fila_id=outra, atendente_id=ANA.id or ""))
            _, em_sala = await s.conectar(ANA, salas=(ticket.id,))
            assert em_sala.salas == {ticket.id}
            await dizer(s, admin, do_admin, ticket, "dela")
            await dar(s, ticket, BIA.id)
            await dizer(s, admin, do_admin, ticket, "de Bia")
            assert conversas(ana) == ["dela"]
            ultimo = [f for f in ana.recebidos if f["event"].startswith("ticket_")][-1]
            assert ultimo["data"]["ticketId"] == ticket.id
            assert ultimo["data"]["atendente"]["id"] == BIA.id

    asyncio.run(main())


def test_a_fila_that_came_by_an_equipe_goes_with_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            _, outra = await duas_filas(s)
            equipe = await s.pedir(CriarEquipe(quem=ADMIN, nome="Noite"))
            await s.pedir(VincularFila(quem=ADMIN, equipe_id=equipe.row.id, fila_id=outra))
            ticket = await s.ticket(ADMIN, fila_id=outra)
            ana, _ = await s.conectar(ANA)
            admin, do_admin = await s.conectar(ADMIN, salas=(ticket.id,))
            await dizer(s, admin, do_admin, ticket, "antes")
            await s.pedir(IncluirNaEquipe(quem=ADMIN, equipe_id=equipe.row.id, atendente_id=ANA.id or ""))
            await dizer(s, admin, do_admin, ticket, "na equipe")
            await s.pedir(RetirarDaEquipe(quem=ADMIN, equipe_id=equipe.row.id, atendente_id=ANA.id or ""))
            await dizer(s, admin, do_admin, ticket, "depois")
            assert conversas(ana) == ["na equipe"]

    asyncio.run(main())


def test_the_room_of_a_deleted_ticket_is_not_entered() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await s.conectar(ADMIN)
            await s.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket.id))
            await s.mandar(conexao, "ticket:entrar", {"ticketId": ticket.id}, 1)
            assert (await cliente.ate_resposta(1))["codigo"] == "ticket_nao_encontrado"

    asyncio.run(main())


async def dar(s: Servidor, ticket: TicketRow, atendente_id: str | None) -> None:
    await s.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket.id, atendente_id=atendente_id or "", forcar=True))


async def dizer(s: Servidor, admin: Cliente, do_admin: Conexao, ticket: TicketRow, texto: str) -> None:
    """Say something in the ticket, and wait until everybody was told who is to be."""
    antes = len(admin.eventos("nova_mensagem"))
    await falar(s, do_admin, ticket.id, texto, ack=1_000 + antes)
    await admin.ate(lambda c: len(c.eventos("nova_mensagem")) > antes)


def conversas(cliente: Cliente) -> list[str]:
    return [f["data"]["conteudo"] for f in cliente.eventos("nova_mensagem")]
