"""Row-level security: the second wall between empresas, which stands when a query forgets the first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from engine.modelo import (
    ArremateRow,
    CanalSegredosRow,
    DecisaoRow,
    EscalaRow,
    EstadoAtendenteRow,
    IdempotenciaRow,
    TicketBuscaRow,
)
from engine.ports import FiltroTickets
from storage import BancoAusente, MigracaoRecusada, PostgresEmbutido, abrir, migrar
from storage.conexao import LER, Conexao, conectar, fechar
from storage.consultas import sql
from tests.postgres import pasta_de_servidor
from tests.storage.linhas import AGORA, COFRE, Escritor, aberto, contato, fila, novo_id, por_fora

TABELAS = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forcada,
       (SELECT count(*) FROM pg_policies p
        WHERE p.tablename = c.relname AND p.roles = '{balcao_leitura}' AND p.cmd = 'SELECT'
          AND p.qual = '(empresa_id = atendimento_empresa_atual())') AS politicas,
       has_table_privilege('balcao_leitura', c.oid, 'SELECT') AS legivel,
       has_table_privilege('balcao_leitura', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS gravavel
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'empresa_id' AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'atendimento%'
"""
SECRETAS = {"atendimento_canal_segredos", "atendimento_idempotencia", "atendimento_arquivos_pendentes"}


@asynccontextmanager
async def leitor(dsn: str, empresa_id: str | None) -> AsyncIterator[Conexao]:
    """A connection as the web reads with, set to an empresa or to none."""
    con = await conectar(dsn, LER)
    try:
        if empresa_id is not None:
            await con.execute(sql("entrar_na_empresa"), empresa_id)
        yield con
    finally:
        await fechar(con)


async def duas_empresas(dsn: str) -> tuple[Escritor, Escritor]:
    """Two empresas with one row of every kind each."""
    async with aberto(dsn) as banco:
        escritores = await Escritor.de(banco), await Escritor.de(banco)
        for escritor in escritores:
            ticket = escritor.ticket()
            busca = TicketBuscaRow(escritor.id, ticket.id, 1, "João Silva", None, None)
            segredos = CanalSegredosRow(escritor.id, novo_id(), "{}")
            chave = IdempotenciaRow(escritor.id, novo_id(), "k", "r", "{}", AGORA)
            da_distribuicao = (
                EscalaRow(escritor.id, novo_id(), novo_id(), 1, AGORA),
                ArremateRow(escritor.id, ticket.id, novo_id(), AGORA, 100),
                EstadoAtendenteRow(escritor.id, novo_id(), AGORA, True, "disponivel", None, None),
                DecisaoRow(escritor.id, novo_id(), ticket.id, novo_id(), "atribuicao", AGORA, None, 1, "{}"),
            )
            linhas = (ticket, busca, segredos, chave, fila(escritor.id), contato(escritor.id), *da_distribuicao)
            await banco.store.commit(
                escritor.lote(*linhas, escritor.mensagem(ticket, 1), escritor.evento(ticket.id, 1))
            )
    return escritores


def test_every_table_of_the_tenants_is_under_the_policy_whoever_owns_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            tabelas = await con.fetch(TABELAS)
        assert len(tabelas) > 15
        assert [tabela["relname"] for tabela in tabelas if not tabela["forcada"] or tabela["politicas"] != 1] == []
        assert {tabela["relname"] for tabela in tabelas if not tabela["legivel"]} == SECRETAS
        assert [tabela["relname"] for tabela in tabelas if tabela["gravavel"]] == []

    asyncio.run(main())


def test_the_read_role_owns_nothing_and_is_above_no_policy(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            papel = await con.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'balcao_leitura'")
            assert papel is not None
            poderes = ("rolsuper", "rolbypassrls", "rolcanlogin", "rolcreaterole", "rolcreatedb", "rolreplication")
            assert [poder for poder in poderes if papel[poder]] == []
            assert await con.fetchval("SELECT count(*) FROM pg_class WHERE relowner = 'balcao_leitura'::regrole") == 0
            assert await con.fetchval("SELECT count(*) FROM pg_proc WHERE proowner = 'balcao_leitura'::regrole") == 0
        async with leitor(postgres_dsn, None) as con:
            assert await con.fetchval("SELECT current_user") == "balcao_leitura"

    asyncio.run(main())


def test_a_query_without_its_where_sees_one_empresa_and_one_that_is_set_to_none_sees_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        uma, outra = await duas_empresas(postgres_dsn)
        async with por_fora(postgres_dsn) as con:
            tabelas = {linha["relname"] for linha in await con.fetch(TABELAS)} - SECRETAS
        for empresa_id, visto in ((uma.id, {uma.id}), (outra.id, {outra.id}), (novo_id(), set()), (None, set())):
            async with leitor(postgres_dsn, empresa_id) as con:
                for tabela in tabelas:
                    linhas = await con.fetch(f"SELECT DISTINCT empresa_id::text FROM {tabela}")
                    assert {id_ for (id_,) in linhas} <= visto, tabela
                assert bool(await con.fetchval("SELECT count(*) FROM atendimento_tickets")) == bool(visto)
                assert bool(await con.fetchval("SELECT count(*) FROM atendimento_contagens")) == bool(visto)
                assert bool(await con.fetchval("SELECT count(*) FROM atendimento_decisoes")) == bool(visto)

    asyncio.run(main())


def test_searching_under_the_policy_is_not_a_way_around_it(postgres_dsn: str) -> None:
    async def main() -> None:
        uma, outra = await duas_empresas(postgres_dsn)
        palavra = f"'{outra.id[-8:]}joao':*"
        for empresa_id, quantos in ((uma.id, 0), (outra.id, 1), (None, 0)):
            async with leitor(postgres_dsn, empresa_id) as con:
                achados = await con.fetch("SELECT * FROM atendimento_achar_tickets($1::tsquery)", palavra)
                assert len(achados) == quantos
                achados = await con.fetch("SELECT * FROM atendimento_achar_contatos($1::tsquery)", palavra)
                assert len(achados) == quantos

    asyncio.run(main())


@pytest.mark.parametrize(
    "comando",
    [
        "UPDATE atendimento_tickets SET assunto = 'x'",
        "DELETE FROM atendimento_mensagens",
        "INSERT INTO atendimento_contagens SELECT * FROM atendimento_contagens",
        "TRUNCATE atendimento_eventos",
        "SELECT * FROM atendimento_canal_segredos",
        "SELECT * FROM atendimento_idempotencia",
        "SELECT * FROM atendimento_arquivos_pendentes",
        "ALTER TABLE atendimento_tickets DISABLE ROW LEVEL SECURITY",
        "DROP POLICY leitura ON atendimento_tickets",
        "CREATE TABLE minha (a int)",
    ],
)
def test_the_read_role_changes_nothing_and_reads_no_secret(postgres_dsn: str, comando: str) -> None:
    async def main() -> None:
        uma, _ = await duas_empresas(postgres_dsn)
        async with leitor(postgres_dsn, uma.id) as con:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await con.execute(comando)

    asyncio.run(main())


def test_connections_that_many_empresas_share_never_serve_the_wrong_one(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritores = [await Escritor.de(banco) for _ in range(20)]
            for n, escritor in enumerate(escritores):
                tickets = [escritor.ticket() for _ in range(n % 3 + 1)]
                await banco.store.commit(escritor.lote(*tickets, eventos=1))

            async def ler(n: int) -> None:
                escritor = escritores[n % 20]
                tickets, total = await banco.leituras.tickets(escritor.id, FiltroTickets(), 1, 10)
                assert {ticket.empresa_id for ticket in tickets} == {escritor.id}
                assert total == n % 20 % 3 + 1

            await asyncio.gather(*(ler(n * 7) for n in range(200)), *(ler(n) for n in range(100)))
            tarefa = asyncio.create_task(ler(3))  # cancelled at any moment: the connection is not handed on half set
            await asyncio.sleep(0)
            tarefa.cancel()
            await asyncio.gather(*(ler(n) for n in range(40)))

    asyncio.run(main())


@pytest.fixture
def servidor() -> Iterator[str]:
    """The DSN of a PostgreSQL on which nobody has migrated anything: the read role is not there yet."""
    with pasta_de_servidor() as pasta:
        embutido = PostgresEmbutido(pasta)
        yield embutido.iniciar()
        embutido.parar()


async def banco_de(dsn: str, dono: str, poderes: str, nome: str) -> str:
    """The DSN of a new database for its owner, a role with these powers that is made on the way."""
    async with por_fora(dsn) as con:
        await con.execute(
            f"DO $$ BEGIN CREATE ROLE {dono} LOGIN {poderes}; EXCEPTION WHEN duplicate_object THEN END $$"
        )
        await con.execute(f"CREATE DATABASE {nome} OWNER {dono}")
    return dsn.replace("//postgres@/balcao", f"//{dono}@/{nome}")


def test_an_owner_that_is_no_superuser_makes_the_role_writes_for_all_and_reads_for_one(servidor: str) -> None:
    """As on a managed PostgreSQL, where nobody is given a superuser."""

    async def main() -> None:
        bancos = [await banco_de(servidor, "dono", "CREATEROLE", f"banco_{n}") for n in range(3)]
        await asyncio.gather(*map(migrar, bancos[:2]))  # the role is one for both
        await migrar(bancos[2])
        for dsn in bancos:
            uma, outra = await duas_empresas(dsn)
            async with aberto(dsn) as banco:
                for escritor in (uma, outra):
                    assert (await banco.leituras.tickets(escritor.id, FiltroTickets(busca="joao"), 1, 10))[1] == 1
            async with por_fora(dsn) as con:
                assert await con.fetchval("SELECT count(*) FROM atendimento_tickets") == 2
            async with leitor(dsn, uma.id) as con:
                assert await con.fetchval("SELECT count(*) FROM atendimento_tickets") == 1

    asyncio.run(main())


def test_an_owner_that_may_not_make_the_role_is_told_what_to_do_and_doing_it_is_enough(servidor: str) -> None:
    async def main() -> None:
        dsn = await banco_de(servidor, "fraco", "", "banco")
        with pytest.raises(MigracaoRecusada, match=r"CREATE ROLE balcao_leitura NOLOGIN; GRANT .* TO fraco"):
            await migrar(dsn)
        async with por_fora(servidor) as con:
            await con.execute("CREATE ROLE balcao_leitura NOLOGIN BYPASSRLS; GRANT balcao_leitura TO fraco")
        with pytest.raises(MigracaoRecusada, match="ALTER ROLE balcao_leitura NOSUPERUSER NOBYPASSRLS"):
            await migrar(dsn)
        async with por_fora(servidor) as con:
            await con.execute("ALTER ROLE balcao_leitura NOSUPERUSER NOBYPASSRLS")
        await migrar(dsn)
        await duas_empresas(dsn)
        async with por_fora(servidor) as con:
            await con.execute("REVOKE balcao_leitura FROM fraco")
        with pytest.raises(BancoAusente, match=r"permission denied to set role .*; conceda-a"):
            await abrir(dsn, no="teste:1", cofre=COFRE)

    asyncio.run(main())


def test_a_database_restored_where_the_read_role_is_not_is_not_opened(servidor: str) -> None:
    async def main() -> None:
        await migrar(servidor)
        async with por_fora(servidor) as con:
            await con.execute("DROP OWNED BY balcao_leitura; DROP ROLE balcao_leitura")
        with pytest.raises(BancoAusente, match="CREATE ROLE balcao_leitura NOLOGIN"):
            await abrir(servidor, no="teste:1", cofre=COFRE)

    asyncio.run(main())
