"""PostgreSQL goes away under an open Banco, hangs, and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import LeaseElsewhere, Unavailable
from engine.ports import CommitUnknown, FiltroContatos, FiltroTickets, StoreAway
from storage import Banco, PostgresEmbutido, migrar
from storage.conexao import Conexoes, Uso, ausente
from tests.postgres import pasta_de_servidor
from tests.storage.linhas import AGORA, Escritor, aberto, ate, novo_id


@pytest.fixture
def pasta() -> Iterator[Path]:
    with pasta_de_servidor() as pasta:
        yield pasta


@pytest.fixture
def servidor(pasta: Path) -> Iterator[PostgresEmbutido]:
    """A PostgreSQL of this test's own, which it may stop."""
    embutido = PostgresEmbutido(pasta)
    yield embutido
    embutido.parar()


async def recusa_tudo(banco: Banco, escritor: Escritor) -> None:
    lote = escritor.lote()
    for operacao in (
        banco.store.commit(lote),
        banco.store.outcome(lote),
        banco.store.activate(escritor.id, provision=False, now=AGORA),
        banco.store.ticket(escritor.id, novo_id()),
        banco.store.release([escritor.id]),
        banco.store.contatos(escritor.id, ["tel:1"], [novo_id()]),
        banco.store.idempotencia(escritor.id, novo_id(), "chave"),
        banco.store.reservar_arquivo(escritor.id, novo_id(), AGORA),
        banco.store.arquivos_abandonados(AGORA, 10),
        banco.store.esquecer_arquivos([(escritor.id, novo_id())]),
        banco.store.vencidas(AGORA),
    ):
        with pytest.raises(StoreAway):
            await operacao
    leituras = banco.leituras
    for leitura in (
        leituras.tickets(escritor.id, FiltroTickets(), 1, 10),
        leituras.detalhe(escritor.id, novo_id(), 10),
        leituras.mensagens(escritor.id, novo_id(), 1, 10),
        leituras.mensagem(escritor.id, novo_id()),
        leituras.historico(escritor.id, novo_id(), 1, 10),
        leituras.eventos(escritor.id, 0, 10, 10),
        leituras.primeiro_evento(escritor.id),
        leituras.lugares(escritor.id, [novo_id()]),
        leituras.nao_lidas(escritor.id, novo_id()),
        leituras.contatos(escritor.id, FiltroContatos(), 1, 10),
        leituras.contato(escritor.id, novo_id()),
        leituras.arquivo(escritor.id, novo_id()),
    ):
        with pytest.raises(Unavailable) as erro:
            await leitura
        assert erro.value.retry_after > 0


def test_what_is_asked_while_the_server_is_stopped_fails_at_once_and_works_again_after(
    servidor: PostgresEmbutido,
) -> None:
    async def main() -> None:
        dsn = servidor.iniciar()
        await migrar(dsn)
        async with aberto(dsn, "alfa:3001") as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            await banco.store.commit(escritor.lote(ticket, eventos=1))
            assert await banco.leituras.primeiro_evento(escritor.id) == 1

            servidor.parar()
            lote = escritor.lote(escritor.ticket(), eventos=1)
            with pytest.raises(CommitUnknown):  # it was sent on a connection that had just been cut
                await banco.store.commit(lote)
            async with asyncio.timeout(30):
                await recusa_tudo(banco, escritor)
            assert not await banco.alcancavel()

            servidor.iniciar()
            await banco.store.commit(lote)
            assert (await banco.leituras.tickets(escritor.id, FiltroTickets(), 1, 10))[1] == 2
            await ate(banco.alcancavel)
            async with aberto(dsn, "beta:3002") as beta:
                with pytest.raises(LeaseElsewhere, match="alfa:3001"):
                    await beta.store.activate(escritor.id, provision=False, now=AGORA)
            assert len((await banco.store.activate(escritor.id, provision=False, now=AGORA)).tickets) == 2

    asyncio.run(main())


def test_a_killed_server_loses_nothing_that_was_committed(servidor: PostgresEmbutido, pasta: Path) -> None:
    async def main() -> None:
        dsn = servidor.iniciar()
        await migrar(dsn)
        async with aberto(dsn) as banco:
            escritor = await Escritor.de(banco)
            tickets = [escritor.ticket() for _ in range(50)]
            await banco.store.commit(escritor.lote(*tickets, eventos=50))
            os.kill(int((pasta / "pg" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            servidor.iniciar()
            await ate(banco.alcancavel)
            assert (await banco.store.activate(escritor.id, provision=False, now=AGORA)).tickets == tickets

    asyncio.run(main())


def test_a_banco_can_be_closed_while_the_server_is_away(servidor: PostgresEmbutido) -> None:
    async def main() -> None:
        dsn = servidor.iniciar()
        await migrar(dsn)
        async with aberto(dsn) as banco:
            await Escritor.de(banco)
            servidor.parar()

    asyncio.run(main())


@contextmanager
def parado(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


PACIENCIA_CURTA = Uso("teste", 1, 0.2, 200)


def test_a_server_that_hangs_counts_as_away(postgres_dsn: str) -> None:
    async def main() -> None:
        conexoes = Conexoes(postgres_dsn, PACIENCIA_CURTA, no="teste:1")
        async with conexoes.usar() as con:
            pid = con.get_server_pid()
        with parado(pid):
            with pytest.raises(TimeoutError) as erro:
                async with conexoes.usar() as con:
                    await con.fetchval("SELECT 1")
            assert ausente(erro.value)
            async with conexoes.usar() as outra:
                assert outra.get_server_pid() != pid
        await conexoes.fechar()

    asyncio.run(main())


def test_a_statement_that_takes_too_long_and_a_pool_that_is_full_count_as_away(postgres_dsn: str) -> None:
    async def main() -> None:
        conexoes = Conexoes(postgres_dsn, PACIENCIA_CURTA, no="teste:1")
        for _ in range(3):
            with pytest.raises(Exception, match="statement timeout") as erro:
                async with conexoes.usar() as con:
                    await con.execute("SELECT pg_sleep(60)")
            assert ausente(erro.value)
        async with conexoes.usar():
            with pytest.raises(TimeoutError):
                async with conexoes.usar():
                    pass
        await conexoes.fechar()

    asyncio.run(main())


def test_a_cancelled_use_never_hands_its_connection_on(postgres_dsn: str) -> None:
    async def main() -> None:
        conexoes = Conexoes(postgres_dsn, PACIENCIA_CURTA, no="teste:1")
        pids: list[int] = []
        em_uso = asyncio.Event()

        async def usar(consulta: str) -> int:
            async with conexoes.usar() as con:
                pids.append(con.get_server_pid())
                em_uso.set()
                await con.execute(consulta)
                return int(await con.fetchval("SELECT 7"))

        tarefa = asyncio.create_task(usar("BEGIN; SELECT pg_sleep(60)"))
        await em_uso.wait()
        tarefa.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tarefa
        assert await usar("SELECT 1") == 7
        assert await usar("BEGIN") == 7  # left open: not handed on either
        assert await usar("SELECT 1") == 7
        assert len(set(pids)) == 3
        await conexoes.fechar()

    asyncio.run(main())
