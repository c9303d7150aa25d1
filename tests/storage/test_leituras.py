"""What the web reads: filters, pages, visibility, details; and never anything of another empresa."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from engine.errors import Unavailable
from engine.modelo import AtendenteRow, EventoRow, FilaRow, LeituraTicketRow, MensagemRow, TicketRow
from engine.ports import FiltroTickets, TicketDetalhe
from storage import Banco
from storage.conexao import LER
from storage.isolamento import ConexoesDeEmpresa
from tests.storage.linhas import Escritor, aberto, atendente, fila, novo_id, por_fora


class Cenario(Struct):
    """An empresa with 12 tickets over 3 filas and 2 atendentes. The first ticket has 7 messages, and as many events."""

    escritor: Escritor
    filas: list[FilaRow]
    atendentes: list[AtendenteRow]
    tickets: list[TicketRow]
    mensagens: list[MensagemRow]
    eventos: list[EventoRow]


async def montar(banco: Banco) -> Cenario:
    escritor = await Escritor.de(banco)
    filas = [fila(escritor.id, nome=f"Fila {n}", padrao=n == 0) for n in range(3)]
    pessoas = [atendente(escritor.id, email=f"{n}@x.y") for n in range(2)]
    canal_id = novo_id()
    tickets = [
        escritor.ticket(
            status=("ABERTO", "EM_ANDAMENTO", "PENDENTE", "FECHADO")[n % 4],
            prioridade=("NORMAL", "ALTA")[n % 2],
            fila_id=filas[n % 3].id,
            atendente_id=None if n % 4 == 0 else pessoas[n % 2].id,
            canal_id=canal_id if n < 5 else None,
        )
        for n in range(12)
    ]
    mensagens = [escritor.mensagem(tickets[0], 1 + n, conteudo=f"mensagem {n}") for n in range(7)]
    eventos = [escritor.evento(tickets[0].id, 1 + n, tipo="nova_mensagem") for n in range(7)]
    outros = [escritor.evento(tickets[1].id, 8)]
    await banco.store.commit(escritor.lote(*filas, *pessoas, *tickets, *reversed(mensagens), *eventos, *outros))
    return Cenario(escritor, filas, pessoas, tickets, mensagens, [*eventos, *outros])


def test_tickets_are_listed_newest_first_in_pages_with_the_total(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            ler = banco.leituras.tickets
            novos = cena.tickets[::-1]
            assert await ler(cena.escritor.id, FiltroTickets(), 1, 100) == (novos, 12)
            assert await ler(cena.escritor.id, FiltroTickets(), 1, 5) == (novos[:5], 12)
            assert await ler(cena.escritor.id, FiltroTickets(), 3, 5) == (novos[10:], 12)
            assert await ler(cena.escritor.id, FiltroTickets(), 4, 5) == ([], 12)
            assert await ler(cena.escritor.id, FiltroTickets(), 2**60, 100) == ([], 12)

    asyncio.run(main())


def test_each_filter_and_their_combinations_choose_exactly_the_tickets_that_match(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            filtros: list[dict[str, Any]] = [
                {"status": "ABERTO"},
                {"status": "RESOLVIDO"},
                {"prioridade": "ALTA"},
                {"atendente_id": cena.atendentes[1].id},
                {"fila_id": cena.filas[2].id},
                {"canal_id": cena.tickets[0].canal_id},
                {"status": "PENDENTE", "fila_id": cena.filas[0].id},
                {"atendente_id": cena.atendentes[0].id, "prioridade": "NORMAL", "canal_id": cena.tickets[0].canal_id},
                {"fila_id": novo_id()},
            ]
            for filtro in filtros:
                esperados = [
                    ticket
                    for ticket in cena.tickets[::-1]
                    if all(getattr(ticket, campo) == valor for campo, valor in filtro.items())
                ]
                achados = await banco.leituras.tickets(cena.escritor.id, FiltroTickets(**filtro), 1, 100)
                assert achados == (esperados, len(esperados)), filtro

    asyncio.run(main())


def test_an_atendente_sees_the_tickets_of_its_filas_and_its_own(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            eu = cena.atendentes[0].id
            for filas in ((), (cena.filas[1].id,), (cena.filas[1].id, cena.filas[2].id)):
                for status in (None, "EM_ANDAMENTO", "ABERTO"):
                    filtro = FiltroTickets(status=status, visivel_para=eu, visivel_filas=filas)
                    esperados = [
                        ticket
                        for ticket in cena.tickets[::-1]
                        if (ticket.fila_id in filas or ticket.atendente_id == eu) and status in {None, ticket.status}
                    ]
                    assert await banco.leituras.tickets(cena.escritor.id, filtro, 1, 100) == (
                        esperados,
                        len(esperados),
                    )

    asyncio.run(main())


def test_a_ticket_is_shown_with_its_latest_messages_oldest_first_its_atendente_and_its_fila(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            primeiro, segundo = cena.tickets[:2]
            ler = banco.leituras.detalhe
            assert await ler(cena.escritor.id, primeiro.id, 3) == TicketDetalhe(
                primeiro, cena.mensagens[-3:], None, cena.filas[0]
            )
            assert await ler(cena.escritor.id, segundo.id, 100) == TicketDetalhe(
                segundo, [], cena.atendentes[1], cena.filas[1]
            )
            assert await ler(cena.escritor.id, novo_id(), 100) is None

    asyncio.run(main())


def test_where_tickets_are_now_is_told_for_those_that_exist(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            ids = {ticket.id for ticket in cena.tickets[:5]}
            assert await banco.leituras.lugares(cena.escritor.id, ids | {novo_id()}) == {
                ticket.id: (ticket.fila_id, ticket.atendente_id) for ticket in cena.tickets[:5]
            }
            assert await banco.leituras.lugares(cena.escritor.id, ()) == {}

    asyncio.run(main())


def test_a_reading_that_takes_too_long_is_not_told_as_a_database_that_is_away(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            leituras = banco.leituras
            await leituras._ler.fechar()
            leituras._ler = ConexoesDeEmpresa(postgres_dsn, no="teste:1", uso=replace(LER, limite_ms=100))
            async with por_fora(postgres_dsn) as con, con.transaction():
                await con.execute("LOCK TABLE atendimento_tickets IN ACCESS EXCLUSIVE MODE")
                with pytest.raises(Unavailable) as demora:
                    await leituras.tickets(cena.escritor.id, FiltroTickets(), 1, 10)
            assert (demora.value.codigo, demora.value.retry_after) == ("consulta_demorada", 2)
            assert "demorou" in demora.value.message
            assert (await leituras.tickets(cena.escritor.id, FiltroTickets(), 1, 10))[1] == 12

    asyncio.run(main())


def test_messages_and_history_of_a_ticket_come_oldest_first_in_pages(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            empresa_id, ticket_id = cena.escritor.id, cena.tickets[0].id
            leituras = banco.leituras
            assert await leituras.mensagens(empresa_id, ticket_id, 1, 5) == (cena.mensagens[:5], 7)
            assert await leituras.mensagens(empresa_id, ticket_id, 2, 5) == (cena.mensagens[5:], 7)
            assert await leituras.mensagens(empresa_id, ticket_id, 3, 5) == ([], 7)
            assert await leituras.mensagens(empresa_id, novo_id(), 1, 5) == ([], 0)
            assert await leituras.historico(empresa_id, ticket_id, 2, 3) == (cena.eventos[3:6], 7)
            assert await leituras.historico(empresa_id, cena.tickets[1].id, 1, 9) == (cena.eventos[7:], 1)

    asyncio.run(main())


def test_a_message_that_came_late_stands_where_it_was_written(postgres_dsn: str) -> None:
    """Those of one instant stand in the order in which they came; which are unread is told by when they came."""

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            escritas = [escritor.mensagem(ticket, seq, criada_em=em) for seq, em in enumerate((30, 10, 20, 20, 40), 1)]
            await banco.store.commit(escritor.lote(ticket, *escritas, eventos=5))
            em_ordem = [escritas[n] for n in (1, 2, 3, 0, 4)]
            ler = banco.leituras.mensagens
            assert await ler(escritor.id, ticket.id, 1, 100) == (em_ordem, 5)
            assert [(await ler(escritor.id, ticket.id, n, 2))[0] for n in (1, 2, 3)] == [
                em_ordem[:2], em_ordem[2:4], em_ordem[4:],
            ]  # fmt: skip
            for quantas in (3, 5):
                detalhe = await banco.leituras.detalhe(escritor.id, ticket.id, quantas)
                assert detalhe is not None
                assert detalhe.mensagens == em_ordem[-quantas:]
            await banco.store.commit(escritor.lote(LeituraTicketRow(escritor.id, ticket.id, 2), eventos=1))
            assert await banco.leituras.nao_lidas(escritor.id, ticket.id) == 3

    asyncio.run(main())


def test_the_log_is_read_between_two_points_in_order_and_bounded(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            ler = banco.leituras.eventos
            assert await ler(cena.escritor.id, 0, 100, 100) == cena.eventos
            assert await ler(cena.escritor.id, 2, 5, 100) == cena.eventos[2:5]
            assert await ler(cena.escritor.id, 2, 100, 3) == cena.eventos[2:5]
            assert await ler(cena.escritor.id, 8, 100, 3) == []
            assert await banco.leituras.primeiro_evento(cena.escritor.id) == 1

    asyncio.run(main())


def test_nothing_of_one_empresa_is_read_by_another(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena, vizinha = await montar(banco), await montar(banco)
            outra = vizinha.escritor.id
            ticket, mensagem = cena.tickets[0], cena.mensagens[0]
            leituras = banco.leituras
            assert await leituras.detalhe(outra, ticket.id, 100) is None
            assert await leituras.mensagens(outra, ticket.id, 1, 100) == ([], 0)
            assert await leituras.mensagem(outra, mensagem.id) is None
            assert await leituras.historico(outra, ticket.id, 1, 100) == ([], 0)
            assert await leituras.lugares(outra, [ticket.id]) == {}
            assert await banco.store.ticket(outra, ticket.id) is None
            for filtro in (
                FiltroTickets(fila_id=cena.filas[0].id),
                FiltroTickets(atendente_id=cena.atendentes[1].id),
                FiltroTickets(canal_id=ticket.canal_id),
                FiltroTickets(visivel_para=cena.atendentes[1].id, visivel_filas=(cena.filas[0].id,)),
            ):
                assert await leituras.tickets(outra, filtro, 1, 100) == ([], 0)
            assert (await leituras.tickets(outra, FiltroTickets(), 1, 100))[0] == vizinha.tickets[::-1]
            assert {evento.empresa_id for evento in await leituras.eventos(outra, 0, 100, 100)} == {outra}

    asyncio.run(main())


def test_names_are_told_of_agents_and_filas_of_the_empresa_deleted_ones_too(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outro = await Escritor.de(banco), await Escritor.de(banco)
            vendas, ana = fila(escritor.id, nome="Vendas"), atendente(escritor.id, nome="Ana", excluido_em=1)
            alheia = fila(outro.id, nome="Alheia")
            await banco.store.commit(escritor.lote(vendas, ana))
            await banco.store.commit(outro.lote(alheia))
            ids = (vendas.id, ana.id, alheia.id, novo_id())
            assert await banco.leituras.nomes(escritor.id, ids) == {vendas.id: "Vendas", ana.id: "Ana"}
            assert await banco.leituras.nomes(escritor.id, ()) == {}

    asyncio.run(main())
