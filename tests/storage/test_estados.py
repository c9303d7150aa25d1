"""How an agent's days went, read back."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from engine.modelo import EstadoAtendenteRow
from engine.ports import Permanencia
from tests.storage.linhas import AGORA, Escritor, aberto, atendente, novo_id, por_fora


def test_a_state_is_seen_where_it_lasted(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ana = novo_id()
            rows = [
                EstadoAtendenteRow(escritor.id, id_, AGORA + n * 10, n % 2 == 0, f"e{n}", None, None)
                for id_ in (ana, novo_id())
                for n in range(5)
            ]
            await banco.store.commit(escritor.lote(*rows))
            todas = [
                Permanencia(row, None if n == 4 else rows[n + 1].desde) for n, row in reversed([*enumerate(rows[:5])])
            ]

            async def ler(desde: int | None, ate: int | None, page: int = 1) -> tuple[list[Permanencia], int]:
                return await banco.leituras.estados(escritor.id, ana, desde, ate, page, 2)

            assert await ler(None, None) == (todas[:2], 5)
            assert await ler(None, None, 3) == (todas[4:], 5)
            assert await ler(AGORA + 15, AGORA + 30) == ([todas[2], todas[3]], 2), "e1 lasted, e3 was not yet"
            assert await ler(AGORA + 20, AGORA + 21) == ([todas[2]], 1)
            assert await ler(AGORA - 9, AGORA + 1) == ([todas[4]], 1)
            assert await ler(AGORA + 100, None) == ([todas[0]], 1)
            assert await ler(None, AGORA) == ([], 0)
            assert await banco.leituras.estados(novo_id(), ana, None, None, 1, 9) == ([], 0)

    asyncio.run(main())


def test_an_agent_that_the_program_before_this_one_wrote_is_known_to_know_nothing_well(postgres_dsn: str) -> None:
    """It has every column filled from what it says: of this one, nothing."""

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ana = atendente(escritor.id, niveis={"ingles": 4})
            await banco.store.commit(escritor.lote(ana))
            async with por_fora(postgres_dsn) as con:
                await con.execute("UPDATE atendimento_atendentes SET niveis = NULL")
            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert imagem.atendentes == [replace(ana, niveis={})]

    asyncio.run(main())
