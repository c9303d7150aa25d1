"""A commit whose answer is lost is resolved, not guessed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from engine.ports import CommitUnknown, Fenced, StoreAway
from storage import Banco
from storage.conexao import GRAVAR, Conexoes
from tests.storage.linhas import AGORA, Escritor, aberto, ate, por_fora
from tests.storage.ponte import ponte

SEGURAR = """
CREATE FUNCTION segurar() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER segurar AFTER INSERT ON atendimento_eventos DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION segurar();
"""
PARADOS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 77 AND NOT granted"
ESPERANDO_A_LINHA = "SELECT pid FROM pg_locks WHERE locktype IN ('transactionid', 'tuple') AND NOT granted"


@asynccontextmanager
async def commits_presos(dsn: str) -> AsyncIterator[Any]:
    """A connection that holds every COMMIT with events in it until it runs ``pg_advisory_unlock(77)``."""
    async with por_fora(dsn) as con:
        await con.execute(SEGURAR)
        await con.execute("SELECT pg_advisory_lock(77)")
        yield con


async def incerto(banco: Banco, lote: Any) -> None:
    with pytest.raises(CommitUnknown):
        await banco.store.commit(lote)


def test_a_backend_killed_while_it_commits_has_written_nothing_and_the_batch_can_be_repeated(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, commits_presos(postgres_dsn) as con:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            lote = escritor.lote(ticket, eventos=1)
            tentativa = asyncio.create_task(incerto(banco, lote))
            await ate(lambda: con.fetch(PARADOS))
            await con.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({PARADOS}) parados")
            await tentativa
            assert await banco.store.outcome(lote) is False
            assert await banco.store.ticket(escritor.id, ticket.id) is None
            await con.execute("SELECT pg_advisory_unlock(77)")
            await banco.store.commit(lote)
            assert await banco.store.ticket(escritor.id, ticket.id) == ticket

    asyncio.run(main())


def test_a_commit_whose_answer_is_lost_is_known_to_be_there(postgres_dsn: str) -> None:
    async def main() -> None:
        async with ponte(postgres_dsn) as (fio, dsn), aberto(dsn) as banco:
            escritor = await Escritor.de(banco)
            fio.corte = "depois_de_gravar"
            lote = escritor.lote(escritor.ticket(), eventos=2)
            await incerto(banco, lote)
            assert await banco.store.outcome(lote) is True
            await banco.store.commit(escritor.lote(eventos=1))
            assert len(await banco.leituras.eventos(escritor.id, 0, 10, 10)) == 3

    asyncio.run(main())


def test_a_commit_that_never_arrived_is_known_to_be_absent(postgres_dsn: str) -> None:
    async def main() -> None:
        async with ponte(postgres_dsn) as (fio, dsn), aberto(dsn) as banco:
            escritor = await Escritor.de(banco)
            fio.corte = "antes_de_enviar"
            lote = escritor.lote(escritor.ticket(), eventos=1)
            await incerto(banco, lote)
            assert await banco.store.outcome(lote) is False
            await banco.store.commit(lote)

    asyncio.run(main())


def test_the_outcome_waits_for_a_transaction_that_is_still_committing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            ponte(postgres_dsn) as (fio, dsn),
            aberto(dsn) as banco,
            commits_presos(postgres_dsn) as con,
        ):
            escritor = await Escritor.de(banco)
            fio.corte = "depois_de_enviar"
            lote = escritor.lote(escritor.ticket(), eventos=1)
            await incerto(banco, lote)
            await ate(lambda: con.fetch(PARADOS))

            pergunta = asyncio.create_task(banco.store.outcome(lote))
            await ate(lambda: con.fetch(ESPERANDO_A_LINHA))
            assert not pergunta.done()
            await con.execute("SELECT pg_advisory_unlock(77)")
            assert await pergunta is True

    asyncio.run(main())


def test_the_outcome_of_a_transaction_that_hangs_is_not_known_yet(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            ponte(postgres_dsn) as (fio, dsn),
            aberto(dsn) as banco,
            commits_presos(postgres_dsn) as con,
        ):
            escritor = await Escritor.de(banco)
            fio.corte = "depois_de_enviar"
            ticket = escritor.ticket()
            lote = escritor.lote(ticket, eventos=1)
            await incerto(banco, lote)
            await ate(lambda: con.fetch(PARADOS))

            sem_paciencia = replace(GRAVAR, ajustes={**GRAVAR.ajustes, "lock_timeout": "50"})
            await banco.store._gravar.fechar()
            banco.store._gravar = Conexoes(postgres_dsn, sem_paciencia, no="teste:1")
            with pytest.raises(StoreAway):
                await banco.store.outcome(lote)
            with pytest.raises(StoreAway):
                await banco.store.commit(lote)
            await con.execute("SELECT pg_advisory_unlock(77)")
            await ate(lambda: banco.store.ticket(escritor.id, ticket.id))
            assert await banco.store.outcome(lote) is True

    asyncio.run(main())


def test_a_committed_batch_is_known_as_such_after_another_node_took_the_empresa(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            ponte(postgres_dsn) as (fio, dsn),
            aberto(dsn, "alfa:1") as alfa,
            aberto(postgres_dsn, "beta:2") as beta,
        ):
            escritor = await Escritor.de(alfa)
            fio.corte = "depois_de_gravar"
            lote = escritor.lote(eventos=2)
            await incerto(alfa, lote)
            await alfa.store.release([escritor.id])
            novo = Escritor(await beta.store.activate(escritor.id, provision=False, now=AGORA))
            await beta.store.commit(novo.lote(eventos=5))
            assert await alfa.store.outcome(lote) is True

    asyncio.run(main())


def test_an_uncommitted_batch_of_an_empresa_that_was_taken_is_fenced(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            ponte(postgres_dsn) as (fio, dsn),
            aberto(dsn, "alfa:1") as alfa,
            aberto(postgres_dsn, "beta:2") as beta,
        ):
            escritor = await Escritor.de(alfa)
            fio.corte = "antes_de_enviar"
            lote = escritor.lote(eventos=2)
            await incerto(alfa, lote)
            await alfa.store.release([escritor.id])
            novo = Escritor(await beta.store.activate(escritor.id, provision=False, now=AGORA))
            await beta.store.commit(novo.lote(eventos=5))
            with pytest.raises(Fenced) as erro:
                await alfa.store.outcome(lote)
            assert erro.value.empresa_ids == (escritor.id,)

    asyncio.run(main())


def test_what_moves_no_seq_counts_as_not_committed_because_it_may_be_repeated(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            lote = escritor.lote(escritor.ticket())
            await banco.store.commit(lote)
            assert await banco.store.outcome(lote) is False
            await banco.store.commit(lote)

    asyncio.run(main())


def test_a_connection_lost_before_the_batch_is_written_is_known_to_have_written_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con, por_fora(postgres_dsn) as trava:
            escritor = await Escritor.de(banco)
            lote = escritor.lote(escritor.ticket(), eventos=1)
            await trava.execute("BEGIN; SELECT * FROM atendimento_leases FOR UPDATE")
            tentativa = asyncio.create_task(incerto(banco, lote))
            await ate(lambda: con.fetch(ESPERANDO_A_LINHA))
            await con.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({ESPERANDO_A_LINHA}) parados")
            await tentativa
            await trava.execute("ROLLBACK")
            assert await banco.store.outcome(lote) is False
            await banco.store.commit(lote)

    asyncio.run(main())
