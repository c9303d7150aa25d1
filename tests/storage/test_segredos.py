"""The secrets of canais in a real PostgreSQL: nowhere in the open, under the key of now, never overwritten unread."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from typing import Any

import asyncpg
import pytest

from actors.canal.segredos import com_segredos, ler_segredos
from engine.modelo import CanalRow, CanalSegredosRow
from engine.ports import Batch, Rejected
from engine.vistas import json_text
from storage import Banco, Cofre, FaltaChave
from storage.erros import SegredoNaoAbre
from storage.segredos import aberta, fechada, so_sob
from tests.storage.linhas import AGORA, Escritor, aberto, novo_id, por_fora

A, B, C = (Cofre([bytes([n]) * 32]) for n in (1, 2, 3))
B_E_A = Cofre([bytes([2]) * 32, bytes([1]) * 32])
MARCA = "abracadabra"
CLARO = json.dumps({"token": MARCA, "pin": 7})


def canal(empresa_id: str) -> CanalRow:
    return CanalRow(empresa_id, novo_id(), "Zap", "whatsapp", None, True, "{}", AGORA, AGORA)


async def gravar(banco: Banco, quantos: int, texto: str = CLARO) -> tuple[Escritor, list[CanalSegredosRow]]:
    """An empresa with so many canais, written by the group commit; their secrets, as they are meant."""
    escritor = await Escritor.de(banco)
    canais = [canal(escritor.id) for _ in range(quantos)]
    segredos = [CanalSegredosRow(escritor.id, um.id, texto) for um in canais]
    await banco.store.commit(escritor.lote(*canais, *segredos, eventos=1))
    return escritor, sorted(segredos, key=lambda row: row.canal_id)


async def lidos(banco: Banco, empresa_id: str) -> list[CanalSegredosRow]:
    return list((await banco.store.activate(empresa_id, provision=False, now=AGORA)).segredos)


async def guardados(con: asyncpg.Connection[Any]) -> list[CanalSegredosRow]:
    linhas = await con.fetch("SELECT * FROM atendimento_canal_segredos ORDER BY empresa_id, canal_id")
    return [CanalSegredosRow(*(str(valor) for valor in linha)) for linha in linhas]


async def por(con: asyncpg.Connection[Any], row: CanalSegredosRow) -> None:
    """What the program before this one does with its text."""
    await con.execute(
        "INSERT INTO atendimento_canal_segredos "
        "SELECT n.* FROM json_populate_recordset(NULL::atendimento_canal_segredos, $1) n "
        "ON CONFLICT (empresa_id, canal_id) DO UPDATE SET segredos = excluded.segredos",
        json_text([row]),
    )


async def tudo(con: asyncpg.Connection[Any]) -> str:
    """Every table of the database, as COPY writes it."""
    tabelas = await con.fetch(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    saida = io.BytesIO()
    for (tabela,) in tabelas:
        await con.copy_from_query(f"SELECT * FROM {tabela}", output=saida)
    return saida.getvalue().decode()


async def reescritas(banco: Banco, limite: int) -> int:
    passos = 0
    while await banco.store.reescrever(limite):
        passos += 1
    return passos


def sob(cofre: Cofre, rows: list[CanalSegredosRow]) -> list[bool]:
    return [re.search(so_sob(cofre.chave), row.segredos) is not None for row in rows]


def test_what_is_written_is_in_no_table_but_encrypted_and_is_read_as_it_was(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, rows = await gravar(banco, 3)
            assert await lidos(banco, escritor.id) == rows
            assert sob(A, await guardados(con)) == [True] * 3
            assert MARCA not in await tudo(con)
            assert rows[0].canal_id in await tudo(con)

    asyncio.run(main())


def test_what_was_in_the_open_is_read_and_encrypted_a_little_at_a_time(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, rows = await gravar(banco, 7)
            outra, da_outra = await gravar(banco, 2)
            for row in (*rows, *da_outra):
                await por(con, row)
            assert (await tudo(con)).count(MARCA) == 9
            assert await lidos(banco, escritor.id) == rows
            assert await reescritas(banco, 4) == 3  # nine, four at a time
            assert MARCA not in await tudo(con)
            assert sob(A, await guardados(con)) == [True] * 9
            assert (await lidos(banco, escritor.id), await lidos(banco, outra.id)) == (rows, da_outra)
            depois = await guardados(con)
            assert await reescritas(banco, 4) == 0
            assert await guardados(con) == depois

    asyncio.run(main())


def test_a_key_is_changed_while_everything_runs(postgres_dsn: str) -> None:
    """First every node knows both, then the new one is the first, then the old one goes."""

    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, rows = await gravar(banco, 5)
        async with aberto(postgres_dsn, cofre=B_E_A) as banco, por_fora(postgres_dsn) as con:
            await banco.store.conferir()
            assert await lidos(banco, escritor.id) == rows
            novo = CanalSegredosRow(escritor.id, rows[0].canal_id, '{"token":"outro"}')
            escritor = await Escritor.de(banco, escritor.id)
            await banco.store.commit(escritor.lote(novo, eventos=1))
            assert sob(B, await guardados(con)) == [True, False, False, False, False]
            assert await reescritas(banco, 2) == 2
            assert sob(B, await guardados(con)) == [True] * 5
        async with aberto(postgres_dsn, cofre=B) as banco:
            await banco.store.conferir()
            assert await lidos(banco, escritor.id) == [novo, *rows[1:]]
        async with aberto(postgres_dsn, cofre=A) as banco:
            with pytest.raises(
                FaltaChave, match=rf"cifrados com a chave {B.chave}, e aqui só há a chave {A.chave}; .+"
            ):
                await banco.store.conferir()

    asyncio.run(main())


def test_without_their_key_nothing_is_read_and_nothing_overwritten(
    postgres_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco:
            escritor, _ = await gravar(banco, 2)
            await gravar(banco, 1)
        async with aberto(postgres_dsn, cofre=B) as banco:
            await gravar(banco, 1)
        async with aberto(postgres_dsn, cofre=C) as banco, por_fora(postgres_dsn) as con:
            antes = await guardados(con)
            chaves = " e ".join(sorted((A.chave, B.chave)))
            with pytest.raises(FaltaChave, match=f"cifrados com as chaves {chaves}") as falta:
                await banco.store.conferir()
            assert "\n" not in str(falta.value)
            with pytest.raises(SegredoNaoAbre):
                await lidos(banco, escritor.id)
            outra = await Escritor.de(banco)  # whose canais are not theirs
            await banco.store.commit(outra.lote(outra.ticket(), eventos=1))
            assert await reescritas(banco, 2) == 2
            assert await guardados(con) == antes
        async with aberto(postgres_dsn, cofre=A) as banco:
            assert len(await lidos(banco, escritor.id)) == 2, "its lease is not held by who could not read it"

    with caplog.at_level(logging.INFO):
        asyncio.run(main())
    assert MARCA not in caplog.text


def test_a_row_that_was_changed_or_put_in_anothers_place_is_left_as_it_is(
    postgres_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, rows = await gravar(banco, 4)
            trocadas = [
                CanalSegredosRow(escritor.id, rows[1].canal_id, fechada(A, rows[0]).segredos),
                CanalSegredosRow(escritor.id, rows[2].canal_id, '{"":"v1:00000000:x"}'),
            ]
            for row in (*trocadas, rows[3]):
                await por(con, row)
        async with aberto(postgres_dsn, cofre=B_E_A) as banco, por_fora(postgres_dsn) as con:
            assert await reescritas(banco, 1) == 4  # each is passed once
            agora = await guardados(con)
            assert agora[1:3] == trocadas
            assert sob(B, agora) == [True, False, False, True]
            assert [aberta(B, agora[n]) for n in (0, 3)] == [rows[0], rows[3]]
            with pytest.raises(SegredoNaoAbre):
                await lidos(banco, escritor.id)

    asyncio.run(main())
    assert "it was changed, or is another's" in caplog.text
    assert MARCA not in caplog.text


def test_a_row_that_is_being_written_is_left_to_its_writer_and_nobody_waits(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con, por_fora(postgres_dsn) as outra,
        ):  # fmt: skip
            _, rows = await gravar(banco, 2)
            for row in rows:
                await por(con, row)
            novo = CanalSegredosRow(rows[0].empresa_id, rows[0].canal_id, '{"token":"novo"}')
            async with outra.transaction():
                await por(outra, fechada(A, novo))
                await reescritas(banco, 10)
            assert sob(A, await guardados(con)) == [True, True]
            assert [aberta(A, row) for row in await guardados(con)] == [novo, rows[1]]

    asyncio.run(main())


# -- the version before ------------------------------------------------------------------------------------------------


def test_the_version_before_runs_on_rows_of_this_one_and_loses_nothing(postgres_dsn: str) -> None:
    """It knows of no vault: it reads a row as a JSON object, shows its names, and writes what it has."""

    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, (row,) = await gravar(banco, 1)
            (guardado,) = await guardados(con)
            dela = ler_segredos(guardado.segredos)
            assert list(dela) == [""]
            mudados = com_segredos(dela, {}, ler_segredos(json.dumps({"pin": 8, "hmac": MARCA})))
            await por(con, CanalSegredosRow(row.empresa_id, row.canal_id, json_text(mudados)))

            (agora,) = await lidos(banco, escritor.id)
            assert json.loads(agora.segredos) == {"token": MARCA, "pin": 8, "hmac": MARCA}
            assert await reescritas(banco, 10) == 1
            assert MARCA not in await tudo(con)
            assert await lidos(banco, escritor.id) == [agora]

            await por(con, CanalSegredosRow(row.empresa_id, row.canal_id, "{}"))  # the canal was deleted
            (agora,) = await lidos(banco, escritor.id)
            assert agora.segredos == "{}"

    asyncio.run(main())


def test_what_it_had_in_memory_before_this_one_came_is_what_stands(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco, por_fora(postgres_dsn) as con:
            escritor, (row,) = await gravar(banco, 1)
            sem_pin = CanalSegredosRow(row.empresa_id, row.canal_id, json.dumps({"token": MARCA}))
            await por(con, sem_pin)
            assert await lidos(banco, escritor.id) == [sem_pin]

    asyncio.run(main())


# -- errors and logs ---------------------------------------------------------------------------------------------------


def test_what_the_database_refuses_is_said_without_the_secret(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, cofre=A) as banco:
            escritor = await Escritor.de(banco)
            row = CanalSegredosRow(escritor.id, "não é um id", CLARO)
            lote: Batch = escritor.lote(row, eventos=1)
            with pytest.raises(Rejected) as erro:
                await banco.store.commit(lote)
            assert MARCA not in "".join((str(erro.value), repr(erro.value), repr(row), repr(lote)))

    asyncio.run(main())
