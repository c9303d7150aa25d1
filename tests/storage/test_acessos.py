"""Whose tokens are not all good, as the database keeps it."""

from __future__ import annotations

import asyncio

from engine.acesso import Acesso
from engine.modelo import AcessoRow
from tests.storage.linhas import AGORA, Escritor, aberto, atendente, novo_id


def test_from_when_on_tokens_are_good_only_moves_forward(dsn: str) -> None:
    async def main() -> None:
        async with aberto(dsn) as banco:
            escritor, ana = await Escritor.de(banco), novo_id()
            assert await banco.leituras.acessos(escritor.id) == []
            for desde in (AGORA, AGORA + 5, AGORA + 3):
                await banco.store.commit(escritor.lote(AcessoRow(escritor.id, ana, desde), eventos=1))
            assert await banco.leituras.acessos(escritor.id) == [Acesso(ana, AGORA + 5, excluido=False)]
            assert await banco.leituras.acessos(novo_id()) == []

    asyncio.run(main())


def test_whoever_is_deleted_is_known_by_its_own_row_whatever_version_deleted_it(dsn: str) -> None:
    async def main() -> None:
        async with aberto(dsn) as banco:
            escritor = await Escritor.de(banco)
            saiu = atendente(escritor.id, excluido_em=AGORA)
            revogado = atendente(escritor.id, email="b@example.com", excluido_em=AGORA)
            linhas = (saiu, revogado, atendente(escritor.id, email="c@example.com"))
            revogacao = AcessoRow(escritor.id, revogado.id, AGORA + 7)
            await banco.store.commit(escritor.lote(*linhas, revogacao, eventos=1))
            achados = sorted(await banco.leituras.acessos(escritor.id), key=lambda um: um.vale_desde)
            assert achados == [Acesso(saiu.id, AGORA, excluido=True), Acesso(revogado.id, AGORA + 7, excluido=True)]

    asyncio.run(main())


def test_an_empresa_wakes_up_knowing_who_was_deleted_and_when(dsn: str) -> None:
    async def main() -> None:
        async with aberto(dsn) as banco:
            escritor = await Escritor.de(banco)
            saiu = atendente(escritor.id, excluido_em=AGORA)
            await banco.store.commit(escritor.lote(saiu, eventos=1))
            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert imagem.excluidos == {saiu.id: AGORA}

    asyncio.run(main())
