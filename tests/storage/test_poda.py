"""The event log is kept for a time: what is older goes from its beginning, and nobody misses it."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engine.modelo import EventoRow
from engine.tempo import VirtualClock
from storage import Banco
from storage.consultas import sql
from storage.diagnostico import INVARIANTES, Diagnostico
from storage.faxina import Faxina
from tests.storage.linhas import AGORA, Escritor, aberto, atendente, fila, por_fora

DIA = 86_400_000


async def ninguem(_empresa_id: str, _arquivo_id: str) -> None:
    raise AssertionError("no file is to be removed")


async def passar(banco: Banco, dias: int, guardados: int = 30) -> None:
    """The housekeeping of so many days later."""
    await Faxina(banco.store, VirtualClock(AGORA + dias * DIA), ninguem, guardados * DIA).limpar()


async def diario(escritor: Escritor, banco: Banco, dias: int) -> tuple[str, list[EventoRow]]:
    """One event of a ticket and one of the empresa a day; the ticket and its events."""
    ticket = escritor.ticket()
    eventos = [
        escritor.evento(ticket.id if n % 2 else None, escritor.seq + 1 + n, em=AGORA + n // 2 * DIA)
        for n in range(2 * dias)
    ]
    await banco.store.commit(escritor.lote(ticket, fila(escritor.id, id=escritor.fila_id), *eventos))
    return ticket.id, [evento for evento in eventos if evento.ticket_id]


async def quebradas(dsn: str) -> set[str]:
    async with Diagnostico(dsn) as banco:
        return {um.nome for um in INVARIANTES if await banco.violacoes(um)}


def test_events_are_kept_for_as_long_as_was_said_and_the_history_of_a_ticket_for_good(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, vizinho = await Escritor.de(banco), await Escritor.de(banco)
            ticket_id, do_ticket = await diario(escritor, banco, 10)
            await diario(vizinho, banco, 2)
            ler = banco.leituras
            todos = await ler.eventos(escritor.id, 0, 100, 100)
            for dias, podados in ((29, 0), (30, 0), (31, 2), (35, 10), (35, 10), (39, 18)):
                await passar(banco, dias)
                assert await ler.primeiro_evento(escritor.id) == podados + 1
                assert await ler.eventos(escritor.id, 0, 100, 100) == todos[podados:]
                assert await ler.historico(escritor.id, ticket_id, 1, 100) == (do_ticket, 10)
                assert await ler.historico(escritor.id, ticket_id, 2, 4) == (do_ticket[4:8], 10)
                assert await quebradas(postgres_dsn) == set()
            assert await ler.historico(vizinho.id, ticket_id, 1, 100) == ([], 0)
            assert await ler.primeiro_evento(vizinho.id) == 5

    asyncio.run(main())


def test_a_log_of_which_nothing_is_left_goes_on_where_it_was(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            await diario(escritor, banco, 3)
            await passar(banco, 100)
            assert await banco.leituras.eventos(escritor.id, 0, 100, 100) == []
            assert await banco.leituras.primeiro_evento(escritor.id) == 7
            assert await quebradas(postgres_dsn) == set()
            await banco.store.commit(escritor.lote(eventos=2))
            assert [e.seq for e in await banco.leituras.eventos(escritor.id, 0, 100, 100)] == [7, 8]
            assert await quebradas(postgres_dsn) == set()

    asyncio.run(main())


def test_a_clock_that_was_put_back_leaves_no_gap(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            eventos = [escritor.evento(None, n + 1, em=AGORA + dia * DIA) for n, dia in enumerate((0, 0, 40, 0, 0))]
            await banco.store.commit(escritor.lote(*eventos))
            await passar(banco, 31)
            assert [e.seq for e in await banco.leituras.eventos(escritor.id, 0, 100, 100)] == [3, 4, 5]

    asyncio.run(main())


def test_more_events_than_one_statement_takes_all_go(postgres_dsn: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            await banco.store.commit(escritor.lote(eventos=1_200))
            await passar(banco, 31)
            assert await banco.leituras.primeiro_evento(escritor.id) == 1_201
            assert not [registro for registro in caplog.records if registro.levelno >= logging.WARNING]

    asyncio.run(main())


def test_two_nodes_that_prune_at_once_lose_and_double_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, aberto(postgres_dsn, "outro:1") as outro:
            escritor = await Escritor.de(banco)
            ticket_id, do_ticket = await diario(escritor, banco, 40)
            await asyncio.gather(*(passar(um, 60) for um in (banco, outro, banco, outro)))
            assert await banco.leituras.historico(escritor.id, ticket_id, 1, 100) == (do_ticket, 40)
            assert await banco.leituras.primeiro_evento(escritor.id) == 61
            assert await quebradas(postgres_dsn) == set()

    asyncio.run(main())


def test_the_history_has_the_columns_of_the_log_in_the_same_order(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            log, historico = [
                await con.fetch(
                    "SELECT attname, atttypid FROM pg_attribute "
                    "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                    tabela,
                )
                for tabela in ("atendimento_eventos", "atendimento_historico")
            ]
            assert log == historico

    asyncio.run(main())


def test_writers_do_not_wait_for_who_prunes(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as podador:
            escritor = await Escritor.de(banco)
            ticket_id, do_ticket = await diario(escritor, banco, 10)
            async with podador.transaction():
                assert await podador.fetchval(sql("eventos_podar"), escritor.id, 0, AGORA + 5 * DIA, 500) == 10
                async with asyncio.timeout(30):
                    novo = escritor.evento(ticket_id, escritor.seq + 1)
                    await banco.store.commit(escritor.lote(escritor.ticket(), novo))
                    assert (await banco.leituras.historico(escritor.id, ticket_id, 1, 9))[1] == 11
            assert await banco.leituras.historico(escritor.id, ticket_id, 1, 100) == ([*do_ticket, novo], 11)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("estrago", "invariante"),
    [
        ("DELETE FROM atendimento_eventos WHERE seq = 5", "seq"),
        ("DELETE FROM atendimento_eventos WHERE seq = 6", "seq"),
        ("DELETE FROM atendimento_podas", "seq"),
        ("UPDATE atendimento_podas SET ate = 3", "seq"),
    ],
)
def test_what_is_missing_beside_what_was_pruned_is_seen(postgres_dsn: str, estrago: str, invariante: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            await diario(await Escritor.de(banco), banco, 3)
            await passar(banco, 32)
        assert await quebradas(postgres_dsn) == set()
        async with por_fora(postgres_dsn) as con:
            await con.execute(estrago)
        assert await quebradas(postgres_dsn) == {invariante}

    asyncio.run(main())


def test_a_capacity_that_was_lowered_before_the_log_begins_is_no_violation(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ana = atendente(escritor.id, capacidade=1, online=False, offline_em=None)
            dela = [escritor.ticket(status="EM_ANDAMENTO", atendente_id=ana.id) for _ in range(2)]
            atribuidos = [
                escritor.evento(ticket.id, n + 1, tipo="ticket_atribuido", atendente_id=ana.id)
                for n, ticket in enumerate(dela)
            ]
            baixou = escritor.evento(
                None, 3, tipo="atendente_atualizado", atendente_id=ana.id, mudancas='{"capacidade":[2,1]}'
            )
            await banco.store.commit(
                escritor.lote(fila(escritor.id, id=escritor.fila_id), ana, *dela, *atribuidos, baixou)
            )
            await passar(banco, 31)
            assert await quebradas(postgres_dsn) == set()
            depois = escritor.ticket(status="EM_ANDAMENTO", atendente_id=ana.id)
            atribuido = escritor.evento(depois.id, 4, tipo="ticket_atribuido", atendente_id=ana.id)
            await banco.store.commit(escritor.lote(depois, atribuido))
            assert await quebradas(postgres_dsn) == {"capacidade"}

    asyncio.run(main())
