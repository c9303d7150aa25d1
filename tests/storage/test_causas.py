"""Why the database does not serve, in the words of who has to mend it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from engine.ports import StoreAway
from engine.saude import CAIU, NAO_RESPONDE
from storage import BancoAusente, abrir
from storage.conexao import LER, conectar
from storage.erros import SemVaga, causa
from tests.storage.linhas import COFRE, Escritor, aberto, por_fora

ERRO = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize(
    ("estado", "porque", "remedio"),
    [
        ("53100", "disco cheio", "libere espaço"),
        ("53300", "conexões demais", "max_connections"),
        ("25006", "só aceita leitura", "primário"),
        ("57P03", "está iniciando ou parando", ""),
        ("28P01", "recusou a senha", "DATABASE_URL"),
        ("58030", "erro de disco", "log do PostgreSQL"),
    ],
)
def test_what_the_server_says_is_told_in_words_with_the_remedy(
    postgres_dsn: str, estado: str, porque: str, remedio: str
) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            with pytest.raises(asyncpg.PostgresError) as erro:
                await con.execute(ERRO.format(estado))
        dita = causa(erro.value)
        assert dita.porque == porque
        assert remedio in (dita.remedio or "")

    asyncio.run(main())


def test_a_database_that_only_reads_is_called_so_by_what_writes_and_at_the_start(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            nome = await con.fetchval("SELECT current_database()")
            await con.execute(f"ALTER DATABASE {nome} SET default_transaction_read_only = on")
            with pytest.raises(StoreAway, match="está fora do ar: só aceita leitura") as erro:
                await Escritor.de(banco)
            assert erro.value.cause.porque == "só aceita leitura"
        with pytest.raises(BancoAusente, match="só aceita leitura; aponte DATABASE_URL para o servidor primário"):
            await abrir(postgres_dsn, no="teste", cofre=COFRE)

    asyncio.run(main())


def test_nobody_there_silence_a_broken_line_and_a_full_pool_are_four_things(postgres_dsn: str, tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(FileNotFoundError) as recusada:
            await conectar(f"postgresql://x@/x?host={tmp_path}", LER)
        assert causa(recusada.value).porque == "conexão recusada"

    asyncio.run(main())
    assert causa(TimeoutError()) is NAO_RESPONDE
    assert causa(ConnectionResetError()) is causa(asyncpg.ConnectionDoesNotExistError()) is CAIU
    assert causa(SemVaga()).porque == "todas as conexões em uso"
