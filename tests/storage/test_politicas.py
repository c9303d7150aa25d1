"""The policies of filas and the versions that they have been through, as they are kept and read."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from engine.modelo import PoliticaVersaoRow
from engine.ports import Rejected, Store
from tests.storage.contrato import Loja, com, imagem
from tests.storage.linhas import AGORA, Escritor, aberto, fila, novo_id, por_fora


def versao(escritor: Escritor, fila_id: str, n: int) -> PoliticaVersaoRow:
    return PoliticaVersaoRow(
        escritor.id, fila_id, n, f'{{"pontosPorMinuto": {n},  "é":1}}', novo_id(), AGORA + n, "por quê", n - 1
    )


def test_a_fila_wakes_up_with_its_policy_as_it_was_written(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        antes = fila(e.id, estrategia="HIBRIDO", politica='{"ordem":"idade",  "a":1}', versao_politica=3)
        await store.commit(e.lote(antes, versao(e, antes.id, 3), eventos=1))
        assert (await imagem(store, e.id)).filas == [antes]
        e = Escritor(await imagem(store, e.id))
        depois = replace(antes, estrategia="MANUAL", politica="{}", versao_politica=4)
        await store.commit(e.lote(depois, versao(e, antes.id, 4), eventos=1))
        assert (await imagem(store, e.id)).filas == [depois]

    com(loja, historia)


def test_versions_are_read_the_latest_first_and_never_anothers(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            e, outra = await Escritor.de(banco), await Escritor.de(banco)
            uma, alheia = fila(e.id), fila(e.id)
            rows = [versao(e, uma.id, n) for n in (1, 2, 3)]
            sem = replace(versao(e, alheia.id, 1), autor_id=None, motivo=None, restaurada_de=None)
            await banco.store.commit(e.lote(uma, alheia, *rows, sem, eventos=1))
            ler = banco.leituras
            assert await ler.politica_versoes(e.id, uma.id, 1, 2) == ([rows[2], rows[1]], 3)
            assert await ler.politica_versoes(e.id, uma.id, 2, 2) == ([rows[0]], 3)
            assert await ler.politica_versoes(e.id, uma.id, 3, 2) == ([], 3)
            assert await ler.politica_versoes(e.id, novo_id(), 1, 2) == ([], 0)
            assert await ler.politica_versao(e.id, alheia.id, 1) == sem
            assert await ler.politica_versao(e.id, uma.id, 2) == rows[1]
            assert await ler.politica_versao(e.id, uma.id, 4) is None
            assert await ler.politica_versao(outra.id, uma.id, 2) is None
            assert await ler.politica_versoes(outra.id, uma.id, 1, 2) == ([], 0)

    asyncio.run(main())


def test_a_version_is_never_written_over(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            e = await Escritor.de(banco)
            uma = versao(e, novo_id(), 1)
            await banco.store.commit(e.lote(uma, eventos=1))
            with pytest.raises(Rejected):
                await banco.store.commit(e.lote(replace(uma, documento="{}"), eventos=1))
            assert await banco.leituras.politica_versao(e.id, uma.fila_id, 1) == uma

    asyncio.run(main())


def test_a_fila_that_the_program_before_this_one_writes_has_no_document_and_keeps_one_that_it_had(
    postgres_dsn: str,
) -> None:
    """It knows neither column: what is new has nothing there, and what it changes keeps what is there."""
    nova = (
        "INSERT INTO atendimento_filas SELECT n.* FROM json_populate_recordset(NULL::atendimento_filas, "
        "json_build_array(json_build_object('empresa_id', $1::text, 'id', $2::text, 'nome', 'Velha', 'estrategia', "
        "'ROUND_ROBIN', 'distribuicao_automatica', true, 'ao_ficar_offline', 'manter', 'prioridade', 3, 'padrao', "
        "false, 'criada_em', 0, 'atualizada_em', 0))) n ON CONFLICT (empresa_id, id) DO UPDATE SET nome = excluded.nome"
    )

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            e = await Escritor.de(banco)
            com_politica = fila(e.id, politica='{"ordem":"idade"}', versao_politica=2)
            await banco.store.commit(e.lote(com_politica, eventos=1))
            velha = novo_id()
            async with por_fora(postgres_dsn) as con:
                for id_ in (velha, com_politica.id):
                    await con.execute(nova, e.id, id_)
            filas = {uma.id: uma for uma in (await imagem(banco.store, e.id)).filas}
            assert (filas[velha].politica, filas[velha].versao_politica) == ("{}", 1)
            assert filas[com_politica.id] == replace(com_politica, nome="Velha")

    asyncio.run(main())
