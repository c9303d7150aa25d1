"""The connections that read are shared out: whoever searches slowly and much leaves room for the others."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from engine.errors import Overloaded
from storage.isolamento import ConexoesDeEmpresa
from storage.reparticao import Reparticao
from tests.storage.linhas import ate, novo_id, por_fora

LENTA = "SELECT pg_sleep(60)"
LENTAS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = $1"


def test_one_empresa_holds_a_part_of_the_places_and_two_that_are_slow_leave_some_to_a_third() -> None:
    vagas = Reparticao(12, 60)
    assert [vagas.tentar("a") for _ in range(9)] == [True] * 8 + [False]
    assert [vagas.tentar("b") for _ in range(3)] == [True, True, False]
    assert [vagas.tentar(quieta) for quieta in "cde"] == [True, True, False]
    vagas.sair("a")
    assert not vagas.tentar("a"), "the last places are for whoever has none"
    assert vagas.tentar("e")


def test_those_who_wait_are_called_in_turns_and_give_up_in_time() -> None:
    async def main() -> None:
        vagas = Reparticao(4, 60)
        assert [vagas.tentar("a"), vagas.tentar("a")] == [True, True]
        esperam = [asyncio.create_task(vagas.aguardar("a")) for _ in range(2)]
        await asyncio.sleep(0)
        assert not vagas.tentar("a"), "not before those who wait"
        vagas.sair("a")
        await esperam[0]
        assert not esperam[1].done()
        esperam[1].cancel()
        await asyncio.wait({esperam[1]})
        vagas.sair("a")
        vagas.sair("a")
        assert [vagas.tentar("a") for _ in range(3)] == [True, True, False]
        impaciente = Reparticao(1, 0.01)
        assert impaciente.tentar("a")
        with pytest.raises(Overloaded) as recusa:
            await impaciente.aguardar("a")
        assert recusa.value.codigo == "consultas_demais"
        impaciente.sair("a")
        assert impaciente.tentar("b")

    asyncio.run(main())


def test_the_slow_searches_of_one_empresa_never_hold_all_connections(postgres_dsn: str) -> None:
    async def main() -> None:
        conexoes = ConexoesDeEmpresa(postgres_dsn, no="teste")
        async with por_fora(postgres_dsn) as con:
            lenta, quieta = novo_id(), novo_id()
            buscas = [asyncio.create_task(conexoes.linhas(lenta, LENTA)) for _ in range(16)]

            async def correm() -> bool:
                return bool(await con.fetchval(LENTAS, LENTA) == 8)

            await ate(correm)
            assert [linha[0] for linha in await conexoes.linhas(quieta, "SELECT 7")] == [7]
            assert await correm(), "they still run, and no more of them"
            await conexoes.fechar()
            for problema in await asyncio.gather(*buscas, return_exceptions=True):
                assert isinstance(problema, asyncpg.PostgresError | asyncpg.InterfaceError | OSError | Overloaded)

    asyncio.run(main())
